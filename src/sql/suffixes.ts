import type { Tie } from './contract.ts';
import { startsQuery } from './brackets.ts';
import { writtenNames } from './canonical-text.ts';
import type { Context } from './context.ts';
import { expressionBetween } from './expressions.ts';
import { limitOf } from './from-state.ts';
import type { FromState } from './from-state.ts';
import { K } from './keywords.ts';
import { isTableAlias } from './names.ts';
import type { Expression } from './structure.ts';
import { KIND, symbol } from './tokens.ts';

const COMMA = symbol(',');

/** Reads what may stand behind a table besides an alias: samples, pivots, versions, WITH ORDINALITY. */
export function readSuffix(state: FromState): Expression | null {
  const { context } = state;
  const from = context.at;
  let to = from;
  for (let next = suffixEnd(state, to); next > to; next = suffixEnd(state, to)) to = next;
  if (to === from) return null;
  const suffix = expressionBetween(context, from, to);
  if (!context.isWord(from, K.tablesample) && !context.isWord(from, K.sample)) {
    return { ...suffix, items: [...suffix.items, ...writtenNames(context, from, to)] };
  }
  const tie: Tie = { kind: 'volatile', construct: 'TABLESAMPLE', span: suffix.span };
  context.ties.push(tie);
  return { ...suffix, facts: { ...suffix.facts, ties: [{ tie, keys: null }] } };
}

const SUFFIX_CALLS = new Set([K.pivot, K.unpivot, K.match_recognize, K.at, K.before, K.partition]);

function suffixEnd(state: FromState, at: number): number {
  const { context } = state;
  const limit = limitOf(state);
  if (at >= limit || context.kind(at) !== KIND.word) return at;
  const code = context.code(at);
  if (SUFFIX_CALLS.has(code)) {
    const open = context.isOpen(at + 1) ? at + 1 : context.isOpen(at + 3) ? at + 3 : -1;
    return open === -1 || open >= limit ? at : context.match(open) + 1;
  }
  if (code === K.tablesample || (code === K.sample && isSample(context, at))) return sampleEnd(context, at + 1, limit);
  if (code === K.with && context.isWord(at + 1, K.ordinality)) return at + 2;
  if (code === K.with && context.isWord(at + 1, K.offset)) return offsetEnd(context, at + 2);
  if (code === K.with && context.isOpen(at + 1) && !startsQuery(context, at)) return context.match(at + 1) + 1;
  const version = code === K.for ? at + 1 : at;
  if (isVersion(context, version)) return asOfEnd(context, version + 1, limit);
  const parts = context.rules.dialect === 'starrocks' ? partsEnd(context, at, limit) : at;
  return parts > at ? parts : optionsEnd(context, at, limit);
}

/** `PARTITIONS (p1, p2)`, `TEMPORARY PARTITION (p1)`, `TABLET (10001)` of StarRocks. */
function partsEnd(context: Context, at: number, limit: number): number {
  const open = context.lower(at) === 'temporary' ? at + 2 : at + 1;
  const picks = open < limit && context.isOpen(open) && PARTS.has(context.lower(open - 1));
  return picks ? context.match(open) + 1 : at;
}

const PARTS = new Set(['partition', 'partitions', 'tablet', 'tablets']);

const VERSIONS = new Set(['at', 'before', 'for', 'changes']);

/** Whether a suffix must stand right behind the table, so that no alias can be put in between. */
export const startsVersion = (context: Context, at: number): boolean =>
  VERSIONS.has(context.lower(at)) || isVersion(context, at);

/** `VERSION AS OF 3`, `SYSTEM_TIME AS OF …`. */
const isVersion = (context: Context, at: number): boolean =>
  context.kind(at) === KIND.word && context.isWord(at + 1, K.as) && context.isWord(at + 2, K.of);

/** `CHANGES (a => b)` and `MATCH_CONDITION (a >= b)` of Snowflake: no alias with names of columns. */
function optionsEnd(context: Context, at: number, limit: number): number {
  const open = at + 1;
  if (open >= limit || !context.isOpen(open) || !isTableAlias(context, at)) return at;
  const close = context.match(open);
  for (let inner = open + 1; inner < close; inner++) {
    const kind = context.kind(inner);
    if (kind === KIND.open) inner = context.match(inner);
    else if (
      kind === KIND.number ||
      kind === KIND.string ||
      (kind === KIND.symbol && OPERATORS.has(context.code(inner)))
    )
      return close + 1;
  }
  return at;
}

const OPERATORS = new Set(['=', '=>', '>=', '<=', '.'].map(symbol));

/** `TABLESAMPLE reservoir(10%) REPEATABLE (1)`, `TABLESAMPLE 10 ROWS`. */
function sampleEnd(context: Context, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    const kind = context.kind(at);
    if (kind === KIND.open) at = context.match(at) + 1;
    else if (kind === KIND.number || kind === KIND.parameter || context.isSymbol(at, symbol('%'))) at++;
    else if (kind === KIND.word && (at === from || SAMPLE_WORDS.has(context.lower(at)))) at++;
    else break;
  }
  return at;
}

/** `SAMPLE (10)`, `SAMPLE BERNOULLI (10)`: else it is an alias. */
const isSample = (context: Context, at: number): boolean =>
  context.isOpen(at + 1) || (SAMPLE_METHODS.has(context.lower(at + 1)) && context.isOpen(at + 2));

/** How to sample: the first word is whatever the engine has. */
const SAMPLE_WORDS = new Set(['rows', 'percent', 'repeatable', 'seed']);
const SAMPLE_METHODS = new Set(['bernoulli', 'row', 'system', 'block']);

const offsetEnd = (context: Context, at: number): number => {
  if (context.isWord(at, K.as)) return at + 2;
  return isTableAlias(context, at) ? at + 1 : at;
};

/** `SYSTEM_TIME AS OF …` up to an alias, a join or a clause. */
function asOfEnd(context: Context, from: number, limit: number): number {
  let at = from;
  if (context.isWord(at, K.as) && context.isWord(at + 1, K.of)) at += 2;
  while (at < limit) {
    const kind = context.kind(at);
    if (kind === KIND.open) at = context.match(at) + 1;
    else if (context.isWord(at, K.interval)) at += 3;
    else if (kind === KIND.close || context.isSymbol(at, COMMA) || (kind === KIND.word && !startsValue(context, at)))
      break;
    else at++;
  }
  return at;
}

/** `timestamp '2026-01-01'`, `now()`. */
const startsValue = (context: Context, at: number): boolean =>
  context.isOpen(at + 1) || context.kind(at + 1) === KIND.string;

/** Two suffixes, before and behind the alias, as one. */
export function mergeSuffix(early: Expression | null, late: Expression | null): Expression | null {
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
