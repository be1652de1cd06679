import { nearestName } from '../../model/nearest.ts';
import { pseudoColumn } from '../functions.ts';
import type { Name } from '../structure.ts';
import type { Resolver } from './resolver.ts';
import type { Scope } from './scope.ts';

/** A name that nothing bears is wrong only if every table in sight is known, and nothing but a column can stand there. */
export function reportMissing(resolver: Resolver, scope: Scope, name: Name): void {
  const last = name.parts.at(-1) ?? '';
  if (!name.sure || resolver.quiet || resolver.tooWrong || pseudoColumn(name.parts) !== null) return;
  const known: string[] = [];
  const tables: string[] = [];
  for (let level: Scope | null = scope; level !== null; level = level.parent) {
    if (level.loose || level.joinAliases.has(name.parts[0] ?? '')) return;
    for (const source of level.visible()) {
      const { table, names } = source;
      if (!table.columnsKnown || table.nameless.length > 0) return;
      const title = names.at(-1);
      if (title !== undefined) tables.push(title);
      if (name.parts.length === 1 || title === name.parts.at(-2)) known.push(...table.names);
    }
    if (level === scope) known.push(...level.aliases.keys());
  }
  if (name.parts.length === 1) return reportColumn(resolver, name, `there is no column \`${last}\``, last, known);
  const table = name.parts.at(-2) ?? '';
  const first = name.parts[0] ?? '';
  if (tables.includes(table))
    return reportColumn(resolver, name, `\`${table}\` has no column \`${last}\``, last, known);
  if (name.parts.length > 2) return;
  reportColumn(resolver, name, `there is no table or column \`${first}\` here`, first, tables);
}

function reportColumn(
  resolver: Resolver,
  name: Name,
  message: string,
  written: string,
  known: readonly string[],
): void {
  const near = nearestName(written, known);
  resolver.problem('column-unknown', message, name.span, near === null ? null : `did you mean \`${near}\`?`);
}
