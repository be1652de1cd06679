import { asError } from '../../model/problems.ts';
import { cancelOn } from '../../postgres/cancel.ts';
import type { Destination } from '../../postgres/connection.ts';
import { Wire } from '../../postgres/wire.ts';

/** So long it is kept while somebody thinks about a plan; rows that died meanwhile cannot be cleared away on the server. */
const KEPT = 600_000;

/** What values look like as text must not depend on whom the server belongs to. */
const SETTINGS = {
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  client_encoding: 'UTF8',
  extra_float_digits: '3',
  idle_in_transaction_session_timeout: String(KEPT),
  synchronize_seqscans: 'off',
  xmlbinary: 'base64',
};

const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; ${Object.entries(SETTINGS)
  .map(([name, value]) => `SET LOCAL ${name} = '${value}';`)
  .join(' ')} SELECT current_setting('server_version_num')`;

const SAVE = 'SAVEPOINT bough';
const RESTORE = 'ROLLBACK TO SAVEPOINT bough';
const CATCH = 'SELECT pg_sleep(0.1)';

/** One transaction on another server: all that is read in it is of one moment. One statement runs at a time. */
export class Snapshot {
  readonly #wire: Wire;
  readonly place: string;
  /** Major version of the server. */
  readonly version: number;
  #last: Promise<void> = Promise.resolve();

  private constructor(wire: Wire, place: string, version: number) {
    this.#wire = wire;
    this.place = place;
    this.version = version;
  }

  static async open(destination: Destination): Promise<Snapshot> {
    const wire = await Wire.open(destination);
    try {
      const version = (await wire.send(BEGIN)).at(-1)?.rows[0]?.[0];
      return new Snapshot(wire, destination.place, Math.floor(Number(version) / 10_000));
    } catch (error) {
      await wire.close();
      throw error;
    }
  }

  /** The server ended it, or the connection is gone. */
  get lost(): boolean {
    return this.#wire.broken;
  }

  /** Lends the session; when `signal` aborts, its statement is cancelled on the server. An error leaves the snapshot whole. */
  async use<T>(work: (wire: Wire) => Promise<T>, signal: AbortSignal): Promise<T> {
    const free = await this.#turn();
    const release = cancelOn(signal, this.#wire);
    let failed = true;
    try {
      await this.#wire.send(SAVE);
      const result = await work(this.#wire);
      failed = false;
      return result;
    } catch (error) {
      throw signal.aborted ? asError(signal.reason) : error;
    } finally {
      release();
      await this.#settle(signal, failed);
      free();
    }
  }

  /** What a COPY sends. The session is lent until the last block is taken, or nobody wants more. */
  async *copy(statement: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const free = await this.#turn();
    const release = cancelOn(signal, this.#wire);
    let failed = true;
    try {
      await this.#wire.send(SAVE);
      yield* this.#wire.copyOut(statement);
      failed = false;
    } catch (error) {
      throw signal.aborted ? asError(signal.reason) : error;
    } finally {
      release();
      await this.#settle(signal, failed);
      free();
    }
  }

  async #turn(): Promise<() => void> {
    const before = this.#last;
    let free = (): void => undefined;
    this.#last = new Promise((resolve) => (free = resolve));
    await before;
    return free;
  }

  /** After a failure the transaction goes on; whatever is in doubt is closed. */
  async #settle(signal: AbortSignal, failed: boolean): Promise<void> {
    if (this.lost || (!signal.aborted && !failed)) return;
    try {
      if (signal.aborted) throw asError(signal.reason);
      // A request to cancel that came too late is caught here, and not by the next statement.
      await this.#wire.send(CATCH).catch(() => undefined);
      await this.#wire.send(RESTORE);
    } catch {
      await this.close();
    }
  }

  async close(): Promise<void> {
    if (!this.#wire.broken) await this.#wire.close();
  }
}
