import type { Tie } from './contract.ts';
import { quoteName } from './context.ts';
import type { Context } from './context.ts';
import { MULTIPLYING, ORDER_SENSITIVE, PEER_FREE, POSITIONAL, classOf } from './functions.ts';
import { K } from './keywords.ts';
import type { Name, TieSite } from './structure.ts';
import { KIND, symbol } from './tokens.ts';

const COMMA = symbol(',');
const DOT = symbol('.');

/** What stands behind a call up to OVER; `open` is the bracket of the window, or -1 for a named one. */
interface Window {
  readonly open: number;
}

/** The window of the call that closes at `close`, or null. */
export function windowOf(context: Context, close: number): Window | null {
  let at = close + 1;
  for (;;) {
    if (context.isWord(at, K.filter) && context.isOpen(at + 1)) at = context.match(at + 1) + 1;
    else if (context.isWord(at, K.within) && context.isWord(at + 1, K.group) && context.isOpen(at + 2)) {
      at = context.match(at + 2) + 1;
    } else if ((context.isWord(at, K.ignore) || context.isWord(at, K.respect)) && context.isWord(at + 1, K.nulls))
      at += 2;
    else if (context.isWord(at, K.over)) return { open: context.isOpen(at + 1) ? at + 1 : -1 };
    else return null;
  }
}

/** How the answer of a call can hang on the order of rows. */
export function callTies(context: Context, name: string, open: number, close: number): readonly TieSite[] {
  const window = windowOf(context, close);
  const span = context.span(open - 1, close + 1);
  if (window !== null) return windowTies(context, name, window, span);
  if (!ORDER_SENSITIVE.has(name) && !POSITIONAL.has(name)) return [];
  const order = findOrder(context, open, close) ?? withinGroup(context, close);
  if (order === null) return [site('order', `${name}() without an order`, span, null)];
  const keys = simpleNames(context, order.from, order.to);
  const argument = simpleName(context, argumentStart(context, open), argumentEnd(context, open, close));
  // Rows that tie are told apart by nothing but the argument, so they give the same.
  if (argument !== null && keys.some((key) => sameName(key, argument))) return [];
  return [site('tie', `ties in the order of ${name}()`, span, keys)];
}

function windowTies(context: Context, name: string, window: Window, span: Tie['span']): readonly TieSite[] {
  if (PEER_FREE.has(name)) return [];
  if (window.open === -1) return [site('tie', `ties in the window of ${name}()`, span, null)];
  const close = context.match(window.open);
  const order = findOrder(context, window.open, close);
  const places =
    POSITIONAL.has(name) || ORDER_SENSITIVE.has(name) || (classOf(name) === 'unknown' && !MULTIPLYING.has(name));
  if (!places && !countsRows(context, window.open, close)) return [];
  if (order === null) return [site('order', `${name}() over rows without an order`, span, null)];
  const keys = [...partitionKeys(context, window.open, close), ...simpleNames(context, order.from, order.to)];
  return [site('tie', `ties in the window of ${name}()`, span, keys)];
}

const site = (kind: Tie['kind'], construct: string, span: Tie['span'], keys: readonly Name[] | null): TieSite => ({
  tie: { kind, construct, span },
  keys,
});

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The list of the ORDER BY that stands directly between two brackets. */
function findOrder(context: Context, open: number, close: number): Range | null {
  const from = findDirect(context, open, close, K.order);
  if (from === -1) return null;
  let to = from + 2;
  for (; to < close; to++) {
    if (context.kind(to) === KIND.open) to = context.match(to);
    else if (isFrame(context, to) || context.isWord(to, K.limit) || context.isWord(to, K.separator)) break;
  }
  return { from: from + 2, to };
}

function findDirect(context: Context, open: number, close: number, keyword: number): number {
  for (let at = open + 1; at < close; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.isWord(at, keyword) && context.isWord(at + 1, K.by)) return at;
  }
  return -1;
}

const isFrame = (context: Context, at: number): boolean =>
  context.isWord(at, K.rows) || context.isWord(at, K.range) || context.isWord(at, K.groups);

/** A frame of ROWS cuts between rows that tie, unless it takes in all. */
function countsRows(context: Context, open: number, close: number): boolean {
  for (let at = open + 1; at < close; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.isWord(at, K.rows)) return !isWholeFrame(context, at);
  }
  return false;
}

const WHOLE = [K.rows, K.between, K.unbounded, K.preceding, K.and, K.unbounded, K.following];
const isWholeFrame = (context: Context, at: number): boolean =>
  WHOLE.every((keyword, index) => context.isWord(at + index, keyword)) && !context.isWord(at + WHOLE.length, K.exclude);

function withinGroup(context: Context, close: number): Range | null {
  if (!context.isWord(close + 1, K.within) || !context.isOpen(close + 3)) return null;
  return findOrder(context, close + 3, context.match(close + 3));
}

function partitionKeys(context: Context, open: number, close: number): readonly Name[] {
  const from = findDirect(context, open, close, K.partition);
  if (from === -1) return [];
  const order = findDirect(context, open, close, K.order);
  return simpleNames(context, from + 2, order === -1 ? close : order);
}

/** Those items of a list that are nothing but a name, with or without a direction. */
export function simpleNames(context: Context, from: number, to: number): Name[] {
  const names: Name[] = [];
  for (let start = from; start < to;) {
    let end = start;
    while (end < to && !context.isSymbol(end, COMMA))
      end = context.kind(end) === KIND.open ? context.match(end) + 1 : end + 1;
    const name = simpleName(context, start, end);
    if (name !== null) names.push(name);
    start = end + 1;
  }
  return names;
}

function simpleName(context: Context, from: number, to: number): Name | null {
  if (from >= to || !context.isIdentifier(from)) return null;
  const parts = [context.fold(from)];
  let at = from + 1;
  while (at + 1 < to && context.isSymbol(at, DOT) && context.isIdentifier(at + 1)) {
    parts.push(context.fold(at + 1));
    at += 2;
  }
  const span = context.span(from, at);
  while (at < to && isDirection(context, at)) at++;
  return at === to ? { type: 'name', parts, span, sure: false } : null;
}

const DIRECTIONS = new Set([K.asc, K.desc, K.nulls, K.first, K.last]);
const isDirection = (context: Context, at: number): boolean =>
  context.kind(at) === KIND.word && DIRECTIONS.has(context.code(at));

const argumentStart = (context: Context, open: number): number =>
  context.isWord(open + 1, K.distinct) || context.isWord(open + 1, K.all) ? open + 2 : open + 1;

/** Where the first argument ends, and only if the order and a separator are all that follows. */
function argumentEnd(context: Context, open: number, close: number): number {
  for (let at = open + 1; at < close; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.isSymbol(at, COMMA)) return context.kind(at + 1) === KIND.string ? at : open;
    else if (context.isWord(at, K.order)) return at;
  }
  return close;
}

const sameName = (left: Name, right: Name): boolean =>
  left.parts.map(quoteName).join('.') === right.parts.map(quoteName).join('.');
