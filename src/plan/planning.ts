import type { EngineFact, SourceFact } from '../model/facts.ts';
import type { EnvironmentName, Instant, NodeName, Snapshot } from '../model/ids.ts';
import type { SeedNode, SourceNode } from '../model/node.ts';
import type { StateReader } from '../state/contract.ts';
import type { ReadSql, ResolveSql } from './reader.ts';

export type Leaf = SourceNode | SeedNode;

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

/** What every planner works with. */
export interface Planning {
  readonly state: StateReader;
  readonly facts: FactTaker;
  readonly engine: EngineFact;
  readonly timezone: string;
  readonly base: EnvironmentName;
  readonly now: Instant;
  readonly fold: (identifier: string) => string;
  readonly read: ReadSql;
  readonly resolve: ResolveSql;
}

/** What a saved plan took from outside, taken again so that planning twice gives the same. */
export interface Pinned {
  readonly clock: Instant;
  readonly branchPoint: number | null;
}
