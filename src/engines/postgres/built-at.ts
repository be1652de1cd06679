import type { Sql } from '../contract.ts';
import type { Connection } from './connection.ts';

/** When the builds that one session meets were there, by the server's clock, in seconds since 1970. */
export class BuiltAt {
  readonly #opened: number;
  readonly #made = new Map<Sql, number>();

  private constructor(opened: number) {
    this.#opened = opened;
  }

  /** What is there already when a session opens was there by then. */
  static async open(connection: Connection): Promise<BuiltAt> {
    return new BuiltAt(await now(connection));
  }

  async note(target: Sql, connection: Connection): Promise<void> {
    this.#made.set(target, await now(connection));
  }

  /** Who began after that sees all of them. */
  latest(targets: readonly Sql[]): number {
    return Math.max(...targets.map((target) => this.#made.get(target) ?? this.#opened));
  }
}

const now = async (connection: Connection): Promise<number> =>
  Number(await connection.text('SELECT extract(epoch FROM clock_timestamp())'));
