import type { BuildId, DefinitionHash, EnvironmentName, Instant, Key, NodeName, OperationId } from '../model/ids.ts';
import type { Column, ReleaseFact, SourceFact } from '../model/facts.ts';
import type { Grant } from '../model/grants.ts';
import type { Fingerprint } from '../model/fingerprint.ts';

export type OperationKind = 'apply' | 'run' | 'promote' | 'rollback' | 'delete';

/** Who is at work. Liveness can be told for certain only on the same host and boot. */
export interface Holder {
  readonly user: string;
  readonly host: string;
  /** Boot of the host and process namespace, so that a pid is only looked up where it means something. */
  readonly boot: string;
  readonly pid: number;
  /** Start time of the process, so that a reused pid is not mistaken for the holder. */
  readonly started: string;
}

/**
 * `alive` and `dead` are certain; `unknown` is another host, boot or process namespace. An operation is given up when its
 * holder is `dead`, at once, or when it missed its heartbeats until it expired, whoever holds it: a process that was
 * stopped and wakes later must find that it lost, even if nobody came meanwhile.
 */
export type Liveness = (holder: Holder) => 'alive' | 'dead' | 'unknown';

export interface RevisionRef {
  readonly environment: EnvironmentName;
  readonly revision: number;
}

/**
 * The revision whose code a promotion carried. It can stand in the state of another root, where numbers may begin anew:
 * its operation tells it from others of that number. null: an older Bough promoted it, within one state.
 */
export interface SecondParent extends RevisionRef {
  readonly operation: OperationId | null;
}

export interface EnvironmentRecord {
  readonly name: EnvironmentName;
  /** null for a root. */
  readonly base: EnvironmentName | null;
  /** Head revision; 0 before the first. Goes on under the same name after a delete. */
  readonly head: number;
  /** Operation of the head revision, as the warehouse's marker names it; null before the first. */
  readonly operation: OperationId | null;
  readonly createdAt: Instant;
  readonly deletedAt: Instant | null;
}

export interface Revision {
  readonly environment: EnvironmentName;
  readonly revision: number;
  readonly operation: OperationKind;
  readonly operationId: OperationId;
  readonly at: Instant;
  readonly by: string;
  readonly message: string | null;
  /** Promote: FROM's revision, the second parent. */
  readonly from: SecondParent | null;
  /** A branch's branch point; null for a root. */
  readonly base: RevisionRef | null;
  /** Rollback: the revision whose place this one takes. */
  readonly standsAt: number | null;
  readonly clock: Instant;
  /** Calendar day that a rollback left; `run` keeps the clock until a newer one comes. */
  readonly clockAvoid: string | null;
  readonly engine: string;
  /** What the release selectors that its nodes use came to. */
  readonly releases: readonly ReleaseFact[];
  /** Whether any definition changed; data-only revisions are thinned by garbage collection. */
  readonly code: boolean;
  /** Its builds were collected: it cannot be rolled back to. */
  readonly gone: boolean;
  /** Nodes whose build was kept because their inputs' data came out the same. */
  readonly kept: readonly NodeName[];
  /** Who may read all views of the environment. */
  readonly grants: readonly Grant[];
}

/**
 * What an environment says of one node from a revision on. A root has an entry for each node; a branch has entries only
 * for what differs from its branch point. `definition: null` is a removal.
 */
export interface Entry {
  readonly node: NodeName;
  readonly definition: DefinitionHash | null;
  /** Key of the definition by itself, without its inputs: equal for two spellings of one definition. */
  readonly local: Key | null;
  /** Key of the recorded meaning (code identity); see `meanings`. */
  readonly code: Key | null;
  /** Build identity. */
  readonly key: Key | null;
  /** The relation that readers see; null for a removal and for a table that is read in place. */
  readonly build: BuildId | null;
  /** The operation and revision that put this code here. */
  readonly origin: { readonly operation: OperationKind | 'branch'; readonly revision: number };
  /** Sources only. */
  readonly fact: SourceFact | null;
}

/**
 * What made a build, the data of the tables that it read aside: equal recipes over equal data give equal tables. The parts
 * are for telling what two builds have in common.
 */
export interface BuildRecipe {
  readonly key: Key;
  readonly rows: Key;
  /** By folded name; null where the columns were not known. */
  readonly columns: Readonly<Record<string, Key>> | null;
}

/**
 * A build may stand for several keys: under the one that it was made for, and under those that it was bound to because
 * what it read came out the same. `key`, `beside` and `reads` are then the binding's, everything else is the build's.
 */
export interface Build {
  readonly id: BuildId;
  readonly key: Key;
  /** Hash of the very builds of tied inputs that it was made from; '' where none is tied. */
  readonly beside: string;
  readonly node: NodeName;
  readonly kind: 'table' | 'view';
  /** Builds that its relation names. */
  readonly inputs: readonly BuildId[];
  /** null for a source or seed, and for builds of an older Bough. */
  readonly recipe: BuildRecipe | null;
  /** The builds behind the nodes that it reads, and behind the tables that views among them read. */
  readonly reads: Readonly<Record<NodeName, BuildId>>;
  readonly columns: readonly Column[];
  /** null for a view. */
  readonly rows: number | null;
  readonly seconds: number;
  readonly at: Instant;
}

/** A view in the warehouse that the state owns for one (environment, node). `name` is folded as the engine folds. */
export interface OwnedView {
  readonly name: string;
  readonly environment: EnvironmentName;
  readonly node: NodeName;
}

/** What an environment wrote last of a node into a table of another database. */
export interface ExportRecord {
  readonly environment: EnvironmentName;
  readonly node: NodeName;
  /** Which table of which database; equal for one and the same. */
  readonly place: string;
  /** Mode and key. */
  readonly manner: string;
  readonly build: BuildId;
  readonly operation: OperationId;
  readonly token: number;
  readonly at: Instant;
}

export interface OperationStart {
  readonly id: OperationId;
  readonly environment: EnvironmentName;
  readonly kind: OperationKind | 'gc' | 'export';
  readonly holder: Holder;
}

export interface HeldBy {
  readonly operation: OperationId;
  readonly environment: EnvironmentName;
  readonly kind: OperationKind | 'gc' | 'export';
  readonly holder: Holder;
  readonly since: Instant;
}

/**
 * What a revision changes, written whole before the warehouse is touched. A `delete` needs no `entries`, `dropped` and
 * views: its commit ends every entry of the environment and releases every view of it.
 */
export interface Intent {
  readonly revision: Revision;
  /** `base` of the environment's record, should this be its first revision, or its first after a delete. */
  readonly base: EnvironmentName | null;
  /** Head that the revision follows; the write is refused where it has moved. */
  readonly follows: number;
  readonly entries: readonly Entry[];
  /** Nodes whose entry ends: in a branch they follow the branch point again. */
  readonly dropped: readonly NodeName[];
  readonly definitions: ReadonlyMap<DefinitionHash, string>;
  readonly meanings: ReadonlyMap<Key, string>;
  readonly viewsTaken: readonly OwnedView[];
  readonly viewsLeft: readonly string[];
}

export interface OpenIntent {
  readonly operation: OperationId;
  readonly revision: Revision;
  readonly token: number;
}

/** A ready build that is to stand for one more key. */
export interface Binding {
  readonly build: BuildId;
  readonly key: Key;
  readonly beside: string;
  readonly reads: Build['reads'];
  readonly at: Instant;
}

/** Names a set of columns, given folded, in any order. */
export const columnSet = (columns: Iterable<string>): string => JSON.stringify([...columns].sort());

/** One thing that a state may refuse a claim or lease with: who has it. */
export type Claim =
  | { readonly type: 'claimed' }
  | { readonly type: 'ready'; readonly build: Build }
  | { readonly type: 'held'; readonly by: HeldBy };

export type Lease =
  | { readonly type: 'acquired'; readonly token: number }
  | { readonly type: 'held'; readonly by: HeldBy };

/** Everything that a plan asks of the state. Reading never writes. */
export interface StateReader {
  environments(): Promise<readonly EnvironmentRecord[]>;
  environment(name: EnvironmentName): Promise<EnvironmentRecord | null>;
  /** All revisions of an environment, oldest first, deletes among them. */
  revisions(environment: EnvironmentName): Promise<readonly Revision[]>;
  revision(ref: RevisionRef): Promise<Revision | null>;
  /** The environment's own entries as they stood at that revision, in no order; none at a delete. */
  entries(ref: RevisionRef): Promise<readonly Entry[]>;
  /**
   * Local keys that the nodes have had in committed revisions up to that one, since the environment's last delete. `null`
   * among them: it was removed, or, in a root, absent. Where a branch has no entry it follows its branch point, and that
   * says nothing here. There is a set for every node that was asked for.
   */
  pastLocals(ref: RevisionRef, nodes: readonly NodeName[]): Promise<ReadonlyMap<NodeName, ReadonlySet<Key | null>>>;
  definitions(hashes: readonly DefinitionHash[]): Promise<ReadonlyMap<DefinitionHash, string>>;
  meanings(keys: readonly Key[]): Promise<ReadonlyMap<Key, string>>;
  /** Ready builds of these keys; a key can have several, beside different inputs. */
  buildsOf(keys: readonly Key[]): Promise<readonly Build[]>;
  builds(ids: readonly BuildId[]): Promise<ReadonlyMap<BuildId, Build>>;
  /** Ready builds that these recipes made, under every key that they stand for: at most so many of each, newest first. */
  buildsBy(recipes: readonly Key[], most: number): Promise<readonly Build[]>;
  /** What was measured of these builds, by build and then by `columnSet`. */
  fingerprints(builds: readonly BuildId[]): Promise<ReadonlyMap<BuildId, ReadonlyMap<string, Fingerprint>>>;
  passedAudits(keys: readonly Key[]): Promise<ReadonlySet<Key>>;
  /** Owners of these folded view names. */
  viewOwners(names: readonly string[]): Promise<readonly OwnedView[]>;
  viewsOf(environment: EnvironmentName): Promise<readonly OwnedView[]>;
  exportsOf(environment: EnvironmentName): Promise<readonly ExportRecord[]>;
  /** Whoever wrote to one of these places last. */
  exportsAt(places: readonly string[]): Promise<readonly ExportRecord[]>;
}

/**
 * How an operation writes. Every method is one transaction. Methods that cannot say in their result that the operation
 * was given up for dead throw UserError `lease-lost` then. None of them waits: the caller asks again.
 */
export interface StateWriter {
  /** Opens an operation; from now on gc spares what it pins and claims. Repeating is harmless. */
  startOperation(start: OperationStart): Promise<void>;
  /** Renews the operation, its leases and its claims. False: it was given up for dead or has expired, and must stop. */
  heartbeat(operation: OperationId): Promise<boolean>;
  /** Protects builds for the operation; returns those that are not ready any more. */
  pin(operation: OperationId, builds: readonly BuildId[]): Promise<readonly BuildId[]>;
  /**
   * A build is claimed by (key, beside). The operation of a dead or expired holder is given up: its attempt becomes
   * garbage, and the claim is taken over. `ready` pins the build. `held` can name the operation itself, where two of its
   * nodes mean the same.
   */
  claimBuild(request: {
    readonly operation: OperationId;
    readonly id: BuildId;
    readonly key: Key;
    readonly beside: string;
    readonly node: NodeName;
  }): Promise<Claim>;
  /**
   * Makes a claimed build ready and pins it; repeating is harmless. False: the claim was taken over, and the attempt is
   * garbage (it is recorded as such again, even where gc had forgotten it).
   */
  finishBuild(operation: OperationId, build: Build): Promise<boolean>;
  /**
   * Ends the claim of `id` by letting a ready build stand for its key as well; the build is pinned. Repeating is harmless.
   * 'gone': the build is not ready any more, and the claim stands. 'lost': the claim was taken over.
   */
  bindBuild(operation: OperationId, id: BuildId, binding: Binding): Promise<'bound' | 'gone' | 'lost'>;
  /** Keeps what was measured for as long as the build is there. */
  recordFingerprints(build: BuildId, measured: ReadonlyMap<string, Fingerprint>): Promise<void>;
  /** Gives a claim up; what the attempt left in the warehouse is garbage. */
  discardBuild(operation: OperationId, id: BuildId): Promise<void>;
  /** Audits that passed. They are forgotten together with `build`, the build that they judged. */
  recordAudits(keys: readonly Key[], build?: BuildId): Promise<void>;
  /**
   * Takes the environment's lease; the token grows by one for each holder and survives a delete. An intent that an
   * earlier holder left open is the caller's to recover: see `openIntents`.
   */
  acquireLease(operation: OperationId, environment: EnvironmentName): Promise<Lease>;
  /**
   * The revision's rows, not yet visible. Refused where the lease is not what it was ('lost'), or where the head has moved
   * or may yet move by an open intent, its branch point was collected or deleted, or a base that it deletes has branches
   * ('moved'). Throws UserError `view-name-taken` where another environment owns or
   * reserves a view's name, and `build-missing` where a build is not ready any more. Repeating is harmless.
   */
  writeIntent(operation: OperationId, token: number, intent: Intent): Promise<'written' | 'lost' | 'moved'>;
  /**
   * Makes the intent of that operation visible and ends the operation. Whoever comes may do it, also when the operation
   * was given up: the marker in the warehouse decides. Repeating is harmless.
   */
  commitIntent(operation: OperationId): Promise<void>;
  /** Forgets the intent of that operation and ends the operation. */
  abandonIntent(operation: OperationId): Promise<void>;
  /** What was written, once it stands there: the table itself says so too. Replaces what was said of that node. */
  recordExport(operation: OperationId, record: Omit<ExportRecord, 'operation'>): Promise<void>;
  /** Of nodes that are exported no more; a delete forgets all of the environment. */
  forgetExports(operation: OperationId, environment: EnvironmentName, nodes: readonly NodeName[]): Promise<void>;
  /** Releases lease and claims; an intent stays for recovery, and with it the pins. Repeating is harmless. */
  endOperation(operation: OperationId): Promise<void>;
  /** Intents that were written and neither committed nor abandoned. */
  openIntents(environment: EnvironmentName | null): Promise<readonly OpenIntent[]>;
}

export interface GarbageView {
  /** Grows with everything that can make a build reachable. */
  readonly version: number;
  readonly ready: readonly Build[];
  /** Attempts of dead or finished operations, and builds already marked as going. */
  readonly dead: readonly { readonly id: BuildId; readonly kind: 'table' | 'view' | null }[];
  /** Builds that open operations pin or claim, and all that open intents reference, their branch points too. */
  readonly pinned: ReadonlySet<BuildId>;
}

/** What garbage collection needs. Nothing is dropped in the warehouse before it is marked as going here. */
export interface StateGarbage {
  /** Gives up operations whose holder is dead or expired, then looks. */
  garbageView(): Promise<GarbageView>;
  /** Marks builds as going, and revisions as gone. False where `version` has moved or one of them is pinned: look again. */
  markGoing(version: number, builds: readonly BuildId[], revisions: readonly RevisionRef[]): Promise<boolean>;
  /** Forgets dead and going builds that were dropped, with their keys and audits; others are left alone. */
  forget(builds: readonly BuildId[]): Promise<void>;
}

/**
 * All failures of the store itself are UserError: `state-busy`, `state-damaged`, `state-newer`, `state-readonly`,
 * `state-unavailable`.
 */
export interface State extends StateReader, StateWriter, StateGarbage {
  /** Identity of this state ('' where nothing was ever written), and of the warehouse that it belongs to. */
  identity(): Promise<{ readonly state: string; readonly warehouse: string | null }>;
  /** Ties the state to a warehouse, if none is tied yet; returns the one that it is tied to. */
  tieWarehouse(id: string): Promise<string>;
  close(): Promise<void>;
}
