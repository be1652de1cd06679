/** `${NAME}`, `${NAME:-default}` or `${NAME:?message}` in a text, and the text around them. */
export type Piece =
  | string
  | {
      readonly name: string;
      /** What stands for a variable that is not set or empty; null: there must be one. */
      readonly fallback: readonly Piece[] | null;
      /** What to say where it is missing. */
      readonly message: string | null;
      /** Where `${` stands in the text. */
      readonly offset: number;
    };

export type Template =
  | { readonly ok: true; readonly pieces: readonly Piece[] }
  | { readonly ok: false; readonly offset: number; readonly why: string };

/** Whether a text holds anything to put in, or an escape of it. */
export const isTemplate = (text: string): boolean => text.includes('${');

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;

class Fault extends Error {
  readonly offset: number;
  constructor(offset: number, why: string) {
    super(why);
    this.offset = offset;
  }
}

/**
 * Reads a template. `$${` stands for `${` itself, a `$` before anything else for itself. A default may hold variables.
 *
 * @example parseTemplate('${HOST:-localhost}:5432')
 */
export function parseTemplate(text: string): Template {
  try {
    return { ok: true, pieces: piecesOf(text, 0, false).pieces };
  } catch (fault) {
    if (fault instanceof Fault) return { ok: false, offset: fault.offset, why: fault.message };
    throw fault;
  }
}

interface Read {
  readonly pieces: readonly Piece[];
  /** Where reading stopped: the end of the text, or the `}` that closes a default. */
  readonly end: number;
}

function piecesOf(text: string, start: number, inside: boolean): Read {
  const pieces: Piece[] = [];
  let plain = '';
  let at = start;
  for (const end = inside ? '}' : ''; at < text.length && text[at] !== end;) {
    if (text.startsWith('$${', at)) {
      plain += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      if (plain !== '') pieces.push(plain);
      plain = '';
      const { piece, end } = variableAt(text, at);
      pieces.push(piece);
      at = end;
    } else {
      plain += text[at] ?? '';
      at += 1;
    }
  }
  if (plain !== '') pieces.push(plain);
  return { pieces, end: at };
}

function variableAt(text: string, offset: number): { readonly piece: Piece; readonly end: number } {
  NAME.lastIndex = offset + 2;
  const name = NAME.exec(text)?.[0];
  if (name === undefined) throw new Fault(offset, 'after `${` comes the name of a variable');
  const after = offset + 2 + name.length;
  if (text[after] === '}') return { piece: { name, fallback: null, message: null, offset }, end: after + 1 };
  const sign = text.slice(after, after + 2);
  if (sign !== ':-' && sign !== ':?') {
    const why =
      text[after] === undefined ? 'is never closed: `}` is missing' : 'has neither `}` nor `:-` nor `:?` next';
    throw new Fault(offset, `\`\${${name}\` ${why}`);
  }
  const { pieces, end } = piecesOf(text, after + 2, true);
  if (text[end] !== '}') throw new Fault(offset, `\`\${${name}\` is never closed: \`}\` is missing`);
  if (sign === ':-') return { piece: { name, fallback: pieces, message: null, offset }, end: end + 1 };
  const message = text.slice(after + 2, end);
  return { piece: { name, fallback: null, message: message === '' ? null : message, offset }, end: end + 1 };
}

/** A variable that is not set and has no default. */
export interface Missing {
  readonly name: string;
  readonly message: string | null;
  readonly offset: number;
}

/** Puts the variables' values in; an empty value counts as none. Values are put in as they are, never read again. */
export function fill(
  pieces: readonly Piece[],
  lookup: (name: string) => string | null,
): { readonly text: string; readonly missing: readonly Missing[] } {
  let text = '';
  const missing: Missing[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece;
      continue;
    }
    const value = lookup(piece.name);
    if (value !== null && value !== '') text += value;
    else if (piece.fallback === null) missing.push(piece);
    else {
      const filled = fill(piece.fallback, lookup);
      text += filled.text;
      missing.push(...filled.missing);
    }
  }
  return { text, missing };
}

/** Names of the variables that a text may use. */
export const variablesOf = (pieces: readonly Piece[]): readonly string[] =>
  pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.name, ...variablesOf(piece.fallback ?? [])]));
