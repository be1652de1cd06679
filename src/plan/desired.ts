import type { DefinitionHash, Key, NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import type { Entry, RevisionRef, StateReader } from '../state/contract.ts';
import { nodeFromDefinition } from './definition.ts';
import type { Version } from './version.ts';

/** Nodes, and who put the code of each where it stands. */
export interface Desired {
  readonly nodes: ReadonlyMap<NodeName, Node>;
  readonly origins: ReadonlyMap<NodeName, Entry['origin']>;
}

/** The nodes of a version, from its recorded definitions. */
export async function recordedNodes(state: StateReader, version: Version): Promise<Desired> {
  const hashes = new Set<DefinitionHash>();
  for (const { entry } of version.nodes.values()) if (entry.definition !== null) hashes.add(entry.definition);
  const texts = await state.definitions([...hashes]);
  const nodes = new Map<NodeName, Node>();
  const origins = new Map<NodeName, Entry['origin']>();
  for (const [name, { entry }] of version.nodes) {
    const json = entry.definition === null ? undefined : texts.get(entry.definition);
    if (json === undefined) throw new Error(`the definition of ${name} is not recorded`);
    nodes.set(name, nodeFromDefinition(json));
    origins.set(name, entry.origin);
  }
  return { nodes, origins };
}

const PUT_THERE: ReadonlySet<Entry['origin']['operation']> = new Set(['promote', 'rollback', 'branch']);

/** Lineages in which an earlier definition of a node makes its file a lagging one. */
const lineages = (version: Version): readonly RevisionRef[] =>
  version.base === null ? [version.ref] : [version.ref, ...lineages(version.base)];

/** Nodes that a version lacks because they were removed, there or under its branch point, and who removed them. */
function takenAway(version: Version): ReadonlyMap<NodeName, Entry> {
  const { base } = version;
  const gone = new Map<NodeName, Entry>();
  for (const [name, entry] of base === null ? [] : takenAway(base)) {
    gone.set(name, { ...entry, origin: { operation: 'branch', revision: base?.ref.revision ?? 0 } });
  }
  for (const [name, entry] of version.removed) gone.set(name, entry);
  for (const name of version.nodes.keys()) gone.delete(name);
  return gone;
}

/**
 * Nodes whose files lag behind: the compared version holds code that a promotion, a rollback or a new branch point put
 * there, and the files still hold an earlier definition of it, or its earlier absence. The text says who put it there.
 */
export async function behindOf(
  state: StateReader,
  version: Version,
  files: ReadonlyMap<NodeName, Key>,
  compared: { readonly newBranch: boolean },
): Promise<ReadonlyMap<NodeName, string>> {
  const suspects = new Map<NodeName, Entry>();
  for (const [name, { entry }] of version.nodes) {
    const put = PUT_THERE.has(entry.origin.operation) || compared.newBranch;
    if (put && files.get(name) !== entry.local) suspects.set(name, entry);
  }
  for (const [name, entry] of takenAway(version)) {
    const put = PUT_THERE.has(entry.origin.operation) || compared.newBranch;
    if (put && files.has(name)) suspects.set(name, entry);
  }
  const past = new Map<NodeName, Set<Key | null>>();
  for (const lineage of suspects.size === 0 ? [] : lineages(version)) {
    for (const [name, locals] of await state.pastLocals(lineage, [...suspects.keys()])) {
      past.set(name, new Set([...(past.get(name) ?? []), ...locals]));
    }
  }
  const behind = new Map<NodeName, string>();
  for (const [name, entry] of suspects) {
    if (past.get(name)?.has(files.get(name) ?? null) === true) behind.set(name, sayWho(entry, version));
  }
  return behind;
}

function sayWho(entry: Entry, version: Version): string {
  const { operation, revision } = entry.origin;
  const environment =
    operation === 'branch' ? (version.base?.ref.environment ?? version.ref.environment) : version.ref.environment;
  const how = operation === 'promote' ? 'a promotion' : operation === 'rollback' ? 'a rollback' : 'the branch point';
  return `the files are behind: ${how} put this code here (${environment} revision ${revision}); --take-back takes the files`;
}
