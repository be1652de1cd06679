import type { Identifier } from './contract.ts';
import { holdsQuery } from './brackets.ts';
import type { Context } from './context.ts';
import { chainEnd } from './chains.ts';
import { expressionBetween, readExpression } from './expressions.ts';
import { limitOf } from './from-state.ts';
import type { FromState } from './from-state.ts';
import { joinAt } from './joins.ts';
import { K } from './keywords.ts';
import { isTableAlias } from './names.ts';
import { readRelation } from './relations.ts';
import type { Expression, From, Join } from './structure.ts';
import { mergeSuffix, readSuffix } from './suffixes.ts';
import { symbol } from './tokens.ts';

const COMMA = symbol(',');

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
    else if (!readLateSuffix(state)) return joinAt(context, limitOf(state)) ?? leaveBrackets(state);
  }
}

/** Something stands in a join's brackets that was not understood: it becomes part of the last relation. */
function leaveBrackets(state: FromState): Join | null {
  const close = state.open.at(-1);
  if (close === undefined) return null;
  attachSuffix(state, expressionBetween(state.context, state.context.at, close));
  return readAfter(state);
}

/** `a JOIN b ON … PIVOT (…)`; an alias behind it names nothing that is known. */
function readLateSuffix(state: FromState): boolean {
  const suffix = readSuffix(state);
  if (suffix === null) return false;
  attachSuffix(state, suffix);
  skipAlias(state.context);
  return true;
}

/** Whether there was one. */
function skipAlias(context: Context): boolean {
  if (context.isWord(context.at, K.as) && context.isIdentifier(context.at + 1)) context.at += 2;
  else if (isTableAlias(context, context.at)) context.at++;
  else return false;
  if (context.isOpen(context.at)) context.at = context.match(context.at) + 1;
  return true;
}

function attachSuffix(state: FromState, suffix: Expression): void {
  for (let index = state.steps.length - 1; index >= 0; index--) {
    const step = state.steps[index];
    if (step?.type !== 'relation') continue;
    const merged = mergeSuffix(step.relation.suffix, suffix);
    state.steps[index] = { ...step, relation: { ...step.relation, suffix: merged } };
    return;
  }
}

/** `(a JOIN b …) AS j`: the names inside stay as they are, and the alias makes the columns unknown. */
function readGroupAlias(state: FromState): void {
  const { context } = state;
  const from = context.at;
  if (!skipAlias(context)) return;
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
  const span = context.span(context.at, close + 1);
  const isAliased = context.isWord(close + 1, K.as) && context.isIdentifier(close + 2) && close + 2 < limitOf(state);
  state.steps.push({ type: 'using', names, alias: isAliased ? context.fold(close + 2) : null, span });
  context.at = isAliased ? close + 3 : close + 1;
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
