import { Buffer } from 'node:buffer';
import { quoteName } from './context.ts';
import type { Context } from './context.ts';
import { K, isReserved } from './keywords.ts';
import { KIND, symbol } from './tokens.ts';

const COMMA = symbol(',');
const COLON = symbol(':');

const SPACE = 32;
const UPPER_A = 65;
const UPPER_Z = 90;
const TO_LOWER = 32;
const LAST_ASCII = 127;

/** Bytes for one text at a time; larger texts are put together from strings. */
const shared = Buffer.alloc(1 << 16);

/**
 * The tokens up to `end` in their canonical spelling, one space apart. Names keep their letter case: where nobody knows
 * which of them name columns of the result, it is how the columns are spelled.
 */
export function canonicalText(context: Context, end: number): string {
  return asBytes(context, end) ?? writtenText(context, 0, end);
}

/** The same of the tokens from `from` on. */
export function writtenText(context: Context, from: number, end: number): string {
  const pieces: string[] = [];
  for (let at = from; at < end; at++) pieces.push(isName(context, at) ? written(context, at) : context.spell(at));
  return pieces.join(' ');
}

function written(context: Context, at: number): string {
  const { text, quoted } = context.identifier(at);
  return quoted ? quoteName(text) : text;
}

/** The same without a string for each token, which is most of the work; null where a character needs more than a byte. */
function asBytes(context: Context, end: number): string | null {
  const { text, kind, start, end: ends } = context.tokens;
  let length = 0;
  for (let at = 0; at < end; at++) {
    if (at > 0) shared[length++] = SPACE;
    const quoted = kind[at] === KIND.quoted;
    const respelled = quoted || kind[at] === KIND.parameter || context.isNotEqual(at);
    const piece = quoted ? written(context, at) : respelled ? context.spell(at) : text;
    length = respelled
      ? copy(piece, 0, piece.length, length, false)
      : copy(piece, start[at] ?? 0, ends[at] ?? 0, length, kind[at] === KIND.word && !isName(context, at));
    if (length === FAILED || length >= shared.length) return null;
  }
  return shared.toString('latin1', 0, length);
}

const FAILED = -1;

/** Writes a piece of ASCII text, in lower case if wanted, and gives the length after it. */
function copy(text: string, from: number, to: number, length: number, lower: boolean): number {
  let at = length;
  for (let place = from; place < to; place++) {
    const char = text.charCodeAt(place);
    if (char > LAST_ASCII) return FAILED;
    shared[at++] = lower && char >= UPPER_A && char <= UPPER_Z ? char + TO_LOWER : char;
  }
  return at;
}

/**
 * What from `from` to `end` has capital letters and may be a name, as it is written: also words of the grammar that
 * no dialect reserves, because where nobody knows which columns there are, one of them may be called so.
 */
export function writtenNames(context: Context, from: number, end: number): readonly string[] {
  const names: string[] = [];
  for (let at = from; at < end; at++) {
    const unreserved = context.kind(at) === KIND.word && !isReserved(context.code(at)) && !context.isOpen(at + 1);
    if (!unreserved && !isName(context, at)) continue;
    const { text } = context.identifier(at);
    if (text !== text.toLowerCase()) names.push(quoteName(text));
  }
  return names;
}

/** Names of fields with capital letters in a type between two brackets: a name stands before each type. */
export function fieldNames(context: Context, open: number, close: number): readonly string[] {
  const names: string[] = [];
  for (let at = open + 1; at < close; at++) {
    if (!context.isIdentifier(at) || context.isIdentifier(at - 1) || !FIELD_STARTS.has(context.code(at - 1))) continue;
    if (!context.isIdentifier(at + 1) && !context.isSymbol(at + 1, COLON)) continue;
    const { text } = context.identifier(at);
    if (text !== text.toLowerCase()) names.push(quoteName(text));
  }
  return names;
}

const FIELD_STARTS = new Set([symbol('('), symbol('<'), COMMA]);

/** What names the items between brackets: their aliases, or the last names of their paths. */
export function lastNames(context: Context, open: number): readonly string[] {
  const close = context.match(open);
  const names: string[] = [];
  for (let at = open + 1; at <= close; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (at === close || context.isSymbol(at, COMMA))
      names.push(context.isIdentifier(at - 1) ? quoteName(context.identifier(at - 1).text) : '?');
  }
  return names;
}

/** No word of the grammar, and it calls nothing; what follows AS, or stands before a colon, is a name whatever it is. */
function isName(context: Context, at: number): boolean {
  if (!context.isIdentifier(at)) return false;
  if (context.kind(at) === KIND.quoted || context.isWord(at - 1, K.as) || context.namesField(at)) return true;
  return context.code(at) === 0 && !context.isOpen(at + 1);
}
