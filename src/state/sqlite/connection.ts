import type Libsql from 'libsql';
import type { Connection, Row, Value } from '../relational/database.ts';

type Statement = Libsql.Statement;

/** libsql as a connection. It is synchronous: each promise is settled when it is made. */
export class SqliteConnection implements Connection {
  /** Other processes of the same machine are looked up by their pid. */
  readonly session = null;
  readonly #library: Libsql.Database;
  readonly #statements = new Map<string, Statement>();

  constructor(library: Libsql.Database) {
    this.#library = library;
  }

  get inTransaction(): boolean {
    return this.#library.inTransaction;
  }

  async all(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    return this.#prepare(sql).all(bindable(values)) as readonly Row[];
  }

  async run(sql: string, values: readonly Value[] = []): Promise<number> {
    return this.#prepare(sql).run(bindable(values)).changes;
  }

  async many(sql: string, rows: readonly (readonly Value[])[]): Promise<void> {
    const statement = this.#prepare(sql);
    for (const values of rows) statement.run(bindable(values));
  }

  execute(sql: string): void {
    this.#library.exec(sql);
  }

  close(): void {
    this.#statements.clear();
    this.#library.close();
  }

  #prepare(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    // `$1` would be a name to SQLite, numbered by where it comes first
    const statement = this.#library.prepare(sql.replaceAll(/\$(\d+)/g, '?$1'));
    if (statement.reader) statement.raw();
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** The library cuts text at NUL without a word. */
function bindable(values: readonly Value[]): Value[] {
  for (const value of values) {
    if (typeof value === 'string' && value.includes('\0')) throw new Error('a value with NUL cannot be stored');
  }
  return [...values];
}
