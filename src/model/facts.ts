import type { EnvironmentName, Instant, Key, NodeName, Snapshot } from './ids.ts';
import type { Leaf } from './node.ts';
import type { Position, Problem } from './problems.ts';
import type { ReleaseSelector } from './references.ts';

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

/** The release that a selector came to. */
export interface ReleaseFact {
  readonly selector: ReleaseSelector;
  readonly tag: string;
  readonly commit: string;
  /** A tag that a rollback left: `run` does not take it again. */
  readonly avoid: string | null;
}

/** The engine as keys see it: type, major version, and the settings that can change results. */
export type EngineFact = string;

/** All that a plan takes from outside. */
export interface Facts {
  readonly clock: Instant;
  readonly timezone: string;
  readonly engine: EngineFact;
  readonly sources: ReadonlyMap<NodeName, SourceFact>;
  /** Of the selectors that nodes use, each once. */
  readonly releases: readonly ReleaseFact[];
}

/** Takes from outside what a plan needs. The only part of planning that looks at files and engines. */
export interface FactTaker {
  /** What the sources deliver now. `previous` spares describing content that has not moved. Throws UserError. */
  take(
    leaves: readonly Leaf[],
    options: { readonly clock: Instant; readonly previous: ReadonlyMap<NodeName, SourceFact> },
  ): Promise<ReadonlyMap<NodeName, SourceFact>>;
  /** Snapshots of the sources that cost no database; others, and missing files, are left out. */
  glance(leaves: readonly Leaf[]): Promise<ReadonlyMap<NodeName, Snapshot>>;
}

/** A release that a node uses, for messages with who asks for it. */
export interface WantedRelease {
  /** As the node names it. */
  readonly reference: string;
  readonly environment: EnvironmentName;
  readonly selector: ReleaseSelector;
  readonly at: Position;
}

/** Finds the tags of releases. */
export interface ReleaseTaker {
  /** What the selectors come to now. Throws UserError with every one that comes to nothing. */
  take(
    wanted: readonly WantedRelease[],
  ): Promise<{ readonly found: readonly ReleaseFact[]; readonly warnings: readonly Problem[] }>;
  /** The same without a network: what lies elsewhere, or cannot be found, is left out. */
  glance(wanted: readonly WantedRelease[]): Promise<readonly ReleaseFact[]>;
}

/**
 * Kinds of results that are remembered. Those of one kind are asked for together. `file` and `model` stand under what a file
 * looks like from outside, `project` under the engine, the others under content; `shape` and `seen` are large and seldom wanted.
 */
export type Finding = 'project' | 'file' | 'model' | 'outline' | 'keys' | 'shape' | 'seen';

/** Results by keys that stand for all that they depend on; forgetting one costs time only. A value holds no line break. */
export interface Remembered {
  get(kind: Finding, key: Key): string | null;
  put(kind: Finding, key: Key, value: string): void;
}
