import type { Edit } from './contract.ts';

export interface Spliced {
  readonly text: string;
  /** The place in the original of a place in `text`; inside of what was put in, where the replaced piece starts. */
  toOriginal(offset: number): number;
}

/**
 * Puts pieces into the user's own text. Edits may come in any order and must not overlap; of those at one place,
 * insertions come first, in the order given.
 *
 * @example
 * splice('FROM a.b', [{ span: { start: 5, end: 8 }, text: '"x"' }]).text // FROM "x"
 */
export function splice(text: string, edits: readonly Edit[]): Spliced {
  const sorted = edits
    .map((edit, index) => ({ edit, index }))
    .sort((left, right) => order(left.edit, right.edit) || left.index - right.index)
    .map(({ edit }) => edit);
  const pieces: string[] = [];
  const starts: number[] = [];
  const origins: { readonly at: number; readonly fixed: boolean }[] = [];
  let last = 0;
  let length = 0;
  const add = (piece: string, at: number, fixed: boolean): void => {
    if (piece === '') return;
    pieces.push(piece);
    starts.push(length);
    origins.push({ at, fixed });
    length += piece.length;
  };
  for (const { span, text: replacement } of sorted) {
    if (span.start < last) throw new Error(`edits overlap at ${span.start}`);
    add(text.slice(last, span.start), last, false);
    add(replacement, span.start, true);
    last = span.end;
  }
  add(text.slice(last), last, false);
  return { text: pieces.join(''), toOriginal: (offset) => locate(starts, origins, offset, text.length) };
}

const order = (left: Edit, right: Edit): number => left.span.start - right.span.start || left.span.end - right.span.end;

function locate(
  starts: readonly number[],
  origins: readonly { readonly at: number; readonly fixed: boolean }[],
  offset: number,
  end: number,
): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const origin = origins[low];
  if (origin === undefined) return Math.min(Math.max(offset, 0), end);
  return origin.fixed ? origin.at : Math.min(origin.at + Math.max(0, offset - (starts[low] ?? 0)), end);
}
