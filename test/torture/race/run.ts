import { Random, seedOf } from '../../prove/random.ts';
import type { Actor, Operation, Outcome } from '../../support/actors.ts';
import { prepare } from '../crash/stage.ts';
import { oneOfEach, orphans, unmarked } from '../invariants.ts';
import type { Pair } from '../pairs.ts';
import { inLanes, type Failure, type Line, type Run } from '../tally.ts';
import { RACES, type Race } from './races.ts';

export interface RaceRun extends Run {
  readonly pairs: readonly Pair[];
  readonly start: () => Actor;
  /** Most processes of one race. */
  readonly processes?: number;
  readonly most?: number;
  /** One race of the seed, and no other. */
  readonly point?: string;
}

const PROCESSES = 16;

/** Who loses a race is told so, by a code; nobody meets a bug. */
function refusals(operations: readonly Operation[], outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap((outcome, index) => {
    const fine = outcome.type === 'done' ? outcome.exit === 0 : outcome.type === 'failed' && isRefusal(outcome);
    return fine ? [] : [`${JSON.stringify(operations[index])}: ${JSON.stringify({ ...outcome, calls: undefined })}`];
  });
}

const isRefusal = ({ exit, codes }: Extract<Outcome, { type: 'failed' }>): boolean =>
  exit === 4 || codes.includes('environment-unknown');

async function raced(
  race: Race,
  processes: number,
  random: Random,
  pair: Pair,
  start: () => Actor,
): Promise<readonly string[]> {
  const helper = start();
  const directory = await prepare(race.before, pair, start, helper);
  if (race.older === true) await pair.older(directory);
  const operations = race.commands(processes, random);
  const runners = operations.map(() => start());
  const outcomes = await Promise.all(
    operations.map(
      (operation, index) => runners[index]?.do({ directory, operation }) ?? Promise.reject(new Error('no runner')),
    ),
  );
  for (const runner of runners) await runner.end();
  const problems = [...refusals(operations, outcomes)];
  const found = await helper.look(directory);
  problems.push(...oneOfEach(found), ...unmarked(found), ...race.judge(outcomes, found));
  const collected = await helper.do({ directory, operation: { type: 'collect', keep: 0 } });
  if (collected.type !== 'done') problems.push(`the next gc: ${JSON.stringify({ ...collected, calls: undefined })}`);
  const tidy = await helper.look(directory);
  problems.push(...oneOfEach(tidy), ...orphans(tidy));
  const changed = Object.keys(found.environments).filter(
    (one) => JSON.stringify(found.environments[one]) !== JSON.stringify(tidy.environments[one]),
  );
  problems.push(...changed.map((one) => `gc changed what readers of ${one} see`));
  await helper.end();
  await pair.drop(directory);
  return problems;
}

/** Races of a seed, one after the other: each has processes enough. */
export async function races(run: RaceRun): Promise<readonly Line[]> {
  const { pairs, start, seed, most = Infinity, processes = PROCESSES, point } = run;
  const counts = new Map(pairs.map((pair) => [pair, { tried: 0, failures: [] as Failure[] }]));
  let number = point === undefined ? 0 : Number(point);
  const last = point === undefined ? most : number + 1;
  let largest = 0;
  await inLanes(
    { ...run, lanes: 1 },
    () => (number < last ? number++ : undefined),
    async (at) => {
      const random = new Random(seedOf(seed, at));
      const pair = pairs[Math.floor(at / RACES.length) % pairs.length];
      const race = RACES[at % RACES.length];
      const count = pair === undefined ? undefined : counts.get(pair);
      if (pair === undefined || race === undefined || count === undefined) throw new Error('a race needs an engine');
      const runners = random.between(2, processes);
      largest = Math.max(largest, runners);
      const problems = await raced(race, runners, random, pair, start);
      count.tried += 1;
      if (problems.length === 0) return;
      const text = `race ${at}, ${race.name} of ${runners} processes on ${pair.name}:\n  ${problems.join('\n  ')}`;
      const replay = `--only race --seed ${seed} --processes ${processes} --point ${at}`;
      count.failures.push({ text, replay });
      run.onFailure({ text, replay });
    },
  );
  return [...counts].map(([pair, { tried, failures }]) => ({
    what: `races, ${pair.name}, up to ${largest} processes`,
    tried,
    of: null,
    failures,
  }));
}
