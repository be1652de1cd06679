/** Line and column of an offset; both count from 1, columns in UTF-16 units. */
export function lineColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const end = Math.min(Math.max(offset, 0), text.length);
  let line = 1;
  let start = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < end; next = text.indexOf('\n', next + 1)) {
    line++;
    start = next + 1;
  }
  return { line, column: end - start + 1 };
}

/** The offset of a line and column; the end of the line or text where the column lies beyond. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let current = 1; current < line; current++) {
    const next = text.indexOf('\n', start);
    if (next === -1) return text.length;
    start = next + 1;
  }
  const newline = text.indexOf('\n', start);
  return Math.min(start + column - 1, newline === -1 ? text.length : newline);
}
