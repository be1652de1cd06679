import { literal } from '../../postgres/literal.ts';
import type { Answer, Wire } from '../../postgres/wire.ts';
import type { Connection, Row, Value } from '../relational/database.ts';

/** Statements that go in one message. */
const BATCH = 500;

/** Types whose values are numbers to a state: smallint, integer, bigint, real, double precision. */
const NUMBERS: ReadonlySet<number> = new Set([21, 23, 20, 700, 701]);

/** One transaction on a session. */
export class PostgresConnection implements Connection {
  readonly session: number | null;
  readonly #wire: Wire;

  constructor(wire: Wire, session: number | null) {
    this.#wire = wire;
    this.session = session;
  }

  async all(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    return rowsOf(await this.#send(filled(sql, values)));
  }

  async run(sql: string, values: readonly Value[] = []): Promise<number> {
    return (await this.#send(filled(sql, values))).count;
  }

  async many(sql: string, rows: readonly (readonly Value[])[]): Promise<void> {
    for (let start = 0; start < rows.length; start += BATCH) {
      await this.#send(
        rows
          .slice(start, start + BATCH)
          .map((values) => filled(sql, values))
          .join(';\n'),
      );
    }
  }

  async #send(text: string): Promise<Answer> {
    const last = (await this.#wire.send(text)).at(-1);
    if (last === undefined) throw new Error('the server gave no answer');
    return last;
  }
}

/** A state that is not there yet: nothing is in it, and nothing is made. */
export const EMPTY: Connection = {
  session: null,
  all: async () => [],
  run: async () => refused(),
  many: async () => refused(),
};

function refused(): never {
  throw new Error('a state that is not there yet was written by a reading transaction');
}

/** Puts values in as literals, which take the type of where they stand, as parameters of unknown type would not. */
const filled = (sql: string, values: readonly Value[]): string =>
  sql.replaceAll(/\$(\d+)/g, (_, number: string) => written(values[Number(number) - 1] ?? null));

function written(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return value < 0 ? `(${value})` : String(value);
  if (value.includes('\0')) throw new Error('a value with NUL cannot be stored');
  return literal(value);
}

const rowsOf = ({ fields, rows }: Answer): readonly Row[] =>
  rows.map((row) =>
    row.map((value, at) => (value !== null && NUMBERS.has(fields[at]?.type ?? 0) ? Number(value) : value)),
  );
