import type { Identifier } from './contract.ts';
import type { Context } from './context.ts';
import { foldName } from './dialects.ts';
import { chainEnd } from './chains.ts';
import { expressionBetween } from './expressions.ts';
import { limitOf } from './from-state.ts';
import type { FromState } from './from-state.ts';
import { K } from './keywords.ts';
import { mentionFile, mentionTable, mentionText } from './mentions.ts';
import { isTableAlias } from './names.ts';
import type { Expression, Relation, RelationSource } from './structure.ts';
import { mergeSuffix, readSuffix, startsVersion } from './suffixes.ts';
import { withWhatItReads } from './table-functions.ts';
import { KIND, symbol } from './tokens.ts';

const COMMA = symbol(',');
const COLON = symbol(':');

/** One table, call, file or derived table with what belongs to it; null (and a problem) where none stands. */
export function readRelation(state: FromState): Relation | null {
  const { context } = state;
  const from = context.at;
  let prefix: Identifier | null = null;
  if (context.isIdentifier(from) && context.isSymbol(from + 1, COLON) && context.rules.dialect === 'duckdb') {
    prefix = context.identifier(from);
    context.at = from + 2;
  }
  const inputsBefore = context.inputs.length;
  const only = readOnly(state);
  const inBrackets = only !== null && context.isOpen(context.at);
  const nameAt = inBrackets ? context.at + 1 : context.at;
  const source = inBrackets ? readBracketed(state) : readSource(state);
  if (source === null) return null;
  const suffixAt = context.at;
  const early = mergeSuffix(only, readSuffix(state));
  const alias = readAlias(state) ?? prefix;
  const listed = alias === null ? null : readColumnNames(state);
  const columns = listed?.names ?? null;
  const suffix = mergeSuffix(mergeSuffix(early, listed?.types ?? null), readSuffix(state));
  const late = suffix !== null && alias === null ? readAlias(state) : null;
  const blocked = inBrackets || (early !== null && startsVersion(context, suffixAt));
  const names = readNames(context, source, alias, { from: nameAt, input: inputsBefore, blocked });
  const name = late ?? alias;
  const title = name?.text ?? names.at(-1);
  if (title !== undefined) state.names.add(title.toLowerCase());
  return { source, alias: name, names, columns, suffix, span: context.span(from, context.at) };
}

/** Names that may qualify the columns of what has no alias. */
function readNames(
  context: Context,
  source: RelationSource,
  alias: Identifier | null,
  at: { readonly from: number; readonly input: number; readonly blocked: boolean },
): readonly string[] {
  if (source.type === 'cte') return alias === null ? [context.fold(at.from)] : [];
  if (source.type !== 'input') return [];
  return mentionNames(context, at.input, alias, at.blocked);
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

/** `ONLY t` and `ONLY (t)` of PostgreSQL leave out what inherits from `t`; the cursor stays at the bracket. */
function readOnly({ context }: FromState): Expression | null {
  const at = context.at;
  if (context.rules.dialect !== 'postgres' || !context.isWord(at, K.only)) return null;
  if (!context.isIdentifier(at + 1) && !context.isOpen(at + 1)) return null;
  return { ...expressionBetween(context, at, at + 1), items: ['only'] };
}

function readBracketed(state: FromState): RelationSource {
  const { context } = state;
  const open = context.at;
  context.at = open + 1;
  const source = readNamed(state);
  context.at = context.match(open) + 1;
  return source;
}

function readSource(state: FromState): RelationSource | null {
  const { context } = state;
  const at = context.at;
  const limit = limitOf(state);
  if (context.isOpen(at) && at < limit) return readDerived(context, at);
  if (context.isWord(at, K.values) && startsRow(context, at + 1)) return readBareValues(state);
  if (context.kind(at) === KIND.string && context.rules.stringTables) return mentionFile(context, at, at, at + 1);
  if (context.isWord(at, K.rows) && context.isWord(at + 1, K.from) && context.isOpen(at + 2)) {
    return { type: 'function', name: null, call: expressionBetween(context, at + 2, context.match(at + 2) + 1) };
  }
  if (context.isWord(at, K.table) && context.isOpen(at + 1)) {
    const named = mentionText(context, at, at + 2);
    if (named !== null) return named;
    const inner = chainEnd(context, at + 2, limit);
    const call = expressionBetween(context, at + 1, context.match(at + 1) + 1);
    const isCall = context.isIdentifier(at + 2) && context.isOpen(inner);
    const name = isCall ? context.fold(inner - 1).toLowerCase() : null;
    return { type: 'function', name: null, call: name === null ? call : withWhatItReads(context, name, call) };
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

const startsRow = (context: Context, at: number): boolean =>
  context.isOpen(at) || context.kind(at) === KIND.number || context.kind(at) === KIND.string;

const rowEnd = (context: Context, at: number): number => (context.isOpen(at) ? context.match(at) : at) + 1;

/** `FROM VALUES (1, 2), (3, 4)`: the list ends where no row follows. */
function readBareValues(state: FromState): RelationSource {
  const { context } = state;
  let end = rowEnd(context, context.at + 1);
  while (context.isSymbol(end, COMMA) && startsRow(context, end + 1)) end = rowEnd(context, end + 1);
  return { type: 'query', query: context.readQuery(context, end) };
}

function readNamed(state: FromState): RelationSource {
  const { context } = state;
  const from = context.at;
  const end = tableEnd(context, from, limitOf(state));
  if (context.isOpen(end) && end < limitOf(state)) {
    const close = context.match(end);
    const named = mentionFile(context, from, end + 1, close + 1) ?? mentionNamed(context, from, end);
    if (named !== null) return named;
    const name = context.fold(end - 1).toLowerCase();
    const call = withWhatItReads(context, name, expressionBetween(context, from, close + 1));
    return { type: 'function', name: end === from + 1 ? name : null, call };
  }
  if (context.rules.pathTables && end > from + 1 && isTitle(state, context.fold(from).toLowerCase())) {
    return { type: 'function', name: null, call: expressionBetween(context, from, end) };
  }
  context.at = end;
  return mentionTable(context, from, end);
}

/** `IDENTIFIER('analytics.orders')`. */
const mentionNamed = (context: Context, from: number, open: number): RelationSource | null =>
  open === from + 1 && context.lower(from) === 'identifier' ? mentionText(context, from, open + 1) : null;

/** Whether a table before it, or one of a query round this one, bears that name. */
function isTitle({ context, names }: FromState, name: string): boolean {
  if (names.has(name)) return true;
  for (let block = context.block?.parent ?? null; block !== null; block = block.parent)
    if (block.titles.has(name)) return true;
  return false;
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

interface ColumnNames {
  readonly names: readonly Identifier[];
  /** The list as it stands, where types are in it. */
  readonly types: Expression | null;
}

/** `t(a, b)`, `t(a INTEGER, b TEXT)`. */
function readColumnNames(state: FromState): ColumnNames | null {
  const { context } = state;
  if (!context.isOpen(context.at) || context.at >= limitOf(state)) return null;
  const open = context.at;
  const close = context.match(open);
  const names: Identifier[] = [];
  let typed = false;
  for (let at = open + 1; at < close; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.isIdentifier(at) && (context.isOpen(at - 1) || context.isSymbol(at - 1, COMMA))) {
      names.push(context.identifier(at));
    } else typed ||= !context.isSymbol(at, COMMA);
  }
  const types = typed ? expressionBetween(context, open, close + 1) : null;
  context.at = close + 1;
  return { names, types };
}

/** One table without joins, as PIVOT and DESCRIBE take it; `AS` may not follow all of them, so no alias is put in. */
export function readLooseTable(context: Context, limit: number): Relation | null {
  const state: FromState = { context, limit, steps: [], open: [], names: new Set() };
  const relation = readRelation(state);
  if (relation?.source.type !== 'input') return relation;
  const { input: index } = relation.source;
  const input = context.inputs[index];
  if (input !== undefined) context.inputs[index] = { ...input, needsAlias: null };
  return relation;
}
