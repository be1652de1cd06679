import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connected, freshDatabase, sharedServer, statement, type Database } from '../support/postgres/server.ts';
import { duckdbSubject } from './duckdb-subject.ts';
import { databases, foreignSource, importing, readOf } from './foreign.ts';
import { KINDS, MOODS, ROWS, type Both } from './foreign-values.ts';
import { postgresSubject } from './postgres-subject.ts';
import { id, never, opened, table, type Subject } from './subject.ts';

const RUNS = { numRuns: 12 };

const columns = KINDS.map(({ pg }, index) => `c${index} ${pg}`).join(', ');
const TYPES = `CREATE TYPE mood AS ENUM (${MOODS.map((mood) => `'${mood}'`).join(', ')}); CREATE DOMAIN email AS text;`;

/** The rows as a query of either. */
const written = (rows: readonly (readonly Both[])[], way: 'pg' | 'duck'): string =>
  rows
    .map((row, at) => {
      const values = row.map((value, index) => `CAST(${value[way]} AS ${KINDS[index]?.[way]}) AS c${index}`);
      return `SELECT ${at} AS n, ${values.join(', ')}`;
    })
    .join(' UNION ALL ');

describe('random rows of every type', () => {
  let source: Database;
  let warehouse: Database;

  beforeAll(async () => {
    const server = await sharedServer();
    source = await freshDatabase(server);
    warehouse = await freshDatabase(server);
    await statement(source.options, `${TYPES} CREATE TABLE rows (n integer, ${columns})`);
  });
  afterAll(async () => {
    await source.drop();
    await warehouse.drop();
  });

  /** Takes the rows in, as of a server of another version where one is given. */
  async function take(
    subject: Subject,
    name: string,
    rows: readonly (readonly Both[])[],
    version?: number,
  ): Promise<void> {
    await statement(source.options, `TRUNCATE rows; INSERT INTO rows ${written(rows, 'pg')}`);
    const other = databases();
    const session = await opened(subject);
    const read = await readOf(other, foreignSource(source, 'rows'));
    const from = { ...read, rows: { ...read.rows, version: version ?? read.rows.version } };
    const built = await session.build(importing(name, subject.root, from), never);
    expect(built.rows).toBe(rows.length);
    await session.close();
    await other.release();
  }

  it('are in DuckDB what DuckDB itself makes of them', async () => {
    await fc.assert(
      fc.asyncProperty(ROWS, async (rows) => {
        const subject = await duckdbSubject();
        await take(subject, 'a__taken__1', rows);
        const session = await opened(subject);
        const made = await session.build(table('a__made__1', written(rows, 'duck')), never);
        const names = made.columns.map(({ name }) => name);
        const fingerprints = (name: string) => session.fingerprints(id(name), [...names.map((one) => [one]), names]);
        const select = (name: string): string => `SELECT * FROM ${subject.engine.relation(id(name))} ORDER BY n`;
        expect((await session.query(select('a__taken__1'))).rows).toEqual(
          (await session.query(select('a__made__1'))).rows,
        );
        expect(await fingerprints('a__taken__1')).toEqual(await fingerprints('a__made__1'));
        await session.close();
        await subject.cleanup();
      }),
      RUNS,
    );
  }, 120_000);

  it('are in PostgreSQL what they were', async () => {
    await fc.assert(
      fc.asyncProperty(ROWS, async (rows) => {
        const subject = await postgresSubject(warehouse);
        await take(subject, 'a__taken__1', rows);
        await take(subject, 'a__taken__2', rows, 1);
        const texts = async (database: Database, relation: string): Promise<readonly unknown[]> => {
          const client = await connected(database.options);
          const found = await client.query(
            `SET extra_float_digits = 1; SELECT r::text FROM ${relation} AS r ORDER BY n`,
          );
          await client.end();
          return [found].flat().at(-1)?.rows ?? [];
        };
        const expected = await texts(source, 'rows');
        expect(await texts(warehouse, 'bough.a__taken__1')).toEqual(expected);
        expect(await texts(warehouse, 'bough.a__taken__2')).toEqual(expected);
        await subject.cleanup();
      }),
      RUNS,
    );
  }, 120_000);
});
