import { readFileSync } from 'node:fs';
import type { Dialect } from '../../src/sql/index.ts';

export interface Statement {
  readonly dialect: Dialect;
  /** The heading that it stands under. */
  readonly construct: string;
  readonly sql: string;
}

/** The tables that the statements read, with types of DuckDB. */
export const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  orders: {
    order_id: 'INTEGER',
    customer_id: 'INTEGER',
    amount: 'DECIMAL(9, 2)',
    status: 'VARCHAR',
    ordered_at: 'TIMESTAMP',
    tags: 'VARCHAR[]',
  },
  customers: { customer_id: 'INTEGER', name: 'VARCHAR', country: 'VARCHAR' },
  items: { order_id: 'INTEGER', product: 'VARCHAR', price: 'DECIMAL(9, 2)', quantity: 'INTEGER' },
  events: { id: 'INTEGER', kind: 'VARCHAR', at: 'TIMESTAMP', payload: 'JSON' },
};

/** One file of statements: each ends with a semicolon at the end of a line, headings are `-- # …`. */
export function statementsOf(file: string, dialect: Dialect): readonly Statement[] {
  const text = readFileSync(new URL(`statements/${file}.sql`, import.meta.url), 'utf8');
  return text.split(/^-- # /m).flatMap((section) => {
    const end = section.indexOf('\n');
    const construct = section.slice(0, Math.max(end, 0));
    const statements = section.slice(end + 1).split(/;\n/);
    return statements.map((sql) => sql.trim()).flatMap((sql) => (sql === '' ? [] : [{ dialect, construct, sql }]));
  });
}
