import type { ResultSet } from '../../engines/contract.ts';
import type { Json } from '../../model/json.ts';
import { printable } from '../../model/printable.ts';
import { cellText, isNumeric } from './cells.ts';
import { tableRows } from './rows-table.ts';
import type { Screen } from './style.ts';

export const FORMATS = ['table', 'json', 'csv', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

export type WriteRows = (result: ResultSet, screen: Screen) => Iterable<string> | AsyncIterable<string>;

/** How many rows become one piece of text: a piece is written whole, and the next one is not made if nobody reads. */
const CHUNK = 1_000;

export const WRITERS: Readonly<Record<Format, WriteRows>> = {
  json: jsonRows,
  csv: csvRows,
  markdown: markdownRows,
  table: tableRows,
};

/** An array of objects, one line for each. */
export function* jsonRows(result: ResultSet): Iterable<string> {
  const names = uniqueNames(result);
  yield '[';
  for (const [index, chunk] of chunks(result.rows)) {
    const lines = chunk.map((row) => `\n  ${JSON.stringify(objectOf(names, row))}`);
    yield (index === 0 ? '' : ',') + lines.join(',');
  }
  yield result.rows.length === 0 ? ']\n' : '\n]\n';
}

/** The same rows with the types of their columns. */
export function rowsDocument(result: ResultSet): object {
  const names = uniqueNames(result);
  return {
    format: 'bough.sql/1',
    columns: result.columns.map((column, index) => ({ name: names[index] ?? column.name, type: column.type })),
    rows: result.rows.map((row) => objectOf(names, row)),
  };
}

/** RFC 4180 with a header. NULL is an empty field, an empty text a quoted one. */
export async function* csvRows(result: ResultSet): AsyncIterable<string> {
  const { stringify } = await import('csv-stringify/sync');
  const write = (rows: readonly (readonly Json[])[]): string =>
    stringify(
      rows.map((row) => row.map((value) => (value === null ? null : cellText(value)))),
      { quoted_match: /^$|^\s|\s$|\r/, cast: { string: (text) => text } },
    );
  yield write([result.columns.map((column) => column.name)]);
  for (const [, chunk] of chunks(result.rows)) yield write(chunk);
}

export function* markdownRows(result: ResultSet): Iterable<string> {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownCell).join(' | ')} |\n`;
  yield line(result.columns.map((column) => column.name));
  yield `| ${result.columns.map((column) => (isNumeric(column.type) ? '---:' : '---')).join(' | ')} |\n`;
  for (const [, chunk] of chunks(result.rows)) {
    yield chunk.map((row) => line(row.map((value) => (value === null ? '' : cellText(value))))).join('');
  }
}

const markdownCell = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map((line) => printable(line).replaceAll('\\', '\\\\').replaceAll('|', '\\|'))
    .join('<br>');

function* chunks<T>(all: readonly T[]): Iterable<readonly [number, readonly T[]]> {
  for (let start = 0; start < all.length; start += CHUNK) yield [start, all.slice(start, start + CHUNK)];
}

const objectOf = (names: readonly string[], row: readonly Json[]): object =>
  Object.fromEntries(names.map((name, index) => [name, row[index] ?? null]));

/** Two columns of one name would be one field of an object: the second is called `name_1`. */
function uniqueNames(result: ResultSet): readonly string[] {
  const taken = new Set<string>();
  const wanted = new Set(result.columns.map((column) => column.name));
  return result.columns.map(({ name }) => {
    let unique = name;
    for (let number = 1; taken.has(unique) || (unique !== name && wanted.has(unique)); number += 1)
      unique = `${name}_${number}`;
    taken.add(unique);
    return unique;
  });
}
