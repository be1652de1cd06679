import type { Context } from './context.ts';
import { K, isNeverName, isReserved } from './keywords.ts';
import { KIND, symbol } from './tokens.ts';

const DOT = symbol('.');

/** Words that stand between two operands in some dialect. */
const INFIX = new Set([
  K.glob,
  K.rlike,
  K.regexp,
  K.div,
  K.mod,
  K.overlaps,
  K.to,
  K.over,
  K.xor,
  K.at,
  K.interval,
  K.zone,
]);

/** Words that end an operand although they are keywords. */
const ENDINGS = new Set([K.end, K.null, K.true, K.false, K.isnull, K.notnull]);

const UNITS = new Set([
  K.year,
  K.month,
  K.day,
  K.hour,
  K.minute,
  K.second,
  K.quarter,
  K.week,
  K.years,
  K.months,
  K.days,
  K.hours,
  K.minutes,
  K.seconds,
  K.weeks,
  K.quarters,
  K.microsecond,
  K.millisecond,
  K.microseconds,
  K.milliseconds,
  K.decade,
  K.century,
  K.millennium,
]);

/** `day`, `months` … */
export const isUnit = (code: number): boolean => UNITS.has(code);

/** Whether an operand is complete with the token at `at`. */
export function endsOperand(context: Context, at: number): boolean {
  const kind = context.kind(at);
  if (kind === KIND.word) {
    const code = context.code(at);
    return ENDINGS.has(code) || !(isReserved(code) || INFIX.has(code));
  }
  return (
    kind === KIND.number ||
    kind === KIND.string ||
    kind === KIND.quoted ||
    kind === KIND.close ||
    kind === KIND.parameter
  );
}

/** `interval 1 day`: the unit at `at` belongs to the literal and is no alias. */
function endsInterval(context: Context, at: number, from: number): boolean {
  if (!UNITS.has(context.code(at)) || context.kind(at) !== KIND.word) return false;
  let value = at - 1;
  if (context.kind(value) === KIND.close) value = context.match(value);
  return value - 1 >= from && context.isWord(value - 1, K.interval);
}

/**
 * Where the alias of a select item is that fills `from` to `to`: its token, and where the expression ends. Without
 * an alias both are `to`.
 */
export function findAlias(
  context: Context,
  from: number,
  to: number,
): { readonly alias: number; readonly end: number } {
  const last = to - 1;
  const none = { alias: to, end: to };
  if (last <= from) return none;
  const kind = context.kind(last);
  if (context.isWord(last - 1, K.as)) {
    const isName = kind === KIND.word || kind === KIND.quoted || kind === KIND.string;
    return isName && last - 1 > from ? { alias: last, end: last - 1 } : none;
  }
  if (kind === KIND.string && context.rules.dialect === 'starrocks' && isOperandBefore(context, from, last))
    return { alias: last, end: last };
  if (kind !== KIND.word && kind !== KIND.quoted) return none;
  if (kind === KIND.word && (isReserved(context.code(last)) || ENDINGS.has(context.code(last)))) return none;
  if (context.isSymbol(last - 1, DOT) || !endsOperand(context, last - 1)) return none;
  if (endsInterval(context, last, from) || endsType(context, last, from)) return none;
  return { alias: last, end: last };
}

/** `SELECT total 'sum of all'`, where `date '2026-01-01'` is a literal. */
const isOperandBefore = (context: Context, from: number, at: number): boolean =>
  endsOperand(context, at - 1) && !(at - 1 === from && TYPED.has(context.lower(from)));

const TYPED = new Set(['date', 'datetime', 'timestamp', 'time', 'interval', 'x']);

const TYPE_TAILS = new Set([K.precision, K.varying, K.zone]);

/** `x::double precision`, `x::timestamp with time zone`, `x at time zone y`. */
function endsType(context: Context, at: number, from: number): boolean {
  if (context.kind(at) === KIND.word && TYPE_TAILS.has(context.code(at)) && at - 2 > from) return true;
  return false;
}

/** Whether the word at `at` may be an alias of a table: no clause, no join starts with it. */
export function isTableAlias(context: Context, at: number): boolean {
  const kind = context.kind(at);
  if (kind === KIND.quoted) return true;
  if (kind !== KIND.word) return false;
  const code = context.code(at);
  if (code === 0) return true;
  // `SORT BY` and its kin are clauses of Spark.
  if (isNeverName(code) || isReserved(code) || context.isWord(at + 1, K.by)) return false;
  if (FROM_WORDS.has(code)) return false;
  if (CALL_LIKE.has(code)) return !context.isOpen(at + 1);
  return true;
}

const FROM_WORDS = new Set([
  K.offset,
  K.join,
  K.inner,
  K.left,
  K.right,
  K.full,
  K.outer,
  K.cross,
  K.natural,
  K.semi,
  K.anti,
  K.asof,
  K.positional,
  K.straight_join,
  K.global,
  K.tablesample,
  K.values,
  K.minus,
  K.connect,
  K.start,
  K.set,
]);
const CALL_LIKE = new Set([K.pivot, K.unpivot, K.sample, K.match_recognize, K.at, K.before, K.version, K.partition]);
