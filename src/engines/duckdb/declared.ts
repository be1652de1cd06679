import { closest } from 'fastest-levenshtein';
import type { Column } from '../../model/facts.ts';
import type { NodeName } from '../../model/ids.ts';
import type { DeclaredColumn } from '../../model/node.ts';
import type { Problem } from '../../model/problems.ts';
import { UserError, problem, refuse } from '../../model/problems.ts';
import type { Sql } from '../contract.ts';
import type { Connection } from './connection.ts';
import { DuckdbError } from './errors.ts';
import { fold, quoteIdentifier } from './names.ts';

/** Declared types by the name that the column has in the data. Columns match by name, never by position. */
export function declaredTypes(
  node: NodeName | string,
  declared: readonly DeclaredColumn[],
  present: readonly Column[],
): ReadonlyMap<string, string> {
  const byName = new Map(present.map((column) => [fold(column.name), column.name]));
  refuse(
    declared.filter((column) => !byName.has(fold(column.name))).map((column) => absent(node, column.name, present)),
  );
  const typed = declared.flatMap(({ name, type }) =>
    type === null ? [] : [[byName.get(fold(name)) ?? name, type] as const],
  );
  return new Map(typed);
}

function absent(node: string, name: string, present: readonly Column[]): Problem {
  const names = present.map((column) => column.name);
  const nearest = names.length === 0 ? null : closest(name, names);
  return problem('source-columns', `\`${node}\` has no column \`${name}\``, {
    hint: `${nearest === null ? '' : `Did you mean \`${nearest}\`? `}It has: ${names.map((one) => `\`${one}\``).join(', ')}.`,
  });
}

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
