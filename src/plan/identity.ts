import type { NodeKeys } from '../identity/keys.ts';
import type { Meaning } from '../identity/meaning.ts';
import type { Facts, Remembered } from '../model/facts.ts';
import type { Key, NodeName } from '../model/ids.ts';
import type { Problem } from '../model/problems.ts';
import type { Shape } from '../sql/contract.ts';
import type { Part } from './part.ts';
import type { ResolveSql } from './reader.ts';
import type { Recent } from './recent.ts';
import type { Detail } from './seen.ts';

/** What readers of a node see of it, in both identities. */
export interface SeenKeys {
  readonly code: NodeKeys;
  readonly build: NodeKeys;
  /** Output columns as they are spelled, in order; null where they are not known. */
  readonly columns: readonly string[] | null;
}

/**
 * Everything that keys say of one node under given facts. What is large is made, or remembered, when it is asked for:
 * thousands of shapes do not fit into memory at once.
 */
export interface Identity {
  /** The definition by itself: canonical text and metadata, inputs by name. */
  readonly local: Key;
  /** Code identity; its meaning is recorded under it. */
  readonly codeKey: Key;
  /** Build identity. */
  readonly key: Key;
  /** Stands for `seen`: equal where readers can see no difference. */
  readonly digest: Key;
  /** Nodes on whose very build this one's data depends. */
  readonly besides: readonly NodeName[];
  /** What resolving its names found wrong. */
  readonly problems: readonly Problem[];
  seen(): SeenKeys;
  /** Code identity in full, with lines. */
  meaning(): Meaning;
  /** Folded names of the columns that it uses of a node, over all its mentions; null: it sees everything. */
  uses(node: NodeName): readonly string[] | null;
  /** The query, resolved; null for a source, and at the edge of a part. */
  shape(): Shape | null;
}

export interface Identified {
  readonly identities: ReadonlyMap<NodeName, Identity>;
  readonly problems: readonly Problem[];
}

/** What identifying takes of the engine, of the reader, and of what was found out before. */
export interface IdentifyOptions {
  readonly fold: (name: string) => string;
  readonly resolve: ResolveSql;
  readonly remembered?: Remembered;
  readonly part?: Part;
}

export interface IdentifyContext extends IdentifyOptions {
  readonly facts: Facts;
  readonly identities: Map<NodeName, Identity>;
  readonly clock: { readonly date: string; readonly timestamp: string };
  /** Stands for the engine. */
  readonly frame: Key;
  /** What readers were told last: models that are near in the graph read the same ones. */
  readonly recent: Recent<Identity, Detail>;
}
