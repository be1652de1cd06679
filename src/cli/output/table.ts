import stringWidth from 'string-width';
import type { Style } from './style.ts';

export interface TableColumn {
  readonly head: string;
  readonly align: 'left' | 'right';
}

/**
 * Lines of a table with a head and a rule, cells two blanks apart. Written here because the usual library draws
 * 20,000 rows in 15 seconds, this in 0.1.
 */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  style: Style,
): readonly string[] {
  const widths = columns.map((column, index) =>
    rows.reduce((widest, row) => Math.max(widest, stringWidth(row[index] ?? '')), stringWidth(column.head)),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, index) => aligned(cells[index] ?? '', widths[index] ?? 0, column.align))
      .join('  ')
      .trimEnd();
  return [
    style.bold(line(columns.map((column) => column.head))),
    style.dim(widths.map((width) => '─'.repeat(width)).join('  ')),
    ...rows.map(line),
  ];
}

export function aligned(text: string, width: number, align: 'left' | 'right'): string {
  const blank = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'left' ? text + blank : blank + text;
}
