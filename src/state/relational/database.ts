/** What a relational store must be able to do to hold a state. Everything above it is written once, for all of them. */

export type Value = string | number | null;
export type Row = readonly Value[];

/** One transaction. Parameters stand as `$1`, `$2` …; a parameter can stand more than once. */
export interface Connection {
  /** Number of this process's session, by which others see whether it lives; null where the store cannot tell. */
  readonly session: number | null;
  all(sql: string, values?: readonly Value[]): Promise<readonly Row[]>;
  /** Returns how many rows it touched. */
  run(sql: string, values?: readonly Value[]): Promise<number>;
  /** Runs one statement for each list of values. */
  many(sql: string, rows: readonly (readonly Value[])[]): Promise<void>;
}

/** Where the stores' SQL differs. */
export interface Dialect {
  /** A subquery over the strings of the JSON array that is given as that parameter: one parameter for any number. */
  textSet(parameter: string): string;
  /** Ends a CREATE TABLE whose rows are to lie in the order of its primary key. */
  readonly clustered: string;
  /** Query for the names of all tables in the place that the state may use. */
  readonly tables: string;
  /** A condition, 1 or 0: the session with that number is certainly gone. */
  absent(session: string): string;
}

/**
 * A store, opened when it is first used. Reading a store that is not there yet finds an empty state and creates nothing.
 * Failures of the store are UserErrors when they leave it.
 */
export interface Database {
  readonly dialect: Dialect;
  /** One snapshot. The work may be run again from its start where the store was busy. */
  read<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** One transaction at a time over all processes; throwing rolls back. */
  write<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /**
   * The same for what can be done again: a machine that loses power may forget it, until the next `write`; a process that
   * dies does not.
   */
  note<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Every layer of a state gets this and nothing else. */
export interface Store {
  readonly database: Database;
  /** Milliseconds since 1970. */
  now(): number;
}

export function text(row: Row, at: number): string {
  const value = row[at];
  if (typeof value !== 'string') throw unexpected('text', value, at);
  return value;
}

export function textOrNull(row: Row, at: number): string | null {
  return row[at] === null ? null : text(row, at);
}

export function integer(row: Row, at: number): number {
  const value = row[at];
  if (typeof value !== 'number') throw unexpected('a number', value, at);
  return value;
}

export function integerOrNull(row: Row, at: number): number | null {
  return row[at] === null ? null : integer(row, at);
}

const unexpected = (wanted: string, found: unknown, at: number): Error =>
  new Error(`the state holds ${typeof found} in column ${at} where ${wanted} belongs`);

/** Value for a `textSet` parameter. */
export const setOf = (values: Iterable<string>): string => JSON.stringify([...values]);

/** Neither store keeps NUL in text; people's own words are not worth failing for. */
export const storable = (words: string): string => words.replaceAll('\0', '\uFFFD');
