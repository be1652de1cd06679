import { StatementType } from '@duckdb/node-api';
import type { Column } from '../../model/facts.ts';
import type { ResultSet, Sql } from '../contract.ts';
import type { Connection } from './connection.ts';
import { DuckdbError } from './errors.ts';
import { columnsOf, toJson } from './values.ts';

/** Names and types of a query's result, as the engine spells them, without running it. */
export async function describe(connection: Connection, query: Sql): Promise<readonly Column[]> {
  const before = 'DESCRIBE ';
  const rows = await connection.texts(`${before}${query}`, { start: before.length, length: query.length });
  return rows.map(([name = '', type = '']) => ({ name, type }));
}

interface Explained {
  readonly extra_info?: { readonly 'Estimated Cardinality'?: string };
}

/** What the planner expects; it says nothing of some operators. */
export async function estimate(connection: Connection, query: Sql): Promise<number | null> {
  const before = 'EXPLAIN (FORMAT JSON) ';
  const [[, json = '[]'] = []] = await connection.texts(`${before}${query}`, {
    start: before.length,
    length: query.length,
  });
  const [top]: readonly Explained[] = JSON.parse(json);
  const rows = top?.extra_info?.['Estimated Cardinality'];
  return rows === undefined ? null : Number(rows);
}

/** Runs one statement of the user's, which can change nothing in the file. */
export function select(connection: Connection, statement: Sql, limit: number | undefined): Promise<ResultSet> {
  return connection.transaction(
    async () => (limit === undefined ? all(connection, statement) : first(connection, statement, limit)),
    'READ ONLY',
  );
}

async function all(connection: Connection, statement: Sql): Promise<ResultSet> {
  const result = await connection.run(statement);
  const harmless = result.statementType === StatementType.SELECT || result.statementType === StatementType.EXPLAIN;
  if (!harmless) connection.retired = true;
  return { columns: columnsOf(result), rows: await result.convertRows(toJson) };
}

/**
 * The driver's streaming results end silently where a row fails, so a limit is put around the query, which keeps its
 * order. The columns are those of the query itself: a subquery renames the second of two that are called alike.
 */
async function first(connection: Connection, statement: Sql, limit: number): Promise<ResultSet> {
  const prepared = await connection.prepare(statement);
  if (prepared?.kind !== StatementType.SELECT) return cut(await all(connection, statement), limit);
  const before = 'SELECT * FROM (';
  const inner = statement.replace(/[;\s]+$/, '');
  try {
    const result = await connection.run(`${before}${inner}\n) LIMIT ${limit}`, {
      start: before.length,
      length: inner.length,
    });
    return { columns: prepared.columns, rows: await result.convertRows(toJson) };
  } catch (error) {
    // Not everything that gives rows may stand in parentheses.
    if (error instanceof DuckdbError && error.kind === 'Parser') return cut(await all(connection, statement), limit);
    throw error;
  }
}

const cut = (result: ResultSet, limit: number): ResultSet => ({ ...result, rows: result.rows.slice(0, limit) });
