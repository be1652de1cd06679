import type { Comparison } from '../identity/meaning.ts';
import type { Facts } from '../model/facts.ts';
import type { BuildId, EnvironmentName, NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import type { Action, Category, Change, DefinitionDiff, PlanData, PlanPromotion } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { Entry, OperationKind, RevisionRef, SecondParent } from '../state/contract.ts';
import type { Granting } from './granting.ts';
import type { GraphNode } from './graph.ts';
import type { Identity } from './identify.ts';
import type { Pointer } from './version.ts';

/** A node as it shall be. */
export interface Target {
  readonly node: Node;
  readonly graphNode: GraphNode;
  readonly identity: Identity;
  readonly origin: Entry['origin'];
  /** The build that exists and will be pointed to; null: it must be made, or the node is read in place. */
  readonly build: BuildId | null;
  /** The node has no relation of its own: readers are sent to the table that it names. */
  readonly inPlace: string | null;
}

/** What the environment's own entries must say afterwards. */
export type Write = 'entry' | 'removal' | 'inherit' | 'nothing';

export interface Step {
  readonly name: NodeName;
  readonly change: Change;
  readonly category: Category | null;
  readonly action: Action;
  readonly reasons: readonly string[];
  /** How the code differs from the compared version's; null where it does not, or there is nothing to compare. */
  readonly comparison: Comparison | null;
  readonly before: Pointer | null;
  /** null for a node that goes. */
  readonly target: Target | null;
  readonly write: Write;
  /** Rollback and delete: the recorded entry that is written as it stands, without building or judging anything. */
  readonly restored: Entry | null;
}

/** Whether a node stays as it is, so that nothing is to be told of it; its text may be recorded anew. */
export const isKept = ({ change, write, before, target }: Step): boolean =>
  change === 'unchanged' &&
  (write === 'nothing' ||
    (write === 'entry' &&
      target?.node.kind === 'model' &&
      before?.entry.key === target.identity.key &&
      before.entry.build === target.build));

/** A plan with all that its execution needs. Made without side effects; only what it names is written. */
export interface PlanCore {
  readonly operation: OperationKind;
  readonly environment: EnvironmentName;
  /** Base of the environment; null for a root. */
  readonly base: EnvironmentName | null;
  /** Head that the plan was made over; 0 where there is none. */
  readonly head: number;
  readonly branchPoint: RevisionRef | null;
  /** Promote: the revision whose code is carried. */
  readonly from: SecondParent | null;
  /** Of a promotion only. */
  readonly promotion?: PlanPromotion;
  readonly standsAt: number | null;
  readonly clockAvoid: string | null;
  readonly facts: Facts;
  readonly grants: Granting;
  /** Inputs before readers; nodes that go come last. */
  readonly steps: readonly Step[];
  readonly data: readonly PlanData[];
  readonly warnings: readonly Problem[];
  readonly diffs: readonly DefinitionDiff[];
  /** Sentences about the plan as a whole. */
  readonly notes: readonly string[];
  /** The environment does not exist yet. */
  readonly creates: boolean;
  /** Something would be written: pointers, facts, or a new environment. */
  readonly moves: boolean;
}
