import { printable } from '../../model/printable.ts';

/** Longer texts are not read in a cell. */
const LONGEST = 1_000;

/** What Markdown or HTML gives a meaning. */
const MEANING = /[\\`*{}[\]()<>&|~^+=]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
/** What makes a mention of a person, an issue, a merge request or a label of what follows it. */
const MENTIONS = /[@#!$%]|:\/\//g;
const APART = '&#8203;';

const entity = (character: string): string => `&#${character.codePointAt(0)};`;

const plain = (text: string): string =>
  text
    .replaceAll(MEANING, entity)
    .replaceAll(MENTIONS, (found) => (found === '://' ? `:${APART}//` : `${found}${APART}`));

/** Text that shows as it is in a cell or an item of a list, on one line. Names in backticks stay names. */
export function escaped(text: string): string {
  const whole = printable(text);
  const short = whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole;
  return short
    .split(/(`[\w.]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : plain(part)))
    .join('');
}

/** A table or a list. */
export interface Block {
  readonly head: string;
  readonly rows: readonly string[];
  /** What is said of rows that had no room. */
  readonly rest: (count: number) => string;
}

const ROOM_FOR_REST = 100;

/** As many rows as have room, and how many had none; nothing where there are no rows. */
export function fitted({ head, rows, rest }: Block, most: number): string {
  if (rows.length === 0) return '';
  let text = `\n${head}`;
  let count = 0;
  for (const row of rows) {
    if (text.length + row.length + ROOM_FOR_REST > most) break;
    text += row;
    count += 1;
  }
  return count === rows.length ? text : `${text}\n*… and ${rest(rows.length - count)}, cut to fit a comment.*\n`;
}
