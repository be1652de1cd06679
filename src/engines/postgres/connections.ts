import { asError } from '../../model/problems.ts';
import { cancelOn } from '../../postgres/cancel.ts';
import type { Destination } from '../../postgres/connection.ts';
import { isDisconnected } from '../../postgres/sqlstate.ts';
import { Wire } from '../../postgres/wire.ts';
import { Slots } from '../slots.ts';
import { Connection } from './connection.ts';
import { translated } from './errors.ts';
import { transactionSettings, type Session } from './settings.ts';
import { TypeNames } from './types.ts';

/** How long a server that was there before may take to come back, in milliseconds. */
const RETURN = 30_000;
const PAUSE = 100;

export interface Pool {
  readonly destination: Destination;
  readonly session: Session;
  /** Server sessions at once. */
  readonly limit: number;
}

/** Server sessions, lent for one piece of work each and used again. */
export class Connections {
  readonly #pool: Pool;
  readonly #slots: Slots;
  readonly #settings: string;
  readonly #types = new TypeNames();
  readonly #idle: Connection[] = [];
  readonly #working = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  #met = false;

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#slots = new Slots(pool.limit);
    this.#settings = transactionSettings(pool.session);
  }

  get place(): string {
    return this.#pool.destination.place;
  }

  /** Lends a session. When `signal` aborts, its statement is cancelled on the server and the signal's reason is thrown. */
  async use<T>(work: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const stop = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    stop.throwIfAborted();
    const lent = this.#slots.run(() => this.#lend(work, stop), stop);
    this.#working.add(lent);
    try {
      return await lent;
    } finally {
      this.#working.delete(lent);
    }
  }

  async #lend<T>(work: (connection: Connection) => Promise<T>, stop: AbortSignal): Promise<T> {
    const connection = this.#unbroken() ?? (await this.#connect(stop));
    const release = cancelOn(stop, connection.wire);
    try {
      return await work(connection);
    } catch (error) {
      if (!stop.aborted) throw error;
      connection.retired = true;
      throw asError(stop.reason);
    } finally {
      release();
      if (connection.retired || connection.wire.broken || this.#closing.signal.aborted) await close(connection);
      else this.#idle.push(connection);
    }
  }

  #unbroken(): Connection | undefined {
    for (let next = this.#idle.pop(); next !== undefined; next = this.#idle.pop()) {
      if (!next.wire.broken) return next;
    }
    return undefined;
  }

  async #connect(stop: AbortSignal): Promise<Connection> {
    const started = performance.now();
    for (;;) {
      stop.throwIfAborted();
      try {
        const wire = await Wire.open(this.#pool.destination);
        this.#met = true;
        return new Connection(wire, this.place, this.#settings, this.#types);
      } catch (raw) {
        const again = this.#met && isDisconnected(raw) && performance.now() - started < RETURN;
        if (!again) throw translated(raw, this.place);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE * Math.random()));
    }
  }

  /** Cancels what runs, waits for it, and closes every session. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The warehouse was closed.'));
    await Promise.allSettled(this.#working);
    await Promise.all(this.#idle.splice(0).map(close));
  }
}

async function close({ wire }: Connection): Promise<void> {
  if (!wire.broken) await wire.close();
}
