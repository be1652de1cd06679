import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actors, type Actor } from '../../support/actors.ts';
import { sharedServer } from '../../support/postgres/server.ts';
import { embedded, remote, type Pair } from '../pairs.ts';
import { short, TIMEOUT } from '../short.ts';
import { crash } from './run.ts';

let start: () => Actor;

beforeAll(async () => {
  start = await actors();
});

describe.each([
  ['DuckDB and SQLite', async () => embedded()],
  ['PostgreSQL', async () => remote(await sharedServer())],
])('a command on %s', (_, open) => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await open();
  });
  afterAll(() => pair.clear());

  it('is whole after a kill, a failure, a lost answer or a sleep anywhere', { timeout: TIMEOUT }, async () => {
    const run = short();
    const lines = await crash({ ...run, pairs: [pair], start, server: await sharedServer(), most: 1, short: true });
    expect(run.failures.map(({ text }) => text)).toEqual([]);
    expect(lines.reduce((sum, line) => sum + line.tried, 0)).toBeGreaterThan(0);
  });
});
