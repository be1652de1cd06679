import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Read } from './keys.ts';
import { readOver } from './keys.ts';

interface Corpus {
  readonly tables: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly queries: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    /** Columns of tables that each output's value comes from, as another library sees it. */
    readonly sources: Readonly<Record<string, readonly string[]>>;
    readonly sql: string;
  }[];
}

const load = (name: string): Corpus =>
  JSON.parse(readFileSync(new URL(`corpus/${name}.json`, import.meta.url), 'utf8')) as Corpus;

/**
 * Where the other library is narrower on purpose: its sources of a value leave out what a scalar subquery filters by,
 * but the value moves when that does.
 */
const FILTERED = new Map([1, 2, 3, 4, 5].map((bucket) => [`tpc-ds 9 bucket${bucket}`, ['store_sales.ss_quantity']]));

/** All names in `FROM` of DuckDB's own tree, at any depth, without CTEs. */
function tablesIn(tree: unknown, found = new Set<string>(), ctes = new Set<string>()): ReadonlySet<string> {
  collect(tree, found, ctes);
  for (const name of ctes) found.delete(name);
  return found;
}

function collect(tree: unknown, found: Set<string>, ctes: Set<string>): void {
  if (Array.isArray(tree)) for (const item of tree) collect(item, found, ctes);
  else if (typeof tree === 'object' && tree !== null) {
    const node = tree as Readonly<Record<string, unknown>>;
    if (node['type'] === 'BASE_TABLE' && typeof node['table_name'] === 'string')
      found.add(node['table_name'].toLowerCase());
    const map = node['cte_map'];
    if (typeof map === 'object' && map !== null) {
      for (const entry of (map as { readonly map?: readonly { readonly key: string }[] }).map ?? [])
        ctes.add(entry.key.toLowerCase());
    }
    for (const value of Object.values(node)) collect(value, found, ctes);
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const sourcesOf = ({ shape, tables }: Read, index: number): readonly string[] => {
  const uses = shape.columns?.[index]?.uses ?? [];
  return [
    ...new Set(uses.flatMap((use) => (use.type === 'column' ? [`${tables[use.input]}.${use.column}`] : []))),
  ].sort();
};

describe.each(['tpc-h', 'tpc-ds'])('%s', (name) => {
  const { tables, queries } = load(name);
  const catalog = Object.fromEntries(Object.entries(tables).map(([table, columns]) => [table, Object.keys(columns)]));
  const read = new Map(queries.map((query) => [query.name, readOver(query.sql, catalog)]));
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;

  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
    for (const [table, columns] of Object.entries(tables)) {
      // The corpus says `string` for dates, too; DuckDB does not compare those with dates.
      const list = Object.entries(columns).map(
        ([column, type]) => `${column} ${type === 'string' && column.endsWith('date') ? 'DATE' : type}`,
      );
      await connection.run(`CREATE TABLE ${table} (${list.join(', ')})`);
    }
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  it('is read without a problem', () => {
    for (const [title, { reading, shape }] of read)
      expect([title, ...reading.problems, ...shape.problems]).toEqual([title]);
  });

  it('reads the tables that DuckDB reads', async () => {
    for (const query of queries) {
      const tree = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [query.sql]);
      const theirs = tablesIn(JSON.parse(textOf(tree.getRowsJson()[0]?.[0])));
      const ours = new Set(read.get(query.name)?.tables);
      expect([query.name, ...ours].sort()).toEqual([query.name, ...theirs].sort());
    }
  });

  it('has the columns that DuckDB gives', async () => {
    for (const query of queries) {
      const result = await connection.runAndReadAll(`DESCRIBE SELECT * FROM (${query.sql})`);
      const theirs = result.getRowsJson().map((row) => textOf(row[0]));
      const ours = read.get(query.name)?.shape.columns?.map((column) => column.name);
      expect([query.name, ...(ours ?? [])]).toEqual([query.name, ...theirs]);
    }
  });

  it('traces every column to its sources', () => {
    for (const query of queries) {
      const found = read.get(query.name);
      if (found === undefined) throw new Error(query.name);
      for (const [index, column] of query.columns.entries()) {
        const title = `${query.name} ${column}`;
        const expected = query.sources[column];
        if (expected !== undefined) {
          expect([title, ...sourcesOf(found, index)]).toEqual([
            title,
            ...[...expected, ...(FILTERED.get(title) ?? [])].sort(),
          ]);
        }
      }
    }
  });
});
