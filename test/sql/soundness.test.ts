import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BY_NAME, keysOf, readOver } from './keys.ts';
import type { Keys, Read, Sources } from './keys.ts';
import { CATALOG, makeQuery } from './random-queries.ts';

const EDITS = Number(process.env['SQL_EDITS'] ?? 400);
const SEED = Number(process.env['SQL_SEED'] ?? 1);

/** A small generator of random numbers that gives the same for the same seed. */
function randoms(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  // A random query may multiply without end: the engine refuses it then, and it is passed over like others that it refuses.
  instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', max_temp_directory_size: '0KB' });
  connection = await instance.connect();
  await connection.run('CREATE SCHEMA s');
  await fill('s', 0, null);
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** Makes the tables, with other values in one column of one table. */
async function fill(
  schema: string,
  salt: number,
  changed: { readonly table: string; readonly column: string } | null,
): Promise<void> {
  for (const [table, columns] of Object.entries(CATALOG)) {
    const cells = columns.map((column, index) => {
      const shift = changed?.table === table && changed.column === column ? salt : 0;
      const value = `(hash(i * 31 + ${index * 7 + shift}) % 5)::INTEGER`;
      const nullable = `CASE WHEN hash(i + ${index * 13 + shift}) % 7 = 0 THEN NULL ELSE ${value} END`;
      return column === 's' ? `chr(97 + ${value}) AS s` : `${nullable} AS ${column}`;
    });
    await connection.run(
      `CREATE OR REPLACE TABLE ${schema}.${table} AS SELECT ${cells.join(', ')} FROM range(12) r(i)`,
    );
  }
}

const hasTies = ({ shape }: Read): boolean =>
  [...shape.rows, ...(shape.columns ?? [])].some((part) => part.ties.length > 0);

/** Columns that must hold the same in both, or null where the keys promise nothing. */
function promised(left: Keys, right: Keys): readonly string[] | null {
  if (left.rows !== right.rows || left.columns === null || right.columns === null) return null;
  const { columns } = right;
  return [...left.columns].flatMap(([name, key]) => (columns.get(name) === key ? [name] : []));
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const MOST_ROWS = 20_000;

/** Types and fingerprint of the multiset of rows over some columns; null where the engine refuses the query. */
async function dataOf(sql: string, columns: readonly string[]): Promise<string | null> {
  const list = columns.length === 0 ? '0' : columns.map(quote).join(', ');
  const row = `SELECT hash(${columns.length === 0 ? '0' : columns.map((name) => `[${quote(name)}::VARCHAR]`).join(', ')}) AS h FROM (${sql})`;
  try {
    const types = await connection.runAndReadAll(`DESCRIBE SELECT ${list} FROM (${sql})`);
    const rows = await connection.runAndReadAll(`SELECT count(*), sum(h::HUGEINT) FROM (${row})`);
    return JSON.stringify([types.getRowsJson().map((column) => column[1]), rows.getRowsJson()]);
  } catch {
    return null;
  }
}

const mutate = (choices: readonly number[], random: () => number): readonly number[] => {
  const copy = [...choices];
  for (let count = 1 + (random() % 2); count > 0; count--) copy[random() % Math.min(copy.length, 60)] = random() % 1000;
  return copy;
};

/** Whether the engine takes the query, and its result is small. */
async function isValid(sql: string): Promise<boolean> {
  try {
    const rows = await connection.runAndReadAll(`SELECT count(*) FROM (SELECT 0 FROM (${sql}) LIMIT ${MOST_ROWS})`);
    return Number(rows.getRowsJson()[0]?.[0]) < MOST_ROWS;
  } catch {
    return false;
  }
}

describe('equal keys promise equal data', { timeout: 120_000 + EDITS * 200 }, () => {
  it(`under ${EDITS} edits of queries`, async () => {
    const random = randoms(SEED);
    let compared = 0;
    let valid = 0;
    for (let edit = 0; edit < EDITS; edit++) {
      const choices = Array.from({ length: 80 }, () => random() % 1000);
      const before = makeQuery(choices);
      const after = makeQuery(mutate(choices, random));
      if (before === after || !(await isValid(before))) continue;
      valid++;
      const left = readOver(before, CATALOG);
      const right = readOver(after, CATALOG);
      expect(left.shape.problems, before).toEqual([]);
      if (hasTies(left) || hasTies(right) || !(await isValid(after))) continue;
      const columns = promised(keysOf(left), keysOf(right));
      if (columns === null) continue;
      compared++;
      expect(await dataOf(after, columns), `${before}\n${after}\n${columns.join()}`).toEqual(
        await dataOf(before, columns),
      );
    }
    expect(valid).toBeGreaterThan(EDITS / 3);
    expect(compared).toBeGreaterThan(EDITS / 20);
  });

  it(`under ${EDITS} changes of one column of the data`, async () => {
    const random = randoms(SEED + 1);
    await connection.run('CREATE SCHEMA IF NOT EXISTS other');
    let compared = 0;
    for (let edit = 0; edit < EDITS; edit++) {
      const tables = Object.entries(CATALOG);
      const [table, names] = tables[random() % tables.length] ?? ['t', ['a']];
      const changed = { table, column: names[random() % names.length] ?? 'a' };
      await fill('other', 1 + (random() % 100), changed);
      const sql = makeQuery(Array.from({ length: 80 }, () => random() % 1000));
      const left = readOver(sql, CATALOG);
      if (hasTies(left) || !(await isValid(sql))) continue;
      const columns = promised(keysOf(left), keysOf(left, withChange(changed)));
      if (columns === null || columns.length === 0) continue;
      compared++;
      const moved = sql.replaceAll(' s.', ' other.').replaceAll('(s.', '(other.');
      expect(await dataOf(moved, columns), `${sql}\n${JSON.stringify(changed)} ${columns.join()}`).toEqual(
        await dataOf(sql, columns),
      );
    }
    expect(compared).toBeGreaterThan(EDITS / 20);
  });
});

const withChange = ({ table, column }: { readonly table: string; readonly column: string }): Sources => ({
  rows: BY_NAME.rows,
  column: (name, used) => `${name}.${used}${name === table && used === column ? ' changed' : ''}`,
  everything: (name) => `${name}.*${name === table ? ' changed' : ''}`,
});
