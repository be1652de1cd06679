import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyFolder } from '../support/copy-folder.ts';
import { crashed, statement, type Server } from '../support/postgres/server.ts';
import { SHOP, write, type Files } from '../support/shop.ts';
import { olderPostgres, olderSqlite } from './older.ts';

/** An engine with a state, and the projects that are played on them. */
export interface Pair {
  readonly name: string;
  /** Whether answers travel over connections, which can be cut. */
  readonly remote: boolean;
  /** Crashes the server, and comes back when it answers again; null where others need it too. */
  readonly crash: (() => Promise<void>) | null;
  /** The one that it lives on; null where it lives in files. */
  readonly server: Server | null;
  /** Makes room for a project: its folder, still empty. */
  make(): Promise<string>;
  /** Writes files of a project; `bough.yml` is made to name this engine and this state. */
  write(directory: string, files: Files): void;
  /** The project as it is now, with its data, for somebody else. Nobody may be at work in it. */
  copy(directory: string): Promise<string>;
  /** Makes the project's state one of an older Bough. */
  older(directory: string): Promise<void>;
  drop(directory: string): Promise<void>;
  clear(): Promise<void>;
}

class Folders {
  readonly root = mkdtempSync(join(tmpdir(), 'bough-torture-'));
  #count = 0;

  next(): string {
    this.#count += 1;
    return join(this.root, String(this.#count));
  }

  copy(directory: string): string {
    const next = this.next();
    copyFolder(directory, next);
    return next;
  }
}

const remove = (path: string): void => rmSync(path, { recursive: true, force: true });

export function embedded(): Pair {
  const folders = new Folders();
  return {
    name: 'DuckDB + SQLite',
    remote: false,
    crash: null,
    server: null,
    make: async () => folders.next(),
    write,
    copy: async (directory) => folders.copy(directory),
    older: async (directory) => olderSqlite(join(directory, '.bough/state.db')),
    drop: async (directory) => remove(directory),
    clear: async () => remove(folders.root),
  };
}

/** A CSV is text to PostgreSQL where nobody says otherwise. */
const TYPED: Files = {
  'models/raw/orders.yml': `${SHOP['models/raw/orders.yml']}columns: { order_id: integer, amount: integer }\n`,
};

/** A pair on a server that may be crashed: nobody else uses it. */
export const crashing = (server: Server): Pair => ({
  ...remote(server),
  name: 'PostgreSQL that crashes',
  crash: () => crashed(server),
});

export function remote(server: Server): Pair {
  const folders = new Folders();
  const databases = new Map<string, string>();
  const maintenance = { port: server.port, database: 'postgres' };
  const configured = (text: string, database: string): string => {
    const url = `postgres://postgres@127.0.0.1:${server.port}/${database}`;
    return text
      .replace(/^engine: \{ type: duckdb.*$/m, `engine: { url: "${url}", connections: 2 }\nstate: ${url}`)
      .replaceAll(/\d+\/[a-z]+_[0-9a-f]{12}/g, `${server.port}/${database}`);
  };
  const create = async (directory: string, template: string): Promise<string> => {
    const database = `torture_${randomBytes(6).toString('hex')}`;
    await statement(maintenance, `CREATE DATABASE ${database} TEMPLATE ${template}`);
    databases.set(directory, database);
    return database;
  };
  const of = (directory: string): string => {
    const database = databases.get(directory);
    if (database === undefined) throw new Error(`${directory} has no database`);
    return database;
  };
  const drop = async (directory: string): Promise<void> => {
    remove(directory);
    await statement(maintenance, `DROP DATABASE IF EXISTS ${of(directory)} WITH (FORCE)`);
    databases.delete(directory);
  };
  const writeIn = (directory: string, files: Files): void => {
    const { 'bough.yml': config, ...rest } = files;
    const orders = 'models/raw/orders.yml' in files ? TYPED : {};
    const text = typeof config === 'string' ? { 'bough.yml': configured(config, of(directory)) } : {};
    write(directory, { ...rest, ...orders, ...text });
  };
  return {
    name: 'PostgreSQL + PostgreSQL',
    remote: true,
    crash: null,
    server,
    make: async () => {
      const directory = folders.next();
      await create(directory, 'template0');
      return directory;
    },
    write: writeIn,
    copy: async (directory) => {
      const next = folders.copy(directory);
      await create(next, of(directory));
      writeIn(next, { 'bough.yml': readFileSync(join(directory, 'bough.yml'), 'utf8') });
      return next;
    },
    older: (directory) => olderPostgres({ port: server.port, database: of(directory) }),
    drop,
    clear: async () => {
      for (const directory of databases.keys()) await drop(directory);
      remove(folders.root);
    },
  };
}
