import type { SourceNode } from '../model/node.ts';

/** Types of services whose rows can be sources. */
export const FOREIGN_TYPES = ['postgres'] as const;
export type ForeignType = (typeof FOREIGN_TYPES)[number];

/** A column's type as its own database knows it; domains are seen through. */
export interface ForeignColumn {
  readonly name: string;
  /** As that database spells it, for people: `numeric(10,2)`, `mood[]`. */
  readonly written: string;
  /** What can be said of values in any database of the type: `numeric(10,2)`, `text`; of an array, of its elements. */
  readonly plain: string;
  /** `numeric`, `int4`; null for a type that the database's own people made. */
  readonly builtIn: string | null;
  /** What the type's arguments are, as the database encodes them; -1 for none. */
  readonly modifier: number;
  readonly array: boolean;
  /** A list of words. */
  readonly enumeration: boolean;
  /** Stands for another type. */
  readonly domain: boolean;
}

/** What a source holds in the snapshot that was taken of its database. */
export interface ForeignRows {
  readonly type: ForeignType;
  readonly columns: readonly ForeignColumn[];
  /** null where the author wants every taking to be another delivery. */
  readonly token: string | null;
  /** Major version of the server. */
  readonly version: number;
  /**
   * The rows, as the service's own bulk copy writes them. `values` are expressions of its SQL over columns named by
   * `columnAt`, `options` those of the copy. Each block holds whole rows and belongs to the caller; nothing more is read
   * until it is taken. Throws UserError.
   */
  copy(values: readonly string[], options: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** How `values` of a copy name the column at an index. */
export const columnAt = (index: number): string => `c${index}`;

/** Other databases as one command sees them: each in one snapshot, so that all that is read of it fits together. */
export interface Databases {
  /** Looks at a source, at most once in a snapshot. Throws UserError. */
  look(source: SourceNode, signal: AbortSignal): Promise<ForeignRows>;
  /** Lets go of the snapshots; who looks again sees what there is then. */
  release(): Promise<void>;
}
