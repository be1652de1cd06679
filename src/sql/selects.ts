import { clausesBetween, readClause, readClauseList, restClause } from './clauses.ts';
import type { Tie } from './contract.ts';
import { chainEnd } from './chains.ts';
import type { Block, Context } from './context.ts';
import { readItems } from './items.ts';
import { isTableAlias } from './names.ts';
import { K } from './keywords.ts';
import { readFrom } from './from.ts';
import type { Clause, Expression, From, Select, SelectItem } from './structure.ts';
import { KIND } from './tokens.ts';
import { expressionBetween } from './expressions.ts';

interface Building {
  distinct: Clause | null;
  items: readonly SelectItem[] | null;
  from: From | null;
  where: Clause | null;
  group: Clause | null;
  having: Clause | null;
  qualify: Clause | null;
  windows: Clause | null;
  top: Clause | null;
  hint: Clause | null;
  sample: Clause | null;
  rest: Clause | null;
}

const empty = (): Building => ({
  distinct: null,
  items: null,
  from: null,
  where: null,
  group: null,
  having: null,
  qualify: null,
  windows: null,
  top: null,
  hint: null,
  sample: null,
  rest: null,
});

/** Reads a SELECT with its clauses in any order, so that FROM may come first; the cursor stands at SELECT or FROM. */
export function readSelect(context: Context, limit: number): Select {
  const from = context.at;
  const block = openBlock(context, limit);
  const build = empty();
  while (context.at < limit && readPart(context, limit, build)) {
    // Each turn reads one clause.
  }
  closeBlock(context, block, build.from);
  return {
    type: 'select',
    ...build,
    items: build.items ?? [STAR(context, from)],
    span: context.span(from, context.at),
  };
}

/** `TABLE orders`: the cursor stands at TABLE. */
export function readTable(context: Context, limit: number): Select {
  const from = context.at;
  const block = openBlock(context, limit);
  context.at++;
  const before = context.inputs.length;
  const tables = readFrom(context, limit);
  const input = context.inputs[before];
  // TABLE takes no alias.
  if (input !== undefined) context.inputs[before] = { ...input, needsAlias: null };
  closeBlock(context, block, tables);
  return {
    type: 'select',
    ...empty(),
    from: tables,
    items: [STAR(context, from)],
    span: context.span(from, context.at),
  };
}

const STAR = (context: Context, at: number): SelectItem => ({
  type: 'star',
  qualifier: [],
  exclude: [],
  replace: [],
  rename: [],
  rest: null,
  span: context.span(at, at + 1),
});

const NO_TITLES: ReadonlySet<string> = new Set();

/** Names and aliases of the tables of the SELECT at the cursor: queries in its list, which comes first, may walk into them. */
function titlesAhead(context: Context, limit: number): ReadonlySet<string> {
  const titles = new Set<string>();
  let inFrom = false;
  for (let at = context.at; at < limit; at++) {
    const kind = context.kind(at);
    if (kind === KIND.open) at = context.match(at);
    else if (kind === KIND.word && CLAUSES.has(context.code(at))) {
      if (inFrom) break;
      inFrom = context.isWord(at, K.from);
    } else if (inFrom && isTableAlias(context, at)) {
      const end = chainEnd(context, at, limit);
      titles.add(context.fold(end - 1).toLowerCase());
      at = end - 1;
    }
  }
  return titles;
}

function openBlock(context: Context, limit: number): Block {
  const titles = context.rules.pathTables ? titlesAhead(context, limit) : NO_TITLES;
  const block: Block = { parent: context.block, mentions: [], titles };
  context.block = block;
  return block;
}

function closeBlock(context: Context, block: Block, from: From | null): void {
  context.block = block.parent;
  context.lastBlock = block;
  for (const step of from?.steps ?? []) {
    if (step.type !== 'relation' || step.relation.source.type !== 'input') continue;
    const { names } = step.relation;
    const schema = names.at(-2);
    const table = names.at(-1);
    if (schema !== undefined && table !== undefined)
      block.mentions.push({ input: step.relation.source.input, schema, table });
  }
  tellApart(context, block);
}

/** Two tables of one name in two schemas: their aliases take in the schema. */
function tellApart(context: Context, block: Block): void {
  if (block.mentions.length < 2) return;
  const counts = new Map<string, number>();
  for (const { table } of block.mentions) counts.set(table, (counts.get(table) ?? 0) + 1);
  for (const { input, schema, table } of block.mentions) {
    const use = context.inputs[input];
    if ((counts.get(table) ?? 0) < 2 || use === undefined || use.needsAlias === null) continue;
    context.inputs[input] = { ...use, needsAlias: `${schema}.${table}` };
  }
}

/** Reads one clause; false where the select ends. */
function readPart(context: Context, limit: number, build: Building): boolean {
  const at = context.at;
  if (context.kind(at) !== KIND.word) return false;
  const code = context.code(at);
  const byNext = context.isWord(at + 1, K.by);
  if (code === K.select && build.items === null) readHead(context, limit, build);
  else if (code === K.from && build.from === null) {
    context.at++;
    build.from = readFrom(context, limit);
  } else if (code === K.where && build.where === null) build.where = readClause(context, limit, 'WHERE');
  else if (code === K.group && byNext) build.group = readGroup(context, limit);
  else if (code === K.having) build.having = readClause(context, limit, 'HAVING');
  else if (code === K.qualify) build.qualify = readClause(context, limit, 'QUALIFY');
  else if (code === K.window) build.windows = readClauseList(context, limit, 'WINDOW', at);
  else if (code === K.using && context.isWord(at + 1, K.sample)) build.sample = readSample(context, limit);
  else if (isEnd(context, at)) return false;
  else build.rest = clausesBetween(build.rest, readUnknown(context, limit));
  return true;
}

const ENDS = new Set([K.union, K.intersect, K.except, K.minus, K.order, K.limit, K.offset, K.fetch]);
const isEnd = (context: Context, at: number): boolean => ENDS.has(context.code(at));

function readGroup(context: Context, limit: number): Clause {
  const clause = readClauseList(context, limit, 'GROUP BY', context.at + 1);
  const [only, second] = clause.list;
  const isAuto = context.rules.dialect === 'trino' && only !== undefined && second === undefined && isWordAuto(only);
  // Trino's word for ALL.
  return isAuto ? { ...clause, list: [{ ...only, items: ['all'] }] } : clause;
}

function isWordAuto({ items: [name, more] }: Expression): boolean {
  return more === undefined && typeof name === 'object' && name.type === 'name' && name.parts.join('.') === 'auto';
}

function readSample(context: Context, limit: number): Clause {
  const from = context.at;
  context.at += 2;
  const to = clauseEnd(context, context.at, limit);
  const sample = expressionBetween(context, context.at, to);
  // `reservoir` and its kind look like columns.
  const items = sample.items.map((item) =>
    typeof item === 'object' && item.type === 'name' ? { ...item, sure: false } : item,
  );
  const list = [{ ...sample, items }];
  const span = context.span(from, to);
  const tie: Tie = { kind: 'volatile', construct: 'USING SAMPLE', span };
  context.ties.push(tie);
  return { label: 'USING SAMPLE', words: 'using sample', list, ties: [{ tie, keys: null }], span };
}

function readUnknown(context: Context, limit: number): Clause {
  return restClause(context, Math.max(context.at + 1, clauseEnd(context, context.at + 1, limit)));
}

const CLAUSES = new Set([K.from, K.where, K.group, K.having, K.qualify, K.window, ...ENDS]);

function clauseEnd(context: Context, from: number, limit: number): number {
  let at = from;
  for (; at < limit; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.kind(at) === KIND.word && CLAUSES.has(context.code(at))) break;
  }
  return Math.min(at, limit);
}

/** DISTINCT, TOP and what else stands between SELECT and its list. */
function readHead(context: Context, limit: number, build: Building): void {
  context.at++;
  if (context.kind(context.at) === KIND.hint) build.hint = readHint(context);
  if (context.isWord(context.at, K.with)) build.rest = readPrivacy(context);
  if (context.isWord(context.at, K.all)) context.at++;
  else if (context.isWord(context.at, K.distinct)) build.distinct = readDistinct(context);
  if (context.isWord(context.at, K.top) && isTop(context, context.at + 1)) build.top = readTop(context);
  if (context.isWord(context.at, K.as) && isStructOrValue(context, context.at + 1)) {
    build.rest = restClause(context, context.at + 2);
  }
  build.items = readItems(context, limit);
}

/** `SET_VAR(time_zone = '…')` of StarRocks. */
function readHint(context: Context): Clause {
  const from = context.at++;
  return { label: 'HINT', words: context.raw(from), list: [], ties: [], span: context.span(from, from + 1) };
}

/** `WITH DIFFERENTIAL_PRIVACY OPTIONS (…)` of BigQuery adds noise to what the query gives. */
function readPrivacy(context: Context): Clause {
  const options = context.at + 2;
  const clause = restClause(context, context.isOpen(options + 1) ? context.match(options + 1) + 1 : options);
  const tie: Tie = { kind: 'volatile', construct: clause.label, span: clause.span };
  context.ties.push(tie);
  return { ...clause, ties: [{ tie, keys: null }] };
}

const isStructOrValue = (context: Context, at: number): boolean =>
  context.isWord(at, K.struct) || context.isWord(at, K.value);
const isTop = (context: Context, at: number): boolean =>
  context.kind(at) === KIND.number || context.kind(at) === KIND.parameter || context.isOpen(at);

function readDistinct(context: Context): Clause {
  const from = context.at;
  context.at++;
  if (!context.isWord(context.at, K.on) || !context.isOpen(context.at + 1)) {
    return { label: 'DISTINCT', words: 'distinct', list: [], ties: [], span: context.span(from, context.at) };
  }
  const close = context.match(context.at + 1);
  context.at += 2;
  const list = readDistinctKeys(context, close);
  context.at = close + 1;
  return { label: 'DISTINCT ON', words: 'distinct on', list, ties: [], span: context.span(from, close + 1) };
}

function readDistinctKeys(context: Context, close: number): Clause['list'] {
  const keys: Clause['list'][number][] = [];
  let from = context.at;
  for (let at = from; at <= close; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (at === close || context.isSymbol(at, ','.charCodeAt(0))) {
      keys.push(expressionBetween(context, from, at));
      from = at + 1;
    }
  }
  return keys;
}

function readTop(context: Context): Clause {
  const from = context.at;
  let end = context.isOpen(from + 1) ? context.match(from + 1) + 1 : from + 2;
  if (context.isWord(end, K.percent)) end++;
  if (context.isWord(end, K.with) && context.isWord(end + 1, K.ties)) end += 2;
  const list = [expressionBetween(context, from + 1, end)];
  const span = context.span(from, end);
  const tie: Tie = { kind: 'order', construct: 'TOP', span };
  context.ties.push(tie);
  return { label: 'TOP', words: 'top', list, ties: [{ tie, keys: null }], span };
}
