import { read, resolve, type Dialect } from '../../src/sql/index.ts';
import { sortedSet, type Opinion } from './opinion.ts';

export type Catalog = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface OwnOpinion extends Opinion {
  readonly problems: readonly string[];
}

/** What Bough's reader says of a query over tables of a catalog. */
export function bough(sql: string, dialect: Dialect, catalog: Catalog): OwnOpinion {
  const reading = read(sql, { dialect, parameters: {} });
  const tables = reading.inputs.flatMap((use) => (use.type === 'table' ? [use.parts.map((part) => part.text)] : []));
  const inputs = reading.inputs.map((use) => {
    const name = use.type === 'table' ? (use.parts.at(-1)?.text ?? '').toLowerCase() : '';
    const known = catalog[name];
    // Snowflake reports names in capitals.
    const spell = (column: string): string => (dialect === 'snowflake' ? column.toUpperCase() : column);
    const columns =
      known === undefined ? null : Object.keys(known).map((column) => ({ name: spell(column), type: null }));
    return { columns, unique: [] };
  });
  const shape = resolve(reading, inputs);
  return {
    tables: sortedSet(tables.map((parts) => parts.join('.').toLowerCase())),
    columns: shape.columns?.map((column) => column.name) ?? null,
    problems: [...reading.problems, ...shape.problems].map((problem) => problem.message),
  };
}
