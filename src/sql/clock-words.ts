import { noteVolatile } from './building.ts';
import type { Building } from './building.ts';
import type { Context } from './context.ts';
import { K } from './keywords.ts';
import { symbol } from './tokens.ts';

const CAST = symbol('::');

const WORDS = /\b(?:now|today|tomorrow|yesterday)\b/i;

/** PostgreSQL reads `'now'::timestamptz` and `date 'tomorrow'` off its own clock, and no literal can take their place. */
export function noteClockWord(context: Context, build: Building): void {
  if (context.rules.dialect !== 'postgres') return;
  const { at } = context;
  if (!isCast(context, at) || !WORDS.test(context.raw(at))) return;
  noteVolatile(context, build, context.raw(at), context.span(at, at + 1));
}

const TIMES = new Set([K.date, K.time, K.timestamp]);
const ZONED = /^(?:timestamptz|timetz)$/i;
const isTime = (context: Context, at: number): boolean => TIMES.has(context.code(at)) || ZONED.test(context.raw(at));

/** `'…'::date`, `CAST('…' AS date)`, `date '…'`. */
function isCast(context: Context, at: number): boolean {
  if (context.isSymbol(at + 1, CAST)) return isTime(context, at + 2);
  if (context.isWord(at - 2, K.cast) && context.isOpen(at - 1)) return isTime(context, at + 2);
  return isTime(context, at - 1);
}
