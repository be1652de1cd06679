import type { Context } from './context.ts';
import { K } from './keywords.ts';
import { isUnit } from './names.ts';
import { KIND, symbol } from './tokens.ts';

const LESS = symbol('<');
const MORE = symbol('>');
const SHIFT = symbol('>>');
const COMMA = symbol(',');
const COLON = symbol(':');

const ANGLED = new Set([K.array, K.struct, K.map]);

/** The token behind a type such as `ARRAY<STRUCT<a INT64>>` that starts at `at`, where one does; else -1. */
export function angleTypeEnd(context: Context, at: number, last: number): number {
  if (!ANGLED.has(context.code(at)) || context.kind(at) !== KIND.word || !context.isSymbol(at + 1, LESS)) return -1;
  const end = angleEnd(context, at + 1, last);
  if (end === -1) return -1;
  // `array < a, b > (c)` compares; a type is followed by its value, or stands in a cast.
  const isCast =
    context.isWord(at - 1, K.as) || (context.kind(at - 1) === KIND.symbol && !isComparison(context, at - 1));
  return isCast || context.kind(end) === KIND.open ? end : -1;
}

const isComparison = (context: Context, at: number): boolean => context.isSymbol(at, COMMA);

function angleEnd(context: Context, from: number, last: number): number {
  let depth = 0;
  for (let at = from; at < last; at++) {
    if (context.isSymbol(at, LESS)) depth++;
    else if (context.isSymbol(at, MORE)) depth--;
    else if (context.isSymbol(at, SHIFT)) depth -= 2;
    else if (context.isOpen(at)) at = context.match(at);
    else if (!context.isIdentifier(at) && !context.isSymbol(at, COMMA) && !context.isSymbol(at, COLON)) return -1;
    if (depth <= 0) return depth === 0 ? at + 1 : -1;
  }
  return -1;
}

/** Where functions take units as they are (`next_interval(day, x)`), one that is a whole argument is no column. */
export function isBareUnit(context: Context, from: number, end: number, first: number, last: number): boolean {
  const { dialect } = context.rules;
  if (dialect === 'duckdb' || dialect === 'postgres' || !isUnit(context.code(from))) return false;
  return from > first && end < last && isEdge(context, from - 1) && isEdge(context, end);
}

const isEdge = (context: Context, at: number): boolean =>
  context.isOpen(at) || context.kind(at) === KIND.close || context.isSymbol(at, COMMA);
