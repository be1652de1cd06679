import { continuesQuery, holdsQuery } from './brackets.ts';
import { clausesBetween, readClauseList, restClause } from './clauses.ts';
import { MAX_DEPTH } from './context.ts';
import type { Context } from './context.ts';
import { readCtes } from './ctes.ts';
import { K } from './keywords.ts';
import { readOpaque } from './opaque.ts';
import { readSelect, readTable } from './selects.ts';
import type { Tie } from './contract.ts';
import type { Body, Branch, Clause, Cte, Name, Query, Select, SetOperator } from './structure.ts';
import { KIND } from './tokens.ts';
import { readValues } from './values.ts';

/** Reads the query that fills the tokens from the cursor to `end`, and leaves the cursor there. */
export function readQuery(context: Context, end: number): Query {
  const from = context.at;
  let last = end;
  while (context.isOpen(context.at) && context.match(context.at) === last - 1 && holdsQuery(context, context.at)) {
    context.at++;
    last--;
  }
  if (context.depth >= MAX_DEPTH) return tooDeep(context, from, end);
  const { scope } = context;
  context.depth++;
  const ctes = context.isWord(context.at, K.with) ? readCtes(context, last) : [];
  const query = readBodyAndTail(context, ctes, from, last);
  context.depth--;
  context.scope = scope;
  context.at = end;
  return query;
}

function tooDeep(context: Context, from: number, end: number): Query {
  const span = context.span(from, from + 1);
  context.problem(
    'sql-syntax',
    `queries are nested more than ${MAX_DEPTH} deep here`,
    span,
    'move inner queries into WITH',
  );
  context.at = end;
  const body: Body = { type: 'values', rows: [], span };
  return { ctes: [], body, order: null, limit: null, rest: null, span };
}

function readBodyAndTail(context: Context, ctes: readonly Cte[], from: number, end: number): Query {
  const written = readBody(context, end);
  const { block } = context;
  if (written.type === 'select') context.block = context.lastBlock;
  let order: Clause | null = null;
  let limit: Clause | null = null;
  while (context.at < end) {
    const at = context.at;
    if (context.isWord(at, K.order) && order === null) order = readClauseList(context, end, 'ORDER BY', at + 1);
    else if (isLimit(context, at)) limit = clausesBetween(limit, readClauseList(context, end, 'LIMIT', at));
    else break;
  }
  const rest = context.at < end ? restClause(context, end) : null;
  context.block = block;
  const body = written.type === 'select' ? withDistinctTie(context, written, order) : written;
  const tied = limit === null || limit.ties.length > 0 ? limit : withTie(context, limit, order);
  return { ctes, body, order, limit: tied, rest, span: context.span(from, end) };
}

/** Which rows stay is open where nothing orders them, and among those that tie. */
function withTie(context: Context, limit: Clause, order: Clause | null): Clause {
  const { span } = limit;
  const tie: Tie =
    order === null
      ? { kind: 'order', construct: 'LIMIT without ORDER BY', span }
      : { kind: 'tie', construct: 'LIMIT among rows that tie', span };
  context.ties.push(tie);
  return { ...limit, ties: [{ tie, keys: order === null ? null : namesOf(order) }] };
}

/** DISTINCT ON keeps one of the rows that tie. */
function withDistinctTie(context: Context, select: Select, order: Clause | null): Select {
  const { distinct } = select;
  if (distinct === null || distinct.list.length === 0) return select;
  const { span } = distinct;
  const tie: Tie =
    order === null
      ? { kind: 'order', construct: 'DISTINCT ON without ORDER BY', span }
      : { kind: 'tie', construct: 'DISTINCT ON among rows that tie', span };
  context.ties.push(tie);
  const keys = order === null ? null : [...namesOf(order), ...namesOf(distinct)];
  return { ...select, distinct: { ...distinct, ties: [{ tie, keys }] } };
}

/** An ORDER BY behind a set operation orders its result, and no branch. */
const withoutOrder = (context: Context, body: Body): Body =>
  body.type === 'select' ? withDistinctTie(context, body, null) : body;

/** Those items of an ORDER BY that are nothing but a name. */
function namesOf(order: Clause): readonly Name[] {
  return order.list.flatMap(({ items: [first, ...others] }) =>
    typeof first === 'object' &&
    first.type === 'name' &&
    others.every((item) => typeof item === 'string' && DIRECTIONS.has(item))
      ? [first]
      : [],
  );
}

const DIRECTIONS = new Set(['asc', 'desc', 'nulls', 'first', 'last']);

const LIMITS = new Set([K.limit, K.offset, K.fetch]);
const isLimit = (context: Context, at: number): boolean =>
  context.kind(at) === KIND.word && LIMITS.has(context.code(at));

function readBody(context: Context, end: number): Body {
  const from = context.at;
  const branches: Branch[] = [{ operator: null, body: readBranch(context, end) }];
  for (let operator = readOperator(context, end); operator !== null; operator = readOperator(context, end)) {
    branches.push({ operator, body: readBranch(context, end) });
  }
  const [only] = branches;
  if (branches.length === 1 && only !== undefined) return only.body;
  const loose = branches.map(({ operator, body }) => ({ operator, body: withoutOrder(context, body) }));
  return { type: 'set', branches: loose, span: context.span(from, context.at) };
}

const OPERATORS = new Map([
  [K.union, 'union'],
  [K.intersect, 'intersect'],
  [K.except, 'except'],
  [K.minus, 'except'],
] as const);

function readOperator(context: Context, end: number): SetOperator | null {
  const from = context.at;
  if (from >= end || context.kind(from) !== KIND.word || !continuesQuery(context, from)) return null;
  const kind = OPERATORS.get(context.code(from));
  if (kind === undefined) return null;
  let at = from + 1;
  const all = context.isWord(at, K.all);
  if (all || context.isWord(at, K.distinct)) at++;
  const byName = context.isWord(at, K.by) && context.isWord(at + 1, K.name);
  if (byName) at += 2;
  const corresponding = context.isWord(at, K.corresponding);
  if (corresponding) at++;
  context.at = at;
  return { kind, all, byName: byName || corresponding, span: context.span(from, at) };
}

function readBranch(context: Context, end: number): Body {
  const at = context.at;
  if (at < end && context.isOpen(at)) {
    const close = context.match(at);
    context.at = at + 1;
    const query = readQuery(context, close);
    context.at = close + 1;
    return { type: 'nested', query };
  }
  const code = context.kind(at) === KIND.word && at < end ? context.code(at) : 0;
  if (code === K.select || code === K.from) return readSelect(context, end);
  if (code === K.values) return readValues(context, end);
  if (code === K.table) return readTable(context, end);
  return readOpaque(context, end);
}
