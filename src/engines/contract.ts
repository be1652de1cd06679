import { mask, maskError } from '../model/masking.ts';
import type { BuildId, EnvironmentName, NodeName, OperationId } from '../model/ids.ts';
import type { Column, EngineFact } from '../model/facts.ts';
import type { Grant } from '../model/grants.ts';
import type { Fingerprint } from '../model/fingerprint.ts';
import type { Origin, DeclaredColumn, SeedNode } from '../model/node.ts';
import type { Json } from '../model/json.ts';
import type { Outflow } from '../model/outflow.ts';
import type { Problem } from '../model/problems.ts';
import type { ForeignRows, ForeignType } from '../sources/contract.ts';

/** Text that is safe to put into a statement as it stands: it was quoted by the engine. */
export type Sql = string;

/** Two-part name of a relation that users see. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** An engine said no. `offset` counts UTF-16 units in the statement that was sent; null where the engine gives none. */
export class EngineError extends Error {
  readonly offset: number | null;
  /** The table that is not there, as it was written; null where something else is wrong. */
  readonly table: string | null;
  constructor(
    message: string,
    offset: number | null,
    options: { readonly cause?: unknown; readonly table?: string | null } = {},
  ) {
    maskError(options.cause);
    super(mask(message), options);
    this.name = 'EngineError';
    this.offset = offset;
    this.table = options.table ?? null;
  }
}

/** How long to wait for something that another process holds, and whom to tell. */
export interface Patience {
  /** Milliseconds; 0 refuses at once. */
  readonly wait: number;
  readonly signal: AbortSignal;
  /** Called once, after two seconds, with the holder as the engine names it. */
  readonly onWait: (holder: string) => void;
}

/** A source or seed whose rows are read from files. Paths are absolute; globs are expanded by the engine. */
export interface FileRead {
  readonly node: NodeName;
  readonly origin: Extract<Origin, { type: 'file' | 'call' }> | { readonly type: 'seed'; readonly seed: SeedNode };
  /** Folder that relative paths in `origin` start from. */
  readonly root: string;
  readonly declared: readonly DeclaredColumn[];
}

/** A source whose rows another database holds. */
export interface ForeignRead {
  readonly node: NodeName;
  readonly rows: ForeignRows;
  readonly declared: readonly DeclaredColumn[];
}

export type BuildRequest =
  /** `query` has physical names in it already. */
  | {
      readonly type: 'table' | 'view';
      readonly id: BuildId;
      readonly query: Sql;
      readonly storage: { readonly [option: string]: Json };
    }
  /** Loads files into a table, or with `view` makes a view that reads them in place. */
  | { readonly type: 'load' | 'load-view'; readonly id: BuildId; readonly read: FileRead }
  /** Takes rows of another database in, as they come. `scratch` is a folder for files that are gone afterwards. */
  | { readonly type: 'import'; readonly id: BuildId; readonly read: ForeignRead; readonly scratch: string }
  /** Copies a table of the warehouse (`pin: true`), or with `view` makes a view over it. Declared types are forced. */
  | {
      readonly type: 'copy' | 'copy-view';
      readonly id: BuildId;
      readonly table: string;
      readonly declared: readonly DeclaredColumn[];
      /** Version query whose answer, in the snapshot that is copied, is returned as `token`. */
      readonly version: string | null;
    };

export interface Built {
  /** null for a view. */
  readonly rows: number | null;
  readonly columns: readonly Column[];
  readonly seconds: number;
  /** Answer of the version query, taken in the same snapshot as the rows. */
  readonly token: string | null;
}

/** Makes one environment's views point where its revision says, in one transaction with its marker. */
export interface Publication {
  readonly environment: EnvironmentName;
  readonly token: number;
  readonly operation: OperationId;
  /** Views that go; done before the others are made. */
  readonly drops: readonly RelationName[];
  /** Views that come or move. `target` is the quoted relation that they read whole. */
  readonly views: readonly {
    readonly name: RelationName;
    readonly target: Sql;
    readonly columns: readonly Column[];
    readonly comment: string | null;
    /** Who may read it; what others granted stays. */
    readonly grants: readonly Grant[];
    /** Schema of the base: one that is made new for the view gives the default privileges that this one has. */
    readonly like: string | null;
  }[];
}

/** 'fenced': a newer token has been there, nothing was done. */
export type Published = 'published' | 'fenced';

export interface Marker {
  readonly token: number;
  /** The operation that moved the views last; null before the first. */
  readonly operation: OperationId | null;
}

/** The rows of one statement, as exact values. */
export interface ResultSet {
  readonly columns: readonly Column[];
  /**
   * Integers up to 32 bits, finite floats and booleans native; wider integers, decimals, times and all else exact
   * strings, as the engine prints them (times with a zone in UTC, `NaN`, `Infinity`, `-Infinity`). Lists, structs and
   * maps (a list of `{ key, value }`) are JSON of the same kind.
   */
  readonly rows: readonly (readonly Json[])[];
}

/** The token that the answer of a version query stands for: its one value as text. Throws EngineError. */
export function versionToken({ columns, rows }: ResultSet): string {
  const [row, ...others] = rows;
  if (columns.length !== 1 || row === undefined || others.length > 0) {
    const size = `${rows.length} rows of ${columns.length} columns`;
    throw new EngineError(`A version query gives one value; this one gave ${size}`, null);
  }
  const [value = null] = row;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What stands in the warehouse under a name. */
export interface Existing {
  readonly name: RelationName;
  readonly kind: 'table' | 'view';
}

/** Reading the warehouse. */
export interface Reader {
  /** Names and types of a query's result, without running it. Throws EngineError. */
  describe(query: Sql): Promise<readonly Column[]>;
  /**
   * Runs one statement that changes nothing in the warehouse. Throws EngineError; when `signal` aborts, the statement is
   * interrupted on the engine and the signal's reason is thrown.
   */
  query(statement: Sql, options?: { readonly signal?: AbortSignal; readonly limit?: number }): Promise<ResultSet>;
  /** Fingerprints of a build over these sets of columns, in one scan. Throws EngineError. */
  fingerprints(
    build: BuildId,
    sets: readonly (readonly string[])[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<readonly Fingerprint[]>;
  /**
   * Hands the rows of a build over, in one snapshot, for as long as `take` works. Throws EngineError where a column has
   * a type that no other database has.
   */
  unload<T>(build: BuildId, take: (outflow: Outflow) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Those of the builds that do not exist. */
  missing(builds: readonly BuildId[]): Promise<readonly BuildId[]>;
  /** Id that ties the warehouse to its state; null where Bough was never here. */
  identity(): Promise<string | null>;
  /** Names of all relations that stand where builds do, those that others put there among them. */
  standing(): Promise<readonly string[]>;
  /** What stands under these names, letter case as the engine folds it. */
  existing(names: readonly RelationName[]): Promise<readonly Existing[]>;
  /** Rows that the engine expects of a query, which is not run; null where it cannot say. Throws EngineError. */
  estimate(query: Sql, signal: AbortSignal): Promise<number | null>;
  /** To whom something can be granted; nobody where the engine has no roles. */
  roles(): Promise<readonly string[]>;
}

/** Writing it. One method is one transaction; a first error rolls back. */
export interface Writer {
  /**
   * Makes one build. Statements run side by side up to `concurrency`; others wait. Throws EngineError (its offset counts
   * in `query`), or UserError where files or columns of a source are not as declared. When `signal` aborts, the
   * statement is interrupted on the engine, nothing is left of it, and the signal's reason is thrown.
   */
  build(request: BuildRequest, signal: AbortSignal): Promise<Built>;
  /** Drops builds that exist, views before tables, never with CASCADE; returns what stands in the way. */
  drop(builds: readonly BuildId[]): Promise<readonly Problem[]>;
  /**
   * Throws UserError where a table that is not Bough's stands in the way of a view (`object-in-the-way`) or a view of
   * others reads one that goes (`dependants-exist`). Schemas are made as needed; one that Bough made goes when its last
   * relation has gone.
   */
  publish(publication: Publication): Promise<Published>;
  /** The environment's marker; null before its first publication. */
  marker(environment: EnvironmentName): Promise<Marker | null>;
  /**
   * Lifts the marker's token (creating the row) so that nobody can publish with it or a lower one; returns the marker as
   * it is then. Who holds token T and still means to publish raises to T - 1.
   */
  raise(environment: EnvironmentName, token: number): Promise<Marker>;
  /** Creates the `bough` schema, its marker table and the id. Harmless where they exist: returns the id that stands. */
  initialise(id: string): Promise<string>;
}

export interface Session extends Reader, Writer {
  /** Builds that may run at once. */
  readonly concurrency: number;
  close(): Promise<void>;
}

/** One kind of warehouse. The contract asks what an engine can do, never which engine it is. */
export interface Engine {
  readonly dialect: 'duckdb' | 'postgres';
  /** Longest identifier in bytes. */
  readonly maxIdentifier: number;
  /** Whether there are roles to which views can be granted. */
  readonly grants: boolean;
  /** Whether a plan may ask how many rows to expect: the warehouse answers at once, and nobody is kept out of it meanwhile. */
  readonly estimates: boolean;
  /** The engine as keys see it. Needs no warehouse; one that is a server is asked once. */
  fact(): Promise<EngineFact>;
  /** Opens the warehouse; creates it for writing. For reading, null where there is none yet. */
  open(mode: 'write', patience: Patience): Promise<Session>;
  open(mode: 'read', patience: Patience): Promise<(Reader & { close(): Promise<void> }) | null>;
  /**
   * Columns that a build of these files would have, declared types forced. Needs no warehouse (one in memory will do).
   * Throws UserError (`source-columns`, `source-missing`) or EngineError.
   */
  describeFiles(read: FileRead): Promise<readonly Column[]>;
  /** Services whose rows `import` takes in. */
  readonly imports: readonly ForeignType[];
  /**
   * Columns that a build of these rows would have, declared types forced. Needs no warehouse. Throws UserError
   * (`source-columns`), which names every column whose type cannot be held, and the cast to write.
   */
  describeImport(read: ForeignRead): Promise<readonly Column[]>;
  /** Quoted relation that holds a build; only the engine knows what stands behind it. */
  relation(build: BuildId): Sql;
  quoteName(name: RelationName): Sql;
  quoteIdentifier(identifier: string): Sql;
  /** As the engine compares names of relations: two names that fold alike are one. */
  fold(identifier: string): string;
}
