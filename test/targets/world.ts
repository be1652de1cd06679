import { afterAll, beforeAll } from 'vitest';
import { Subject, type Files } from '../behaviour/subject.ts';
import { connected, freshDatabase, sharedServer, type Database, type Server } from '../support/postgres/server.ts';

/** A database that takes rows, and the warehouses that rows come from. */
export interface Exports {
  /** What stands under `connection:`. */
  readonly connection: string;
  readonly database: Database;
  /** Rows of a query on the target, each as its values joined by `|`. */
  rows(sql: string): Promise<readonly string[]>;
  run(sql: string): Promise<void>;
}

export type Warehouse = 'DuckDB' | 'PostgreSQL';
export const WAREHOUSES: readonly Warehouse[] = ['DuckDB', 'PostgreSQL'];

/** One server for a test file, a fresh target for each that asks, and projects on both kinds of warehouse. */
export function exporting(): {
  readonly target: () => Promise<Exports>;
  readonly project: (warehouse: Warehouse, ...files: readonly Files[]) => Promise<Subject>;
} {
  let server: Server;
  const databases: Database[] = [];
  const subjects: Subject[] = [];
  beforeAll(async () => {
    server = await sharedServer();
  });
  afterAll(async () => {
    for (const subject of subjects) await subject.close();
    for (const database of databases) await database.drop();
  });
  const fresh = async (): Promise<Database> => {
    const database = await freshDatabase(server);
    databases.push(database);
    return database;
  };
  return {
    target: async () => {
      const database = await fresh();
      const { options } = database;
      const ask = async (sql: string): Promise<readonly (readonly unknown[])[]> => {
        const client = await connected(options);
        try {
          return (await client.query({ text: sql, rowMode: 'array' })).rows;
        } finally {
          await client.end();
        }
      };
      return {
        database,
        connection: `{ type: postgres, host: 127.0.0.1, port: ${options.port}, database: ${options.database}, user: postgres }`,
        rows: async (sql) => (await ask(sql)).map((row) => row.join('|')),
        run: async (sql) => void (await ask(sql)),
      };
    },
    project: async (warehouse, ...files) => {
      const { options } = await fresh();
      const url = `postgres://postgres@127.0.0.1:${options.port}/${options.database}`;
      const engine = warehouse === 'DuckDB' ? '' : `engine: { url: "${url}", connections: 2 }\n`;
      const subject = Subject.make({ 'bough.yml': `name: test\n${engine}`, ...Object.assign({}, ...files) });
      subjects.push(subject);
      return subject;
    },
  };
}

/** A seed, and a model over it that is exported. */
export const shop = (exported: string, sql = 'SELECT id, name, amount FROM raw.orders'): Files => ({
  'data/orders.csv': ORDERS,
  'models/raw/orders.yml':
    'kind: source\nname: raw.orders\nfile: data/orders.csv\ncolumns: { id: integer, name: varchar, amount: "decimal(10,2)" }\n',
  'models/marts/orders.sql': `/* bough\nexport: ${exported}\n*/\n${sql}\n`,
});

export const ORDERS = 'id,name,amount\n1,ann,10.50\n2,bob,20.00\n3,"a ""b"", c",30.25\n';
export const MORE = `${ORDERS}4,dan,1.00\n`;
