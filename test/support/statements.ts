import type { Socket } from 'node:net';
import { DuckDBConnection } from '@duckdb/node-api';
import Libsql from 'libsql';
import { asError } from '../../src/model/problems.ts';
import { loadClient } from '../../src/postgres/driver.ts';
import type { Trace } from './trace.ts';

/**
 * Every statement that a driver sends becomes a call of the trace. What is patched is the drivers' own classes, for all
 * of this process: Bough itself has no place for it.
 */
export async function watchStatements(trace: Trace): Promise<void> {
  watchDuckdb(trace);
  watchSqlite(trace);
  watchPostgres(trace, (await loadClient()).prototype);
}

/** The same text for the same statement of every run: names of builds and of databases are drawn by lot. */
const told = (driver: string, sql: string): string => `${driver}: ${sql.replaceAll(/\s+/g, ' ').slice(0, 60)}`;

const isEnd = (sql: string): boolean => /^\s*COMMIT/i.test(sql);
/** Who rolls back would not listen to an error. */
const isRollback = (sql: string): boolean => /^\s*ROLLBACK/i.test(sql);

type Call = (...values: readonly unknown[]) => unknown;

/** Puts itself in the place of a method; `call` is what stood there, for the same object. */
function around(
  prototype: object,
  name: string,
  instead: (call: Call, values: readonly unknown[], self: object) => unknown,
): void {
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== 'function') throw new Error(`there is no method ${name}`);
  const method = function (this: object, ...values: readonly unknown[]): unknown {
    return instead((...given) => Reflect.apply(original, this, given), values, this);
  };
  Object.assign(prototype, { [name]: method });
}

function watchDuckdb(trace: Trace): void {
  around(DuckDBConnection.prototype, 'run', (call, [text, ...rest]) => {
    const sql = String(text);
    const refused = "SELECT error('injected: no space left on device')";
    const fails = async (): Promise<unknown> => {
      if (isRollback(sql)) return call(sql, ...rest);
      if (!isEnd(sql)) return call(sql.startsWith('BEGIN') ? `BEGIN TRANSACTION;\n${refused}` : refused);
      // A COMMIT that fails leaves no transaction behind.
      await call('ROLLBACK');
      throw new Error('IO Error: injected');
    };
    return trace.awaited(told('duckdb', sql), () => call(sql, ...rest), { fails });
  });
  around(DuckDBConnection.prototype, 'prepare', (call, [sql]) =>
    trace.awaited(told('duckdb', `prepare ${String(sql)}`), () => call(sql)),
  );
}

const full = (): Error => Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });

function watchSqlite(trace: Trace): void {
  const { prototype } = Libsql as unknown as { readonly prototype: object };
  around(prototype, 'exec', (call, [text]) => {
    const sql = String(text);
    const fails = (): unknown => {
      if (isRollback(sql)) return call(sql);
      if (isEnd(sql)) call('ROLLBACK');
      throw full();
    };
    return trace.immediate(told('sqlite', sql), () => call(sql), { fails });
  });
  around(prototype, 'prepare', (call, [sql]) => {
    const statement = call(sql);
    if (typeof statement !== 'object' || statement === null) throw new Error('a statement was expected');
    const fails = (): unknown => {
      throw full();
    };
    for (const name of ['run', 'all'])
      around(statement, name, (send, values) =>
        trace.immediate(told('sqlite', String(sql)), () => send(...values), { fails }),
      );
    return statement;
  });
}

const RAISE = `DO $$ BEGIN RAISE EXCEPTION 'injected: no space left on device' USING ERRCODE = '53100'; END $$`;

/** What of the driver's queries is not a promise tells its end by being called. */
interface Submitted {
  submit(connection: unknown): unknown;
  handleError(error: Error, connection?: unknown): void;
  handleReadyForQuery(...values: readonly unknown[]): void;
}

function watchPostgres(trace: Trace, prototype: object): void {
  around(prototype, 'query', (call, [asked], client) => {
    const cuts = (): Error => {
      (client as { readonly connection: { readonly stream: Socket } }).connection.stream.destroy();
      return Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    };
    if (isSubmitted(asked)) return submitted(trace, asked, call, cuts);
    const sql = typeof asked === 'string' ? asked : String((asked as { readonly text: unknown }).text);
    const fails = async (): Promise<unknown> => {
      if (isRollback(sql)) return call(asked);
      if (isEnd(sql)) await call('ROLLBACK');
      return call(RAISE);
    };
    return trace.awaited(told('postgres', sql), () => call(asked), { fails, cuts });
  });
}

const isSubmitted = (asked: unknown): asked is Submitted =>
  typeof asked === 'object' && asked !== null && 'submit' in asked && typeof asked.submit === 'function';

function submitted(trace: Trace, asked: Submitted, call: Call, cuts: () => Error): void {
  const ready = asked.handleReadyForQuery.bind(asked);
  const answered = new Promise<void>((resolve) => {
    asked.handleReadyForQuery = () => resolve();
  });
  const begin = (): Promise<void> => {
    call(asked);
    return answered;
  };
  trace.awaited('postgres: what is submitted', begin, { fails: () => call(RAISE), cuts }).then(
    () => ready(),
    (error: unknown) => asked.handleError(asError(error)),
  );
}
