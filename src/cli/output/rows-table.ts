import type { ResultSet } from '../../engines/contract.ts';
import type { Json } from '../../model/json.ts';
import { printable } from '../../model/printable.ts';
import { cellText, isNumeric } from './cells.ts';
import type { Screen, Style } from './style.ts';
import { recordLines, tableLines, tableWidth } from './table.ts';
import { counted } from './words.ts';

/** A cell longer than this is cut; the other formats show all of it. */
const MAX_CELL = 120;

/** A table for people, and how many rows it has; rows one under the other where the table is wider than `width`. */
export function* tableRows(result: ResultSet, { style, width }: Screen): Iterable<string> {
  const columns = result.columns.map(({ name, type }) => ({
    head: printable(name),
    align: isNumeric(type) ? ('right' as const) : ('left' as const),
  }));
  const rows = result.rows.map((row) => row.map((value) => shown(value, style)));
  const lines = width !== null && tableWidth(columns, rows) > width ? recordLines : tableLines;
  yield lines(columns, rows, style)
    .map((line) => `${line}\n`)
    .join('');
  yield style.dim(`${counted(rows.length, 'row')}\n`);
}

function shown(value: Json, style: Style): string {
  if (value === null) return style.dim('NULL');
  const text = printable(cellText(value));
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text;
}
