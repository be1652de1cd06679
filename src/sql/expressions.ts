import { holdsQuery } from './brackets.ts';
import { angleTypeEnd, isBareUnit } from './words.ts';
import { factsOf, newBuilding, noteClock, noteOrder, noteVolatile } from './building.ts';
import type { Building } from './building.ts';
import { readCall } from './calls.ts';
import { fieldNames, writtenNames } from './canonical-text.ts';
import { chainEnd, chainParts, noteLongName } from './chains.ts';
import { noteClockWord } from './clock-words.ts';
import { clockFamily, clockFunction } from './clock.ts';
import type { Context } from './context.ts';
import { PSEUDO_COLUMNS } from './functions.ts';
import { K, isNeverName, isReserved } from './keywords.ts';
import { endsOperand } from './names.ts';
import { stopsHere } from './stops.ts';
import type { Stops } from './stops.ts';
import type { Expression } from './structure.ts';
import { KIND, symbol } from './tokens.ts';

const DOT = symbol('.');
const STAR = symbol('*');
const CAST = symbol('::');
const ASSIGN = symbol(':=');
const ARROW = symbol('=>');
const LAMBDA = symbol('->');
const COLON = symbol(':');
const HASH = symbol('#');
const DOLLAR = symbol('$');
const BRACE = 123;

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
    else if (kind === KIND.word && context.code(at) !== 0 && !context.isSymbol(at - 1, DOT)) {
      if (stopsHere(context, at, from, stops)) return at;
      // The commas of `STRUCT<a INT64, b STRING>(…)` part no expressions.
      at = Math.max(at, angleTypeEnd(context, at, limit) - 1);
    }
    at++;
  }
  return Math.min(at, limit);
}

const COMMA = symbol(',');
const SEMICOLON = symbol(';');

/** The expression that fills the tokens from `from` to `to`; leaves the cursor at `to`. */
export function expressionBetween(context: Context, from: number, to: number): Expression {
  const build = newBuilding();
  const span = context.span(from, to);
  let first = from;
  let last = to;
  while (context.isOpen(first) && context.match(first) === last - 1 && !holdsQuery(context, first)) {
    first++;
    last--;
  }
  for (context.at = first; context.at < last;) readToken(context, build, first, last);
  context.at = to;
  // DuckDB tells the arguments of a lambda from columns by their letter case.
  if (build.lambda && context.rules.dialect === 'duckdb') build.items.push(...writtenNames(context, first, last));
  return { items: build.items, span, facts: factsOf(build) };
}

function readToken(context: Context, build: Building, first: number, last: number): void {
  const at = context.at;
  const kind = context.kind(at);
  if (kind === KIND.word || kind === KIND.quoted) readWord(context, build, first, last);
  else if (context.isOpen(at) && holdsQuery(context, at)) readSubquery(context, build, first);
  else if (kind === KIND.symbol) readSymbol(context, build, first, last);
  else {
    if (kind === KIND.string) noteClockWord(context, build);
    else if (context.code(at) === BRACE && context.isWord(at - 1, K.map))
      build.mapEnd = Math.max(build.mapEnd, context.match(at));
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
    // `(row).*` stands for the fields of the row.
    if (context.isSymbol(at - 1, DOT)) build.spreads = true;
    build.items.push(counted ? '*' : { type: 'star', qualifier: [] });
  } else if (code === HASH && context.rules.dialect === 'duckdb' && context.kind(at + 1) === KIND.number) {
    build.items.push({ type: 'ordinal', number: Number(context.raw(at + 1)) });
    context.at = at + 2;
  } else if (code === DOLLAR && context.rules.dialect === 'snowflake' && PLACE.test(context.raw(at))) {
    build.items.push({ type: 'ordinal', number: Number(context.raw(at).slice(1)) });
  } else build.items.push(context.spell(at));
}

/** `$2` of Snowflake. */
const PLACE = /^\$\d+$/;

function isStar(context: Context, at: number, first: number, last: number): boolean {
  return at === first || at + 1 >= last || context.kind(at - 1) === KIND.open || !endsOperand(context, at - 1);
}

/** A word starts a keyword, a call, a type, or a dotted name. */
function readWord(context: Context, build: Building, first: number, last: number): void {
  const at = context.at;
  const code = context.kind(at) === KIND.word ? context.code(at) : 0;
  if (isKeyword(context, at, code, first)) return readKeyword(context, build, code);
  const typeEnd = angleTypeEnd(context, at, last);
  if (typeEnd !== -1) return readPlain(context, build, typeEnd);
  const end = chainEnd(context, at, last);
  if (context.isSymbol(end, DOT) && context.isSymbol(end + 1, STAR)) return readQualifiedStar(context, build, at, end);
  if (context.isOpen(end) && end < last) return readCall(context, build, at, end);
  if (!isPlainText(context, at, end, first)) return readName(context, build, at, end, first, last);
  // The keys of `MAP {k: v}` are columns; those of a struct within it are none, and which it is does not matter.
  if (at < build.mapEnd && context.isSymbol(end, COLON))
    build.items.push({ type: 'name', parts: [context.fold(at)], span: context.span(at, end), sure: false });
  readPlain(context, build, end);
}

function isKeyword(context: Context, at: number, code: number, first: number): boolean {
  if (code === K.by) return context.kind(at - 1) === KIND.word && LISTED.has(context.code(at - 1));
  if (code === K.between || code === K.escape) return isInfix(context, at, first);
  return isNeverName(code) || (isReserved(code) && !context.isSymbol(at + 1, DOT));
}

/** Words before BY. */
const LISTED = new Set([K.order, K.partition, K.distribute, K.sort, K.cluster]);

/** Columns may bear these words, too: they are at work only behind an operand. */
function isInfix(context: Context, at: number, first: number): boolean {
  const before = context.isWord(at - 1, K.not) ? at - 2 : at - 1;
  return before >= first && endsOperand(context, before);
}

function readPlain(context: Context, build: Building, end: number): void {
  for (let token = context.at; token < end; token++) build.items.push(context.spell(token));
  context.at = end;
}

function readKeyword(context: Context, build: Building, code: number): void {
  const at = context.at;
  // `[x FOR x IN list]`: what follows is no column but a name for each element.
  if (code === K.for) build.lambda = true;
  // Ascending is the default, so saying it changes nothing.
  if (code !== K.asc) build.items.push(context.spell(at));
  if (code === K.union && context.isOpen(at + 1))
    build.items.push(...fieldNames(context, at + 1, context.match(at + 1)));
  context.at = at + 1;
}

function readQualifiedStar(context: Context, build: Building, from: number, end: number): void {
  const qualifier = chainParts(context, from, end);
  if (qualifier.length > 1) noteLongName(context, from, end, qualifier);
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

function readName(context: Context, build: Building, from: number, end: number, first: number, last: number): void {
  const parts = chainParts(context, from, end);
  const span = context.span(from, end);
  if (parts.length > 2) noteLongName(context, from, end, parts);
  const single = end === from + 1 && context.kind(from) === KIND.word;
  const isWord = single && context.code(from) !== 0;
  // `lambda a, b: a + b`: what follows are no columns but names for what comes.
  if (isWord && context.code(from) === K.lambda && context.isIdentifier(end)) build.lambda = true;
  let called = isWord && isBareUnit(context, from, end, first, last);
  if (single) {
    const clock = clockFunction(context.lower(from), context.rules.dialect, false);
    const isVolatile = BARE_VOLATILE.has(context.lower(from));
    called ||= clock !== null || isVolatile;
    if (clock !== null) noteClock(context, build, clockFamily(clock.kind), context.lower(from), span);
    else if (isVolatile) noteVolatile(context, build, context.lower(from), span);
  }
  if (PSEUDO_COLUMNS.has(parts.at(-1) ?? '')) noteOrder(context, build, parts.at(-1) ?? '', span);
  build.items.push({
    type: 'name',
    parts,
    span,
    sure: !called && isSure(context, build, from, first) && (end >= last || isSureBefore(context, end, isWord)),
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
  if (from < build.unitsEnd) return false;
  if (from === first) return true;
  const kind = context.kind(from - 1);
  const code = context.code(from - 1);
  if (kind === KIND.word) return code === K.by || (isReserved(code) && !isSpecial(context, from - 1));
  return kind === KIND.symbol ? code !== COLON : kind === KIND.open;
}

/** Words behind which others than columns stand: `IS [NOT] UNKNOWN`, `NULL ON EMPTY`, `WITH ROLLUP`, `DESC ROWS …`. */
const SPECIAL = new Set([K.is, K.on, K.with, K.for, K.using, K.desc, K.asc]);
const isSpecial = (context: Context, at: number): boolean =>
  SPECIAL.has(context.code(at)) || (context.isWord(at, K.not) && context.isWord(at - 1, K.is));

/** The same by what comes after: `epoch FROM x` and `date '…'` are no columns. */
function isSureBefore(context: Context, end: number, isWord: boolean): boolean {
  const kind = context.kind(end);
  const code = context.code(end);
  if (isWord) {
    // `rows BETWEEN …`, `array [1]`, `interval 3 day`: a word of the grammar may be at its work there.
    if (kind === KIND.word) return isReserved(code) && !KEYWORD_TAILS.has(code);
    return kind === KIND.symbol ? code !== COLON : kind === KIND.close;
  }
  // `NULL ABSENT ON NULL`.
  if (kind === KIND.word) return code !== 0 && code !== K.from && code !== K.on;
  return kind !== KIND.quoted && kind !== KIND.string;
}

const KEYWORD_TAILS = new Set([K.from, K.between, K.for, K.with]);
