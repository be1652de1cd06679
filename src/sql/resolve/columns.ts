import type { Output } from './outputs.ts';
import type { Resolver } from './resolver.ts';
import type { Scope } from './scope.ts';
import { columnOf } from './table.ts';
import type { Column } from './table.ts';

/**
 * The outputs of a SELECT as columns for whoever reads it. Where its rows are (`all`) or are some of (`some`) the rows
 * of one query, a column that is passed on keeps its text, so that a query round a query changes nothing; but a window
 * looks at neighbours, and those can have been filtered away.
 */
export function toColumns(
  resolver: Resolver,
  scope: Scope,
  outputs: readonly Output[],
  rows: 'all' | 'some' | 'none',
): readonly Column[] {
  const single = scope.sources.length === 1 && rows !== 'none';
  const names = distinctNames(
    resolver,
    outputs.map(({ name }) => name),
  );
  return outputs.map((output, index): Column => {
    const { meaning, span } = output;
    const passed = single ? columnOf(meaning) : undefined;
    const ofRow = rows !== 'none' && output.ofRow;
    const name = names[index] ?? null;
    const folded = name === null ? null : name === output.name ? output.folded : resolver.fold(name);
    const keeps = passed !== undefined && (rows === 'all' || passed.ofRow) && passed.meaning.text.includes('{');
    const at = keeps ? passed.span : span;
    return { name, folded, meaning: keeps ? passed.meaning : meaning, ofRow, span: at };
  });
}

/** DuckDB numbers names that come twice; elsewhere they stay as they are. */
export function distinctNames(resolver: Resolver, names: readonly (string | null)[]): readonly (string | null)[] {
  if (resolver.rules.dialect !== 'duckdb') return names;
  const seen = new Set<string>();
  return names.map((name) => {
    if (name === null) return null;
    let chosen = name;
    for (let count = 1; seen.has(resolver.fold(chosen)); count++) chosen = `${name}_${count}`;
    seen.add(resolver.fold(chosen));
    return chosen;
  });
}
