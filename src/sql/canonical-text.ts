import { Buffer } from 'node:buffer';
import type { Context } from './context.ts';
import { KIND } from './tokens.ts';

const SPACE = 32;
const UPPER_A = 65;
const UPPER_Z = 90;
const TO_LOWER = 32;
const LAST_ASCII = 127;

/** Bytes for one text at a time; larger texts are put together from strings. */
const shared = Buffer.alloc(1 << 16);

/** The tokens up to `end` in their canonical spelling, one space apart. */
export function canonicalText(context: Context, end: number): string {
  return asBytes(context, end) ?? spelledOut(context, end);
}

function spelledOut(context: Context, end: number): string {
  const pieces: string[] = [];
  for (let at = 0; at < end; at++) pieces.push(context.spell(at));
  return pieces.join(' ');
}

/** The same without a string for each token, which is most of the work; null where a character needs more than a byte. */
function asBytes(context: Context, end: number): string | null {
  const { text, kind, start, end: ends } = context.tokens;
  let length = 0;
  for (let at = 0; at < end; at++) {
    if (at > 0) shared[length++] = SPACE;
    const isWord = kind[at] === KIND.word && !context.namesField(at);
    const respelled = kind[at] === KIND.quoted || kind[at] === KIND.parameter || context.isNotEqual(at);
    const piece = respelled ? context.spell(at) : text;
    length = respelled
      ? copy(piece, 0, piece.length, length, false)
      : copy(piece, start[at] ?? 0, ends[at] ?? 0, length, isWord);
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
