import type { DialectRules } from '../dialects.ts';
import type { Meaning } from './meaning.ts';
import type { Scope, Source } from './scope.ts';
import type { Column } from './table.ts';

/** A column that a star stands for, as seen from the SELECT. */
export interface StarColumn {
  readonly name: string | null;
  readonly folded: string | null;
  readonly meaning: Meaning;
  readonly ofRow: boolean;
  /** What may qualify it; null where a join made it of two. */
  readonly titles: readonly string[] | null;
}

/** What `*` or `t.*` stands for, in order; null where a table's columns are unknown. */
export function starColumns(
  scope: Scope,
  qualifier: readonly string[],
  rules: DialectRules,
): readonly StarColumn[] | null {
  if (qualifier.length > 0) return qualified(scope, qualifier);
  if (scope.loose) return null;
  const sources = scope.visible();
  return sources.some(({ table }) => table.columns === null) ? null : columnsOf(scope, sources, rules);
}

/** The folded names, in the order of a star, of the tables from source `first` on and before `end`. */
export function starNames(scope: Scope, first: number, end: number, rules: DialectRules): readonly string[] {
  const sources = scope.visible().filter(({ index }) => index >= first && index < end);
  return columnsOf(scope, sources, rules).flatMap(({ folded }) => folded ?? []);
}

/** What a join merged stands before all other columns of that join, or where its left side has it. */
function columnsOf(scope: Scope, sources: readonly Source[], { mergedInPlace }: DialectRules): readonly StarColumn[] {
  const columns: StarColumn[] = [];
  const merged = new Set<string>();
  for (const source of sources) {
    for (const name of mergedInPlace ? [] : scope.mergedFrom(source.index)) {
      const found = sources.flatMap((one) => one.table.find(name).map((column) => mergedColumn(scope, one, column)));
      const [first] = found.filter((column) => column !== null);
      if (first === undefined) continue;
      merged.add(name);
      columns.push(first);
    }
    for (const column of source.table.columns ?? []) {
      const found = mergedColumn(scope, source, column);
      if (found === null) columns.push(seenFrom(scope, source, column));
      else if (!merged.has(found.folded)) {
        merged.add(found.folded);
        columns.push(found);
      }
    }
  }
  return columns;
}

function mergedColumn(scope: Scope, source: Source, column: Column): (StarColumn & { readonly folded: string }) | null {
  const { name, folded } = column;
  const merged = folded === null ? undefined : scope.mergedAs(folded);
  if (folded === null || merged === undefined || !merged.sources.has(source.index)) return null;
  return { name, folded, meaning: merged.meaning, ofRow: merged.ofRow, titles: null };
}

const seenFrom = (scope: Scope, source: Source, column: Column): StarColumn => ({
  name: column.name,
  folded: column.folded,
  meaning: scope.reference(source, column, scope),
  ofRow: column.ofRow,
  titles: source.names,
});

function qualified(scope: Scope, qualifier: readonly string[]): readonly StarColumn[] | null {
  for (const source of scope.visible()) {
    const { names, table } = source;
    if (!endsWith(names, qualifier)) continue;
    return table.columns === null ? null : table.columns.map((column) => seenFrom(scope, source, column));
  }
  return null;
}

/** Whether `t.a` or `a`, as EXCLUDE and RENAME write it, is this column. */
export function isNamed({ folded, titles }: StarColumn, name: readonly string[]): boolean {
  return folded === name.at(-1) && (name.length === 1 || (titles !== null && endsWith(titles, name.slice(0, -1))));
}

function endsWith(names: readonly string[], qualifier: readonly string[]): boolean {
  if (qualifier.length > names.length) return false;
  return qualifier.every((part, index) => part === names[names.length - qualifier.length + index]);
}
