import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actors, type Actor } from '../support/actors.ts';
import type { Fault } from '../support/trace.ts';
import { suffer } from './check.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { pointsOf, Stage, type Played } from './stage.ts';

/**
 * Every call that an operation makes to the engine, the state or the disk is a point where its process can die. Of the
 * scenarios that are not marked `every`, each fifth point is tried; BOUGH_CRASH=all tries all of them, and the calls that
 * only read, too.
 */
const ALL = process.env['BOUGH_CRASH'] === 'all';
/** Odd, so that both sides of calls are met. */
const STEP = 5;
const LANES = 2;

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

async function pointsFor(
  scenario: Scenario,
  does: Fault['does'],
  every: boolean,
): Promise<readonly [Played, readonly Fault[]]> {
  const played = await stage.play(scenario, start);
  const points = pointsOf(played.calls, does, ALL);
  return [played, ALL || every ? points : points.filter((_, index) => index % STEP === 0)];
}

describe.each(SCENARIOS)('$name', (scenario) => {
  it('is whole after a kill at any call', { timeout: 3_600_000 }, async () => {
    const [played, points] = await pointsFor(scenario, 'kill', scenario.every);
    expect(points.length).toBeGreaterThan(3);
    expect(await sufferAll(played, points)).toEqual([]);
  });

  it('is whole after a sleep at any call that outlasts the lease', { timeout: 3_600_000 }, async () => {
    const [played, points] = await pointsFor(scenario, 'stop', false);
    const awake = points.filter(({ call }) => !played.calls[call - 1]?.startsWith('file.'));
    expect(await sufferAll(played, awake)).toEqual([]);
  });

  it('is whole after a failure of any call', { timeout: 3_600_000 }, async () => {
    const [played, points] = await pointsFor(scenario, 'throw', false);
    expect(await sufferAll(played, points)).toEqual([]);
  });
});
