import { asError, problem, UserError } from '../../model/problems.ts';
import { cancelOn } from '../../postgres/cancel.ts';
import { sqlstate } from '../../postgres/sqlstate.ts';
import type { Answer, Wire } from '../../postgres/wire.ts';

/** Values are read as the same values, whatever the server, the database or the role says. */
const SETTINGS = [
  `DateStyle = 'ISO, MDY'`,
  `IntervalStyle = 'postgres'`,
  `TimeZone = 'UTC'`,
  'standard_conforming_strings = on',
  `search_path = 'pg_catalog'`,
  'statement_timeout = 0',
  // Whoever falls asleep gives back what it holds.
  `idle_in_transaction_session_timeout = '60s'`,
  `lock_timeout = '60s'`,
]
  .map((setting) => `SET LOCAL ${setting};`)
  .join(' ');

/** One connection to a database that takes rows. */
export class Session {
  readonly #wire: Wire;
  readonly #place: string;

  constructor(wire: Wire, place: string) {
    this.#wire = wire;
    this.#place = place;
  }

  /** The last answer of these statements. */
  async send(text: string): Promise<Answer> {
    const last = (await this.#wire.send(text)).at(-1);
    if (last === undefined) throw new Error('the server gave no answer');
    return last;
  }

  async rows(text: string): Promise<Answer['rows']> {
    return (await this.send(text)).rows;
  }

  /** First value of the first row. */
  async text(text: string): Promise<string | null> {
    return (await this.rows(text))[0]?.[0] ?? null;
  }

  copyIn(statement: string, rows: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#wire.copyIn(statement, rows);
  }

  /** One transaction; after an error nothing is committed. What the server says is told under `what`. */
  async transaction<T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const release = cancelOn(signal, this.#wire);
    try {
      await this.send(`BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ${SETTINGS}`);
      const result = await work();
      const { command } = await this.send('COMMIT');
      // A COMMIT of a failed transaction is answered with ROLLBACK, and with no error.
      if (command !== 'COMMIT') throw new Error('the transaction was rolled back');
      return result;
    } catch (raw) {
      await this.#wire.send('ROLLBACK').catch(() => undefined);
      signal.throwIfAborted();
      throw told(raw, what, this.#place);
    } finally {
      release();
    }
  }

  close(): Promise<void> {
    return this.#wire.close();
  }
}

const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /^42501/,
    'Grant the role what is missing: on the schema and the table, TEMPORARY and, for the schema `bough`, CREATE.',
  ],
  [/^55P03/, 'Somebody else holds the table: see `pg_locks`, then export again.'],
  [/^2350[23]/, 'The table has constraints that the rows do not keep: change the model, or the table.'],
  [/^22/, 'A value does not fit: cast it in the model, or change the column of the table.'],
  [/^42804/, 'Cast the column in the model, or change it in the table.'],
];

function told(raw: unknown, what: string, place: string): Error {
  if (raw instanceof UserError) return raw;
  const error = asError(raw);
  const state = sqlstate(raw);
  const hint = HINTS.find(([pattern]) => pattern.test(state))?.[1];
  return new UserError(
    problem('export-failed', `${what} at \`${place}\`: ${error.message}`, hint === undefined ? {} : { hint }),
    { cause: raw },
  );
}
