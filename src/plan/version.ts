import type { Facts, SourceFact } from '../model/facts.ts';
import type { EnvironmentName, NodeName } from '../model/ids.ts';
import type { Entry, Revision, RevisionRef, StateReader } from '../state/contract.ts';

/** What readers of an environment see of one node. */
export interface Pointer {
  readonly entry: Entry;
  /** The environment says it itself; else it comes from the branch point. */
  readonly own: boolean;
}

/** One revision of an environment, its branch point's nodes included. */
export interface Version {
  readonly ref: RevisionRef;
  readonly revision: Revision;
  /** Without removed nodes. */
  readonly nodes: ReadonlyMap<NodeName, Pointer>;
  /** Nodes of the branch point that this branch removed. */
  readonly removed: ReadonlyMap<NodeName, Entry>;
  /** The branch point; null for a root and for a branch of an empty base. */
  readonly base: Version | null;
}

/** What a branch sees of its branch point's nodes. */
const inherited = (base: Version): readonly (readonly [NodeName, Pointer])[] =>
  [...base.nodes].map(([name, { entry }]) => {
    const origin = { operation: 'branch', revision: base.ref.revision } as const;
    return [name, { entry: { ...entry, origin }, own: false }];
  });

async function composed(state: StateReader, revision: Revision): Promise<Version> {
  const ref = { environment: revision.environment, revision: revision.revision };
  const base = revision.base === null || revision.base.revision === 0 ? null : await versionAt(state, revision.base);
  const nodes = new Map<NodeName, Pointer>(base === null ? [] : inherited(base));
  const removed = new Map<NodeName, Entry>();
  for (const entry of await state.entries(ref)) {
    if (entry.definition === null) {
      nodes.delete(entry.node);
      removed.set(entry.node, entry);
    } else nodes.set(entry.node, { entry, own: true });
  }
  return { ref, revision, nodes, removed, base };
}

/** The revision, with everything that its readers see; null where there is no such revision. */
export async function versionAt(state: StateReader, ref: RevisionRef): Promise<Version | null> {
  const revision = await state.revision(ref);
  return revision === null || revision.operation === 'delete' ? null : composed(state, revision);
}

/** Head of an environment; null where it does not exist, was deleted, or has no revision. */
export async function headOf(state: StateReader, environment: EnvironmentName): Promise<Version | null> {
  const record = await state.environment(environment);
  if (record === null || record.deletedAt !== null || record.head === 0) return null;
  return versionAt(state, { environment, revision: record.head });
}

/** A branch over a new branch point: what it changed itself stays, everything else follows. */
export function rebased(head: Version, branchPoint: Version): Version {
  const nodes = new Map<NodeName, Pointer>(inherited(branchPoint));
  for (const name of head.removed.keys()) nodes.delete(name);
  for (const [name, pointer] of head.nodes) {
    const changed = head.base?.nodes.get(name)?.entry.local !== pointer.entry.local;
    if (pointer.own && changed) nodes.set(name, pointer);
  }
  return { ...head, nodes, base: branchPoint };
}

/** The facts that a version was made under. */
export function factsOf(version: Version, timezone: string): Facts {
  const sources = new Map<NodeName, SourceFact>();
  for (const [name, { entry }] of version.nodes) if (entry.fact !== null) sources.set(name, entry.fact);
  return {
    clock: version.revision.clock,
    timezone,
    engine: version.revision.engine,
    sources,
    releases: version.revision.releases,
  };
}
