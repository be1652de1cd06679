import type { SqlText } from './node.ts';
import type { Position } from './problems.ts';

/** Where an offset of a piece of SQL stands in the user's own file. */
export function positionIn(sql: SqlText, offset: number): Position {
  const before = sql.text.slice(0, Math.max(0, offset));
  const lastBreak = before.lastIndexOf('\n');
  if (lastBreak === -1) return { file: sql.file, line: sql.line, column: sql.column + before.length };
  let line = sql.line;
  for (let index = before.indexOf('\n'); index !== -1; index = before.indexOf('\n', index + 1)) line += 1;
  return { file: sql.file, line, column: sql.indent + before.length - lastBreak };
}

function breaksIn(text: string): readonly number[] {
  const breaks: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) breaks.push(at);
  return breaks;
}

/** The line alone, for many places in one piece of SQL: its line breaks are looked up once. */
export function linesIn(sql: SqlText): (offset: number) => number {
  let known: readonly number[] | null = null;
  return (offset) => {
    const breaks = (known ??= breaksIn(sql.text));
    let low = 0;
    for (let high = breaks.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((breaks[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return sql.line + low;
  };
}
