import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from 'pg';
import type { Session } from '../../src/engines/contract.ts';
import { postgresEngine } from '../../src/engines/postgres/engine.ts';
import { configOf } from '../engines/postgres-subject.ts';
import { never, patience, publication, table } from '../engines/subject.ts';
import { connected, freshDatabase, sharedServer, type Database } from '../support/postgres/server.ts';

const VIEWS = Array.from({ length: 10 }, (_, at) => `marts.v${at}`);
const ROUNDS = 30;

let database: Database;
let session: Session;
beforeAll(async () => {
  database = await freshDatabase(await sharedServer());
  session = await postgresEngine(configOf(database), 'UTC').open('write', patience());
  await session.initialise('w');
});
afterAll(async () => {
  await session.close();
  await database.drop();
});

/** Points every view at a table of its own round. */
async function publish(round: number): Promise<void> {
  const engine = postgresEngine(configOf(database), 'UTC');
  await session.build(table(`a__t__${round}`, `SELECT ${round} AS n`), never);
  const views = Object.fromEntries(VIEWS.map((view) => [view, `a__t__${round}`]));
  expect(await session.publish(publication(engine, round, views))).toBe('published');
}

/** What a reader saw in one piece of work: a row for each view that it looked at. */
type Look = (client: Client, work: number) => Promise<readonly (readonly number[])[]>;

const rowsOf = async (client: Client, sql: string): Promise<readonly number[]> =>
  (await client.query<number[]>({ text: sql, rowMode: 'array' })).rows.flat();

const ALL = VIEWS.map((view) => `SELECT n FROM ${view}`).join(' UNION ALL ');

/** The same views in another order each time, some more than once. */
const some = (work: number): readonly string[] =>
  Array.from({ length: 4 }, (_, at) => VIEWS[(work * 7 + at * 3) % VIEWS.length] ?? '');

const inTransaction =
  (begin: string, first: string): Look =>
  async (client, work) => {
    await client.query(begin);
    await client.query(first);
    const seen: (readonly number[])[] = [];
    for (const view of some(work)) seen.push(await rowsOf(client, `SELECT n FROM ${view}`));
    await client.query('COMMIT');
    return seen;
  };

const READERS: Readonly<Record<string, Look>> = {
  'one statement over all views': async (client) => (await rowsOf(client, ALL)).map((n) => [n]),
  'statements of one transaction': inTransaction('BEGIN', 'SELECT 1'),
  'one snapshot, taken before anything of Bough was read': inTransaction(
    'BEGIN ISOLATION LEVEL REPEATABLE READ',
    'SELECT count(*) FROM pg_class',
  ),
  'a serializable transaction': inTransaction('BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY', 'SELECT 1 FROM pg_am'),
  'a prepared statement': async (client) =>
    (await client.query<number[]>({ name: 'all', text: ALL, rowMode: 'array' })).rows,
};

describe('readers during promotions and rollbacks', () => {
  it('see all old or all new, a row in every view, and no error', async () => {
    await publish(1);
    const end = new AbortController();
    const reading = Object.entries(READERS).map(async ([name, look]) => {
      const client = await connected(database.options);
      let works = 0;
      let latest = 0;
      try {
        while (!end.signal.aborted) {
          const seen = await look(client, works);
          works += 1;
          const all = new Set(seen.flat());
          expect([name, seen.map((rows) => rows.length), all.size]).toEqual([name, seen.map(() => 1), 1]);
          const [round = 0] = all;
          // Time does not run backwards either.
          expect(round).toBeGreaterThanOrEqual(latest);
          latest = round;
        }
      } finally {
        await client.end();
      }
      return works;
    });
    for (let round = 2; round <= ROUNDS; round += 1) await publish(round);
    end.abort();
    for (const works of await Promise.all(reading)) expect(works).toBeGreaterThan(10);
  });

  it('keep a prepared statement that names its columns, when one is added', async () => {
    const client = await connected(database.options);
    const ask = () => client.query({ name: 'named', text: 'SELECT n FROM marts.v0' });
    const star = () => client.query({ name: 'star', text: 'SELECT * FROM marts.v0' });
    await Promise.all([ask(), star()]);
    const engine = postgresEngine(configOf(database), 'UTC');
    await session.build(table('a__wide__1', `SELECT 7 AS n, 'x' AS more`), never);
    await session.publish(publication(engine, ROUNDS + 1, { 'marts.v0': 'a__wide__1' }));
    expect((await ask()).rows).toEqual([{ n: 7 }]);
    // What PostgreSQL itself cannot give, as docs/postgresql.md says.
    await expect(star()).rejects.toThrow('cached plan must not change result type');
    await client.end();
  });
});
