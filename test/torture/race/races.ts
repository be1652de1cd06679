import type { Operation, Outcome } from '../../support/actors.ts';
import type { Look } from '../../support/look.ts';
import { apply, collect, promote, remove, run } from '../../support/projects.ts';
import { NEW_CODE, NEW_DATA, SHOP } from '../../support/shop.ts';
import type { Random } from '../../prove/random.ts';
import type { Preparation } from '../crash/scenarios.ts';

/** Commands that are given at once, by as many processes as there are commands. */
export interface Race {
  readonly name: string;
  readonly before: Preparation;
  readonly older?: true;
  readonly commands: (processes: number, random: Random) => readonly Operation[];
  /** What is wrong beside what is wrong anywhere. */
  readonly judge: (outcomes: readonly Outcome[], found: Look) => readonly string[];
}

const moved = (outcome: Outcome): boolean => outcome.type === 'done' && outcome.exit === 0 && outcome.moved;

const many = <T>(count: number, one: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => one(at));

const oneMoved = (outcomes: readonly Outcome[]): readonly string[] => {
  const count = outcomes.filter(moved).length;
  return count === 1 ? [] : [`${count} of ${outcomes.length} changed the environment, not one`];
};

function builtOnce(expected: number) {
  return (outcomes: readonly Outcome[], found: Look): readonly string[] => {
    const built = outcomes.reduce((sum, one) => sum + (one.type === 'done' ? one.built : 0), 0);
    const different = new Set(
      Object.values(found.environments).map((rows) => JSON.stringify(rows['marts.best'] ?? null)),
    );
    return [
      ...(outcomes.every(moved) ? [] : ['not all of them changed their environment']),
      ...(built === expected ? [] : [`${built} builds were made, not ${expected}`]),
      ...(different.size <= 2 ? [] : ['environments of one code differ']),
    ];
  };
}

const anything = (): readonly string[] => [];

const branched: Preparation = [SHOP, apply('prod'), NEW_CODE, apply('dev'), apply('old'), NEW_DATA];

export const RACES: readonly Race[] = [
  {
    name: 'first openings',
    before: [SHOP],
    commands: (processes) => many(processes, () => apply('prod')),
    judge: oneMoved,
  },
  {
    name: 'migrations of the state',
    before: [SHOP, apply('prod'), NEW_CODE],
    older: true,
    commands: (processes) => many(processes, () => apply('prod')),
    judge: oneMoved,
  },
  {
    name: 'one environment',
    before: [SHOP, apply('prod'), NEW_CODE],
    commands: (processes) => many(processes, () => apply('prod')),
    judge: oneMoved,
  },
  {
    name: 'runs at once',
    before: [SHOP, apply('prod'), NEW_DATA],
    commands: (processes) => many(processes, () => run('prod')),
    judge: oneMoved,
  },
  {
    name: 'shared builds',
    before: [SHOP, apply('prod'), NEW_CODE],
    commands: (processes) => many(processes, (at) => apply(`e${at}`)),
    judge: builtOnce(3),
  },
  {
    name: 'delete while apply',
    before: branched,
    commands: (processes) => many(processes, (at) => (at % 2 === 0 ? apply('dev') : remove('dev'))),
    judge: anything,
  },
  {
    name: 'gc while apply',
    before: [SHOP, apply('prod'), NEW_CODE],
    commands: (processes) => many(processes, (at) => (at % 2 === 0 ? apply(`e${at}`) : collect)),
    judge: anything,
  },
  {
    name: 'promote while run',
    before: branched,
    commands: (processes) => many(processes, (at) => (at % 2 === 0 ? promote : run('prod'))),
    judge: anything,
  },
  {
    name: 'everything at once',
    before: branched,
    commands: (processes, random) =>
      many(processes, (at) =>
        random.pick([
          run('prod'),
          run('dev'),
          promote,
          remove('old'),
          apply(`e${at}`),
          apply('dev'),
          apply('prod'),
          collect,
        ]),
      ),
    judge: anything,
  },
];
