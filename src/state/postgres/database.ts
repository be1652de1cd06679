import { setTimeout as pause } from 'node:timers/promises';
import type { Destination } from '../../postgres/connection.ts';
import { literal, quoteIdentifier } from '../../postgres/literal.ts';
import { isConflict, isDisconnected } from '../../postgres/sqlstate.ts';
import { Wire } from '../../postgres/wire.ts';
import type { Connection, Database, Dialect } from '../relational/database.ts';
import { checkSchema, inspect, migrate } from '../relational/schema.ts';
import { EMPTY, PostgresConnection } from './connection.ts';
import { translate } from './errors.ts';
import { absent, sessionLock } from './session-lock.ts';

export interface PostgresPlace {
  readonly destination: Destination;
  /** Schema that holds the state's tables; made by the first write. */
  readonly schema: string;
  readonly create: boolean;
  /** How long to wait for others, in milliseconds. */
  readonly busy: number;
}

type Work<T> = (connection: Connection) => Promise<T>;

/** A client that falls asleep with the lock in its hand gives it back. */
const ASLEEP = 60_000;
const PAUSE = 100;
/** How long a server that was there before may take to come back, in milliseconds. */
const RETURN = 30_000;

const dialectOf = (schema: string): Dialect => ({
  textSet: (parameter) => `(SELECT json_array_elements_text(${parameter}::json))`,
  clustered: '',
  // The cast is refused where the role may not look into the schema, which a search path would pass over in silence.
  tables: `SELECT tablename::text, format('%I.%I', schemaname, tablename)::regclass::text FROM pg_tables
    WHERE schemaname = ${literal(schema)}`,
  absent,
});

/**
 * One session, one transaction after the other. Everything that a transaction needs is set within it, so that another
 * server session each time (a pooler) does no harm. Until the schema is there, reading sees an empty state.
 */
export class PostgresDatabase implements Database {
  readonly dialect: Dialect;
  readonly #place: PostgresPlace;
  readonly #name: string;
  #wire: Wire | null = null;
  #session: number | null = null;
  #connected = false;
  #ready = false;
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;
  #closed = false;

  constructor(place: PostgresPlace) {
    this.#place = place;
    this.#name = place.destination.place;
    this.dialect = dialectOf(place.schema);
  }

  read<T>(work: Work<T>): Promise<T> {
    return this.#inTurn(async () => {
      if (!this.#ready) {
        const found = await this.#transaction(READ, (at) => inspect(at, this.dialect, this.#name));
        if (found === 'older') await this.#migrate();
        this.#ready = found !== 'absent';
        if (!this.#ready) return work(EMPTY);
      }
      return this.#transaction(READ, work);
    });
  }

  write<T>(work: Work<T>): Promise<T> {
    return this.#exclusively(work, 'on');
  }

  note<T>(work: Work<T>): Promise<T> {
    return this.#exclusively(work, 'off');
  }

  close(): Promise<void> {
    this.#closing ??= this.#inTurn(async () => {
      this.#closed = true;
      await this.#wire?.close();
      this.#wire = null;
    });
    return this.#closing;
  }

  #exclusively<T>(work: Work<T>, durable: 'on' | 'off'): Promise<T> {
    return this.#inTurn(async () => {
      if (!this.#ready) await this.#migrate();
      return this.#transaction(this.#writing(durable), async (at) => {
        await checkSchema(at, this.#name);
        return work(at);
      });
    });
  }

  /** All that write wait for one lock, also those that make the schema: so no two transactions ever meet. */
  #writing(durable: 'on' | 'off'): string {
    const key = literal(`bough.state/${this.#place.schema}`);
    return `BEGIN; SET LOCAL synchronous_commit = ${durable}; SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
  }

  async #migrate(): Promise<void> {
    const schema = quoteIdentifier(this.#place.schema);
    await this.#transaction(this.#writing('on'), async (at) => {
      const found = await inspect(at, this.dialect, this.#name);
      if (found === 'current') return;
      if (found === 'absent') {
        if (!this.#place.create) throw new Error('a state that was opened for reading cannot be created');
        // Asked first: making a schema needs a right that the owner of one may not have.
        const there = await at.all('SELECT 1 FROM pg_namespace WHERE nspname = $1', [this.#place.schema]);
        if (there.length === 0) await at.run(`CREATE SCHEMA ${schema}`);
      }
      await migrate(bytewise(at), this.dialect, this.#name);
    });
    this.#ready = true;
  }

  /** The connection is one: nobody else may come in between. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      if (this.#closed) throw new Error('the state was closed');
      try {
        return await work();
      } catch (raw) {
        throw translate(raw, this.#name);
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Tries again after a conflict and over another connection: every method of a state may be repeated, also where the
   * answer to its COMMIT was lost.
   */
  async #transaction<T>(begin: string, work: Work<T>): Promise<T> {
    const started = performance.now();
    for (;;) {
      try {
        return await this.#attempt(begin, work);
      } catch (raw) {
        const returning = isDisconnected(raw) && this.#connected;
        const limit = returning ? RETURN : isConflict(raw) ? this.#place.busy : 0;
        if (performance.now() - started >= limit) throw raw;
      }
      await pause(Math.random() * PAUSE);
    }
  }

  async #attempt<T>(begin: string, work: Work<T>): Promise<T> {
    const wire = await this.#connect();
    const path = `${quoteIdentifier(this.#place.schema)}, pg_catalog`;
    const settings = `SET LOCAL search_path = ${path}; SET LOCAL lock_timeout = ${this.#place.busy};
      SET LOCAL idle_in_transaction_session_timeout = ${ASLEEP}`;
    try {
      await wire.send(begin.replace(';', `; ${settings};`));
      const result = await work(new PostgresConnection(wire, this.#session));
      const [end] = await wire.send('COMMIT');
      if (end?.command !== 'COMMIT') throw new Error('the server rolled back what was to be committed');
      return result;
    } catch (raw) {
      if (!wire.broken) await wire.send('ROLLBACK').catch(() => wire.close());
      throw raw;
    }
  }

  async #connect(): Promise<Wire> {
    if (this.#wire !== null && !this.#wire.broken) return this.#wire;
    const wire = await Wire.open(this.#place.destination);
    try {
      this.#session = await sessionLock(wire, this.#session, this.#place.busy);
    } catch (raw) {
      await wire.close();
      throw raw;
    }
    this.#connected = true;
    return (this.#wire = wire);
  }
}

const READ = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;';

/** Text is compared by its bytes, whatever the database's collation is, or comes to be when the server's libc is upgraded. */
const bytewise = (at: Connection): Connection => ({
  session: at.session,
  all: (sql, values) => at.all(sql, values),
  run: (sql, values) => at.run(sql.replaceAll(/\bTEXT\b/g, 'TEXT COLLATE "C"'), values),
  many: (sql, rows) => at.many(sql, rows),
});
