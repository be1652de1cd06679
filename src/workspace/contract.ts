import type { ConfigView } from '../bindings/config-values.ts';
import type { Explanation } from '../bindings/explain.ts';
import type { EnvironmentName, NodeName, ReferenceName } from '../model/ids.ts';
import type { ReferenceKind } from '../model/references.ts';
import type { Listener } from '../model/events.ts';
import type { DefinitionDiff, OperationResult, PlanDocument, PlanExport } from '../model/plan.ts';
import type { Node } from '../model/node.ts';
import type { Problem } from '../model/problems.ts';
import type { Lapse } from '../plan/lapse.ts';
import type { LineageEdge, LineagePlace } from '../plan/lineage.ts';
import type { Resolution } from '../bindings/resolve.ts';
import type { Destination } from '../bindings/destination.ts';
import type { EnvironmentRecord, Entry, Revision } from '../state/contract.ts';
import type { ResultSet } from '../engines/contract.ts';

export interface WorkspaceOptions {
  /** Folder to start from; `bough.yml` is searched upwards. */
  readonly directory: string;
  /** Milliseconds to wait for the warehouse; 2 minutes unless said otherwise. */
  readonly wait?: number;
  /** Absolute path of a profile, in place of the one that would be found. */
  readonly profile?: string;
  /** What `${VAR}` in files means before any env file is asked; the process's own variables unless given. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly listener?: Listener;
  /** Looking leaves no trace: what is found out about files is not even remembered. */
  readonly dryRun?: boolean;
}

/** A plan that can be executed: the document is what users see, the rest stays inside. */
export interface Planned {
  readonly document: PlanDocument;
  readonly diffs: readonly DefinitionDiff[];
  readonly warnings: readonly Problem[];
  /** Nodes that nothing happens to: shown only when all are asked for. */
  readonly kept: ReadonlySet<NodeName>;
  /** Whether data can still spare some of its builds: what the plan builds is then an upper bound. */
  readonly atMost: boolean;
  /** Builds that are larger than `large_build` of bough.yml; empty before the warehouse was asked. */
  readonly large: readonly NodeName[];
  /** Whether executing it would write anything: pointers, or a new environment. */
  readonly changes: boolean;
}

export interface ApplyRequest {
  readonly refresh?: boolean;
  readonly takeBack?: boolean;
  /** Plans every node anew, also where planning what moved since the last plan gives the same plan sooner; `false` by default. */
  readonly whole?: boolean;
}

export interface ExecuteOptions {
  readonly message?: string;
  /** Plan anew, up to three times, where only facts moved; for plans that nobody looked at. */
  readonly replan?: boolean;
}

export interface EnvironmentView {
  readonly record: EnvironmentRecord;
  readonly revision: Revision | null;
  /** Every node that the environment's readers see, with where its pointer comes from. */
  readonly nodes: readonly { readonly entry: Entry; readonly inherited: boolean; readonly view: string | null }[];
}

export interface GarbageResult {
  readonly builds: readonly { readonly id: string; readonly node: NodeName | null }[];
  readonly revisions: number;
}

/** What `check` has to say of a project without errors. */
export interface Checked {
  readonly name: string;
  readonly nodes: ReadonlyMap<NodeName, Node>;
  readonly environments: readonly EnvironmentName[];
  /** Every reference and alias that is declared, and its kind. */
  readonly references: ReadonlyMap<ReferenceName, ReferenceKind>;
  readonly warnings: readonly Problem[];
}

/** What an environment is still to be exported to. */
export interface ExportPlan {
  readonly environment: EnvironmentName;
  readonly revision: number;
  readonly exports: readonly PlanExport[];
}

export interface ExportRequest {
  /** This node alone, and also where its table holds its rows already. */
  readonly node?: string;
  /** Takes tables over that somebody else wrote. */
  readonly adopt?: boolean;
}

export interface Lineage {
  readonly start: LineagePlace;
  /** Nearest first. */
  readonly edges: readonly LineageEdge[];
}

/** One project with its state and warehouse, opened. Planning writes nothing; `execute` does what a plan says. */
export interface Workspace {
  readonly root: string;
  readonly base: EnvironmentName;
  /** Reads and checks the files, for every environment that they declare; throws UserError with all problems. */
  check(): Promise<Checked>;
  /**
   * The environment that `branches` of bough.yml gives the git branch of the project's folder, or, in a detached checkout, the
   * branch that the variables of a pipeline name. null where the project maps no branches. Throws UserError.
   */
  destination(): Promise<Destination | null>;
  /**
   * What every reference stands for in every declared environment, or in one, releases down to their tags: git is asked.
   * Throws UserError where the declarations are wrong.
   */
  resolve(environment: EnvironmentName | null): Promise<Resolution>;
  /** What a reference, a parameter or a value of an overlay means in an environment. Throws UserError. */
  explain(name: string, environment: EnvironmentName): Promise<Explanation>;
  planApply(environment: EnvironmentName, options?: ApplyRequest): Promise<Planned>;
  /** Reads a saved plan, refuses an edited or stale one. */
  planFromFile(path: string): Promise<Planned>;
  planRun(environment: EnvironmentName): Promise<Planned>;
  planPromote(from: EnvironmentName, to: EnvironmentName | null, options?: { exact?: boolean }): Promise<Planned>;
  planRollback(environment: EnvironmentName, to: number | null): Promise<Planned>;
  planDelete(environment: EnvironmentName): Promise<Planned>;
  /** The plan with the rows that the warehouse expects of what is built, where it can be asked without keeping others out. */
  estimated(planned: Planned): Promise<Planned>;
  execute(planned: Planned, options?: ExecuteOptions): Promise<OperationResult>;
  /** What `export` would write. Throws UserError. */
  planExport(environment: EnvironmentName, request?: ExportRequest): Promise<ExportPlan>;
  /** Writes the environment's builds into tables of other databases; what fails stands among the problems. */
  export(environment: EnvironmentName, request?: ExportRequest): Promise<OperationResult>;
  environments(): Promise<readonly EnvironmentRecord[]>;
  /** Environments of git branches that lapse, and when; `collect` leaves them, deleting them is an operation as any other. */
  lapses(): Promise<readonly Lapse[]>;
  show(environment: EnvironmentName): Promise<EnvironmentView>;
  history(environment: EnvironmentName): Promise<readonly Revision[]>;
  /** The SQL that the warehouse runs for a node of an environment. */
  render(node: string, environment: EnvironmentName): Promise<string>;
  /** Column lineage of the files' models, to a node or `node.column`, or with `down` from it. */
  lineage(place: string, options?: { readonly down?: boolean }): Promise<Lineage>;
  /** The values that overlays give an environment. Throws UserError with all that is wrong or missing in them. */
  config(environment: EnvironmentName): Promise<ConfigView>;
  /** Runs one read-only statement; project names mean the environment's builds. Holds the warehouse only meanwhile. */
  query(
    environment: EnvironmentName,
    statement: string,
    options?: { limit?: number; signal?: AbortSignal },
  ): Promise<ResultSet>;
  collect(options: { keep?: number; dryRun?: boolean }): Promise<GarbageResult>;
  close(): Promise<void>;
}
