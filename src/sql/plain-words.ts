import type { Building } from './building.ts';
import type { Context } from './context.ts';
import { K } from './keywords.ts';
import { KIND, symbol } from './tokens.ts';

const DOT = symbol('.');
const CAST = symbol('::');
const ASSIGN = symbol(':=');
const ARROW = symbol('=>');
const COLON = symbol(':');
const COMMA = symbol(',');
const BRACE = 123;

/** A path into a value, `v:name.first` and `v:names[0].first`, where letter case tells keys apart. */
export function isPath(context: Context, at: number, first: number): boolean {
  if (!context.rules.exactFields || at === first) return false;
  if (context.isSymbol(at - 1, DOT)) return context.kind(at - 2) === KIND.close;
  return (
    context.isSymbol(at - 1, COLON) && context.rules.dialect !== 'bigquery' && context.kind(at - 2) !== KIND.string
  );
}

interface Place {
  readonly from: number;
  readonly end: number;
  /** The expression that it stands in. */
  readonly first: number;
  readonly last: number;
}

/** Types, named arguments, keys of structs: words that are no names of columns. */
export function isPlainText(context: Context, build: Building, { from, end, first, last }: Place): boolean {
  if (context.kind(end) === KIND.string && end === from + 1 && end < last && context.kind(from) === KIND.word)
    return true;
  if (context.isSymbol(end, ASSIGN) || context.isSymbol(end, ARROW)) return true;
  if (from === first) return false;
  if (context.isSymbol(from - 1, CAST) || context.isWord(from - 1, K.as) || context.isWord(from - 1, K.collate))
    return true;
  if (context.isSymbol(from - 1, DOT) && context.kind(from - 2) === KIND.close) return true;
  if (context.isSymbol(end, COLON) && end === from + 1) return from < build.braceEnd && isStructKey(context, from - 1);
  return end === from + 1 && (isWindowName(context, from) || isNullsOrder(context, from));
}

/** `NULLS FIRST`, `NULLS LAST`. */
const isNullsOrder = (context: Context, at: number): boolean =>
  context.isWord(at, K.nulls) ? isEdge(context, at + 1) : isEdge(context, at) && context.isWord(at - 1, K.nulls);
const isEdge = (context: Context, at: number): boolean => context.isWord(at, K.first) || context.isWord(at, K.last);

/** `OVER (w ROWS 2 PRECEDING)`: a window that builds on another starts with its name. */
function isWindowName(context: Context, at: number): boolean {
  if (!context.isOpen(at - 1) || !context.isWord(at - 2, K.over)) return false;
  return context.kind(at) === KIND.quoted || !WINDOW_WORDS.has(context.code(at));
}

const WINDOW_WORDS = new Set([K.partition, K.order, K.rows, K.range, K.groups]);

const isStructKey = (context: Context, before: number): boolean =>
  (context.kind(before) === KIND.open && context.code(before) === BRACE) || context.isSymbol(before, COMMA);
