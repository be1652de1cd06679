import { closest } from 'fastest-levenshtein';
import type { Column } from '../model/facts.ts';
import type { NodeName } from '../model/ids.ts';
import type { DeclaredColumn } from '../model/node.ts';
import type { Problem } from '../model/problems.ts';
import { problem, refuse } from '../model/problems.ts';

/**
 * Declared types by the name that the column has in the data. Columns match by name as `fold` compares them, never by
 * position.
 */
export function declaredTypes(
  node: NodeName | string,
  declared: readonly DeclaredColumn[],
  present: readonly Column[],
  fold: (name: string) => string,
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

/**
 * Refuses types that the engine does not know, all at once: elsewhere they would look like errors of the data. `fault`
 * says what to write instead, or null where the engine knows the type.
 */
export async function refuseUnknownTypes(
  node: string,
  declared: readonly DeclaredColumn[],
  engine: string,
  fault: (type: string) => Promise<string | null>,
): Promise<void> {
  const problems: Problem[] = [];
  for (const { name, type } of declared) {
    const hint = type === null ? null : await fault(type);
    if (hint === null) continue;
    const message = `\`${node}\`: \`${type}\`, the type of column \`${name}\`, is no type of ${engine}`;
    problems.push(problem('source-columns', message, { hint }));
  }
  refuse(problems);
}

function absent(node: string, name: string, present: readonly Column[]): Problem {
  const names = present.map((column) => column.name);
  const nearest = names.length === 0 ? null : closest(name, names);
  return problem('source-columns', `\`${node}\` has no column \`${name}\``, {
    hint: `${nearest === null ? '' : `Did you mean \`${nearest}\`? `}It has: ${names.map((one) => `\`${one}\``).join(', ')}.`,
  });
}
