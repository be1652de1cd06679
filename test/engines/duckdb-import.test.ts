import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, sharedServer, type Database } from '../support/postgres/server.ts';
import type { Databases } from '../../src/sources/contract.ts';
import { duckdbSubject, type DuckdbSubject } from './duckdb-subject.ts';
import { databases, foreignSource, importing, query, readOf } from './foreign.ts';
import { failure, id, never, opened } from './subject.ts';

/** What PostgreSQL can hold and DuckDB cannot: the column is named, and nothing is left behind. */
const UNFIT: readonly (readonly [what: string, value: string, told: string])[] = [
  ['NaN in a decimal', `'NaN'::numeric(10,2)`, 'cannot hold "NaN" of column `x` (`numeric(10,2)`) as DECIMAL(10,2)'],
  ['a time after all times', `timestamp '294276-12-31'`, 'cannot hold "294276-12-31 00:00:00" of column `x`'],
  ['half a character in JSON', `'"\\ud800"'::json`, 'of column `x` (`json`) as JSON'],
  ['an endless interval', `'infinity'::interval`, 'cannot hold "infinity" of column `x` (`interval`)'],
  ['a matrix', 'ARRAY[[1, 2], [3, 4]]', 'column `x` holds an array of several dimensions'],
  ['a matrix of days', `ARRAY[['2026-01-01'::date]]`, 'column `x` holds an array of several dimensions'],
];

describe('rows of PostgreSQL in DuckDB', () => {
  let database: Database;
  let subject: DuckdbSubject;
  let other: Databases;
  beforeAll(async () => {
    database = await freshDatabase(await sharedServer());
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    subject = await duckdbSubject();
    other = databases();
  });
  afterEach(async () => {
    await other.release();
    await subject.cleanup();
  });

  it.each(UNFIT)('are refused for %s', async (_what, value, told) => {
    const session = await opened(subject);
    const read = await readOf(other, foreignSource(database, '', query(`SELECT 1 AS a, ${value} AS x`)));
    const error = await failure(session.build(importing('a__x__1', subject.root, read), never));
    expect(error.message).toContain(told);
    expect(error.message).not.toContain('Original Line');
    expect(await session.missing([id('a__x__1')])).toEqual([id('a__x__1')]);
    // The snapshot goes on.
    expect((await session.build(importing('a__x__2', subject.root, await ones()), never)).rows).toBe(1);
    await session.close();
  });

  const ones = () => readOf(other, foreignSource(database, '', query('SELECT 1 AS one')));

  it('have the type that their author declares where DuckDB has none', async () => {
    const session = await opened(subject);
    const columns = [
      { name: 'total', type: 'DECIMAL(18,2)', description: null },
      { name: 'address', type: 'VARCHAR', description: null },
    ];
    const text = `SELECT 1.005::numeric AS total, '10.0.0.1/8'::inet AS address`;
    const read = await readOf(other, foreignSource(database, '', query(text), columns));
    await session.build(importing('a__x__1', subject.root, read), never);
    const { rows } = await session.query(`SELECT * FROM ${subject.engine.relation(id('a__x__1'))}`);
    expect(rows).toEqual([['1.01', '10.0.0.1/8']]);
    await session.close();
  });

  it('are refused where two columns have one name', async () => {
    const read = await readOf(other, foreignSource(database, '', query('SELECT 1 AS a, 2 AS "A"')));
    expect((await failure(subject.engine.describeImport(read))).message).toContain('two columns `A`');
  });
});
