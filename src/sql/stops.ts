import type { Context } from './context.ts';
import { K } from './keywords.ts';
import { endsOperand } from './names.ts';
import { KIND, symbol } from './tokens.ts';

const CAST = symbol('::');

/** Which words end an expression outside brackets: those of every clause, or also those of FROM. */
export type Stops = 'clause' | 'from';

/** End an expression wherever they stand. */
const HARD = new Set([K.from, K.where, K.having, K.limit, K.union, K.intersect, K.except, K.into]);
/** End an expression where an operand is complete. */
const SOFT = new Set([K.qualify, K.window, K.offset, K.fetch, K.for]);
/** Two words together, or a word before a bracket. */
const FROM_HARD = new Set([K.select, K.join, K.inner, K.cross, K.natural, K.on, K.using, K.lateral]);
const FROM_SOFT = new Set([
  K.full,
  K.semi,
  K.anti,
  K.asof,
  K.positional,
  K.straight_join,
  K.tablesample,
  K.pivot,
  K.unpivot,
  K.global,
]);
const SETS = new Set([K.select, K.all, K.distinct, K.values]);

/** Whether the keyword at `at` ends the expression that starts at `from`. */
export function stopsHere(context: Context, at: number, from: number, stops: Stops): boolean {
  const code = context.code(at);
  // `1 AS from`: any word is a name there.
  if (at - 1 > from && context.isWord(at - 1, K.as)) return false;
  if (code === K.from) return !isDistinctFrom(context, at);
  // `x::UNION(i INTEGER, s VARCHAR)` is a type.
  if (HARD.has(code)) return !context.isSymbol(at - 1, CAST);
  if (code === K.group) return context.isWord(at + 1, K.by);
  if (code === K.order) return context.isWord(at + 1, K.by) || context.isWord(at + 1, K.all);
  if (code === K.sort || code === K.cluster || code === K.distribute) return context.isWord(at + 1, K.by);
  if (code === K.start) return context.isWord(at + 1, K.with);
  if (code === K.connect) return context.isWord(at + 1, K.by);
  if (code === K.using && context.isWord(at + 1, K.sample)) return true;
  const operand = at > from && endsOperand(context, at - 1);
  if (code === K.minus) return operand && startsBranch(context, at + 1);
  if (SOFT.has(code)) return operand;
  if (stops === 'clause') return false;
  if (FROM_HARD.has(code)) return true;
  if (code === K.left || code === K.right) return !context.isOpen(at + 1);
  return FROM_SOFT.has(code) && operand;
}

const startsBranch = (context: Context, at: number): boolean =>
  context.isOpen(at) || (context.kind(at) === KIND.word && SETS.has(context.code(at)));

/** `IS [NOT] DISTINCT FROM` is an operator. */
function isDistinctFrom(context: Context, at: number): boolean {
  if (!context.isWord(at - 1, K.distinct)) return false;
  return context.isWord(at - 2, K.is) || (context.isWord(at - 2, K.not) && context.isWord(at - 3, K.is));
}
