import { noteClock, noteOrder, noteVolatile } from './building.ts';
import type { Building } from './building.ts';
import { chainParts, noteLongName } from './chains.ts';
import { clockFamily, clockFunction } from './clock.ts';
import type { Context } from './context.ts';
import { pseudoColumn } from './functions.ts';
import { K, isReserved } from './keywords.ts';
import type { Name } from './structure.ts';
import { KIND, symbol } from './tokens.ts';
import { isBareUnit } from './words.ts';

const COLON = symbol(':');

/** A dotted name, which may be a column, a field, a whole row, or a word that only looks like one. */
export function readName(
  context: Context,
  build: Building,
  from: number,
  end: number,
  first: number,
  last: number,
): void {
  const parts = chainParts(context, from, end);
  const span = context.span(from, end);
  if (parts.length > 2) noteLongName(context, from, end, parts);
  const single = end === from + 1 && context.kind(from) === KIND.word;
  const isWord = single && context.code(from) !== 0;
  // `lambda a, b: a + b`: what follows are no columns but names for what comes.
  if (isWord && context.code(from) === K.lambda && context.isIdentifier(end)) build.lambda = true;
  const next = parts.length > 1 && parts.at(-1) === 'NEXTVAL';
  let called = next || (isWord && isBareUnit(context, from, end, first, last));
  if (single) {
    const clock = clockFunction(context.lower(from), context.rules.dialect, false);
    const isVolatile = BARE_VOLATILE.has(context.lower(from));
    called ||= clock !== null || isVolatile;
    if (clock !== null) noteClock(context, build, clockFamily(clock.kind), context.lower(from), span);
    else if (isVolatile) noteVolatile(context, build, context.lower(from), span);
  }
  if (next) noteVolatile(context, build, 'nextval', span);
  const pseudo = pseudoColumn(parts);
  if (pseudo !== null) noteOrder(context, build, pseudo, span);
  build.items.push({
    type: 'name',
    parts,
    ...writtenParts(context, from, end, parts),
    span,
    sure: !called && isSure(context, build, from, first) && (end >= last || isSureBefore(context, end, isWord)),
  });
  context.at = end;
}

function writtenParts(context: Context, from: number, end: number, parts: readonly string[]): Pick<Name, 'written'> {
  if (!context.rules.exactFields || parts.length < 2 || end - from !== parts.length * 2 - 1) return {};
  const written = parts.map((_, index) => context.identifier(from + index * 2).text);
  return written.every((part, index) => part === parts[index]) ? {} : { written };
}

const BARE_VOLATILE = new Set([
  'current_user',
  'session_user',
  'user',
  'current_catalog',
  'current_schema',
  'current_role',
  'sysdate',
  'rownum',
]);

/** Whether nothing but a column can stand at `from`, by what comes before it. */
function isSure(context: Context, build: Building, from: number, first: number): boolean {
  if (from < build.unitsEnd) return false;
  if (from === first) return true;
  const kind = context.kind(from - 1);
  const code = context.code(from - 1);
  if (kind === KIND.word) return code === K.by || (isReserved(code) && !isSpecial(context, from - 1));
  return kind === KIND.symbol ? code !== COLON : kind === KIND.open;
}

/** Words behind which others than columns stand: `IS [NOT] UNKNOWN`, `NULL ON EMPTY`, `WITH ROLLUP`, `DESC ROWS …`. */
const SPECIAL = new Set([K.is, K.on, K.with, K.for, K.using, K.desc, K.asc]);
const isSpecial = (context: Context, at: number): boolean =>
  SPECIAL.has(context.code(at)) || (context.isWord(at, K.not) && context.isWord(at - 1, K.is));

/** The same by what comes after: `epoch FROM x` and `date '…'` are no columns. */
function isSureBefore(context: Context, end: number, isWord: boolean): boolean {
  const kind = context.kind(end);
  const code = context.code(end);
  if (isWord) {
    // `rows BETWEEN …`, `array [1]`, `interval 3 day`: a word of the grammar may be at its work there.
    if (kind === KIND.word) return isReserved(code) && !KEYWORD_TAILS.has(code);
    return kind === KIND.symbol ? code !== COLON : kind === KIND.close;
  }
  // `NULL ABSENT ON NULL`.
  if (kind === KIND.word) return code !== 0 && code !== K.from && code !== K.on;
  return kind !== KIND.quoted && kind !== KIND.string;
}

const KEYWORD_TAILS = new Set([K.from, K.between, K.for, K.with]);
