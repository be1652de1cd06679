import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connected, freshDatabase, sharedServer, type Database } from '../support/postgres/server.ts';
import { outflow, targetConformance } from './conformance.ts';
import { delivery, never, openTarget } from './deliveries.ts';

const ROWS = `SELECT id || '|' || coalesce(name, '∅') FROM public.orders ORDER BY id`;

async function rowsOf(database: Database): Promise<readonly string[] | null> {
  const client = await connected(database.options);
  try {
    const { rows } = await client.query({ text: `SELECT to_regclass('public.orders')`, rowMode: 'array' });
    if (rows[0]?.[0] === null) return null;
    const found = await client.query({ text: ROWS, rowMode: 'array' });
    return found.rows.map(([row]: readonly unknown[]) => String(row));
  } finally {
    await client.end();
  }
}

targetConformance('PostgreSQL', async () => {
  const database = await freshDatabase(await sharedServer());
  return {
    open: () => openTarget(database),
    rows: () => rowsOf(database),
    snapshot: async () => {
      const client = await connected(database.options);
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
      return {
        rows: async () => (await client.query({ text: ROWS, rowMode: 'array' })).rows.map(([row]) => String(row)),
        end: () => client.end(),
      };
    },
    cleanup: () => database.drop(),
  };
});

describe('readers of a table that is replaced', () => {
  let database: Database;
  beforeAll(async () => {
    database = await freshDatabase(await sharedServer());
  });
  afterAll(() => database.drop());

  it('find all of the old rows or all of the new ones, and always some', async () => {
    const target = await openTarget(database);
    const lines = (round: number): readonly string[] => Array.from({ length: 200 }, (_, id) => `${id},round ${round}`);
    await target.deliver(delivery(), outflow(...lines(0)), never);
    const seen = new Set<string>();
    let reads = 0;
    const over = new AbortController();
    const reader = async (isolation: string, prepared: boolean): Promise<void> => {
      const client = await connected(database.options);
      const text = "SELECT count(*) || ' of ' || count(DISTINCT name) FROM public.orders";
      while (!over.signal.aborted) {
        await client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
        for (let statement = 0; statement < 2; statement += 1) {
          const { rows } = await client.query({ text, rowMode: 'array', ...(prepared ? { name: 'read' } : {}) });
          seen.add(String(rows[0]?.[0]));
          reads += 1;
        }
        await client.query('COMMIT');
      }
      await client.end();
    };
    const readers = [reader('READ COMMITTED', true), reader('REPEATABLE READ', false), reader('SERIALIZABLE', false)];
    for (let round = 1; round <= 40; round += 1)
      await target.deliver(delivery({ token: round, content: `round ${round}` }), outflow(...lines(round)), never);
    over.abort();
    await Promise.all(readers);
    await target.close();
    expect([...seen]).toEqual(['200 of 1']);
    expect(reads).toBeGreaterThan(40);
  });
});
