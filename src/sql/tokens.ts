/** Kinds of tokens, as small numbers for the arrays below. */
export const KIND = {
  end: 0,
  word: 1,
  quoted: 2,
  string: 3,
  number: 4,
  symbol: 5,
  open: 6,
  close: 7,
  parameter: 8,
} as const;

/**
 * The tokens of one text as parallel arrays. `code` is the keyword's number for a word, and the character codes of a
 * symbol or bracket (first × 256 + second for two characters). `match` pairs brackets; -1 elsewhere.
 */
export interface Tokens {
  readonly text: string;
  readonly count: number;
  readonly kind: Uint8Array;
  readonly code: Uint16Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly match: Int32Array;
}

/** Code of a symbol or bracket. */
export const symbol = (characters: string): number =>
  characters.length === 1 ? characters.charCodeAt(0) : characters.charCodeAt(0) * 256 + characters.charCodeAt(1);
