import type { DeclaredColumn } from '../../model/node.ts';
import type { Problem } from '../../model/problems.ts';
import { UserError, problem } from '../../model/problems.ts';
import type { Sql } from '../contract.ts';
import type { Connection } from './connection.ts';
import { DuckdbError } from './errors.ts';
import { quoteIdentifier } from './names.ts';

/** Refuses types that the engine does not know, all at once: elsewhere they would look like errors of the data. */
export async function checkTypes(
  connection: Connection,
  node: string,
  declared: readonly DeclaredColumn[],
): Promise<void> {
  const problems: Problem[] = [];
  for (const { name, type } of declared) {
    if (type === null) continue;
    try {
      await connection.prepare(`SELECT CAST(NULL AS ${type})`);
    } catch (error) {
      if (!(error instanceof DuckdbError)) throw error;
      problems.push(
        problem('source-columns', `\`${node}\`: \`${type}\`, the type of column \`${name}\`, is no type of DuckDB`, {
          hint:
            error.message.split('\n')[1] ??
            'Types are written as in CREATE TABLE: INTEGER, DECIMAL(12,2), VARCHAR, TIMESTAMP.',
        }),
      );
    }
  }
  const [first, ...rest] = problems;
  if (first !== undefined) throw new UserError([first, ...rest]);
}

/** `SELECT *` with declared types forced. */
export function selectCast(from: Sql, types: ReadonlyMap<string, string>): Sql {
  const casts = [...types].map(([name, type]) => {
    const column = quoteIdentifier(name);
    return `CAST(${column} AS ${type}) AS ${column}`;
  });
  return `SELECT *${casts.length === 0 ? '' : ` REPLACE (${casts.join(', ')})`} FROM ${from}`;
}
