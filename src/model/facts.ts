import type { Instant, NodeName, Snapshot } from './ids.ts';

/** A column as the engine sees it; `type` is the engine's own name for it. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** What a source delivered. */
export interface SourceFact {
  readonly snapshot: Snapshot;
  /** In the order of the table; types after the declared ones were forced. */
  readonly columns: readonly Column[];
  /** Not pinned: read in place, and different from one read to the next. */
  readonly live: boolean;
  /** A snapshot that a rollback left: `run` does not take it again. */
  readonly avoid: Snapshot | null;
}

/** The engine as keys see it: type, major version, and the settings that can change results. */
export type EngineFact = string;

/** All that a plan takes from outside. */
export interface Facts {
  readonly clock: Instant;
  readonly timezone: string;
  readonly engine: EngineFact;
  readonly sources: ReadonlyMap<NodeName, SourceFact>;
}
