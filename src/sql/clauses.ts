import type { Tie } from './contract.ts';
import { writtenNames } from './canonical-text.ts';
import type { Context } from './context.ts';
import { expressionBetween, readExpression } from './expressions.ts';
import { K, isReserved } from './keywords.ts';
import type { Clause, Expression } from './structure.ts';
import { KIND, symbol } from './tokens.ts';

const COMMA = symbol(',');

/** Reads expressions that commas part, up to the next clause. */
export function readList(context: Context, limit: number): readonly Expression[] {
  const list: Expression[] = [];
  for (;;) {
    list.push(readExpression(context, limit, 'clause'));
    if (context.at >= limit || !context.isSymbol(context.at, COMMA)) return list;
    context.at++;
  }
}

/** The clause whose last keyword stands at `keyword`; the cursor stands at its first. */
export function readClauseList(context: Context, limit: number, label: string, keyword: number): Clause {
  const from = context.at;
  context.at = keyword + 1;
  const list = readList(context, limit);
  return { label, words: spellWords(context, from, keyword + 1), list, ties: [], span: context.span(from, context.at) };
}

/** The clause of one expression that starts with the keyword at the cursor. */
export function readClause(context: Context, limit: number, label: string): Clause {
  const from = context.at;
  context.at++;
  const list = [readExpression(context, limit, 'clause')];
  return { label, words: spellWords(context, from, from + 1), list, ties: [], span: context.span(from, context.at) };
}

const spellWords = (context: Context, from: number, to: number): string => {
  let text = '';
  for (let at = from; at < to; at++) text += `${at === from ? '' : ' '}${context.spell(at)}`;
  return text;
};

/** Two clauses that say one thing together: LIMIT and OFFSET. */
export function clausesBetween(first: Clause | null, second: Clause): Clause {
  if (first === null) return second;
  return {
    label: first.label,
    words: `${first.words} | ${second.words}`,
    list: [...first.list, ...second.list],
    ties: [...first.ties, ...second.ties],
    span: { start: first.span.start, end: second.span.end },
  };
}

/** Everything up to `end` as a clause that was not understood. */
export function restClause(context: Context, end: number): Clause {
  const from = context.at;
  const label = restLabel(context, from);
  const rest = expressionBetween(context, from, end);
  const list = [{ ...rest, items: [...rest.items, ...writtenNames(context, from, end)] }];
  if (!cuts(context, from, end)) return { label, words: 'rest', list, ties: [], span: rest.span };
  const tie: Tie = { kind: 'order', construct: 'LIMIT in a clause that is not understood', span: rest.span };
  context.ties.push(tie);
  return { label, words: 'rest', list, ties: [{ tie, keys: null }], span: rest.span };
}

/** Whether it may hold on to some rows and leave others out, as `|> LIMIT 3` does. */
function cuts(context: Context, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.isWord(at, K.limit) || context.isWord(at, K.fetch)) return true;
  }
  return false;
}

function restLabel(context: Context, from: number): string {
  const first = context.raw(from).toUpperCase();
  const next = context.kind(from + 1) === KIND.word && isReserved(context.code(from + 1));
  return next || context.isWord(from + 1, K.by) ? `${first} ${context.raw(from + 1).toUpperCase()}` : first;
}
