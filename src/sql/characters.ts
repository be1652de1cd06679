/** Classes of characters: what can start with one. */
export const CLASS = { other: 0, space: 1, word: 2, digit: 3, quote: 4, open: 5, close: 6 } as const;

/** Class of each ASCII character; everything above is a letter unless it is a Unicode space. */
export const classes = new Uint8Array(128);
for (const space of ' \t\n\r\f\v') classes[space.charCodeAt(0)] = CLASS.space;
for (let char = 0; char < 128; char++) {
  if (/[A-Za-z_]/.test(String.fromCharCode(char))) classes[char] = CLASS.word;
  if (char >= 48 && char <= 57) classes[char] = CLASS.digit;
}
for (const quote of '\'"`') classes[quote.charCodeAt(0)] = CLASS.quote;
for (const open of '([{') classes[open.charCodeAt(0)] = CLASS.open;
for (const close of ')]}') classes[close.charCodeAt(0)] = CLASS.close;

export const CHAR = {
  newline: 10,
  quote: 39,
  double: 34,
  backtick: 96,
  backslash: 92,
  dollar: 36,
  dash: 45,
  slash: 47,
  star: 42,
};
export const HASH = 35;
export const DOT = 46;
export const OPEN_BRACE = 123;
export const OPEN_BRACKET = 91;
export const PARAMETER = /\{\{\s*([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_-]+)*)\s*\}\}/uy;
export const ANY_PARAMETER = /\{\{\s*[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_-]+)*\s*\}\}/u;

/** Two-character symbols; a third character (`->>`, `<=>`, `!~*`) joins as a token of its own, which changes nothing. */
export const PAIRS = new Set(
  ':: := => -> <= >= <> != || == ** // @> <@ && !~ ~~ << >> ^@ ~* ?| ?& #> <- ..'.split(' ').map(pairCode),
);

function pairCode(pair: string): number {
  return pair.charCodeAt(0) * 256 + pair.charCodeAt(1);
}

export const isWordChar = (char: number): boolean =>
  char < 128
    ? classes[char] === CLASS.word || classes[char] === CLASS.digit || char === CHAR.dollar
    : !isWideSpace(char);

export const isWideSpace = (char: number): boolean =>
  char === 0xa0 ||
  char === 0xfeff ||
  char === 0x3000 ||
  char === 0x202f ||
  char === 0x205f ||
  char === 0x2028 ||
  char === 0x2029 ||
  char === 0x85 ||
  (char >= 0x2000 && char <= 0x200b);
