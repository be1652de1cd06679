import type { DeclaredColumn } from '../../model/node.ts';
import type { Column } from '../../model/facts.ts';
import { refuse } from '../../model/problems.ts';
import { problem } from '../../model/problems.ts';
import type { Problem } from '../../model/problems.ts';
import { quoteIdentifier } from '../../postgres/literal.ts';
import type { Sql } from '../contract.ts';
import type { Connection } from './connection.ts';
import { PostgresError } from './errors.ts';

/** Columns of data are matched with declared ones whatever their letter case. */
export const foldColumn = (name: string): string => name.toLowerCase();

/** Refuses types that the server does not know, all at once: elsewhere they would look like errors of the data. */
export async function checkTypes(
  connection: Connection,
  node: string,
  declared: readonly DeclaredColumn[],
): Promise<void> {
  const problems: Problem[] = [];
  for (const { name, type } of declared) {
    if (type === null) continue;
    try {
      await connection.describe(`SELECT CAST(NULL AS ${type})`);
    } catch (error) {
      if (!(error instanceof PostgresError)) throw error;
      problems.push(
        problem(
          'source-columns',
          `\`${node}\`: \`${type}\`, the type of column \`${name}\`, is no type of PostgreSQL`,
          {
            hint: 'Types are written as in CREATE TABLE: integer, numeric(12,2), text, timestamp, double precision.',
          },
        ),
      );
    }
  }
  refuse(problems);
}

/** All columns of a relation, declared types forced. */
export function selectCast(from: Sql, columns: readonly Column[], types: ReadonlyMap<string, string>): Sql {
  const list = columns.map(({ name }) => {
    const type = types.get(name);
    const column = quoteIdentifier(name);
    return type === undefined ? column : `CAST(${column} AS ${type}) AS ${column}`;
  });
  return `SELECT ${list.join(', ')} FROM ${from}`;
}
