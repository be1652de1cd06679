import type { Clause, Expression, Item } from '../structure.ts';
import { plus } from './atom-set.ts';
import { resolveExpression, resolveTie } from './expressions.ts';
import type { AliasUse } from './lookup.ts';
import { oneOf, short, union } from './meaning.ts';
import type { Meaning } from './meaning.ts';
import type { Output } from './outputs.ts';
import type { Resolver } from './resolver.ts';
import type { Scope } from './scope.ts';
import type { RowsPart } from './table.ts';

/** A clause as it decides on rows. */
export function clausePart(resolver: Resolver, clause: Clause, scope: Scope, aliases: AliasUse): RowsPart {
  const meanings = clause.list.map((expression) => resolveExpression(resolver, expression, scope, aliases));
  let atoms = union(meanings);
  for (const site of clause.ties) atoms = plus(atoms, resolveTie(resolver, site, scope));
  const text = [clause.words, meanings.map((meaning) => meaning.text).join(' , ')].join(' ');
  return { label: clause.label, pieces: [text], atoms, span: clause.span };
}

/** The words of items that are nothing else. */
export const wordsOf = (items: readonly Item[]): string => items.filter((item) => typeof item === 'string').join(' ');

const isNumber = (text: string): boolean => /^[0-9]+$/.test(text);

/** The output that `1` stands for in GROUP BY and ORDER BY, with a direction that may follow. */
function ordinal(
  expression: Expression,
  outputs: readonly Output[],
): { readonly output: Output; readonly tail: string } | null {
  const [first, ...others] = expression.items;
  if (typeof first !== 'string' || !isNumber(first)) return null;
  if (!others.every((item) => typeof item === 'string' && DIRECTIONS.has(item))) return null;
  const output = outputs[Number(first) - 1];
  return output === undefined ? null : { output, tail: wordsOf(others) };
}

const DIRECTIONS = new Set(['asc', 'desc', 'nulls', 'first', 'last']);

/** An item of GROUP BY or ORDER BY with the direction behind it. */
export interface ListKey {
  readonly key: Meaning;
  readonly tail: string;
}

/** Columns go before aliases there in these dialects; in others nobody knows. */
export const afterColumns = ({ rules: { dialect } }: Resolver): AliasUse =>
  dialect === 'duckdb' || dialect === 'postgres' ? 'after' : 'also';

/** `ORDER BY total`: an output of that name goes before all columns. Which of two is meant is not looked into. */
function namedOutput(resolver: Resolver, items: readonly Item[], outputs: readonly Output[]): Meaning | null {
  const [name, second] = items;
  if (afterColumns(resolver) !== 'after' || second !== undefined || typeof name !== 'object') return null;
  if (name.type !== 'name' || name.parts.length > 1) return null;
  return oneOf(outputs.flatMap(({ folded, meaning }) => (folded === name.parts[0] ? [meaning] : [])));
}

/** Items of GROUP BY or ORDER BY, where numbers stand for outputs. `ALL` has none. */
export function listKeys(
  resolver: Resolver,
  clause: Clause,
  scope: Scope,
  outputs: readonly Output[],
): readonly ListKey[] {
  if (takesAll(clause)) return [];
  return clause.list.map((expression) => {
    const found = ordinal(expression, outputs);
    if (found !== null) return { key: found.output.meaning, tail: found.tail };
    const { items } = expression;
    let end = items.length;
    for (let item = items[end - 1]; end > 1 && typeof item === 'string' && DIRECTIONS.has(item); item = items[end - 1])
      end--;
    const kept = items.slice(0, end);
    const output = clause.label === 'ORDER BY' ? namedOutput(resolver, kept, outputs) : null;
    const aliases = items.includes('collate') ? 'also' : afterColumns(resolver);
    const key = output ?? resolveExpression(resolver, { ...expression, items: kept }, scope, aliases);
    return { key, tail: wordsOf(items.slice(end)) };
  });
}

/** `GROUP BY ALL`, `ORDER BY ALL`, `GROUP BY *`. */
export function takesAll(clause: Clause): boolean {
  const [first] = clause.list[0]?.items ?? [];
  return clause.list.length === 1 && (first === 'all' || (typeof first === 'object' && first.type === 'star'));
}

/** All outputs in order, for what looks at whole rows. */
export function wholeRows(outputs: readonly Output[]): Meaning {
  return {
    text: outputs.map((output) => short(output.meaning.text)).join(' , '),
    atoms: union(outputs.map((output) => output.meaning)),
  };
}
