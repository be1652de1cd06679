import type { Context } from './context.ts';
import { readExpression } from './expressions.ts';
import type { Expression, Values } from './structure.ts';
import { symbol } from './tokens.ts';

const COMMA = symbol(',');

/** `VALUES (1, 'a'), (2, 'b')`; the cursor stands at VALUES. */
export function readValues(context: Context, limit: number): Values {
  const from = context.at;
  const rows: Expression[][] = [];
  context.at++;
  while (context.at < limit) {
    rows.push(readRow(context, limit));
    if (!context.isSymbol(context.at, COMMA)) break;
    context.at++;
  }
  return { type: 'values', rows, span: context.span(from, context.at) };
}

function readRow(context: Context, limit: number): Expression[] {
  if (!context.isOpen(context.at)) return [readExpression(context, limit, 'clause')];
  const close = context.match(context.at);
  const row: Expression[] = [];
  context.at++;
  while (context.at < close) {
    const before = context.at;
    row.push(readExpression(context, close, 'clause'));
    if (context.isSymbol(context.at, COMMA)) context.at++;
    else if (context.at === before) context.at = close;
  }
  context.at = close + 1;
  return row;
}
