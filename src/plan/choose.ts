import { keyOf } from '../identity/hash.ts';
import type { BuildId, Key, NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import type { Build } from '../state/contract.ts';
import type { Identity } from './identify.ts';
import type { Version } from './version.ts';

/** What a reader of a node is sent to: a build, or a table that is read in place. */
export type Relation = { readonly build: BuildId } | { readonly inPlace: string };

/** The table that stands for a node without a build of its own; null where the node has one. */
export function inPlaceOf(node: Node): string | null {
  if (node.kind !== 'source' || node.origin.type !== 'table' || node.origin.pin) return null;
  return node.columns.some((column) => column.type !== null) ? null : node.origin.table;
}

/**
 * Names the very builds of a node's tied inputs. A build of that node is reused beside those only; '' where no input is
 * tied. null: one of them is still to be made.
 */
export function besideOf(identity: Identity, relations: ReadonlyMap<NodeName, Relation | null>): string | null {
  if (identity.besides.length === 0) return '';
  const names: string[] = [];
  for (const name of [...identity.besides].sort()) {
    const relation = relations.get(name);
    if (relation === undefined || relation === null) return null;
    names.push('build' in relation ? relation.build : `in place ${relation.inPlace}`);
  }
  return keyOf('beside', ...names);
}

/** What there is to reuse: builds that nodes have now, and ready builds of the other nodes' keys. */
export interface Shelf {
  readonly held: ReadonlyMap<NodeName, BuildId>;
  /** Versions whose pointers are to be kept, the first before the others. */
  readonly versions: readonly Version[];
  readonly builds: ReadonlyMap<Key, readonly Build[]>;
}

/**
 * The builds that nodes keep because a version says so, node by node, inputs first: a version's build of a key is right for
 * it beside the builds that the same version has of the tied inputs.
 */
export function heldBuilds(
  order: readonly NodeName[],
  identities: ReadonlyMap<NodeName, Identity>,
  versions: readonly Version[],
): ReadonlyMap<NodeName, BuildId> {
  const held = new Map<NodeName, BuildId>();
  for (const name of order) {
    const identity = identities.get(name);
    if (identity === undefined) continue;
    const isBeside = (version: Version) => (input: NodeName) =>
      held.has(input) && held.get(input) === version.nodes.get(input)?.entry.build;
    for (const version of versions) {
      const entry = version.nodes.get(name)?.entry;
      if (entry === undefined || entry.build === null || entry.key !== identity.key) continue;
      // Nodes of other names can have one key, and builds that differ all the same.
      const sameInputs = identity.besides.length === 0 || entry.local === identity.local;
      if (!sameInputs || !identity.besides.every(isBeside(version))) continue;
      held.set(name, entry.build);
      break;
    }
  }
  return held;
}

/** The build to reuse for a node beside what its inputs are read from; null where it must be made. */
export function buildFor(
  node: NodeName,
  identity: Identity,
  relations: ReadonlyMap<NodeName, Relation | null>,
  shelf: Shelf,
): BuildId | null {
  const held = shelf.held.get(node);
  if (held !== undefined) return held;
  const beside = besideOf(identity, relations);
  const fitting = (shelf.builds.get(identity.key) ?? []).filter((build) => build.beside === beside);
  const pointed = new Set(shelf.versions.map((version) => version.nodes.get(node)?.entry.build));
  return (fitting.find((build) => pointed.has(build.id)) ?? fitting[0])?.id ?? null;
}
