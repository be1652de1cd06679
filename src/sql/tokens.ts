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
  hint: 9,
} as const;

/**
 * The tokens of one text as parallel arrays. `code` is the keyword's number for a word, and the character codes of a
 * symbol or bracket (first × 256 + second for two characters). `match` pairs brackets; -1 elsewhere. `mark` is zero
 * everywhere, and for the reader to write. Behind the last token stand a few of kind `end`, so that one may look ahead.
 */
export interface Tokens {
  readonly text: string;
  readonly count: number;
  readonly kind: Uint8Array;
  readonly code: Uint16Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly match: Int32Array;
  readonly mark: Uint8Array;
}

const LOOK_AHEAD = 8;
/** Arrays larger than this are not kept for the next text. */
const LARGEST_KEPT = 1 << 16;

/** Tokens as they are added. Arrays outside the heap cost the collector dearly, so they are used again. */
export class TokenList {
  kind: Uint8Array;
  code: Uint16Array;
  start: Int32Array;
  end: Int32Array;
  match: Int32Array;
  mark: Uint8Array;
  count = 0;

  constructor(room: number) {
    this.kind = new Uint8Array(room);
    this.code = new Uint16Array(room);
    this.start = new Int32Array(room);
    this.end = new Int32Array(room);
    this.match = new Int32Array(room);
    this.mark = new Uint8Array(room);
  }

  add(kind: number, code: number, start: number, end: number): number {
    const at = this.count;
    if (at === this.kind.length) this.#grow();
    this.kind[at] = kind;
    this.code[at] = code;
    this.start[at] = start;
    this.end[at] = end;
    this.match[at] = -1;
    this.mark[at] = 0;
    this.count = at + 1;
    return end;
  }

  #grow(): void {
    const larger = new TokenList(this.kind.length * 2);
    larger.kind.set(this.kind);
    larger.code.set(this.code);
    larger.start.set(this.start);
    larger.end.set(this.end);
    larger.match.set(this.match);
    larger.mark.set(this.mark);
    ({
      kind: this.kind,
      code: this.code,
      start: this.start,
      end: this.end,
      match: this.match,
      mark: this.mark,
    } = larger);
  }

  finish(text: string): Tokens {
    const { count } = this;
    for (let ahead = 0; ahead < LOOK_AHEAD; ahead++) this.add(KIND.end, 0, text.length, text.length);
    const { kind, code, start, end, match, mark } = this;
    return { text, count, kind, code, start, end, match, mark };
  }
}

let idle: TokenList | null = null;

/** Lends a list for the time of one reading; nothing of it may be kept. */
export function withTokenList<T>(read: (list: TokenList) => T): T {
  const list = idle ?? new TokenList(1024);
  idle = null;
  list.count = 0;
  const result = read(list);
  if (list.kind.length <= LARGEST_KEPT) idle = list;
  return result;
}

/** Code of a symbol or bracket. */
export const symbol = (characters: string): number =>
  characters.length === 1 ? characters.charCodeAt(0) : characters.charCodeAt(0) * 256 + characters.charCodeAt(1);
