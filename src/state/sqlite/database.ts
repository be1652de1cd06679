import type { Connection, Database, Dialect } from '../relational/database.ts';
import { checkSchema, inspect, migrate } from '../relational/schema.ts';
import { whileBusy } from './busy.ts';
import type { SqliteConnection } from './connection.ts';
import { translate } from './errors.ts';
import { fileExists, openFile, openMemory } from './file.ts';

export interface SqliteFile {
  readonly path: string;
  /** Whether writing may create the file. */
  readonly create: boolean;
  /** How long to wait for a file that another process keeps locked, in milliseconds. */
  readonly busy: number;
}

export const sqliteDialect: Dialect = {
  textSet: (parameter) => `(SELECT value FROM json_each(${parameter}))`,
  clustered: 'WITHOUT ROWID',
  tables: `SELECT name FROM sqlite_master WHERE type = 'table'`,
  absent: () => '0',
};

type Work<T> = (connection: Connection) => Promise<T>;

/**
 * One file, one connection, one transaction after the other. Until the file holds a schema, reading sees an empty state in
 * memory, and looks again each time.
 */
export class SqliteDatabase implements Database {
  readonly dialect = sqliteDialect;
  readonly #file: SqliteFile;
  #connection: SqliteConnection | null = null;
  #empty: SqliteConnection | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #wrote = false;
  #closed = false;
  #closing: Promise<void> | null = null;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  read<T>(work: Work<T>): Promise<T> {
    return this.#inTurn(async () => {
      const connection = (await this.#openToRead()) ?? (await this.#emptyState());
      return this.#patiently(() => transaction(connection, 'BEGIN', work));
    });
  }

  write<T>(work: Work<T>): Promise<T> {
    return this.#inTurn(async () => {
      const connection = await this.#openToWrite();
      this.#wrote = true;
      return this.#checked(connection, work);
    });
  }

  note<T>(work: Work<T>): Promise<T> {
    return this.#inTurn(async () => {
      const connection = await this.#openToWrite();
      this.#wrote = true;
      connection.execute('PRAGMA synchronous = NORMAL');
      try {
        return await this.#checked(connection, work);
      } finally {
        connection.execute('PRAGMA synchronous = FULL');
      }
    });
  }

  /** One exclusive transaction over a schema that is ours. */
  #checked<T>(connection: SqliteConnection, work: Work<T>): Promise<T> {
    return this.#exclusively(connection, async (at) => {
      await checkSchema(at, this.#file.path);
      return work(at);
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#inTurn(async () => {
      this.#closed = true;
      if (this.#wrote && this.#connection !== null) await emptyLog(this.#connection).catch(() => undefined);
      this.#connection?.close();
      this.#empty?.close();
      this.#connection = this.#empty = null;
    });
    return this.#closing;
  }

  /** A transaction spans awaits, and there is one connection: nobody else may come in between. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      if (this.#closed) throw new Error('the state was closed');
      try {
        return await work();
      } catch (raw) {
        throw translate(raw, this.#file.path);
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #openToRead(): Promise<SqliteConnection | null> {
    if (this.#connection !== null || !fileExists(this.#file.path)) return this.#connection;
    this.#connection = await opened(await openFile(this.#file.path, false), async (connection) => {
      const found = await this.#patiently(() => transaction(connection, 'BEGIN', (at) => this.#inspect(at)));
      if (found === 'older') await this.#migrate(connection);
      return found !== 'absent';
    });
    return this.#connection;
  }

  async #openToWrite(): Promise<SqliteConnection> {
    if (this.#connection !== null) return this.#connection;
    const existed = fileExists(this.#file.path);
    if (!existed && !this.#file.create) throw new Error('a state that was opened for reading cannot be created');
    const connection = await openFile(this.#file.path, this.#file.create);
    await opened(connection, async () => {
      await this.#migrate(connection);
      if (!existed) await emptyLog(connection);
      return true;
    });
    return (this.#connection = connection);
  }

  async #migrate(connection: SqliteConnection): Promise<void> {
    await this.#patiently(async () => {
      await connection.all('PRAGMA journal_mode = WAL');
      connection.execute('PRAGMA synchronous = FULL');
    });
    await this.#exclusively(connection, (at) => migrate(at, this.dialect, this.#file.path));
  }

  /** Only the beginning can find the file busy, so that `work` runs once. */
  async #exclusively<T>(connection: SqliteConnection, work: Work<T>): Promise<T> {
    await this.#patiently(async () => connection.execute('BEGIN IMMEDIATE'));
    return transaction(connection, null, work);
  }

  async #emptyState(): Promise<SqliteConnection> {
    if (this.#empty !== null) return this.#empty;
    const memory = await openMemory();
    await migrate(memory, this.dialect, this.#file.path);
    await memory.run('DELETE FROM meta');
    return (this.#empty = memory);
  }

  #inspect(connection: Connection) {
    return inspect(connection, this.dialect, this.#file.path);
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    return whileBusy(this.#file.busy, work);
  }
}

/** Puts what the log holds into the file, as far as no reader is in the way: copies and damage show only in the file. */
async function emptyLog(connection: SqliteConnection): Promise<void> {
  await connection.all('PRAGMA wal_checkpoint(TRUNCATE)');
}

/** Keeps a connection that can be used, and closes any other. */
async function opened(
  connection: SqliteConnection,
  usable: (connection: SqliteConnection) => Promise<boolean>,
): Promise<SqliteConnection | null> {
  let keep = false;
  try {
    keep = await usable(connection);
  } finally {
    if (!keep) connection.close();
  }
  return keep ? connection : null;
}

/** `begin` is null where the transaction was begun already. The first error is the one that is told. */
async function transaction<T>(connection: SqliteConnection, begin: string | null, work: Work<T>): Promise<T> {
  if (begin !== null) connection.execute(begin);
  try {
    const result = await work(connection);
    connection.execute('COMMIT');
    return result;
  } catch (raw) {
    if (connection.inTransaction) connection.execute('ROLLBACK');
    throw raw;
  }
}
