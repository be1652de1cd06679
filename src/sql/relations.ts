import type { Identifier, Tie } from './contract.ts';
import { holdsQuery, startsQuery } from './brackets.ts';
import type { Context } from './context.ts';
import { chainEnd, expressionBetween, readExpression } from './expressions.ts';
import { joinAt } from './joins.ts';
import { foldName } from './dialects.ts';
import { K } from './keywords.ts';
import { mentionFile, mentionTable } from './mentions.ts';
import { isTableAlias } from './names.ts';
import type { Expression, From, Join, Relation, RelationSource, Step } from './structure.ts';
import { KIND, symbol } from './tokens.ts';

const COMMA = symbol(',');
const COLON = symbol(':');

interface FromState {
  readonly context: Context;
  readonly limit: number;
  readonly steps: Step[];
  /** Closing brackets of the joins in brackets that are open. */
  readonly open: number[];
  /** Folded names of the tables so far, for paths into their columns. */
  readonly names: Set<string>;
}

/** Reads what follows FROM; the cursor stands behind the word. */
export function readFrom(context: Context, limit: number): From {
  const state: FromState = { context, limit, steps: [], open: [], names: new Set() };
  const from = context.at;
  let join: Join | null = null;
  do {
    openBrackets(state, join);
    const relation = readRelation(state);
    if (relation === null) break;
    state.steps.push({ type: 'relation', relation, join: state.steps.at(-1)?.type === 'open' ? null : join });
    join = readAfter(state);
  } while (join !== null);
  return { steps: state.steps, span: context.span(from, context.at) };
}

const limitOf = (state: FromState): number => state.open.at(-1) ?? state.limit;

function openBrackets(state: FromState, join: Join | null): void {
  const { context } = state;
  let first = join;
  if (context.isWord(context.at, K.lateral)) context.at++;
  while (context.isOpen(context.at) && context.at < limitOf(state) && !holdsQuery(context, context.at)) {
    state.open.push(context.match(context.at));
    state.steps.push({ type: 'open', join: first });
    first = null;
    context.at++;
  }
}

/** Reads conditions, closing brackets and lateral views up to the next join; null where FROM ends. */
function readAfter(state: FromState): Join | null {
  const { context } = state;
  for (;;) {
    const at = context.at;
    if (at >= limitOf(state)) {
      if (state.open.length === 0) return null;
      state.open.pop();
      state.steps.push({ type: 'close' });
      context.at = at + 1;
      readGroupAlias(state);
    } else if (context.isWord(at, K.on)) readOn(state);
    else if (context.isWord(at, K.using) && context.isOpen(at + 1)) readUsing(state);
    else if (context.isWord(at, K.lateral) && context.isWord(at + 1, K.view)) readLateralView(state);
    else return joinAt(context, limitOf(state)) ?? leaveBrackets(state);
  }
}

/** Something stands in a join's brackets that was not understood: it becomes part of the last relation. */
function leaveBrackets(state: FromState): Join | null {
  const close = state.open.at(-1);
  if (close === undefined) return null;
  attachSuffix(state, expressionBetween(state.context, state.context.at, close));
  return readAfter(state);
}

function attachSuffix(state: FromState, suffix: Expression): void {
  for (let index = state.steps.length - 1; index >= 0; index--) {
    const step = state.steps[index];
    if (step?.type !== 'relation') continue;
    state.steps[index] = { ...step, relation: { ...step.relation, suffix } };
    return;
  }
}

/** `(a JOIN b …) AS j`: the names inside stay as they are, and the alias makes the columns unknown. */
function readGroupAlias(state: FromState): void {
  const { context } = state;
  const from = context.at;
  if (context.isWord(from, K.as) && context.isIdentifier(from + 1)) context.at = from + 2;
  else if (isTableAlias(context, from)) context.at = from + 1;
  else return;
  if (context.isOpen(context.at)) context.at = context.match(context.at) + 1;
  attachSuffix(state, expressionBetween(context, from, context.at));
}

function readOn(state: FromState): void {
  state.context.at++;
  state.steps.push({ type: 'on', expression: readExpression(state.context, limitOf(state), 'from') });
}

function readUsing(state: FromState): void {
  const { context } = state;
  const open = context.at + 1;
  const close = context.match(open);
  const names: string[] = [];
  for (let at = open + 1; at < close; at++) if (context.isIdentifier(at)) names.push(context.fold(at));
  state.steps.push({ type: 'using', names, span: context.span(context.at, close + 1) });
  context.at = close + 1;
}

/** `LATERAL VIEW [OUTER] explode(x) t AS a, b`. */
function readLateralView(state: FromState): void {
  const { context } = state;
  const from = context.at;
  context.at += 2;
  const outer = context.isWord(context.at, K.outer);
  if (outer) context.at++;
  const callFrom = context.at;
  let to = chainEnd(context, callFrom, limitOf(state));
  if (context.isOpen(to)) to = context.match(to) + 1;
  const call = expressionBetween(context, callFrom, to);
  const alias = isTableAlias(context, context.at) ? context.identifier(context.at++) : null;
  const columns: Identifier[] = [];
  if (context.isWord(context.at, K.as)) {
    do {
      context.at++;
      if (context.isIdentifier(context.at)) columns.push(context.identifier(context.at++));
    } while (context.isSymbol(context.at, COMMA) && context.isIdentifier(context.at + 1));
  }
  const span = context.span(from, context.at);
  state.steps.push({
    type: 'relation',
    join: { kind: outer ? 'lateral view outer' : 'lateral view', natural: false, tie: null, span },
    relation: { source: { type: 'function', name: null, call }, alias, names: [], columns, suffix: null, span },
  });
}

/** One table, call, file or derived table with what belongs to it; null (and a problem) where none stands. */
function readRelation(state: FromState): Relation | null {
  const { context } = state;
  const from = context.at;
  let prefix: Identifier | null = null;
  if (context.isIdentifier(from) && context.isSymbol(from + 1, COLON) && context.rules.dialect === 'duckdb') {
    prefix = context.identifier(from);
    context.at = from + 2;
  }
  const inputsBefore = context.inputs.length;
  const nameAt = context.at;
  const source = readSource(state);
  if (source === null) return null;
  const early = readSuffix(state);
  const alias = readAlias(state) ?? prefix;
  const columns = alias === null ? null : readColumnNames(state);
  const suffix = mergeSuffix(early, readSuffix(state));
  const late = suffix !== null && alias === null ? readAlias(state) : null;
  const names = readNames(context, source, alias, { from: nameAt, input: inputsBefore, early });
  const name = late ?? alias;
  if (name !== null) state.names.add(name.text.toLowerCase());
  return { source, alias: name, names, columns, suffix, span: context.span(from, context.at) };
}

function mergeSuffix(early: Expression | null, late: Expression | null): Expression | null {
  if (early === null || late === null) return early ?? late;
  return {
    items: [...early.items, ...late.items],
    span: { start: early.span.start, end: late.span.end },
    facts:
      late.facts === early.facts
        ? late.facts
        : {
            ...late.facts,
            ties: [...early.facts.ties, ...late.facts.ties],
            clocks: [...early.facts.clocks, ...late.facts.clocks],
          },
  };
}

const text = (context: Context, part: Expression): string => context.tokens.text.slice(part.span.start, part.span.end);

/** Names that may qualify the columns of what has no alias. */
function readNames(
  context: Context,
  source: RelationSource,
  alias: Identifier | null,
  at: { readonly from: number; readonly input: number; readonly early: Expression | null },
): readonly string[] {
  if (source.type === 'cte') return alias === null ? [context.fold(at.from)] : [];
  if (source.type !== 'input') return [];
  const blocked = at.early !== null && /^(at|before|for)\b/i.test(text(context, at.early));
  return mentionNames(context, at.input, alias, blocked);
}

/** Completes the input that was just mentioned, and gives the names that may qualify its columns. */
function mentionNames(context: Context, index: number, alias: Identifier | null, blocked: boolean): readonly string[] {
  const input = context.inputs[index];
  if (input === undefined || alias !== null) {
    if (input !== undefined) context.inputs[index] = { ...input, needsAlias: null };
    return [];
  }
  if (blocked) context.inputs[index] = { ...input, needsAlias: null };
  if (input.type === 'file') return input.needsAlias === null ? [] : [input.needsAlias.toLowerCase()];
  return input.parts.map((part) => foldName(part.text, part.quoted, context.rules));
}

function readSource(state: FromState): RelationSource | null {
  const { context } = state;
  const at = context.at;
  const limit = limitOf(state);
  if (context.isOpen(at) && at < limit) return readDerived(context, at);
  if (context.isWord(at, K.values) && context.isOpen(at + 1)) return readBareValues(state);
  if (context.isWord(at, K.only) && context.isIdentifier(at + 1)) context.at++;
  if (context.kind(at) === KIND.string && context.rules.stringTables) return mentionFile(context, at, at, at + 1);
  if (context.isWord(at, K.rows) && context.isWord(at + 1, K.from) && context.isOpen(at + 2)) {
    return { type: 'function', name: null, call: expressionBetween(context, at + 2, context.match(at + 2) + 1) };
  }
  if (context.isWord(at, K.table) && context.isOpen(at + 1)) {
    const close = context.match(at + 1);
    return { type: 'function', name: null, call: expressionBetween(context, at + 1, close + 1) };
  }
  if (at >= limit || !startsName(context, context.at)) return refuseSource(context, limit);
  return readNamed(state);
}

const startsName = (context: Context, at: number): boolean =>
  context.kind(at) === KIND.quoted ||
  isTableAlias(context, at) ||
  (context.kind(at) === KIND.word && context.isOpen(at + 1));

function refuseSource(context: Context, limit: number): null {
  const at = Math.min(context.at, limit);
  const found = context.kind(at) === KIND.end ? 'the end of the query' : `\`${context.raw(at)}\``;
  context.problem('sql-syntax', `a table is expected here, but there is ${found}`, context.span(at, at + 1));
  return null;
}

function readDerived(context: Context, open: number): RelationSource {
  const close = context.match(open);
  context.at = open + 1;
  const query = context.readQuery(context, close);
  context.at = close + 1;
  return { type: 'query', query };
}

/** `FROM VALUES (1, 2), (3, 4)`: the list ends where no bracket follows. */
function readBareValues(state: FromState): RelationSource {
  const { context } = state;
  let end = context.match(context.at + 1) + 1;
  while (context.isSymbol(end, COMMA) && context.isOpen(end + 1)) end = context.match(end + 1) + 1;
  return { type: 'query', query: context.readQuery(context, end) };
}

function readNamed(state: FromState): RelationSource {
  const { context } = state;
  const from = context.at;
  const end = tableEnd(context, from, limitOf(state));
  if (context.isOpen(end) && end < limitOf(state)) {
    const close = context.match(end);
    const file = mentionFile(context, from, end + 1, close + 1);
    if (file !== null) return file;
    const call = expressionBetween(context, from, close + 1);
    return { type: 'function', name: end === from + 1 ? context.lower(from) : null, call };
  }
  if (context.rules.pathTables && end > from + 1 && state.names.has(context.fold(from).toLowerCase())) {
    return { type: 'function', name: null, call: expressionBetween(context, from, end) };
  }
  context.at = end;
  return mentionTable(context, from, end);
}

/** The end of a dotted table name; BigQuery allows dashes in the first part. */
function tableEnd(context: Context, from: number, limit: number): number {
  let end = chainEnd(context, from, limit);
  if (context.rules.dialect !== 'bigquery') return end;
  while (
    context.isSymbol(end, 45) &&
    context.start(end) === context.end(end - 1) &&
    context.start(end + 1) === context.end(end)
  ) {
    end = chainEnd(context, end + 1, limit);
  }
  return end;
}

function readAlias(state: FromState): Identifier | null {
  const { context } = state;
  const at = context.at;
  if (at >= limitOf(state)) return null;
  if (context.isWord(at, K.as) && (context.isIdentifier(at + 1) || context.kind(at + 1) === KIND.string)) {
    context.at = at + 2;
    return context.identifier(at + 1);
  }
  if (!isTableAlias(context, at)) return null;
  context.at = at + 1;
  return context.identifier(at);
}

/** `t(a, b)`, also with types. */
function readColumnNames(state: FromState): readonly Identifier[] | null {
  const { context } = state;
  if (!context.isOpen(context.at) || context.at >= limitOf(state)) return null;
  const close = context.match(context.at);
  const names: Identifier[] = [];
  for (let at = context.at + 1; at < close; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.isIdentifier(at) && (context.isOpen(at - 1) || context.isSymbol(at - 1, COMMA))) {
      names.push(context.identifier(at));
    }
  }
  context.at = close + 1;
  return names;
}

/** Reads what may stand behind a table besides an alias: samples, pivots, versions, WITH ORDINALITY. */
function readSuffix(state: FromState): Expression | null {
  const { context } = state;
  const from = context.at;
  let to = from;
  for (let next = suffixEnd(state, to); next > to; next = suffixEnd(state, to)) to = next;
  if (to === from) return null;
  const suffix = expressionBetween(context, from, to);
  if (!context.isWord(from, K.tablesample) && !context.isWord(from, K.sample)) return suffix;
  const tie: Tie = { kind: 'volatile', construct: 'TABLESAMPLE', span: suffix.span };
  context.ties.push(tie);
  return { ...suffix, facts: { ...suffix.facts, ties: [{ tie, keys: null }] } };
}

const SUFFIX_CALLS = new Set([K.pivot, K.unpivot, K.match_recognize, K.at, K.before, K.partition, K.sample]);

function suffixEnd(state: FromState, at: number): number {
  const { context } = state;
  const limit = limitOf(state);
  if (at >= limit || context.kind(at) !== KIND.word) return at;
  const code = context.code(at);
  if (SUFFIX_CALLS.has(code)) {
    const open = context.isOpen(at + 1) ? at + 1 : context.isOpen(at + 3) ? at + 3 : -1;
    return open === -1 || open >= limit ? at : context.match(open) + 1;
  }
  if (code === K.tablesample) return sampleEnd(context, at + 1, limit);
  if (code === K.with && context.isWord(at + 1, K.ordinality)) return at + 2;
  if (code === K.with && context.isWord(at + 1, K.offset)) return offsetEnd(context, at + 2);
  if (code === K.with && context.isOpen(at + 1) && !startsQuery(context, at)) return context.match(at + 1) + 1;
  if (code === K.for && context.isWord(at + 1, K.system_time)) return asOfEnd(context, at + 2, limit);
  return at;
}

/** `TABLESAMPLE reservoir(10%) REPEATABLE (1)`, `TABLESAMPLE 10 ROWS`. */
function sampleEnd(context: Context, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    const kind = context.kind(at);
    if (kind === KIND.open) at = context.match(at) + 1;
    else if (kind === KIND.number || kind === KIND.parameter || context.isSymbol(at, symbol('%'))) at++;
    else if (
      kind === KIND.word &&
      (context.isOpen(at + 1) || context.code(at) === K.rows || context.code(at) === K.percent)
    )
      at++;
    else break;
  }
  return at;
}

const offsetEnd = (context: Context, at: number): number => {
  if (context.isWord(at, K.as)) return at + 2;
  return isTableAlias(context, at) ? at + 1 : at;
};

/** `FOR SYSTEM_TIME AS OF …` up to an alias, a join or a clause. */
function asOfEnd(context: Context, from: number, limit: number): number {
  let at = from;
  if (context.isWord(at, K.as) && context.isWord(at + 1, K.of)) at += 2;
  while (at < limit) {
    const kind = context.kind(at);
    if (kind === KIND.open) at = context.match(at) + 1;
    else if (kind === KIND.close || context.isSymbol(at, COMMA) || (kind === KIND.word && !context.isOpen(at + 1)))
      break;
    else at++;
  }
  return at;
}

/** One table without joins, as PIVOT and DESCRIBE take it; `AS` may not follow all of them, so no alias is put in. */
export function readLooseTable(context: Context, limit: number): Relation | null {
  const state: FromState = { context, limit, steps: [], open: [], names: new Set() };
  const before = context.inputs.length;
  const relation = readRelation(state);
  const input = context.inputs[before];
  if (input !== undefined) context.inputs[before] = { ...input, needsAlias: null };
  return relation;
}
