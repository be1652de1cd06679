import { randomBytes } from 'node:crypto';
import type { ExportMode } from '../../../src/model/export.ts';
import { connected, statement, type Server } from '../../support/postgres/server.ts';
import type { Files } from '../../support/shop.ts';

/**
 * A database of others that takes what one scenario exports. States record its name: all copies of the project share it,
 * and have it in turn.
 */
export class Outlet {
  readonly #server: Server;
  readonly #name = `outlet_${randomBytes(6).toString('hex')}`;
  readonly #kept = `${this.#name}_kept`;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async make(server: Server): Promise<Outlet> {
    const outlet = new Outlet(server);
    await outlet.#maintain(`CREATE DATABASE ${outlet.#name} TEMPLATE template0`);
    return outlet;
  }

  /** A model that is exported there. */
  files(mode: ExportMode): Files {
    const key = mode === 'upsert' ? '\n  key: order_id' : '';
    return {
      'models/marts/exported.sql': `/* bough
export:
  connection: { type: postgres, host: 127.0.0.1, port: ${this.#server.port}, database: ${this.#name}, user: postgres }
  table: public.orders
  mode: ${mode}${key}
*/
SELECT order_id, amount FROM raw.orders
`,
    };
  }

  /** Keeps what is there now for `restore`. */
  async keep(): Promise<void> {
    await this.#copy(this.#name, this.#kept);
  }

  async restore(): Promise<void> {
    await this.#copy(this.#kept, this.#name);
  }

  /** Every row, as often as it is there; none where there is no table. */
  async rows(): Promise<readonly string[]> {
    const client = await connected({ port: this.#server.port, database: this.#name });
    try {
      const { rows: tables } = await client.query(`SELECT FROM pg_tables WHERE tablename = 'orders'`);
      if (tables.length === 0) return [];
      const text = `SELECT order_id || ' ' || amount AS line FROM orders ORDER BY 1`;
      return (await client.query<{ line: string }>(text)).rows.map(({ line }) => line);
    } finally {
      await client.end();
    }
  }

  async clear(): Promise<void> {
    for (const name of [this.#name, this.#kept]) await this.#drop(name);
  }

  async #copy(from: string, to: string): Promise<void> {
    await this.#drop(to);
    await this.#maintain(`CREATE DATABASE ${to} TEMPLATE ${from}`);
  }

  #drop(name: string): Promise<void> {
    return this.#maintain(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }

  #maintain(sql: string): Promise<void> {
    return statement({ port: this.#server.port, database: 'postgres' }, sql);
  }
}
