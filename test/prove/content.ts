import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';

/** A table's names, types and rows as text, rows sorted. */
export interface Content {
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const DIGITS = 12;

function textOf(value: DuckDBValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number')
    return Number.isInteger(value) ? `${value}` : Number(value.toPrecision(DIGITS)).toString();
  return String(value);
}

const compare = (left: readonly string[], right: readonly string[]): number => {
  const [a, b] = [left.join('\u0001'), right.join('\u0001')];
  return a < b ? -1 : a > b ? 1 : 0;
};

export async function contentOf(connection: DuckDBConnection, query: string): Promise<Content> {
  const reader = await connection.runAndReadAll(query);
  const columns = reader.columnNames();
  const types = reader.columnTypes().map((type: DuckDBType) => type.toString());
  const rows = reader.getRows().map((row) => row.map(textOf));
  return { columns, types, rows: rows.sort(compare) };
}

/** The same with these columns only. */
function only(content: Content, kept: readonly boolean[]): string {
  const rows = content.rows.map((row) => row.filter((_, index) => kept[index])).sort(compare);
  return rows.map((row) => row.join(' | ')).join('\n');
}

/** What a comparison leaves out: which may rightly differ. */
export interface Loose {
  readonly rows: boolean;
  /** By place. */
  readonly columns: readonly boolean[];
}

export const STRICT: Loose = { rows: false, columns: [] };

/** How two tables differ; null where they are equal as multisets, with names, order and types of columns. */
export function difference(is: Content, should: Content, loose: Loose): string | null {
  const header = (one: Content): string => one.columns.map((name, index) => `${name} ${one.types[index]}`).join(', ');
  if (header(is) !== header(should)) return `columns are ${header(is)}, should be ${header(should)}`;
  if (loose.rows) return null;
  const kept = is.columns.map((_, index) => loose.columns[index] !== true);
  const [left, right] = [only(is, kept), only(should, kept)];
  return left === right ? null : `rows are\n${left}\nshould be\n${right}`;
}

export const digestOf = ({ columns, types, rows }: Content): string => JSON.stringify([columns, types, rows]);
