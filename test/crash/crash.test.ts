import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actors, type Actor } from '../support/actors.ts';
import type { Fault } from '../support/trace.ts';
import { suffer } from './check.ts';
import { SCENARIOS } from './scenarios.ts';
import { pointsOf, Stage, type Played } from './stage.ts';

/**
 * Every call that an operation makes to the engine, the state or the disk is a point where its process can die. Scenarios
 * marked `every` are killed on both sides of every call that writes; of the others, and of the other faults, a sample is
 * tried. BOUGH_CRASH=all tries every fault on both sides of every call, reading ones too.
 */
const ALL = process.env['BOUGH_CRASH'] === 'all';
/** Odd, so that both sides of calls are met. */
const SAMPLE = { kill: 5, stop: 7, throw: 7 } as const;
const LANES = 2;
const TIMEOUT = ALL ? 7_200_000 : 900_000;

const stage = new Stage();
let start: () => Actor;

beforeAll(async () => {
  start = await actors();
});

afterAll(() => {
  if (process.env['BOUGH_CRASH_KEEP'] === undefined) stage.clear();
});

/** Tries points side by side, each in a project and a process of its own. */
async function sufferAll(played: Played, points: readonly Fault[]): Promise<readonly string[]> {
  const queue = [...points];
  const lane = async (): Promise<readonly string[]> => {
    const helper = start();
    const problems: string[] = [];
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      problems.push(...(await suffer(played, fault, stage, start, helper)));
    }
    await helper.end();
    return problems;
  };
  return (await Promise.all(Array.from({ length: LANES }, lane))).flat();
}

function pointsFor({ calls, scenario }: Played, does: Fault['does']): readonly Fault[] {
  const points = pointsOf(calls, does, ALL);
  const step = ALL || (scenario.every && does === 'kill') ? 1 : SAMPLE[does];
  return points.filter((_, index) => index % step === 0);
}

describe.each(SCENARIOS)('$name', (scenario) => {
  let played: Played;

  beforeAll(async () => {
    played = await stage.play(scenario, start);
  }, TIMEOUT);

  it('is whole after a kill at any call', { timeout: TIMEOUT }, async () => {
    const points = pointsFor(played, 'kill');
    expect(points.length).toBeGreaterThan(3);
    expect(await sufferAll(played, points)).toEqual([]);
  });

  it('is whole after a sleep at any call that outlasts the lease', { timeout: TIMEOUT }, async () => {
    // What writes files does not wait, so it cannot say that it stops.
    const points = pointsFor(played, 'stop').filter(({ call }) => !played.calls[call - 1]?.startsWith('file.'));
    expect(await sufferAll(played, points)).toEqual([]);
  });

  it('is whole after a failure of any call', { timeout: TIMEOUT }, async () => {
    expect(await sufferAll(played, pointsFor(played, 'throw'))).toEqual([]);
  });
});
