import type { ClockUse, Tie } from './contract.ts';
import { clockFamily, clockFunction } from './clock.ts';
import { holdsQuery } from './brackets.ts';
import { quoteName } from './context.ts';
import type { Context } from './context.ts';
import { MULTIPLYING, ORDER_SENSITIVE, VOLATILE, classOf, isMultiplying, PSEUDO_COLUMNS } from './functions.ts';
import { K, isNeverName, isReserved } from './keywords.ts';
import { endsOperand } from './names.ts';
import { stopsHere } from './stops.ts';
import type { Stops } from './stops.ts';
import { NO_FACTS } from './facts.ts';
import type { Expression, Facts, Item, TieSite } from './structure.ts';
import { KIND, symbol } from './tokens.ts';
import { callTies, windowOf } from './windows.ts';

const DOT = symbol('.');
const STAR = symbol('*');
const CAST = symbol('::');
const ASSIGN = symbol(':=');
const ARROW = symbol('=>');
const LAMBDA = symbol('->');
const COLON = symbol(':');
const HASH = symbol('#');
const BRACE = 123;

/** Function names whose first arguments may be bare units: `date_part(dow, x)`. */
const UNIT_CALL = /date|time|extract|trunc|diff|part|day|week|bucket/;

interface Building {
  readonly items: Item[];
  aggregate: boolean;
  window: boolean;
  multiplies: boolean;
  spreads: boolean;
  lambda: boolean;
  readonly unknown: string[];
  readonly ties: TieSite[];
  readonly clocks: ClockUse[];
  /** Token where a call with bare units ends. */
  unitsEnd: number;
}

/** Reads one expression: from the cursor up to a comma, a bracket, `limit`, or a word of `stops`, outside brackets. */
export function readExpression(context: Context, limit: number, stops: Stops): Expression {
  const from = context.at;
  const to = expressionEnd(context, from, limit, stops);
  return expressionBetween(context, from, to);
}

/** Where an expression that starts at `from` ends. */
export function expressionEnd(context: Context, from: number, limit: number, stops: Stops): number {
  let at = from;
  while (at < limit) {
    const kind = context.kind(at);
    if (kind === KIND.open) at = context.match(at);
    else if (kind === KIND.close) return at;
    else if (kind === KIND.symbol && (context.code(at) === COMMA || context.code(at) === SEMICOLON)) return at;
    else if (kind === KIND.word && context.code(at) !== 0 && stopsHere(context, at, from, stops)) return at;
    at++;
  }
  return Math.min(at, limit);
}

const COMMA = symbol(',');
const SEMICOLON = symbol(';');

/** The expression that fills the tokens from `from` to `to`; leaves the cursor at `to`. */
export function expressionBetween(context: Context, from: number, to: number): Expression {
  const build: Building = {
    items: [],
    aggregate: false,
    window: false,
    multiplies: false,
    spreads: false,
    lambda: false,
    unknown: [],
    ties: [],
    clocks: [],
    unitsEnd: -1,
  };
  const span = context.span(from, to);
  let first = from;
  let last = to;
  while (context.isOpen(first) && context.match(first) === last - 1 && !holdsQuery(context, first)) {
    first++;
    last--;
  }
  for (context.at = first; context.at < last;) readToken(context, build, first, last);
  context.at = to;
  return { items: build.items, span, facts: factsOf(build) };
}

function factsOf(build: Building): Facts {
  const { aggregate, window, multiplies, unknown, spreads, lambda, ties, clocks } = build;
  const plain = !(aggregate || window || multiplies || spreads || lambda);
  if (plain && unknown.length === 0 && ties.length === 0 && clocks.length === 0) return NO_FACTS;
  return { aggregate, window, multiplies, unknown, spreads, lambda, ties, clocks };
}

function readToken(context: Context, build: Building, first: number, last: number): void {
  const at = context.at;
  const kind = context.kind(at);
  if (kind === KIND.word || kind === KIND.quoted) readWord(context, build, first, last);
  else if (context.isOpen(at) && holdsQuery(context, at)) readSubquery(context, build, first);
  else if (kind === KIND.symbol) readSymbol(context, build, first, last);
  else {
    build.items.push(context.spell(at));
    context.at = at + 1;
  }
}

function readSubquery(context: Context, build: Building, first: number): void {
  const at = context.at;
  const close = context.match(at);
  const rowsOnly = at > first && context.isWord(at - 1, K.exists);
  context.at = at + 1;
  build.items.push({ type: 'query', query: context.readQuery(context, close), rowsOnly });
  context.at = close + 1;
}

function readSymbol(context: Context, build: Building, first: number, last: number): void {
  const at = context.at;
  const code = context.code(at);
  context.at = at + 1;
  if (code === LAMBDA) build.lambda = true;
  if (code === STAR && isStar(context, at, first, last)) {
    const counted = context.isOpen(at - 1) && context.isWord(at - 2, K.count);
    build.items.push(counted ? '*' : { type: 'star', qualifier: [] });
  } else if (code === HASH && context.rules.dialect === 'duckdb' && context.kind(at + 1) === KIND.number) {
    build.items.push({ type: 'ordinal', number: Number(context.raw(at + 1)) });
    context.at = at + 2;
  } else build.items.push(context.spell(at));
}

function isStar(context: Context, at: number, first: number, last: number): boolean {
  return at === first || at + 1 >= last || context.kind(at - 1) === KIND.open || !endsOperand(context, at - 1);
}

/** A word starts a keyword, a call, a type, or a dotted name. */
function readWord(context: Context, build: Building, first: number, last: number): void {
  const at = context.at;
  const code = context.kind(at) === KIND.word ? context.code(at) : 0;
  if (isNeverName(code) || (isReserved(code) && !context.isSymbol(at + 1, DOT)))
    return readKeyword(context, build, code);
  const end = chainEnd(context, at, last);
  if (context.isSymbol(end, DOT) && context.isSymbol(end + 1, STAR)) return readQualifiedStar(context, build, at, end);
  if (context.isOpen(end) && end < last) return readCall(context, build, at, end);
  if (isPlainText(context, at, end, first)) {
    for (let token = at; token < end; token++) build.items.push(context.spell(token));
    context.at = end;
    return;
  }
  readName(context, build, at, end, first, last);
}

function readKeyword(context: Context, build: Building, code: number): void {
  const at = context.at;
  // Ascending is the default, so saying it changes nothing.
  if (code !== K.asc) build.items.push(context.spell(at));
  context.at = at + 1;
}

/** The token after a dotted chain that starts at `at`. */
export function chainEnd(context: Context, at: number, last: number): number {
  let end = at + 1;
  while (end + 1 < last && context.isSymbol(end, DOT) && context.isIdentifier(end + 1)) end += 2;
  return end;
}

function chainParts(context: Context, from: number, end: number): string[] {
  const parts: string[] = [];
  for (let token = from; token < end; token += 2) {
    if (context.rules.dottedQuotes && context.kind(token) === KIND.quoted)
      parts.push(...context.fold(token).split('.'));
    else parts.push(context.fold(token));
  }
  return parts;
}

function noteLongName(context: Context, from: number, end: number, parts: readonly string[]): void {
  const tokens: number[] = [];
  for (let token = from; token < end; token += 2) tokens.push(token);
  if (tokens.length >= 2 && tokens.length === parts.length)
    context.longNames.push({ block: context.block, parts, tokens });
}

function readQualifiedStar(context: Context, build: Building, from: number, end: number): void {
  const qualifier = chainParts(context, from, end);
  noteLongName(context, from, end, qualifier);
  build.items.push({ type: 'star', qualifier });
  context.at = end + 2;
}

/** Types, named arguments, keys of structs: words that are no names of columns. */
function isPlainText(context: Context, from: number, end: number, first: number): boolean {
  if (context.kind(end) === KIND.string && end === from + 1 && context.kind(from) === KIND.word) return true;
  if (context.isSymbol(end, ASSIGN) || context.isSymbol(end, ARROW)) return true;
  if (from === first) return false;
  if (context.isSymbol(from - 1, CAST) || context.isWord(from - 1, K.as) || context.isWord(from - 1, K.collate))
    return true;
  if (context.isSymbol(from - 1, DOT) && context.kind(from - 2) === KIND.close) return true;
  if (context.isSymbol(end, COLON) && end === from + 1) return isStructKey(context, from - 1);
  return false;
}

const isStructKey = (context: Context, before: number): boolean =>
  (context.kind(before) === KIND.open && context.code(before) === BRACE) || context.isSymbol(before, COMMA);

function readName(context: Context, build: Building, from: number, end: number, first: number, last: number): void {
  const parts = chainParts(context, from, end);
  const span = context.span(from, end);
  noteLongName(context, from, end, parts);
  const single = end === from + 1 && context.kind(from) === KIND.word;
  let called = false;
  if (single) {
    const clock = clockFunction(context.lower(from), context.rules.dialect, false);
    const isVolatile = VOLATILE.has(context.lower(from)) && BARE_VOLATILE.has(context.lower(from));
    called = clock !== null || isVolatile;
    if (clock !== null) noteClock(context, build, clockFamily(clock.kind), context.lower(from), span);
    else if (isVolatile) noteVolatile(context, build, context.lower(from), span);
  }
  if (PSEUDO_COLUMNS.has(parts.at(-1) ?? '')) noteOrder(context, build, parts.at(-1) ?? '', span);
  build.items.push({
    type: 'name',
    parts,
    span,
    sure: !called && isSure(context, build, from, first) && (end >= last || isSureBefore(context, end)),
  });
  context.at = end;
}

const BARE_VOLATILE = new Set([
  'current_user',
  'session_user',
  'user',
  'current_catalog',
  'current_schema',
  'current_role',
  'sysdate',
  'rownum',
]);

/** Whether nothing but a column can stand at `from`, by what comes before it. */
function isSure(context: Context, build: Building, from: number, first: number): boolean {
  if (context.kind(from) === KIND.word && context.code(from) !== 0) return false;
  if (from < build.unitsEnd) return false;
  if (from === first) return true;
  const kind = context.kind(from - 1);
  const code = context.code(from - 1);
  if (kind === KIND.word) return isReserved(code) || code === K.by;
  return kind === KIND.symbol ? code !== COLON : kind === KIND.open;
}

/** The same by what comes after: `epoch FROM x` and `date '…'` are no columns. */
function isSureBefore(context: Context, end: number): boolean {
  const kind = context.kind(end);
  if (kind === KIND.word) return context.code(end) !== 0 && context.code(end) !== K.from;
  return kind !== KIND.quoted && kind !== KIND.string;
}

function noteClock(
  context: Context,
  build: Building,
  family: ClockUse['family'],
  name: string,
  span: ClockUse['span'],
): void {
  const use: ClockUse = { family, function: name, span };
  context.clocks.push(use);
  build.clocks.push(use);
}

function noteTie(context: Context, build: Building, site: TieSite): void {
  context.ties.push(site.tie);
  build.ties.push(site);
}

function noteVolatile(context: Context, build: Building, construct: string, span: Tie['span']): void {
  noteTie(context, build, { tie: { kind: 'volatile', construct, span }, keys: null });
}

function noteOrder(context: Context, build: Building, construct: string, span: Tie['span']): void {
  noteTie(context, build, { tie: { kind: 'order', construct, span }, keys: null });
}

/** A call: its name is text, its arguments are read by the loop as they come. */
function readCall(context: Context, build: Building, from: number, open: number): void {
  const name = context.lower(open - 1).replaceAll(/["`]/g, '');
  if (IN_BRACKETS.has(context.code(open - 1)) && context.kind(open - 1) === KIND.word && open === from + 1) {
    build.items.push(context.spell(from));
    context.at = open;
    return;
  }
  const close = context.match(open);
  const span = context.span(from, close + 1);
  for (let token = from; token < open; token++)
    build.items.push(context.kind(token) === KIND.quoted ? quoteName(context.fold(token)) : context.spell(token));
  if (holdsQuery(context, open)) {
    // `ARRAY(SELECT …)`: the bracket is read as what it is, a query; an array keeps the order of its rows.
    noteOrder(context, build, `${name}(subquery)`, span);
    noteRows(context, build, name, close);
    context.at = open;
    return;
  }
  build.items.push('(');
  context.at = open + 1;
  if (readClockCall(context, build, name, open, close, span)) return;
  if (VOLATILE.has(name)) noteVolatile(context, build, `${name}()`, span);
  if (UNIT_CALL.test(name)) build.unitsEnd = Math.max(build.unitsEnd, close);
  if (name === 'columns') {
    // Which columns it picks is known to the engine only: it takes in all.
    build.spreads = true;
    build.items.push({ type: 'star', qualifier: [] });
  }
  noteRows(context, build, name, close);
  for (const site of callTies(context, name, open, close)) noteTie(context, build, site);
}

/** What the call means for the number of rows. */
function noteRows(context: Context, build: Building, name: string, close: number): void {
  const window = windowOf(context, close);
  if (window !== null) build.window = true;
  if (isMultiplying(name, context.rules.dialect === 'duckdb')) build.multiplies = true;
  const kind = classOf(name);
  if (kind === 'aggregate' && window === null) build.aggregate = true;
  if (
    kind === 'unknown' &&
    window === null &&
    !VOLATILE.has(name) &&
    !MULTIPLYING.has(name) &&
    !ORDER_SENSITIVE.has(name)
  ) {
    build.unknown.push(name);
  }
}

/** Words before a bracket that call no function. */
const IN_BRACKETS = new Set([
  K.over,
  K.filter,
  K.group,
  K.within,
  K.by,
  K.exists,
  K.interval,
  K.sets,
  K.rollup,
  K.cube,
  K.exclude,
  K.replace,
  K.rename,
  K.at,
  K.offset,
  K.respect,
  K.ignore,
]);

/** `now()`, and `age(x)` with one argument, whose hidden argument is today. */
function readClockCall(
  context: Context,
  build: Building,
  name: string,
  open: number,
  close: number,
  span: ClockUse['span'],
): boolean {
  const clock = clockFunction(name, context.rules.dialect, true) ?? clockFunction(name, context.rules.dialect, false);
  if (clock === null) return false;
  if (clock.kind === 'age') {
    if (close === open + 1 || hasComma(context, open, close)) return false;
    const place = context.end(open);
    noteClock(context, build, 'date', 'age', { start: place, end: place });
    return false;
  }
  noteClock(context, build, clockFamily(clock.kind), name, span);
  return true;
}

function hasComma(context: Context, open: number, close: number): boolean {
  for (let at = open + 1; at < close; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.isSymbol(at, COMMA)) return true;
  }
  return false;
}
