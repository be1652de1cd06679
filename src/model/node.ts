import type { Export } from './export.ts';
import type { Grant } from './grants.ts';
import type { Key, NodeName } from './ids.ts';
import type { Json, JsonScalar } from './json.ts';
import type { Position } from './problems.ts';
import type { Across, Container, Mention, ReleaseSelector, Written } from './references.ts';

/**
 * A piece of SQL and where it stands in the user's file. Line 1 of `text` starts at (`line`, `column`);
 * every later line is shifted right by `indent` columns (a YAML block), so that any offset has a place.
 */
export interface SqlText {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly indent: number;
  /** Left out where nobody knows it, or where names are put into the node. */
  readonly untouched?: Untouched;
}

/** A model's file that has not been written for a while. */
export interface Untouched {
  /** Stands for the file as it lies on the disk, and with it for the whole node. */
  readonly address: Key;
  /** SHA-256 of the SQL. */
  readonly digest: string;
}

/** A column as the author declared it; matched by name, letter case folded. */
export interface DeclaredColumn {
  readonly name: string;
  /** The engine's own type name; null leaves what was detected. */
  readonly type: string | null;
  readonly description: string | null;
}

export type Audit = { readonly severity: 'error' | 'warn'; readonly at: Position } & (
  | { readonly type: 'not_null'; readonly columns: readonly string[] }
  | { readonly type: 'unique'; readonly columns: readonly string[] }
  | { readonly type: 'accepted_values'; readonly column: string; readonly values: readonly JsonScalar[] }
  | { readonly type: 'row_count'; readonly min: number | null; readonly max: number | null }
  | { readonly type: 'sql'; readonly name: string | null; readonly sql: SqlText }
);

export interface CsvOptions {
  readonly header: boolean;
  readonly delimiter: string | null;
  readonly quote: string | null;
  /** Text that stands for NULL; null is the engine's default (the empty field). */
  readonly null: string | null;
  readonly encoding: string | null;
}

export type FileFormat = 'csv' | 'parquet' | 'json';

/** What tells whether rows of another database are the ones that were read before. */
export type ForeignVersion =
  /** The rows themselves. */
  | { readonly type: 'content' }
  /** How many rows there are, and the greatest value of each of these expressions: a promise of the author. */
  | { readonly type: 'max'; readonly of: readonly string[] }
  /** A query whose one value is the token: a promise, too. */
  | { readonly type: 'query'; readonly query: string }
  /** Nothing: every taking is another delivery. */
  | { readonly type: 'live' };

/** A table or a query behind a connection. */
export interface ForeignOrigin {
  readonly type: 'connection';
  /** Comes with binding. */
  readonly container: Container | null;
  /** A connection that no reference names. */
  readonly written: Written | null;
  /** As the source's database names it; null where a query says what is read. */
  readonly table: string | null;
  readonly query: SqlText | null;
  readonly version: ForeignVersion;
}

/** Where a source's rows come from. */
export type Origin =
  /** A file or glob, relative to the project's root; `load: view` reads in place and is live. */
  | {
      readonly type: 'file';
      readonly path: string;
      readonly format: FileFormat;
      readonly csv: CsvOptions;
      readonly load: 'copy' | 'view';
    }
  /** A table that another tool fills in the same warehouse. `version` is a query whose one value is its token. */
  | { readonly type: 'table'; readonly table: string; readonly pin: boolean; readonly version: string | null }
  /** Rows of another database. */
  | ForeignOrigin
  /** A file that a model reads directly: `call` is the reading expression as it stands in the model. */
  | { readonly type: 'call'; readonly path: string; readonly call: string };

interface Common {
  readonly name: NodeName;
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly columns: readonly DeclaredColumn[];
  readonly audits: readonly Audit[];
  /** Who may read its view, in every environment; left out where the node says nothing of it. */
  readonly grants?: readonly Grant[];
  /** Where the definition starts. */
  readonly at: Position;
  /** What the node names of references and parameters; left out where it names nothing. */
  readonly mentions?: readonly Mention[];
  /**
   * What the references among them stand for, in every environment: a promotion carries them all, and the target uses
   * its own. Comes with binding; left out where the node names none.
   */
  readonly bindings?: { readonly [name: string]: Across };
}

export interface SourceNode extends Common {
  readonly kind: 'source';
  readonly origin: Origin;
}

export interface SeedNode extends Common {
  readonly kind: 'seed';
  /** Relative to the project's root. */
  readonly path: string;
  readonly csv: CsvOptions;
}

export interface ModelNode extends Common {
  readonly kind: 'model';
  readonly materialized: 'table' | 'view';
  readonly sql: SqlText;
  /** `ignore` leaves clock functions to the engine and keeps them out of the keys. */
  readonly clock: 'follow' | 'ignore';
  /** Engine options of the table itself; they move only its own build. */
  readonly storage: { readonly [option: string]: Json };
  /** Values of the parameters that `sql` and the audits use; recorded with the definition. */
  readonly parameters: { readonly [name: string]: JsonScalar };
  /** Those of them that are releases: the tag is a fact. Comes with binding; left out where there is none. */
  readonly releases?: { readonly [name: string]: ReleaseSelector };
  /** Nodes that the reader cannot see in the SQL. */
  readonly dependsOn: readonly NodeName[];
  /** Treat the query as depending on everything that it can see. */
  readonly opaque: boolean;
  /** `off`: built whenever its key moves, whatever the data of its inputs says. */
  readonly cutoff: 'on' | 'off';
  /** Left out where its rows go nowhere else. */
  readonly export?: Export;
}

/** Where data comes in: nodes that read nothing of the project. */
export type Leaf = SourceNode | SeedNode;

export type Node = Leaf | ModelNode;
