import { keyOf } from '../identity/hash.ts';
import type { BuildId, Key, NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import type { Build, Entry } from '../state/contract.ts';
import type { Identity } from './identify.ts';

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

/** What there is to reuse: pointers that hold a node now, and ready builds of other keys. */
export interface Shelf {
  /** Pointers of the head and of the branch point, the ones to keep first. */
  readonly pointers: (node: NodeName) => readonly Entry[];
  readonly builds: ReadonlyMap<Key, readonly Build[]>;
}

/** The build to reuse for a node's key beside the given inputs; null where it must be made. */
export function buildFor(node: NodeName, key: Key, beside: string | null, shelf: Shelf): BuildId | null {
  if (beside === null) return null;
  const held = shelf.pointers(node).filter((entry) => entry.key === key && entry.build !== null);
  if (beside === '' && held[0] !== undefined) return held[0].build;
  const fitting = (shelf.builds.get(key) ?? []).filter((build) => build.beside === beside);
  const kept = fitting.find((build) => held.some((entry) => entry.build === build.id));
  return (kept ?? fitting[0])?.id ?? null;
}

/** Whether the shelf must know the ready builds of a key before it can choose. */
export const mustLook = (node: NodeName, identity: Identity, shelf: Pick<Shelf, 'pointers'>): boolean =>
  identity.besides.length > 0 || !shelf.pointers(node).some((entry) => entry.key === identity.key);
