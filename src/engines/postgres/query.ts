import type { ResultSet, Sql } from '../contract.ts';
import type { Answer } from '../../postgres/wire.ts';
import type { Connection } from './connection.ts';
import { jsonRows } from './values.ts';

/** Runs one statement of the user's, which can change nothing in the database. */
export function select(connection: Connection, statement: Sql, limit: number | undefined): Promise<ResultSet> {
  return connection.transaction(async () => {
    const answer = limit === undefined ? await connection.one(statement) : await first(connection, statement, limit);
    return { columns: await connection.columnsOf(answer), rows: await jsonRows(connection, answer) };
  }, 'READ ONLY');
}

const QUERY = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*(?:SELECT|WITH|VALUES|TABLE)\b/i;

/** A cursor gives the first rows of a query; what is no query (EXPLAIN, SHOW) gives few. */
async function first(connection: Connection, statement: Sql, limit: number): Promise<Answer> {
  if (!QUERY.test(statement)) {
    const answer = await connection.one(statement);
    return { ...answer, rows: answer.rows.slice(0, limit) };
  }
  const before = 'DECLARE rows NO SCROLL CURSOR FOR ';
  await connection.one(`${before}${statement}`, { start: before.length, length: statement.length });
  return connection.send(`FETCH ${limit} FROM rows`);
}

interface Explained {
  readonly Plan: { readonly 'Plan Rows': number };
}

/** What the planner expects, from what ANALYZE found. */
export async function estimate(connection: Connection, query: Sql): Promise<number | null> {
  const before = 'EXPLAIN (FORMAT JSON) ';
  const part = { start: before.length, length: query.length };
  const { rows } = await connection.transaction(() => connection.one(`${before}${query}`, part), 'READ ONLY');
  const [[json] = []] = rows;
  const [top]: readonly Explained[] = JSON.parse(json ?? '[]');
  return top?.Plan['Plan Rows'] ?? null;
}
