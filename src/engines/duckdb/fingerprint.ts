import { createHash } from 'node:crypto';
import type { DuckDBType } from '@duckdb/node-api';
import { EngineError } from '../contract.ts';
import type { Fingerprint } from '../../model/fingerprint.ts';
import type { Sql } from '../contract.ts';
import type { Connection } from './connection.ts';
import { driverVersion } from './driver.ts';
import { exactTerms } from './exact.ts';
import { fold, quoteIdentifier } from './names.ts';
import { describe } from './query.ts';

interface Hashed {
  readonly name: string;
  readonly type: string;
  /** Names of the columns of the inner query that stand for it; null where its type has no exact form. */
  readonly first: readonly Sql[] | null;
  readonly second: readonly Sql[];
  /** Those columns' definitions. */
  readonly terms: readonly Sql[];
}

/**
 * Fingerprints of several column sets in one scan. Each row gives two hashes of 64 bits, taken over the values in
 * opposite orders, and the rows are summed, so that their order does not matter and duplicates count. DuckDB's hash may
 * change with its version, which is therefore hashed in too: data is then read anew, never mistaken for equal.
 */
export async function fingerprints(
  connection: Connection,
  relation: Sql,
  sets: readonly (readonly string[])[],
): Promise<readonly Fingerprint[]> {
  const columns = await hashedColumns(connection, relation);
  const chosen = sets.map((names) => names.map((name) => columnNamed(columns, name)).sort(byName));
  const used = [...new Set(chosen.flat())];
  const inner = used.flatMap(({ terms }) => terms);
  const sums = chosen.flatMap((set) => [
    sum(set.flatMap(({ first }) => first ?? [])),
    sum(['1', ...set.flatMap(({ second }) => second).reverse()]),
  ]);
  const [row = []] = await connection.texts(
    `SELECT count(*), ${sums.join(', ') || 'NULL'} FROM (SELECT ${inner.join(', ') || '1'} FROM ${relation})`,
  );
  const rows = Number(row[0]);
  return chosen.map((set, index) => {
    const summed = [row[1 + index * 2], row[2 + index * 2]];
    return { rows, hash: set.some(({ first }) => first === null) ? null : digest(set, rows, summed) };
  });
}

const sum = (values: readonly Sql[]): Sql => (values.length === 0 ? 'NULL' : `sum(hash(${values.join(', ')}))`);
const byName = (a: Hashed, b: Hashed): number => (a.name < b.name ? -1 : Number(a.name > b.name));

async function hashedColumns(connection: Connection, relation: Sql): Promise<readonly Hashed[]> {
  const types = (await connection.run(`FROM ${relation} LIMIT 0`)).columnTypes();
  const described = await describe(connection, `FROM ${relation}`);
  return described.map(({ name, type }, index) => hashed(name, type, types[index], index));
}

function hashed(name: string, type: string, driverType: DuckDBType | undefined, index: number): Hashed {
  const terms = driverType === undefined ? null : exactTerms(quoteIdentifier(name), driverType);
  if (terms === null) return { name, type, first: null, second: [], terms: [] };
  const alias = (way: string) => (_: Sql, at: number) => quoteIdentifier(`${index} ${way} ${at}`);
  const first = terms.first.map(alias('first'));
  const second = terms.second.map(alias('second'));
  const define = (values: readonly Sql[], names: readonly Sql[]): readonly Sql[] =>
    values.map((value, at) => `${value} AS ${names[at]}`);
  return { name, type, first, second, terms: [...define(terms.first, first), ...define(terms.second, second)] };
}

function columnNamed(columns: readonly Hashed[], name: string): Hashed {
  const found = columns.find((column) => fold(column.name) === fold(name));
  if (found === undefined) throw new EngineError(`there is no column \`${name}\` to take a fingerprint of`, null);
  return found;
}

function digest(set: readonly Hashed[], rows: number, sums: readonly (string | undefined)[]): string {
  const columns = set.map(({ name, type }) => [name, type]);
  const told = JSON.stringify(['bough.fingerprint/1', `duckdb ${driverVersion()}`, columns, rows, sums]);
  return createHash('sha256').update(told).digest('hex').slice(0, 32);
}
