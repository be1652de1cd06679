import { hash } from 'node:crypto';
import {
  DuckDBArrayValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';

/** A table's names, types and rows as text, rows sorted. */
export interface Content {
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Equal for equal contents. */
  readonly digest: string;
}

const DIGITS = 12;

function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isInteger(value) ? `${value}` : Number(value.toPrecision(DIGITS)).toString();
}

/** The exact value; of floats, as many digits as do not hang on the order of adding up. */
function textOf(value: DuckDBValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return `'${value}'`;
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return `[${value.items.map(textOf).join(', ')}]`;
  if (value instanceof DuckDBStructValue) {
    const fields = Object.entries(value.entries).map(([name, one]) => `${name}: ${textOf(one)}`);
    return `{${fields.join(', ')}}`;
  }
  if (value instanceof DuckDBMapValue)
    return `map{${value.entries.map((one) => `${textOf(one.key)}: ${textOf(one.value)}`).join(', ')}}`;
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
  const rows = reader
    .getRows()
    .map((row) => row.map(textOf))
    .sort(compare);
  return { columns, types, rows, digest: hash('sha256', JSON.stringify([columns, types, rows])) };
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

export const isLoose = (loose: Loose): boolean => loose.rows || loose.columns.includes(true);

/** How two tables differ; null where they are equal as multisets, with names, order and types of columns. */
export function difference(is: Content, should: Content, loose: Loose): string | null {
  if (is.digest === should.digest) return null;
  const header = (one: Content): string => one.columns.map((name, index) => `${name} ${one.types[index]}`).join(', ');
  if (header(is) !== header(should)) return `columns are ${header(is)}, should be ${header(should)}`;
  if (loose.rows) return null;
  const kept = is.columns.map((_, index) => loose.columns[index] !== true);
  const [left, right] = [only(is, kept), only(should, kept)];
  return left === right ? null : `rows are\n${left}\nshould be\n${right}`;
}
