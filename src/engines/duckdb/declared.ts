import type { DeclaredColumn } from '../../model/node.ts';
import type { Sql } from '../contract.ts';
import { refuseUnknownTypes } from '../declared.ts';
import type { Connection } from './connection.ts';
import { DuckdbError } from './errors.ts';
import { quoteIdentifier } from './names.ts';

const HINT = 'Types are written as in CREATE TABLE: INTEGER, DECIMAL(12,2), VARCHAR, TIMESTAMP.';

/** Refuses types that the engine does not know, with what it says of them itself. */
export const checkTypes = (connection: Connection, node: string, declared: readonly DeclaredColumn[]): Promise<void> =>
  refuseUnknownTypes(node, declared, 'DuckDB', async (type) => {
    try {
      await connection.prepare(`SELECT CAST(NULL AS ${type})`);
      return null;
    } catch (error) {
      if (!(error instanceof DuckdbError)) throw error;
      return error.message.split('\n')[1] ?? HINT;
    }
  });

/** `SELECT *` with declared types forced. */
export function selectCast(from: Sql, types: ReadonlyMap<string, string>): Sql {
  const casts = [...types].map(([name, type]) => {
    const column = quoteIdentifier(name);
    return `CAST(${column} AS ${type}) AS ${column}`;
  });
  return `SELECT *${casts.length === 0 ? '' : ` REPLACE (${casts.join(', ')})`} FROM ${from}`;
}
