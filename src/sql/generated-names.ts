import type { Context } from './context.ts';
import { K } from './keywords.ts';
import { KIND, symbol } from './tokens.ts';

const DOT = symbol('.');
const COMMA = symbol(',');
const STAR = symbol('*');

/** The name that an engine gives to an expression without an alias, where it is simple enough to tell; else null. */
export function generatedName(context: Context, from: number, to: number): string | null {
  const end = nameEnd(context, from, to);
  if (end === to) return context.identifier(to - 1).text;
  if (context.rules.dialect !== 'duckdb') return null;
  return callName(context, from, to);
}

function nameEnd(context: Context, from: number, to: number): number {
  if (!context.isIdentifier(from)) return -1;
  let end = from + 1;
  while (end + 1 < to && context.isSymbol(end, DOT) && context.isIdentifier(end + 1)) end += 2;
  return end;
}

/** `sum(x)`, `count(*)`, `count(DISTINCT t.x)` as DuckDB prints them back. */
function callName(context: Context, from: number, to: number): string | null {
  const open = from + 1;
  if (context.kind(from) !== KIND.word || !context.isOpen(open) || context.match(open) !== to - 1) return null;
  const name = context.lower(from);
  if (context.isWord(from, K.count) && (to === from + 3 || (to === from + 4 && context.isSymbol(from + 2, STAR))))
    return 'count_star()';
  if (SPECIAL.has(name)) return null;
  const distinct = context.isWord(open + 1, K.distinct);
  const parts: string[] = [];
  for (let at = distinct ? open + 2 : open + 1; at < to - 1; at++) {
    const end = nameEnd(context, at, to - 1);
    if (end === -1 || !(context.isSymbol(end, COMMA) || end === to - 1)) return null;
    parts.push(printName(context, at, end));
    at = end;
  }
  return `${name}(${distinct ? 'DISTINCT ' : ''}${parts.join(', ')})`;
}

/** Calls that DuckDB prints in another way. */
const SPECIAL = new Set([
  'cast',
  'try_cast',
  'coalesce',
  'exists',
  'extract',
  'interval',
  'row',
  'struct',
  'unnest',
  'trim',
  'position',
  'substring',
  'overlay',
  'array',
  'case',
  'not',
  'in',
  'any',
  'some',
  'all',
  'grouping',
  'grouping_id',
  'if',
  'ifnull',
  'nullif',
  'list',
  'map',
  'columns',
  'try',
  'values',
  'date_part',
  'first',
  'last',
  'ltrim',
  'rtrim',
  'struct_pack',
  'mod',
  'xor',
  'left',
  'right',
  'alias',
]);

function printName(context: Context, from: number, end: number): string {
  let text = '';
  for (let at = from; at < end; at += 2) text += (at === from ? '' : '.') + printPart(context, at);
  return text;
}

const printPart = (context: Context, at: number): string => {
  const { text } = context.identifier(at);
  return /^[a-z_][a-z0-9_]*$/i.test(text) && context.code(at) === 0 ? text : `"${text}"`;
};
