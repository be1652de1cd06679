import { asError } from '../../model/problems.ts';
import { Connection } from './connection.ts';
import type { DuckDBInstance } from '@duckdb/node-api';
import { translated } from './errors.ts';
import { sessionStatements } from './settings.ts';

/** An interrupt that comes before its query has started is lost, so it is repeated until the query has ended. */
const INTERRUPT_EVERY = 10;

/** Connections of one session, lent for one piece of work each and used again. */
export class Connections {
  readonly #instance: DuckDBInstance;
  readonly #timezone: string;
  readonly #idle: Connection[] = [];
  readonly #working = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  constructor(instance: DuckDBInstance, timezone: string) {
    this.#instance = instance;
    this.#timezone = timezone;
  }

  /** Lends a connection. When `signal` aborts, its query is interrupted and the signal's reason is thrown. */
  async use<T>(work: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const stop = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    stop.throwIfAborted();
    const lent = this.#lend(work, stop);
    this.#working.add(lent);
    try {
      return await lent;
    } finally {
      this.#working.delete(lent);
    }
  }

  async #lend<T>(work: (connection: Connection) => Promise<T>, stop: AbortSignal): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.#connect());
    const release = interruptOn(stop, connection);
    try {
      return await work(connection);
    } catch (error) {
      if (!stop.aborted) throw error;
      connection.retired = true;
      throw asError(stop.reason);
    } finally {
      release();
      if (connection.retired || this.#closing.signal.aborted) connection.close();
      else this.#idle.push(connection);
    }
  }

  async #connect(): Promise<Connection> {
    const driver = await this.#instance.connect();
    const settings = sessionStatements(this.#timezone);
    try {
      await driver.run(settings);
      return new Connection(driver);
    } catch (raw) {
      driver.closeSync();
      throw translated(raw, settings);
    }
  }

  /** Interrupts what runs, waits for it, and closes every connection. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The warehouse was closed.'));
    await Promise.allSettled(this.#working);
    for (const connection of this.#idle.splice(0)) connection.close();
  }
}

function interruptOn(stop: AbortSignal, connection: Connection): () => void {
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    connection.interrupt();
    timer = setInterval(() => connection.interrupt(), INTERRUPT_EVERY);
  };
  if (stop.aborted) start();
  else stop.addEventListener('abort', start, { once: true });
  return () => {
    stop.removeEventListener('abort', start);
    clearInterval(timer);
  };
}
