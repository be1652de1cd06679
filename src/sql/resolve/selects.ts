import type { Clause, Facts, Query, Select } from '../structure.ts';
import { NO_ATOMS, plus } from './atom-set.ts';
import { afterColumns, clausePart, listKeys, wholeRows } from './clauses.ts';
import type { ListKey } from './clauses.ts';
import { resolveFrom } from './from.ts';
import { groupPart, groupTexts } from './groups.ts';
import { limitPart, resolveOrder } from './limits.ts';
import { allInSight, resolveExpression } from './expressions.ts';
import { joined, union } from './meaning.ts';
import type { Meaning } from './meaning.ts';
import { resolveOutputs } from './outputs.ts';
import type { Outputs } from './outputs.ts';
import type { Resolver } from './resolver.ts';
import { Scope } from './scope.ts';
import { toColumns } from './columns.ts';
import { NOTHING_UNIQUE, Table, columnOf } from './table.ts';
import type { RowsPart, UniqueSets } from './table.ts';

/** What stands behind a query's body. */
export type Tail = Pick<Query, 'order' | 'limit' | 'rest'>;

interface Block {
  readonly resolver: Resolver;
  readonly select: Select;
  readonly tail: Tail;
  readonly scope: Scope;
  readonly outputs: Outputs;
  readonly parts: RowsPart[];
}

/** What a SELECT gives, with the ORDER BY and LIMIT behind it. */
export function resolveSelect(resolver: Resolver, select: Select, tail: Tail, parent: Scope | null): Table {
  const scope = new Scope(parent);
  // A clause that is not understood may bring names, as CONNECT BY brings `level`.
  scope.loose = select.rest !== null || tail.rest !== null;
  const parts: RowsPart[] = [];
  if (select.from !== null) parts.push(resolveFrom(resolver, select.from, scope));
  if (select.windows !== null) scope.windows = windowsMeaning(resolver, select.windows, scope);
  const outputs = resolveOutputs(resolver, select.items, scope, select.group);
  const groups = select.group === null ? null : listKeys(resolver, select.group, scope, outputs.list);
  const order = resolveOrder(resolver, tail.order, scope, outputs.list);
  const block: Block = { resolver, select, tail, scope, outputs, parts };
  addRowClauses(block, groups);
  addSelectParts(block);
  const ordersRows = choosesByOrder(select) || holdsMultiplying(tail.order);
  if (order !== null && ordersRows) parts.push(order.part);
  if (tail.limit !== null) {
    const groupKeys = select.group === null || groups === null ? null : groupTexts(select.group, groups);
    const choice = { groups: groupKeys, distinct: select.distinct !== null && select.distinct.list.length === 0 };
    parts.push(limitPart(resolver, tail.limit, order, scope, outputs.list, choice));
  }
  const rest = tail.rest ?? select.rest;
  if (rest !== null) addUnknown(block, rest);
  const isInRows = tail.limit !== null || ordersRows;
  return tableOf(block, isInRows ? null : (order?.part ?? null));
}

/** DISTINCT ON and TOP keep the first rows in the order of the query. */
const choosesByOrder = (select: Select): boolean => select.top !== null || (select.distinct?.list.length ?? 0) > 0;

/** May turn one row into many, or many into one. */
const mayMultiply = ({ facts }: { readonly facts: Facts }): boolean => facts.multiplies || facts.unknown.length > 0;

/** PostgreSQL multiplies rows for what ORDER BY and WINDOW call, as for an output that it takes away again. */
const holdsMultiplying = (clause: Clause | null): boolean => clause?.list.some(mayMultiply) === true;

const multipliesRows = ({ select, tail, outputs }: Block): boolean =>
  outputs.list.some(mayMultiply) || holdsMultiplying(tail.order) || holdsMultiplying(select.windows);

function windowsMeaning(resolver: Resolver, clause: Clause, scope: Scope): Meaning {
  // The names of windows look like columns.
  const { quiet } = resolver;
  resolver.quiet = true;
  const windows = clause.list.map((expression) => resolveExpression(resolver, expression, scope, 'none'));
  resolver.quiet = quiet;
  return joined(windows, ' , ');
}

function addRowClauses({ resolver, select, scope, outputs, parts }: Block, groups: readonly ListKey[] | null): void {
  if (select.hint !== null) parts.push(clausePart(resolver, select.hint, scope, 'none'));
  if (select.sample !== null) parts.push(clausePart(resolver, select.sample, scope, 'none'));
  if (select.where !== null) parts.push(clausePart(resolver, select.where, scope, afterColumns(resolver)));
  if (select.group !== null && groups !== null) parts.push(groupPart(select.group, groups, outputs));
  if (select.having !== null) parts.push(clausePart(resolver, select.having, scope, 'also'));
  if (select.qualify !== null) {
    parts.push(clausePart(resolver, select.qualify, scope, 'also'));
  }
}

/** What the SELECT list itself says about rows. */
function addSelectParts(block: Block): void {
  const { select, scope, outputs, parts } = block;
  const span = select.items[0] === undefined ? select.span : { start: select.span.start, end: select.span.start + 6 };
  const aggregated = select.group === null && (select.having !== null || holdsAggregate(block));
  if (aggregated) parts.push({ label: 'SELECT', pieces: ['aggregate'], atoms: NO_ATOMS, span });
  const multiplying = outputs.list.filter((output) => mayMultiply(output) || scope.outerAggregate);
  if (multiplying.length > 0) {
    const meaning = wholeRows(multiplying);
    parts.push({ label: 'SELECT', pieces: ['multiplies', meaning.text], atoms: meaning.atoms, span });
  }
  if (select.windows !== null && scope.windows !== null && holdsMultiplying(select.windows)) {
    const { label, span: at } = select.windows;
    parts.push({ label, pieces: ['multiplies', scope.windows.text], atoms: scope.windows.atoms, span: at });
  }
  if (outputs.hidden !== null) {
    const meaning = wholeRows(outputs.list);
    parts.push({
      label: 'SELECT',
      pieces: ['columns', namesOf(outputs), outputs.hidden.text, meaning.text],
      atoms: plus(outputs.hidden.atoms, meaning.atoms),
      span,
    });
  }
  if (select.distinct !== null) parts.push(distinctPart(block, select.distinct));
  if (select.top !== null) parts.push(clausePart(block.resolver, select.top, scope, 'none'));
  if (parts.length === 0) parts.push({ label: 'SELECT', pieces: ['one row'], atoms: NO_ATOMS, span });
}

/** An aggregate anywhere makes one row of all, where nothing groups them. */
function holdsAggregate({ select, tail, outputs }: Block): boolean {
  if (outputs.list.some((output) => output.facts.aggregate)) return true;
  const clauses = [select.qualify, select.distinct, select.windows, tail.order];
  return clauses.some((clause) => clause?.list.some(({ facts }) => facts.aggregate) === true);
}

function distinctPart({ resolver, scope, outputs }: Block, clause: Clause): RowsPart {
  const { label, span } = clause;
  if (clause.list.length === 0) {
    const all = wholeRows(outputs.list);
    return { label, pieces: ['distinct', all.text], atoms: all.atoms, span };
  }
  return clausePart(resolver, clause, scope, 'also');
}

const namesOf = ({ list }: Outputs): string => JSON.stringify(list.map(({ name }) => name));

/** A clause that is not understood may do anything with what the query can see, and with what it calls its columns. */
function addUnknown({ resolver, scope, outputs, parts }: Block, clause: Clause): void {
  const part = clausePart(resolver, clause, scope, 'also');
  const all = [wholeRows(outputs.list), ...(NAMES_ITS_NEEDS.has(clause.label) ? [] : [allInSight(scope)])];
  const pieces = [...part.pieces, namesOf(outputs), ...all.map(({ text }) => text)];
  parts.push({ ...part, pieces, atoms: plus(part.atoms, union(all)) });
}

/** Clauses that look at nothing but what stands in them. */
const NAMES_ITS_NEEDS = new Set(['AS', 'CLUSTER BY', 'DISTRIBUTE BY', 'SORT BY', 'START WITH', 'CONNECT BY']);

function tableOf(block: Block, order: RowsPart | null): Table {
  const { resolver, select, tail, scope, outputs, parts } = block;
  const understood = outputs.known && tail.rest === null && select.rest === null;
  const columns = understood ? toColumns(resolver, scope, outputs.list, subset(block)) : null;
  const [source, second] = scope.sources;
  const passes =
    select.from !== null && source !== undefined && second === undefined && parts.length === 1 && order === null;
  if (passes && parts[0]?.pieces.length === 1 && columns !== null) {
    return new Table(
      { parts: source.table.parts, columns, unique: uniqueOf(block), order: source.table.order },
      source.table.title,
    );
  }
  return new Table({ parts, columns, unique: uniqueOf(block), order });
}

/** Whether the rows of the result are all rows of FROM, some of them, or others. */
function subset(block: Block): 'all' | 'some' | 'none' {
  const { select, tail } = block;
  if (select.group !== null || select.having !== null || select.distinct !== null) return 'none';
  const { where, qualify, top, sample } = select;
  const cut = [where, qualify, top, sample, tail.limit].some((clause) => clause !== null);
  return cut || multipliesRows(block) ? 'some' : 'all';
}

/** Sets of outputs without duplicates, as far as the one table behind them tells. */
function uniqueOf(block: Block): UniqueSets {
  const { scope, outputs } = block;
  const [source, second] = scope.sources;
  if (source === undefined || second !== undefined || source.table.unique.length === 0) return NOTHING_UNIQUE;
  if (subset(block) === 'none') return NOTHING_UNIQUE;
  if (multipliesRows(block)) return NOTHING_UNIQUE;
  const texts = new Map<string, string>();
  for (const { meaning } of outputs.list) {
    const column = columnOf(meaning);
    if (column !== undefined) texts.set(column.meaning.text, meaning.text);
  }
  return source.table.unique.flatMap((set) => {
    const translated = set.map((text) => texts.get(text));
    return translated.every((text) => text !== undefined) ? [translated] : [];
  });
}
