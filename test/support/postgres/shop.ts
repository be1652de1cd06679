import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { SHOP, write, type Files } from '../shop.ts';
import { connected, statement, type Server } from './server.ts';

/** The shop as a project of one PostgreSQL database, state and warehouse. */
export interface Shop {
  readonly directory: string;
  readonly database: string;
  readonly port: number;
}

const COLUMNS = {
  'models/raw/orders.yml': `${SHOP['models/raw/orders.yml']}columns: { order_id: integer, amount: integer }\n`,
} satisfies Files;

/** Makes shops on one server, and takes them away. */
export class Shops {
  readonly #server: Server;
  readonly #folder = mkdtempSync(join(tmpdir(), 'bough-shop-'));
  readonly #databases: string[] = [];

  constructor(server: Server) {
    this.#server = server;
  }

  /** An empty one, or what another one is now; nobody may be connected to that. */
  async make(from: Shop | null = null, ...files: readonly Files[]): Promise<Shop> {
    const { port } = this.#server;
    const database = `shop_${randomBytes(6).toString('hex')}`;
    await statement(
      { port, database: 'postgres' },
      `CREATE DATABASE ${database} TEMPLATE ${from?.database ?? 'template0'}`,
    );
    this.#databases.push(database);
    const directory = join(this.#folder, database);
    const url = `postgres://postgres@127.0.0.1:${port}/${database}`;
    const config = `name: shop\nengine: { url: "${url}", connections: 2 }\nstate: ${url}\n`;
    for (const one of [SHOP, COLUMNS, ...files, { 'bough.yml': config }]) write(directory, one);
    return { directory, database, port };
  }

  async clear(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    for (const database of this.#databases) {
      await statement(
        { port: this.#server.port, database: 'postgres' },
        `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`,
      );
    }
  }
}

/** First values of the rows of a query, read past Bough. */
export async function column({ port, database }: Shop, sql: string): Promise<readonly unknown[]> {
  const client = await connected({ port, database });
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.map(([value]: readonly unknown[]) => value);
  } finally {
    await client.end();
  }
}
