import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actors, type Actor, type Job } from '../support/actors.ts';
import { connected, sharedServer, statement, type Server } from '../support/postgres/server.ts';
import { Projects, apply, run } from '../support/projects.ts';
import type { Files } from '../support/shop.ts';
import type { Fault } from '../support/trace.ts';

/**
 * An export is killed on both sides of the calls and the statements that it makes after the pointers moved; then the next
 * command runs. `append` is the mode that a repetition could harm: more of its points are tried than of the others'.
 * BOUGH_CRASH=all tries all of them. Odd, so that both sides are met.
 */
const STEPS = { append: 9, replace: 29, upsert: 29 } as const;
const ALL = process.env['BOUGH_CRASH'] === 'all';
const TIMEOUT = 1_800_000;

const database = `killed_${randomBytes(6).toString('hex')}`;
const before = `${database}_before`;

type Mode = keyof typeof STEPS;

const shop = (mode: Mode, port: number): Files => ({
  'bough.yml': 'name: shop\nengine: { type: duckdb, threads: 2 }\n',
  'data/orders.csv': 'id,name\n1,a\n2,b\n',
  'models/raw/orders.yml': 'kind: source\nname: raw.orders\nfile: data/orders.csv\n',
  'models/marts/orders.sql': `/* bough
export:
  connection: { type: postgres, host: 127.0.0.1, port: ${port}, database: ${database}, user: postgres }
  table: public.orders
  mode: ${mode}${mode === 'upsert' ? '\n  key: id' : ''}
*/
SELECT id, name FROM raw.orders
`,
});
const MORE: Files = { 'data/orders.csv': 'id,name\n3,c\n4,d\n' };
const AFTER: Readonly<Record<Mode, string>> = { append: '1a 2b 3c 4d', replace: '3c 4d', upsert: '1a 2b 3c 4d' };

let server: Server;
let start: () => Actor;
let helper: Actor;
const projects = new Projects();

const maintain = (sql: string): Promise<void> => statement({ port: server.port, database: 'postgres' }, sql);
const copyDatabase = async (from: string, to = database): Promise<void> => {
  await maintain(`DROP DATABASE IF EXISTS ${to} WITH (FORCE)`);
  await maintain(`CREATE DATABASE ${to} TEMPLATE ${from}`);
};

async function rows(): Promise<string> {
  const client = await connected({ port: server.port, database });
  try {
    const { rows: found } = await client.query({ text: 'SELECT id || name FROM orders ORDER BY 1', rowMode: 'array' });
    return found.map(([row]: readonly unknown[]) => row).join(' ');
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  server = await sharedServer();
  start = await actors();
  helper = start();
});

afterAll(async () => {
  await helper.end();
  projects.clear();
  for (const name of [database, before]) await maintain(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

/** Kills at one point and runs the next command; what is wrong afterwards. */
async function suffer(template: string, fault: Fault, mode: Mode): Promise<readonly string[]> {
  const problems: string[] = [];
  const expectOf = (found: string, ...allowed: readonly string[]): void => {
    if (!allowed.includes(found)) problems.push(`${fault.side} call ${fault.call}: ${found}`);
  };
  await copyDatabase(before);
  const directory = projects.copy(template);
  const victim = start();
  const killed = await victim.do({ directory, operation: run('prod'), deep: true, fault });
  await victim.end();
  expectOf(killed.type, 'killed');
  expectOf(await rows(), '1a 2b', AFTER[mode]);
  const next = await helper.do({ directory, operation: run('prod') });
  expectOf(next.type === 'done' ? String(next.exit) : JSON.stringify(next), '0');
  expectOf(await rows(), AFTER[mode]);
  const third = await helper.do({ directory, operation: run('prod') });
  expectOf(third.type === 'done' ? String(third.changes) : JSON.stringify(third), 'false');
  return problems;
}

describe.each(Object.keys(STEPS) as Mode[])('%s', (mode) => {
  it('happens once, wherever its process is killed', { timeout: TIMEOUT }, async () => {
    await copyDatabase('template0');
    const template = await projects.make(helper, shop(mode, server.port), apply('prod'), MORE);
    await copyDatabase(database, before);
    const job: Job = { directory: projects.copy(template), operation: run('prod'), deep: true };
    const counting = start();
    const played = await counting.do(job);
    await counting.end();
    expect(played).toMatchObject({ type: 'done', exit: 0 });
    expect(await rows()).toBe(AFTER[mode]);
    const calls = played.type === 'killed' ? [] : played.calls;
    const published = calls.indexOf('state.commitIntent');
    const ends = calls.indexOf('state.recordExport') + 1;
    const points = calls.flatMap((name, index): readonly Fault[] => {
      const touches = /^(?:postgres: |target\.|session\.|state\.)/.test(name);
      if (index <= published || index > ends || !touches) return [];
      return (['before', 'after'] as const).map((side) => ({ call: index + 1, side, does: 'kill' }));
    });
    expect(points.length).toBeGreaterThan(30);
    const chosen = points.filter((_, index) => ALL || index % STEPS[mode] === 0);
    const found: string[] = [];
    for (const fault of chosen) found.push(...(await suffer(template, fault, mode)));
    expect(found).toEqual([]);
  });
});

describe('an exporter that sleeps', () => {
  it('and wakes after a newer one wrote, writes nothing', { timeout: TIMEOUT }, async () => {
    await copyDatabase('template0');
    const directory = await projects.make(helper, shop('replace', server.port), apply('prod'), MORE);
    const counting = start();
    const copy = projects.copy(directory);
    const played = await counting.do({ directory: copy, operation: run('prod') });
    await counting.end();
    const call = (played.type === 'killed' ? [] : played.calls).indexOf('target.deliver') + 1;
    const sleeper = start();
    const fault: Fault = { call, side: 'before', does: 'stop' };
    await copyDatabase('template0');
    await sleeper.stops({ directory, operation: run('prod'), fault });
    // Its lease is over, by the other's clock.
    const newer = await helper.do({ directory, operation: run('prod'), ahead: 3_600_000 });
    expect(newer).toMatchObject({ type: 'done', exit: 0 });
    expect(await rows()).toBe('3c 4d');
    await statement({ port: server.port, database }, `UPDATE orders SET name = 'newer'`);
    sleeper.wake();
    const late = await sleeper.outcome();
    await sleeper.end();
    expect(late.type === 'done' ? late.exit : late.type).not.toBe(0);
    expect(await rows()).toBe('3newer 4newer');
  });
});
