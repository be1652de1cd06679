import type { Values } from '../structure.ts';
import { NO_ATOMS } from './atom-set.ts';
import { resolveExpression } from './expressions.ts';
import { short, union } from './meaning.ts';
import type { Meaning } from './meaning.ts';
import type { Resolver } from './resolver.ts';
import { Scope } from './scope.ts';
import { Table } from './table.ts';
import type { Column, RowsPart } from './table.ts';

/** What an engine calls the columns of VALUES, the first being number 0; null where it is not known. */
const NAMES: Readonly<Partial<Record<string, (index: number) => string>>> = {
  duckdb: (index) => `col${index}`,
  databricks: (index) => `col${index + 1}`,
  postgres: (index) => `column${index + 1}`,
  snowflake: (index) => `COLUMN${index + 1}`,
  trino: (index) => `_col${index}`,
};

/** The rows of VALUES are told apart by their number, each column by its values. */
export function resolveValues(resolver: Resolver, values: Values, parent: Scope | null): Table {
  const scope = new Scope(parent);
  const rows = values.rows.map((row) => row.map((value) => resolveExpression(resolver, value, scope, 'none')));
  const width = rows[0]?.length ?? 0;
  const { span } = values;
  const even = rows.every((row) => row.length === width);
  const multiplies = values.rows.some((row) => row.some(({ facts }) => facts.multiplies || facts.unknown.length > 0));
  if (!even || multiplies) {
    const text = rows.map((row) => row.map((value) => value.text).join(' , ')).join(' | ');
    return new Table({ parts: [{ label: 'VALUES', pieces: [text], atoms: union(rows.flat()), span }], columns: null });
  }
  const part: RowsPart = { label: 'VALUES', pieces: [`values ${rows.length}`], atoms: NO_ATOMS, span };
  const columns = Array.from({ length: width }, (_, index): Column => {
    const name = NAMES[resolver.rules.dialect]?.(index) ?? null;
    const cells = rows.flatMap((row): readonly Meaning[] => (row[index] === undefined ? [] : [row[index]]));
    const text = `values( ${cells.map((cell) => short(cell.text)).join(' , ')} )`;
    const folded = name === null ? null : resolver.fold(name);
    return { name, folded, meaning: { text, atoms: union(cells) }, ofRow: true, span };
  });
  return new Table({ parts: [part], columns });
}
