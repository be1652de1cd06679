import type { Clause } from '../structure.ts';
import { clausePart, keyMeanings, takesAll, wholeRows, wordsOf } from './clauses.ts';
import { union } from './meaning.ts';
import type { Output } from './outputs.ts';
import type { Resolver } from './resolver.ts';
import type { Scope } from './scope.ts';
import type { RowsPart } from './table.ts';

/** ORDER BY as a part: of the table itself, or of what a LIMIT takes. */
export function orderPart(resolver: Resolver, clause: Clause, scope: Scope, outputs: readonly Output[]): RowsPart {
  const { label, span } = clause;
  if (takesAll(clause)) {
    const all = wholeRows(outputs);
    const tail = wordsOf(clause.list[0]?.items.slice(1) ?? []);
    return { label, pieces: ['order by all', tail, all.text], atoms: all.atoms, span };
  }
  const keys = keyMeanings(resolver, clause, scope, outputs);
  const text = keys.map(({ key, tail }) => `${key.text} ${tail}`.trimEnd()).join(' , ');
  return { label, pieces: ['order by', text], atoms: union(keys.map(({ key }) => key)), span };
}

/** LIMIT with the order that it cuts. Rows that tie are told apart by nothing, so which of them stay is open. */
export function limitPart(
  resolver: Resolver,
  limit: Clause,
  order: Clause | null,
  scope: Scope,
  outputs: readonly Output[],
  groups: readonly string[] | null,
): RowsPart {
  const ordered = order === null ? null : orderPart(resolver, order, scope, outputs);
  const total = order !== null && isTotal(resolver, order, scope, outputs, groups);
  const clause = total ? { ...limit, ties: [] } : limit;
  const part = clausePart(resolver, clause, scope, 'none');
  if (ordered === null) return part;
  return { ...part, pieces: [...part.pieces, ...ordered.pieces], atoms: part.atoms | ordered.atoms };
}

/** Rows that tie are equal as a whole, or there are none: the order holds all outputs, or all keys of the groups. */
function isTotal(
  resolver: Resolver,
  order: Clause,
  scope: Scope,
  outputs: readonly Output[],
  groups: readonly string[] | null,
): boolean {
  if (takesAll(order)) return true;
  const keys = new Set(keyMeanings(resolver, order, scope, outputs).flatMap(({ key }) => [key.text]));
  if (outputs.length > 0 && outputs.every((output) => keys.has(output.meaning.text))) return true;
  return groups !== null && groups.length > 0 && groups.every((text) => keys.has(text));
}
