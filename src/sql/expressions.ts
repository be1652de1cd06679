import { holdsQuery } from './brackets.ts';
import { angleTypeEnd } from './words.ts';
import { factsOf, newBuilding, noteVolatile } from './building.ts';
import type { Building } from './building.ts';
import { readCall } from './calls.ts';
import { fieldNames, lastNames, writtenNames } from './canonical-text.ts';
import { chainEnd, chainParts, noteLongName } from './chains.ts';
import { noteClockWord } from './clock-words.ts';
import type { Context } from './context.ts';
import { K, isNeverName, isReserved } from './keywords.ts';
import { endsOperand } from './names.ts';
import { isPath, isPlainText } from './plain-words.ts';
import { readName } from './named.ts';
import { stopsHere } from './stops.ts';
import type { Stops } from './stops.ts';
import type { Expression } from './structure.ts';
import { KIND, symbol } from './tokens.ts';

const DOT = symbol('.');
const STAR = symbol('*');
const LAMBDA = symbol('->');
const COLON = symbol(':');
const HASH = symbol('#');
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
    nameFields(context, build, first);
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
    else if (kind === KIND.open) noteBracket(context, build);
    build.items.push(context.spell(at));
    context.at = at + 1;
  }
}

function noteBracket(context: Context, build: Building): void {
  const { at } = context;
  if (context.isOpen(at)) nameFields(context, build, at);
  if (context.code(at) !== BRACE) return;
  build.braceEnd = Math.max(build.braceEnd, context.match(at));
  if (context.isWord(at - 1, K.map)) build.mapEnd = Math.max(build.mapEnd, context.match(at));
}

/** `f(a, b)`, `IN (a, b)`. */
const isListed = (context: Context, before: number): boolean =>
  context.isIdentifier(before) && (context.isWord(before, K.in) || !isReserved(context.code(before)));

/** In Spark `(a, b)` is a struct that names its fields. */
function nameFields(context: Context, build: Building, open: number): void {
  if (context.rules.dialect !== 'databricks' || isListed(context, open - 1)) return;
  const names = lastNames(context, open);
  if (names.length > 1) build.items.push(...names);
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
  } else if (context.rules.variables !== '' && context.end(at) - context.start(at) > 1)
    readVariable(context, build, at);
  else build.items.push(context.spell(at));
}

/** `$1` is the first column of Snowflake's FROM; `$name` and `@name` belong to the session. */
function readVariable(context: Context, build: Building, at: number): void {
  const raw = context.raw(at);
  if (PLACE.test(raw)) build.items.push({ type: 'ordinal', number: Number(raw.slice(1)) });
  else if (/^[$@]/.test(raw)) {
    noteVolatile(context, build, raw, context.span(at, at + 1));
    build.items.push(raw);
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
  if (code === K.select) return readBareQuery(context, build, last);
  if ((code === K.join && context.isIdentifier(at + 1)) || (code === K.table && namesTable(context, at + 1)))
    return readBareTable(context, build, last);
  if (isKeyword(context, at, code, first)) return readKeyword(context, build, code);
  const typeEnd = angleTypeEnd(context, at, last);
  if (typeEnd !== -1) {
    build.items.push(...fieldNames(context, at + 1, typeEnd - 1));
    return readPlain(context, build, typeEnd);
  }
  const end = chainEnd(context, at, last);
  if (context.isSymbol(end, DOT) && context.isSymbol(end + 1, STAR)) return readQualifiedStar(context, build, at, end);
  if (context.isOpen(end) && end < last) return readCall(context, build, at, end);
  if (isPath(context, at, first)) return readPath(context, build, end);
  if (!isPlainText(context, build, { from: at, end, first, last }))
    return readName(context, build, at, end, first, last);
  // The keys of `MAP {k: v}` are columns; those of a struct within it are none, and which it is does not matter.
  if (at < build.mapEnd && context.isSymbol(end, COLON))
    build.items.push({ type: 'name', parts: [context.fold(at)], span: context.span(at, end), sure: false });
  readPlain(context, build, end);
}

/** A clause that was not understood goes on with a query, `… BY NAME ON (a) SELECT …`. */
function readBareQuery(context: Context, build: Building, last: number): void {
  build.items.push({ type: 'query', query: context.readQuery(context, last), rowsOnly: false });
  context.at = last;
}

/** `TABLE orders` and `TABLE(orders)` are arguments of table functions; `TABLE(f(x))` is none. */
function namesTable(context: Context, at: number): boolean {
  if (!context.isOpen(at)) return context.isIdentifier(at) && !isReserved(context.code(at));
  const close = context.match(at);
  return context.isIdentifier(at + 1) && chainEnd(context, at + 1, close) === close;
}

/** Also what a JOIN reads in a clause that was not understood, as BigQuery's `|> JOIN`. */
function readBareTable(context: Context, build: Building, last: number): void {
  const at = context.at + 1;
  const inBrackets = context.isOpen(at);
  build.items.push(context.spell(context.at));
  context.at = inBrackets ? at + 1 : at;
  const relation = context.readTable(context, inBrackets ? context.match(at) : last);
  if (relation !== null) build.items.push({ type: 'relation', relation });
  if (inBrackets) context.at = context.match(at) + 1;
}

function readPath(context: Context, build: Building, end: number): void {
  for (let token = context.at; token < end; token++) build.items.push(context.raw(token));
  context.at = end;
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
  // `TRANSFORM (a) USING 'script'`: a script may give any rows.
  if (code === K.using && context.kind(at - 1) === KIND.close) build.multiplies = build.spreads = true;
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
