import { read, resolve } from '../../src/sql/index.ts';
import type { Dialect, InputTable, Part, Reading, Shape } from '../../src/sql/index.ts';

/** Columns of the tables that tests read, by the last part of their names. */
export type Catalog = Readonly<Record<string, readonly string[]>>;

export interface Read {
  readonly reading: Reading;
  readonly shape: Shape;
  /** Name of each input, folded. */
  readonly tables: readonly string[];
}

export interface Options {
  readonly dialect?: Dialect;
  readonly unique?: Readonly<Record<string, readonly (readonly string[])[]>>;
}

/** Reads and resolves a query over tables that the catalog knows; the columns of others are unknown. */
export function readOver(sql: string, catalog: Catalog, options: Options = {}): Read {
  const reading = read(sql, { dialect: options.dialect ?? 'duckdb', parameters: {} });
  const tables = reading.inputs.map((use) =>
    use.type === 'table' ? (use.parts.at(-1)?.text ?? '').toLowerCase() : use.path,
  );
  const inputs = tables.map((table): InputTable => {
    const columns = catalog[table]?.map((name) => ({ name, type: null })) ?? null;
    return { columns, unique: options.unique?.[table] ?? [] };
  });
  return { reading, shape: resolve(reading, inputs), tables };
}

/** What an input's rows, columns and all of it are keyed by. */
export interface Sources {
  readonly rows: (table: string) => string;
  readonly column: (table: string, column: string) => string;
  readonly everything: (table: string) => string;
}

export const BY_NAME: Sources = {
  rows: (table) => table,
  column: (table, column) => `${table}.${column.toLowerCase()}`,
  everything: (table) => `${table}.*`,
};

export interface Keys {
  readonly rows: string;
  /** By folded name; null where columns are unknown. */
  readonly columns: ReadonlyMap<string, string> | null;
  readonly own: string;
}

/** The keys that a shape leads to over given sources, in the clear. */
export function keysOf({ shape, tables }: Read, sources: Sources = BY_NAME): Keys {
  const key = (part: Part): string => {
    const uses = part.uses.map((use) => {
      const table = tables[use.input] ?? '';
      if (use.type === 'rows') return sources.rows(table);
      return use.type === 'everything' ? sources.everything(table) : sources.column(table, use.column);
    });
    return `${part.canonical} <- ${uses.join(', ')} ${part.clocks.join(' ')}`;
  };
  const { columns } = shape;
  return {
    rows: shape.rows.map(key).join('\n'),
    columns: columns === null ? null : new Map(columns.map((column) => [column.name.toLowerCase(), key(column)])),
    own: [...shape.own.map(key), ...(columns ?? []).map((column) => column.name)].join('\n'),
  };
}
