import type { Position } from '../model/problems.ts';

/** A comment `-- bough-ignore RULE reason`, or the same after `#` or `//`. */
export interface Ignore {
  /** null where none is named. */
  readonly rule: string | null;
  /** null where none is given. */
  readonly reason: string | null;
  readonly at: Position;
  /** The lines whose findings it keeps quiet: its own, or the next where it stands alone. */
  readonly line: number;
}

/** A text in which comments may stand. */
export interface Text {
  /** As positions name it. */
  readonly path: string;
  readonly text: string;
}

const WORD = 'bough-ignore';
const COMMENT = /(?:^|\s)(?:--|#|\/\/)\s*bough-ignore(?![\w-])[ \t]*(\S*)[ \t]*(.*)$/;

/** An odd number of quotes before it: the comment stands inside a text. */
const isQuoted = (before: string): boolean => (before.match(/'/g)?.length ?? 0) % 2 === 1;

interface Found {
  readonly rule: string;
  readonly reason: string;
  readonly column: number;
  readonly alone: boolean;
}

function ignoreIn(line: string): Found | null {
  const match = COMMENT.exec(line);
  if (match === null) return null;
  const [whole, rule = '', reason = ''] = match;
  const before = line.slice(0, match.index);
  if (isQuoted(before)) return null;
  const column = match.index + whole.search(/\S/) + 1;
  return { rule, reason: reason.trim(), column, alone: before.trim() === '' };
}

/** All comments of a text that ask to ignore something. Several above one line all speak of that line. */
export function ignoresIn({ path, text }: Text): readonly Ignore[] {
  if (!text.includes(WORD)) return [];
  const found = text.split('\n').map(ignoreIn);
  return found.flatMap((one, index) => {
    if (one === null) return [];
    let line = index;
    if (one.alone) while (found[line]?.alone === true) line += 1;
    const rule = one.rule === '' ? null : one.rule;
    const reason = one.reason === '' ? null : one.reason;
    return [{ rule, reason, at: { file: path, line: index + 1, column: one.column }, line: line + 1 }];
  });
}
