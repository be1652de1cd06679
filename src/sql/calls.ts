import type { ClockUse } from './contract.ts';
import { holdsQuery } from './brackets.ts';
import { fieldNames, lastNames } from './canonical-text.ts';
import { chainParts, noteLongName } from './chains.ts';
import { noteClock, noteOrder, noteTie, noteVolatile } from './building.ts';
import type { Building } from './building.ts';
import { clockFamily, clockFunction } from './clock.ts';
import { quoteName } from './context.ts';
import type { Context } from './context.ts';
import { MULTIPLYING, ORDER_SENSITIVE, classOf, isMultiplying, isVolatile } from './functions.ts';
import { K } from './keywords.ts';
import { KIND, symbol } from './tokens.ts';
import { callTies, windowOf } from './windows.ts';

const COMMA = symbol(',');
const CAST = symbol('::');
const DOT = symbol('.');

/** Calls with words that are no columns: `date_part(dow, x)`, `normalize(x, nfc)`, `operator(pg_catalog.+)`. */
const UNIT_CALL = /date|time|extract|trunc|diff|part|day|week|bucket|^normalize$|^operator$/;

/** A call: its name is text, its arguments are read by the loop as they come. */
export function readCall(context: Context, build: Building, from: number, open: number): void {
  const name = context.lower(open - 1).replaceAll(/["`]/g, '');
  if (IN_BRACKETS.has(context.code(open - 1)) && context.kind(open - 1) === KIND.word && open === from + 1) {
    build.items.push(context.spell(from));
    context.at = open;
    return;
  }
  const close = context.match(open);
  const span = context.span(from, close + 1);
  pushCallee(context, build, from, open);
  if (holdsQuery(context, open)) {
    // `ARRAY(SELECT …)`: the bracket is read as what it is, a query; an array keeps the order of its rows.
    noteOrder(context, build, `${name}(subquery)`, span);
    noteRows(context, build, name, close);
    context.at = open;
    return;
  }
  build.items.push('(');
  noteSpelling(context, build, name, open);
  context.at = open + 1;
  if (isType(context, open)) return;
  if (readClockCall(context, build, name, open, close, span)) return;
  if (isVolatile(name) || (OF_NOW.has(name) && close === open + 1)) noteVolatile(context, build, `${name}()`, span);
  if (UNIT_CALL.test(name)) build.unitsEnd = Math.max(build.unitsEnd, close);
  if (name === 'columns' || isIdentifierClause(context, name)) {
    // Which columns it picks is known to the engine only: it takes in all.
    build.spreads ||= name === 'columns';
    build.items.push({ type: 'star', qualifier: [] });
  }
  noteRows(context, build, name, close);
  for (const site of callTies(context, name, open, close)) noteTie(context, build, site);
}

/** What stands before the bracket. In DuckDB `s.upper()` is `upper(s)`, unless `s` is a schema. */
function pushCallee(context: Context, build: Building, from: number, open: number): void {
  let start = from;
  if (context.rules.dialect === 'duckdb' && open > from + 1) {
    start = open - 2;
    const parts = chainParts(context, from, start);
    if (parts.length > 2) noteLongName(context, from, start, parts);
    build.items.push({ type: 'name', parts, span: context.span(from, start), sure: false });
  }
  for (let token = start; token < open; token++)
    build.items.push(context.kind(token) === KIND.quoted ? quoteName(context.fold(token)) : context.spell(token));
}

/** `x::number(9, 2)`, `CAST(x AS row(a bigint))`. */
const isType = (context: Context, open: number): boolean =>
  context.isSymbol(open - 2, CAST) || context.isWord(open - 2, K.as);

/** Tell the time where they are given nothing. */
const OF_NOW = new Set(['unix_timestamp', 'to_unix_timestamp']);

/** `IDENTIFIER('total')` is the column of that name. */
const isIdentifierClause = ({ rules: { dialect } }: Context, name: string): boolean =>
  name === 'identifier' && (dialect === 'databricks' || dialect === 'snowflake');

/** Functions that name fields after what they are given, and how many arguments come before that. */
const NAMES_FIELDS = new Map([
  ['struct_pack', 0],
  ['union_value', 0],
  ['alias', 0],
  ['struct_insert', 1],
  ['struct_update', 1],
]);

/** Those of PostgreSQL. */
const NAMES_ELEMENTS = new Set(['xmlforest', 'xmlattributes']);

/** What a call hangs on besides the values of its arguments. */
function noteSpelling(context: Context, build: Building, name: string, open: number): void {
  if (NAMES_ELEMENTS.has(name)) build.items.push({ type: 'star', qualifier: [] });
  if (context.rules.namingCalls.includes(name)) build.items.push(...lastNames(context, open));
  if (isType(context, open)) build.items.push(...fieldNames(context, open, context.match(open)));
  if (context.rules.dialect !== 'duckdb') return;
  const others = NAMES_FIELDS.get(name);
  // Which column names a field, and how it is spelled, is known where columns are: the call takes in all.
  if (others !== undefined && hasUnnamed(context, open, context.isSymbol(open - 2, DOT) ? 0 : others))
    build.items.push({ type: 'star', qualifier: [] });
}

/** Whether one of the arguments behind the first `others` stands without `name :=`. */
function hasUnnamed(context: Context, open: number, others: number): boolean {
  const close = context.match(open);
  let place = 0;
  for (let at = open + 1; at < close; at++) {
    const starts = context.isOpen(at - 1) || context.isSymbol(at - 1, COMMA);
    if (starts && place++ >= others && !context.namesField(at)) return true;
    if (context.kind(at) === KIND.open) at = context.match(at);
  }
  return false;
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
    !isVolatile(name) &&
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
  // `current_date('Asia/Tokyo')` is not the project's day.
  const elsewhere = close > open + 1 && context.kind(open + 1) !== KIND.number;
  if (elsewhere) noteVolatile(context, build, `${name}()`, span);
  else noteClock(context, build, clockFamily(clock.kind), name, span);
  return true;
}

function hasComma(context: Context, open: number, close: number): boolean {
  for (let at = open + 1; at < close; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.isSymbol(at, COMMA)) return true;
  }
  return false;
}
