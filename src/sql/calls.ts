import type { ClockUse } from './contract.ts';
import { holdsQuery } from './brackets.ts';
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

/** Function names whose first arguments may be bare units: `date_part(dow, x)`. */
const UNIT_CALL = /date|time|extract|trunc|diff|part|day|week|bucket/;

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
  if (isVolatile(name)) noteVolatile(context, build, `${name}()`, span);
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
