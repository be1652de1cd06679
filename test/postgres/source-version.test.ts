import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ForeignOrigin } from '../../src/model/node.ts';
import { freshDatabase, sharedServer, statement, type Database } from '../support/postgres/server.ts';
import { databases, foreignSource, query } from '../engines/foreign.ts';
import { never } from '../engines/subject.ts';

describe('the version of what another database holds', () => {
  let database: Database;
  let twin: Database;
  beforeAll(async () => {
    const server = await sharedServer();
    database = await freshDatabase(server);
    twin = await freshDatabase(server);
    for (const { options } of [database, twin])
      await statement(
        options,
        'CREATE TABLE rows (id integer, at date); INSERT INTO rows VALUES (1, NULL), (2, now())',
      );
  });
  afterAll(async () => {
    await database.drop();
    await twin.drop();
  });

  async function token(more: Partial<ForeignOrigin>, where = database): Promise<string | null> {
    const other = databases();
    const rows = await other.look(foreignSource(where, 'rows', more), never);
    await other.release();
    return rows.token;
  }

  const of = (text: string): Promise<string | null> => token(query(text));
  const values = (rows: string): Promise<string | null> => of(`SELECT * FROM (VALUES ${rows}) AS v (a, b)`);

  it('is the same for the same rows, in whatever order and wherever', async () => {
    expect(await values(`(1, 'x'), (2, 'y')`)).toBe(await values(`(2, 'y'), (1, 'x')`));
    expect(await token({})).toBe(await token({}, twin));
    expect(await token({})).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each([
    [`(1, 'x')`, `(1, 'x'), (1, 'x')`],
    [`(1, '')`, `(1, NULL)`],
    [`(1, 'a'), (2, 'b')`, `(1, 'b'), (2, 'a')`],
    [`(1, 'a,b')`, `(1, '"a,b"')`],
    [`(0.0::float8, 'x')`, `('-0'::float8, 'x')`],
    [`(1.0, 'x')`, `(1.00, 'x')`],
    [`(1::integer, 'x')`, `(1::bigint, 'x')`],
    [`(interval '1 month', 'x')`, `(interval '30 days', 'x')`],
  ])('is another one for %s and %s', async (left, right) => {
    expect(await values(left)).not.toBe(await values(right));
  });

  it('is another one where the columns have other names', async () => {
    expect(await of('SELECT 1 AS a')).not.toBe(await of('SELECT 1 AS b'));
  });

  it('is a promise about one database where it is a promise', async () => {
    for (const version of [
      { type: 'max', of: ['id'] },
      { type: 'query', query: 'SELECT 1' },
    ] as const) {
      expect(await token({ version })).toBe(await token({ version }));
      expect(await token({ version })).not.toBe(await token({ version }, twin));
    }
    expect(await token({ version: { type: 'live' } })).toBeNull();
  });

  it('counts the rows, too, where it is the greatest value', async () => {
    const version = { type: 'max', of: ['id', 'lower(at::text)'] } as const;
    const before = await token({ version });
    await statement(database.options, 'INSERT INTO rows VALUES (1, NULL)');
    expect(await token({ version })).not.toBe(before);
  });
});
