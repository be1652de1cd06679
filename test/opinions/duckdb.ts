import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { Catalog } from './bough.ts';
import { isPlain, nodesOf, sortedSet, textAt, type Opinion, type Silence } from './opinion.ts';

/** DuckDB over empty tables: its own tree of a query, and what it would give. */
export class Duckdb {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(catalog: Catalog, schema: string): Promise<Duckdb> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    for (const [table, columns] of Object.entries(catalog)) {
      const list = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
      await connection.run(`CREATE TABLE ${schema}.${table} (${list.join(', ')})`);
    }
    await connection.run(`SET search_path = '${schema}'`);
    return new Duckdb(instance, connection);
  }

  async ask(sql: string): Promise<Opinion | Silence> {
    try {
      const tree = await this.#connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql]);
      const described = await this.#connection.runAndReadAll(`DESCRIBE ${sql}`);
      return {
        tables: tablesIn(JSON.parse(textAt(tree.getRowsJson(), 0, 0) ?? '')),
        columns: described.getRowsJson().map((row) => textAt(row, 0)),
      };
    } catch (error) {
      return { silent: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
    }
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

function tablesIn(tree: unknown): readonly string[] {
  const tables: string[] = [];
  const ctes = new Set<string>();
  for (const node of nodesOf(tree)) {
    const map = isPlain(node['cte_map']) ? node['cte_map']['map'] : null;
    if (Array.isArray(map)) for (const entry of map) ctes.add(textAt(entry, 'key')?.toLowerCase() ?? '');
    if (node['type'] !== 'BASE_TABLE') continue;
    const parts = [textAt(node, 'catalog_name'), textAt(node, 'schema_name'), textAt(node, 'table_name')];
    tables.push(
      parts
        .filter((part) => part !== null && part !== '')
        .join('.')
        .toLowerCase(),
    );
  }
  return sortedSet(tables.filter((table) => !ctes.has(table)));
}
