import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actors, type Actor } from '../../support/actors.ts';
import { sharedServer } from '../../support/postgres/server.ts';
import { embedded, remote, type Pair } from '../pairs.ts';
import { short, TIMEOUT } from '../short.ts';
import { playWalk, walks } from './run.ts';
import type { Step } from './steps.ts';

const folder = join(import.meta.dirname, 'cases');
const cases = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as { title: string; steps: readonly Step[] },
);

let start: () => Actor;
let pairs: readonly Pair[];

beforeAll(async () => {
  start = await actors();
  pairs = [embedded(), remote(await sharedServer())];
});
afterAll(async () => {
  for (const pair of pairs) await pair.clear();
});

describe('a walk', () => {
  it.each(cases)('that must end well: $title', { timeout: TIMEOUT }, async ({ steps }) => {
    for (const pair of pairs) expect(await playWalk(pair, start, steps)).toBeNull();
  });

  it('does what the model says, whatever happens on the way', { timeout: TIMEOUT }, async () => {
    const run = short();
    await walks({ ...run, pairs, start, most: 9 });
    expect(run.failures.map(({ text }) => text)).toEqual([]);
  });
});
