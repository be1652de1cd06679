import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random, seedOf } from '../../prove/random.ts';
import type { Actor } from '../../support/actors.ts';
import type { Pair } from '../pairs.ts';
import { inLanes, type Failure, type Line, type Run } from '../tally.ts';
import { Walk } from './play.ts';
import { shrink } from './shrink.ts';
import { drawSteps, tellStep, type Step } from './steps.ts';

export interface WalkRun extends Run {
  readonly pairs: readonly Pair[];
  readonly start: () => Actor;
  /** Most walks; as many as there is time for where it is not given. */
  readonly most?: number;
  /** One walk of the seed, and no other. */
  readonly point?: string;
  /** Folder for what failed, to be kept as a case. */
  readonly save?: string;
}

const LENGTH = 14;
const SHRINKING = 120_000;

/** A process that was stopped or killed elsewhere must not spoil the next walk: each has a helper of its own. */
async function played(
  pair: Pair,
  start: () => Actor,
  steps: readonly Step[],
): Promise<{ readonly text: string | null; readonly commands: number }> {
  const helper = start();
  const walk = new Walk(pair, start, helper);
  const text = await walk.play(steps);
  await helper.end();
  return { text, commands: walk.commands };
}

/** Plays one walk; null where nothing is wrong. */
export const playWalk = async (pair: Pair, start: () => Actor, steps: readonly Step[]): Promise<string | null> =>
  (await played(pair, start, steps)).text;

/** Plays walks of a seed, makes what failed smaller, and tells it. */
export async function walks(run: WalkRun): Promise<readonly Line[]> {
  const { pairs, start, seed, most = Infinity, point } = run;
  const counts = new Map(pairs.map((pair) => [pair, { tried: 0, failures: [] as Failure[] }]));
  let commands = 0;
  let number = point === undefined ? 0 : Number(point);
  const last = point === undefined ? most : number + 1;
  await inLanes(
    run,
    () => (number < last ? number++ : undefined),
    async (at) => {
      const pair = pairs[at % pairs.length];
      const count = pair === undefined ? undefined : counts.get(pair);
      if (pair === undefined || count === undefined) throw new Error('a walk needs an engine');
      const steps = drawSteps(new Random(seedOf(seed, at)), LENGTH);
      const found = await played(pair, start, steps);
      count.tried += 1;
      commands += found.commands;
      if (found.text === null) return;
      const failure = await told(run, pair, { steps, text: found.text }, at);
      count.failures.push(failure);
      run.onFailure(failure);
    },
  );
  const lines = [...counts].map(([pair, { tried, failures }]) => ({
    what: `walks, ${pair.name}`,
    tried,
    of: null,
    failures,
  }));
  return [...lines, { what: 'commands in these', tried: commands, of: null, failures: [] }];
}

async function told(
  { start, seed, save }: WalkRun,
  pair: Pair,
  failing: { readonly steps: readonly Step[]; readonly text: string },
  at: number,
): Promise<Failure> {
  const { steps, text } = await shrink(failing, (smaller) => playWalk(pair, start, smaller), SHRINKING);
  if (save !== undefined) {
    mkdirSync(save, { recursive: true });
    writeFileSync(
      join(save, `walk-${seed}-${at}.json`),
      `${JSON.stringify({ title: text.split('\n')[0], steps }, null, 2)}\n`,
    );
  }
  const listed = steps.map((step, index) => `  ${index + 1}. ${tellStep(step)}`).join('\n');
  return { text: `walk ${at} on ${pair.name}, ${text}\n${listed}`, replay: `--only walk --seed ${seed} --point ${at}` };
}
