import type { JsonScalar } from '../model/json.ts';
import type { Dialect, Reading, SqlProblem } from './contract.ts';
import { Context } from './context.ts';
import { RULES } from './dialects.ts';
import { canonicalText } from './canonical-text.ts';
import { freeWords } from './free-words.ts';
import { K, WRITES } from './keywords.ts';
import { Lexer } from './lexer.ts';
import { readParameters } from './parameters.ts';
import { attachQualifiers } from './qualifiers.ts';
import { readQuery } from './queries.ts';
import { readLooseTable } from './relations.ts';
import type { Query } from './structure.ts';
import { KIND, symbol, withTokenList } from './tokens.ts';
import type { TokenList } from './tokens.ts';

export interface ReadOptions {
  readonly dialect: Dialect;
  /** All parameters of the project, whether used or not. */
  readonly parameters: Readonly<Record<string, JsonScalar>>;
}

const SEMICOLON = symbol(';');

/**
 * Reads the query of a model. Never throws: what is wrong stands in `problems`.
 *
 * @example
 * read('SELECT a FROM raw.t', { dialect: 'duckdb', parameters: {} }).inputs // [{ type: 'table', parts: [raw, t], … }]
 */
export function read(text: string, options: ReadOptions): Reading {
  return withTokenList((list) => readTokens(text, options, list));
}

function readTokens(text: string, options: ReadOptions, list: TokenList): Reading {
  const rules = RULES[options.dialect];
  const lexer = new Lexer(text, rules, list);
  const tokens = lexer.run();
  freeWords(tokens, options.dialect);
  const { uses, problems } = readParameters(tokens, options.parameters, rules);
  const context = new Context(tokens, rules, uses, { readQuery, readTable: readLooseTable });
  context.problems.push(...lexer.problems, ...problems);
  const end = queryEnd(context);
  const readable = checkStart(context, end) && context.problems.every((one) => !FATAL.has(one.code));
  return reading(context, options.dialect, end, readable ? readQuery(context, end) : null);
}

const FATAL: ReadonlySet<SqlProblem['code']> = new Set(['sql-syntax', 'sql-empty', 'sql-not-a-query'] as const);

function reading(context: Context, dialect: Dialect, end: number, structure: Query | null): Reading {
  attachQualifiers(context);
  return {
    dialect,
    canonical: canonicalText(context, end),
    inputs: context.inputs,
    parameters: context.parameters,
    clocks: context.clocks,
    ties: context.ties,
    problems: context.problems.toSorted((left, right) => left.span.start - right.span.start),
    keptNames: context.keptNames,
    semicolons: Array.from({ length: context.tokens.count - end }, (_, at) => context.span(end + at, end + at + 1)),
    structure,
  };
}

/** The token after the query, without semicolons at the end. */
function queryEnd(context: Context): number {
  let end = context.tokens.count;
  while (end > 0 && context.isSymbol(end - 1, SEMICOLON)) end--;
  return end;
}

const STARTS = new Set([
  K.select,
  K.with,
  K.from,
  K.values,
  K.table,
  K.pivot,
  K.unpivot,
  K.pivot_wider,
  K.pivot_longer,
]);

/** Whether the text is one query; says what it is otherwise. */
function checkStart(context: Context, end: number): boolean {
  if (end === 0) {
    const last = context.tokens.text.length;
    if (context.problems.length === 0)
      context.problem('sql-empty', 'there is no query here', { start: 0, end: last }, 'write a SELECT');
    return false;
  }
  let first = 0;
  while (context.isOpen(first)) first++;
  if (context.kind(first) !== KIND.word || !STARTS.has(context.code(first))) return refuseStart(context, first);
  for (let at = 0; at < end; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.isSymbol(at, SEMICOLON)) return refuseSecond(context, at);
    else if (
      context.code(first) === K.with &&
      WRITES.has(context.code(at)) &&
      context.kind(at) === KIND.word &&
      context.kind(at - 1) === KIND.close
    ) {
      return refuseStart(context, at);
    }
  }
  return true;
}

function refuseStart(context: Context, at: number): false {
  const word = context.raw(at).slice(0, 40);
  const hint = 'a model holds one query: start with SELECT, WITH or FROM';
  context.problem('sql-not-a-query', `\`${word}\` starts no query`, context.span(at, at + 1), hint);
  return false;
}

function refuseSecond(context: Context, at: number): false {
  const hint = 'a model holds one query: move the others into models of their own';
  context.problem('sql-not-a-query', 'a second statement follows here', context.span(at, at + 1), hint);
  return false;
}
