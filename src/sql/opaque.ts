import { writtenNames } from './canonical-text.ts';
import type { Context } from './context.ts';
import { expressionBetween } from './expressions.ts';
import { readLooseTable } from './relations.ts';
import { startsQuery } from './brackets.ts';
import { K, WRITES } from './keywords.ts';
import type { Body, Item } from './structure.ts';
import { KIND } from './tokens.ts';

const TABLE_FIRST = new Set([K.pivot, K.unpivot, K.pivot_wider, K.pivot_longer, K.describe, K.summarize, K.show]);

/** A query of which only the tables are understood: PIVOT, DESCRIBE, SUMMARIZE and anything unknown. */
export function readOpaque(context: Context, end: number): Body {
  const from = context.at;
  const label = context.raw(from).toUpperCase();
  const isWord = context.kind(from) === KIND.word && from < end;
  if (isWord && WRITES.has(context.code(from))) {
    const hint = 'a model holds one query, which reads and no more';
    context.problem('sql-not-a-query', `\`${label}\` writes`, context.span(from, from + 1), hint);
  }
  const items: Item[] = [];
  if (isWord && TABLE_FIRST.has(context.code(from))) {
    items.push(context.spell(from));
    context.at = from + 1;
    if (startsQuery(context, from + 1))
      items.push({ type: 'query', query: context.readQuery(context, end), rowsOnly: false });
    else {
      const relation = readLooseTable(context, end);
      if (relation !== null) items.push({ type: 'relation', relation });
    }
  }
  const tail = expressionBetween(context, context.at, Math.max(context.at, opaqueEnd(context, end)));
  const names = writtenNames(context, from, context.at);
  return {
    type: 'opaque',
    expression: { items: [...items, ...tail.items, ...names], span: context.span(from, context.at), facts: tail.facts },
    label,
  };
}

const AFTER_BODY = new Set([K.union, K.intersect, K.except, K.limit, K.offset, K.fetch]);

/** Up to a set operator, ORDER BY or LIMIT; the other clauses of a PIVOT statement belong to it. */
function opaqueEnd(context: Context, end: number): number {
  let at = context.at;
  for (; at < end; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.kind(at) !== KIND.word) continue;
    else if (AFTER_BODY.has(context.code(at))) break;
    else if (context.isWord(at, K.order) && (context.isWord(at + 1, K.by) || context.isWord(at + 1, K.all))) break;
  }
  return Math.min(at, end);
}
