import type { ExportMode } from './export.ts';
import type { ReleaseFact } from './facts.ts';
import type { Privilege } from './grants.ts';
import type { BuildId, EnvironmentName, Instant, NodeName, Snapshot } from './ids.ts';
import type { Problem } from './problems.ts';

export type Change = 'added' | 'removed' | 'modified' | 'indirect' | 'behind' | 'unchanged';
export type Category = 'breaking' | 'non-breaking' | 'metadata';
export type Action = 'build' | 'reuse' | 'remove' | 'none';

/** A row of the plan, as users and programs see it. */
export interface PlanNode {
  readonly name: NodeName;
  readonly change: Change;
  readonly category: Category | null;
  readonly action: Action;
  /** Why: clause or column and line; for a kept node, why it is not touched. */
  readonly reasons: readonly string[];
  /** The relation, as `bough.<name>`; a build still to be made ends in its key, without the attempt. null where there is none. */
  readonly build: string | null;
  /** Rows that the warehouse expects of what is built; left out where it was not asked or cannot say. */
  readonly rows?: number;
}

export interface PlanData {
  /** A source, or the name of a release. */
  readonly source: string;
  readonly change: string;
  readonly taken: boolean;
}

/** A view that gets another name; null where there is none before or after. */
export interface PlanRename {
  readonly node: NodeName;
  readonly from: string | null;
  readonly to: string | null;
}

/** Roles that may read all views of the environment from now on, and those that may not any longer. */
export interface PlanGrants {
  readonly given: Readonly<Record<string, readonly Privilege[]>>;
  readonly taken: Readonly<Record<string, readonly Privilege[]>>;
}

export interface PlanPromotion {
  /** `base`: a branch into its base. `root`: code goes from one root to another, and is built there. */
  readonly kind: 'base' | 'root';
  /** Definitions of the target that are replaced although neither side grew from the other. */
  readonly replaced: readonly NodeName[];
}

/** A table in another database that gets the rows of a node. */
export interface PlanExport {
  readonly node: NodeName;
  /** What people call the database. */
  readonly connection: string;
  readonly table: string;
  readonly mode: ExportMode;
}

export interface PlanSummary {
  readonly build: number;
  readonly reuse: number;
  readonly remove: number;
}

/** The file that connections came from; `digest` moves with every letter of it. */
export interface PlanProfile {
  /** Relative to the project, below `~`, or absolute. */
  readonly file: string;
  readonly digest: string;
}

/** `bough.plan/1`: what `plan --json` prints and `-o` saves. */
export interface PlanDocument {
  readonly format: 'bough.plan/1';
  readonly hash: string;
  readonly operation: 'apply' | 'run' | 'promote' | 'rollback' | 'delete';
  readonly environment: EnvironmentName;
  readonly revision: number;
  readonly base: { readonly environment: EnvironmentName; readonly revision: number } | null;
  /** Of a promotion only. */
  readonly promotion?: PlanPromotion;
  readonly nodes: readonly PlanNode[];
  readonly data: readonly PlanData[];
  readonly summary: PlanSummary;
  readonly warnings: readonly Problem[];
  /** Views whose names move although their nodes stay; left out where there are none. */
  readonly views?: readonly PlanRename[];
  /** Left out where nothing is exported. */
  readonly exports?: readonly PlanExport[];
  /** Left out where the environment's own grants stay. */
  readonly grants?: PlanGrants;
  /** Sentences about the plan as a whole. */
  readonly notes: readonly string[];
  /** What planning again must take from outside to come to the same plan. */
  readonly facts: {
    readonly refresh: boolean;
    readonly takeBack: boolean;
    /** Left out where no profile was used. */
    readonly profile?: PlanProfile;
    readonly clock: Instant;
    readonly sources: Readonly<Record<string, Snapshot>>;
    /** Left out where no node uses a release. */
    readonly releases?: readonly Omit<ReleaseFact, 'avoid'>[];
  };
}

/** The text of a node before and after, for a diff; empty where it was or will be absent. */
export interface DefinitionDiff {
  readonly node: NodeName;
  readonly before: string;
  readonly after: string;
}

export type ResultAction = 'built' | 'kept' | 'reused' | 'removed' | 'failed';

export interface ResultNode {
  readonly name: NodeName;
  readonly action: ResultAction;
  /** Rows of the build; null for a view or a removal. */
  readonly rows: number | null;
  readonly seconds: number | null;
  readonly build: BuildId | null;
}

/** `kept`: these very rows were appended before. */
export interface ResultExport extends PlanExport {
  readonly action: 'exported' | 'kept' | 'failed';
  /** null where nothing was written. */
  readonly rows: number | null;
  readonly seconds: number;
}

/** What apply, run, promote and rollback give back. `revision` is the head after the operation. */
export interface OperationResult {
  readonly environment: EnvironmentName;
  readonly revision: number;
  /** Whether the environment's pointers moved. */
  readonly moved: boolean;
  readonly nodes: readonly ResultNode[];
  readonly summary: Readonly<Record<ResultAction, number>>;
  /** Left out where there was nothing to export. */
  readonly exports?: readonly ResultExport[];
  readonly problems: readonly Problem[];
}

/** A summary before anything was counted. */
export const EMPTY_RESULT: Readonly<Record<ResultAction, number>> = {
  built: 0,
  kept: 0,
  reused: 0,
  removed: 0,
  failed: 0,
};
