import type { Clause } from '../structure.ts';
import { plus } from './atom-set.ts';
import { clausePart, listKeys, takesAll, wholeRows, wordsOf } from './clauses.ts';
import type { ListKey } from './clauses.ts';
import { union } from './meaning.ts';
import type { Output } from './outputs.ts';
import type { Resolver } from './resolver.ts';
import type { Scope } from './scope.ts';
import type { RowsPart } from './table.ts';

/** A resolved ORDER BY. */
export interface Order {
  readonly clause: Clause;
  readonly keys: readonly ListKey[];
  readonly part: RowsPart;
}

export function resolveOrder(
  resolver: Resolver,
  clause: Clause | null,
  scope: Scope,
  outputs: readonly Output[],
): Order | null {
  if (clause === null) return null;
  const keys = listKeys(resolver, clause, scope, outputs);
  const { label, span } = clause;
  if (takesAll(clause)) {
    const all = wholeRows(outputs);
    const tail = wordsOf(clause.list[0]?.items.slice(1) ?? []);
    return { clause, keys, part: { label, pieces: ['order by all', tail, all.text], atoms: all.atoms, span } };
  }
  const text = keys.map(({ key, tail }) => `${key.text} ${tail}`.trimEnd()).join(' , ');
  const atoms = union(keys.map(({ key }) => key));
  return { clause, keys, part: { label, pieces: ['order by', text], atoms, span } };
}

/** What tells the rows apart that a LIMIT chooses among. */
export interface Choice {
  /** Keys of a GROUP BY. */
  readonly groups: readonly string[] | null;
  /** DISTINCT makes one row of several, of which any lends the values that are ordered by and not in the result. */
  readonly distinct: boolean;
}

/** LIMIT with the order that it cuts. */
export function limitPart(
  resolver: Resolver,
  limit: Clause,
  order: Order | null,
  scope: Scope,
  outputs: readonly Output[],
  choice: Choice,
): RowsPart {
  const total = order !== null && isTotal(order, outputs, choice);
  const part = clausePart(resolver, total ? { ...limit, ties: [] } : limit, scope, 'none');
  if (order === null) return part;
  return { ...part, pieces: [...part.pieces, ...order.part.pieces], atoms: plus(part.atoms, order.part.atoms) };
}

/** Rows that tie are equal as a whole, or there are none: the order holds all outputs, or all keys of the groups. */
function isTotal(order: Order, outputs: readonly Output[], { groups, distinct }: Choice): boolean {
  if (takesAll(order.clause)) return true;
  const keys = new Set(order.keys.map(({ key }) => key.text));
  const shown = new Set(outputs.map(({ meaning }) => meaning.text));
  if (distinct && [...keys].some((key) => !shown.has(key))) return false;
  if (outputs.length > 0 && outputs.every((output) => keys.has(output.meaning.text))) return true;
  return groups !== null && groups.length > 0 && groups.every((text) => keys.has(text));
}
