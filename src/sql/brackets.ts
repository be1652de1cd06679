import type { Context } from './context.ts';
import { K } from './keywords.ts';
import { KIND } from './tokens.ts';

/** Whether a query can start with the word at `at`. */
export function startsQuery(context: Context, at: number): boolean {
  if (context.kind(at) !== KIND.word) return false;
  const code = context.code(at);
  if (code === K.select || code === K.with) return true;
  const next = at + 1;
  if (code === K.values) return context.isOpen(next);
  if (code === K.from || code === K.table) return startsTable(context, next);
  if (code === K.pivot || code === K.unpivot || code === K.pivot_wider || code === K.pivot_longer) {
    return startsTable(context, next) && (!context.isOpen(next) || isPivoted(context, next));
  }
  if (code === K.describe || code === K.summarize || code === K.show) return startsTable(context, next);
  return false;
}

/** `PIVOT (SELECT …) AS p ON …`, where `pivot(x)` would be a call. */
function isPivoted(context: Context, open: number): boolean {
  let at = context.match(open) + 1;
  if (context.isWord(at, K.as)) at += 2;
  else if (context.isIdentifier(at) && !context.isWord(at, K.on) && !context.isWord(at, K.using)) at++;
  return context.isWord(at, K.on) || context.isWord(at, K.using);
}

function startsTable(context: Context, at: number): boolean {
  const kind = context.kind(at);
  return kind === KIND.word || kind === KIND.quoted || kind === KIND.string || context.isOpen(at);
}

/** What may follow a query in brackets within the same query. */
export function continuesQuery(context: Context, at: number): boolean {
  if (context.kind(at) !== KIND.word) return false;
  const code = context.code(at);
  if (code === K.order) return context.isWord(at + 1, K.by);
  return (
    code === K.union ||
    code === K.intersect ||
    code === K.except ||
    code === K.minus ||
    code === K.limit ||
    code === K.offset ||
    code === K.fetch
  );
}

/** Whether the bracket at `at` holds a query. Decides for all brackets that open directly after it, too. */
export function holdsQuery(context: Context, at: number): boolean {
  const known = context.holdsQuery(at);
  if (known !== 0) return known === 1;
  let inner = at;
  while (context.isOpen(inner + 1)) inner++;
  let holds = startsQuery(context, inner + 1);
  // `trim(from x)` and `substring(from 2)` start like a query in FROM-first style.
  if (
    holds &&
    context.isWord(inner + 1, K.from) &&
    context.kind(inner - 1) === KIND.word &&
    context.code(inner - 1) === 0
  ) {
    holds = false;
  }
  context.decide(inner, holds);
  for (let open = inner - 1; open >= at; open--) {
    const after = context.match(open + 1) + 1;
    holds = holds && (after === context.match(open) || continuesQuery(context, after));
    context.decide(open, holds);
  }
  return holds;
}
