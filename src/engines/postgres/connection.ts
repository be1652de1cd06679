import type { Column } from '../../model/facts.ts';
import type { Answer, Wire } from '../../postgres/wire.ts';
import { isConflict } from '../../postgres/sqlstate.ts';
import type { Part } from './errors.ts';
import { PostgresError, translated } from './errors.ts';
import { columnsOf, type TypeNames } from './types.ts';

const CONFLICT_ATTEMPTS = 20;
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

export type Mode = '' | 'READ ONLY' | 'ISOLATION LEVEL REPEATABLE READ' | 'ISOLATION LEVEL REPEATABLE READ, READ ONLY';

/** One session: statements one after the other, errors translated. */
export class Connection {
  readonly wire: Wire;
  readonly #place: string;
  readonly #settings: string;
  readonly #types: TypeNames;
  /** Not to be lent again: a request to cancel may still be on its way to it. */
  retired = false;

  constructor(wire: Wire, place: string, settings: string, types: TypeNames) {
    this.wire = wire;
    this.#place = place;
    this.#settings = settings;
    this.#types = types;
  }

  /** Bough's own statements, several in one message; the last one's answer. */
  async send(text: string): Promise<Answer> {
    const last = (await this.#translated(this.wire.send(text), text)).at(-1);
    if (last === undefined) throw new Error('the server gave no answer');
    return last;
  }

  async rows(text: string): Promise<readonly (readonly (string | null)[])[]> {
    return (await this.send(text)).rows;
  }

  /** All values as text, NULL as the empty one. */
  async texts(text: string): Promise<readonly (readonly string[])[]> {
    return (await this.rows(text)).map((row) => row.map((value) => value ?? ''));
  }

  /** First value of the first row. */
  async text(text: string): Promise<string | null> {
    return (await this.rows(text))[0]?.[0] ?? null;
  }

  /** A statement that holds text of the user's: one, and no other. */
  one(statement: string, part?: Part): Promise<Answer> {
    return this.#translated(this.wire.one(statement), statement, part);
  }

  /** `COPY … FROM STDIN`; gives the number of rows. */
  copyIn(statement: string, source: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#translated(this.wire.copyIn(statement, source), statement);
  }

  /** `COPY … TO STDOUT`, as it comes. */
  async *copyOut(statement: string): AsyncGenerator<Uint8Array> {
    try {
      yield* this.wire.copyOut(statement);
    } catch (raw) {
      throw translated(raw, this.#place, statement);
    }
  }

  /** Names and types of a query's result, without running it. */
  async describe(query: string): Promise<readonly Column[]> {
    const fields = await this.#translated(this.wire.describe(query), query);
    return columnsOf(this, fields, this.#types);
  }

  /** Names and types of an answer. */
  columnsOf({ fields }: Answer): Promise<readonly Column[]> {
    return columnsOf(this, fields, this.#types);
  }

  get types(): TypeNames {
    return this.#types;
  }

  /**
   * One transaction, with settings of its own. After a first error nothing is committed; one that met another transaction
   * is tried again.
   */
  async transaction<T>(work: () => Promise<T>, mode: Mode = '', settings = ''): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(work, mode, settings);
      } catch (error) {
        const conflict = error instanceof PostgresError && isConflict(error.cause);
        if (!conflict || attempt === CONFLICT_ATTEMPTS) throw error;
        await pause(attempt * 5 * Math.random());
      }
    }
  }

  async #attempt<T>(work: () => Promise<T>, mode: Mode, settings: string): Promise<T> {
    let result: T;
    try {
      await this.send(`BEGIN ${mode}; ${this.#settings} ${settings}`);
      result = await work();
    } catch (error) {
      await this.#rollback();
      throw error;
    }
    // What a user's statement set goes with a rollback too.
    const { command } = await this.send(mode.includes('READ ONLY') ? 'ROLLBACK' : 'COMMIT');
    // A COMMIT of a failed transaction is answered with ROLLBACK, and with no error.
    if (!mode.includes('READ ONLY') && command !== 'COMMIT') throw new Error('the transaction was rolled back');
    return result;
  }

  /** The first error is the one that counts; a session that cannot roll back is closed, which does it. */
  async #rollback(): Promise<void> {
    try {
      await this.wire.send('ROLLBACK');
    } catch {
      this.retired = true;
    }
  }

  async #translated<T>(answer: Promise<T>, statement: string, part?: Part): Promise<T> {
    try {
      return await answer;
    } catch (raw) {
      throw translated(raw, this.#place, statement, part);
    }
  }
}
