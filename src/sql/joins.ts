import type { Tie } from './contract.ts';
import type { Context } from './context.ts';
import { K } from './keywords.ts';
import type { Join } from './structure.ts';
import { KIND, symbol } from './tokens.ts';

const COMMA = symbol(',');
const WORDS = new Map([
  [K.cross, 'cross'],
  [K.left, 'left'],
  [K.right, 'right'],
  [K.full, 'full'],
  [K.semi, 'semi'],
  [K.anti, 'anti'],
  [K.asof, 'asof'],
  [K.positional, 'positional'],
  [K.straight_join, ''],
  [K.inner, ''],
  [K.outer, ''],
  [K.global, ''],
  [K.natural, ''],
]);

/** Reads the comma or the words that join the next table; null (and nothing read) where there are none. */
export function joinAt(context: Context, limit: number): Join | null {
  const from = context.at;
  if (from >= limit) return null;
  if (context.isSymbol(from, COMMA)) {
    context.at = from + 1;
    return { kind: 'comma', natural: false, tie: null, span: context.span(from, from + 1) };
  }
  const kinds: string[] = [];
  let natural = false;
  let at = from;
  for (; at < limit && context.kind(at) === KIND.word; at++) {
    const code = context.code(at);
    if (code === K.join || code === K.straight_join || code === K.apply) break;
    const kind = WORDS.get(code);
    if (kind === undefined) return null;
    natural ||= code === K.natural;
    if (kind !== '') kinds.push(kind);
    else if (code === K.outer && context.isWord(at + 1, K.apply)) kinds.push('outer');
  }
  if (at >= limit || context.kind(at) !== KIND.word) return null;
  if (context.isWord(at, K.apply)) kinds.push('apply');
  // StarRocks takes hints in square brackets behind JOIN.
  const hinted = context.kind(at + 1) === KIND.open && context.code(at + 1) === 91;
  context.at = hinted ? context.match(at + 1) + 1 : at + 1;
  const span = context.span(from, at + 1);
  const tie = tieOf(kinds, span);
  if (tie !== null) context.ties.push(tie);
  return { kind: kinds.length === 0 ? 'inner' : kinds.join(' '), natural, tie, span };
}

function tieOf(kinds: readonly string[], span: Tie['span']): Tie | null {
  if (kinds.includes('positional')) return { kind: 'order', construct: 'POSITIONAL JOIN', span };
  return kinds.includes('asof') ? { kind: 'tie', construct: 'ASOF JOIN among rows that tie', span } : null;
}
