import type { DeclaredColumn } from '../../model/node.ts';
import type { Column } from '../../model/facts.ts';
import { quoteIdentifier } from '../../postgres/literal.ts';
import type { Sql } from '../contract.ts';
import { refuseUnknownTypes } from '../declared.ts';
import type { Connection } from './connection.ts';
import { PostgresError } from './errors.ts';

/** Columns of data are matched with declared ones whatever their letter case. */
export const foldColumn = (name: string): string => name.toLowerCase();

const HINT = 'Types are written as in CREATE TABLE: integer, numeric(12,2), text, timestamp, double precision.';

/** Refuses types that the server does not know. */
export const checkTypes = (connection: Connection, node: string, declared: readonly DeclaredColumn[]): Promise<void> =>
  refuseUnknownTypes(node, declared, 'PostgreSQL', async (type) => {
    try {
      await connection.describe(`SELECT CAST(NULL AS ${type})`);
      return null;
    } catch (error) {
      if (!(error instanceof PostgresError)) throw error;
      return HINT;
    }
  });

/** All columns of a relation, declared types forced. */
export function selectCast(from: Sql, columns: readonly Column[], types: ReadonlyMap<string, string>): Sql {
  const list = columns.map(({ name }) => {
    const type = types.get(name);
    const column = quoteIdentifier(name);
    return type === undefined ? column : `CAST(${column} AS ${type}) AS ${column}`;
  });
  return `SELECT ${list.join(', ')} FROM ${from}`;
}
