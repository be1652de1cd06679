import type { Json } from '../../model/json.ts';
import type { Column } from '../../model/facts.ts';
import type { DuckDBConnection, DuckDBMaterializedResult } from '@duckdb/node-api';
import type { Part } from './errors.ts';
import { Conflict, translated } from './errors.ts';
import { columnsOf, toJson } from './values.ts';

const CONFLICT_ATTEMPTS = 20;
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const textOf = (value: Json): string => {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** One connection: statements one after the other, errors translated. */
export class Connection {
  readonly #driver: DuckDBConnection;
  /** Not to be lent again: a transaction may be open, or a user's statement may have changed a setting. */
  retired = false;
  /** Goes with the first statement of a transaction: each call of the driver costs a turn through its threads. */
  #begin = '';

  constructor(driver: DuckDBConnection) {
    this.#driver = driver;
  }

  /** Several statements may stand in one text; the first error ends it, the last result is returned. */
  async run(statement: string, part?: Part): Promise<DuckDBMaterializedResult> {
    const sent = this.#begin + statement;
    const shift = this.#begin.length;
    this.#begin = '';
    try {
      return await this.#driver.run(sent);
    } catch (raw) {
      const { start, length } = part ?? { start: 0, length: statement.length };
      throw translated(raw, sent, { start: start + shift, length });
    }
  }

  async rows(statement: string, part?: Part): Promise<readonly (readonly Json[])[]> {
    return (await this.run(statement, part)).convertRows(toJson);
  }

  /** All values as text, NULL as the empty one. */
  async texts(statement: string, part?: Part): Promise<readonly (readonly string[])[]> {
    return (await this.rows(statement, part)).map((row) => row.map(textOf));
  }

  /** First value of the first row, as text. */
  async text(statement: string): Promise<string | null> {
    const value = (await this.rows(statement))[0]?.[0] ?? null;
    return value === null ? null : textOf(value);
  }

  /** Whether the statement changed or returned a count above zero. */
  async changed(statement: string): Promise<boolean> {
    return (await this.run(statement)).rowsChanged > 0;
  }

  /** Statement kind and columns without running it; null where the engine makes several statements of one (PIVOT). */
  async prepare(statement: string): Promise<{ readonly kind: number; readonly columns: readonly Column[] } | null> {
    try {
      const prepared = await this.#driver.prepare(statement);
      try {
        return { kind: prepared.statementType, columns: columnsOf(prepared) };
      } finally {
        prepared.destroySync();
      }
    } catch (raw) {
      const error = translated(raw, statement);
      if (error.message.includes('multiple statements')) return null;
      throw error;
    }
  }

  /** One transaction. After a first error nothing is committed; one that met another transaction is tried again. */
  async transaction<T>(work: () => Promise<T>, mode: '' | 'READ ONLY' = ''): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(work, mode);
      } catch (error) {
        if (!(error instanceof Conflict) || attempt === CONFLICT_ATTEMPTS) throw error;
        await pause(attempt * 5 * Math.random());
      }
    }
  }

  async #attempt<T>(work: () => Promise<T>, mode: string): Promise<T> {
    if (mode === '') this.#begin = 'BEGIN TRANSACTION;\n';
    else await this.run(`BEGIN TRANSACTION ${mode}`);
    let result: T;
    try {
      result = await work();
    } catch (error) {
      await this.#rollback();
      throw error;
    }
    // A COMMIT that fails has rolled back by itself.
    await this.run(mode === '' ? 'COMMIT' : 'ROLLBACK');
    return result;
  }

  /** The first error is the one that counts; a connection that cannot roll back is closed, which does it. */
  async #rollback(): Promise<void> {
    const begun = this.#begin === '';
    this.#begin = '';
    if (!begun) return;
    try {
      await this.#driver.run('ROLLBACK');
    } catch {
      this.retired = true;
    }
  }

  interrupt(): void {
    this.#driver.interrupt();
  }

  close(): void {
    this.#driver.closeSync();
  }
}
