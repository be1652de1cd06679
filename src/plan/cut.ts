import type { EnvironmentName, Key, NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import { foldedName } from './bind.ts';
import { edgeOf, keysOf, type Edge, type Part } from './part.ts';
import type { PartState } from './part-state.ts';
import type { Planning } from './planning.ts';
import type { RememberedProject } from './remembered-project.ts';
import type { Pointer } from './version.ts';

/** The files of a project, as far as they are asked for. */
export interface PartFiles {
  /** What a SQL file looks like; null where it has to be read, or is not there. */
  readonly addressOf: (file: string) => Key | null;
  /** The nodes of all files but those. Throws UserError with all problems. */
  readonly read: (outside: ReadonlySet<string>) => ReadonlyMap<NodeName, Node>;
}

/** A project between what is remembered of it and what is recorded. */
export interface Attempt {
  readonly project: RememberedProject;
  readonly files: PartFiles;
  readonly environment: EnvironmentName;
  readonly planning: Planning;
  readonly state: PartState;
  readonly pointers: ReadonlyMap<NodeName, Pointer>;
  readonly indices: ReadonlyMap<NodeName, number>;
}

/** A part of the files, and what is around it. */
export interface Cut {
  readonly written: ReadonlyMap<NodeName, Node>;
  readonly outside: ReadonlySet<NodeName>;
  readonly part: Part;
  /** Nodes at the edge of which nobody remembers what their readers see. */
  readonly forgotten: readonly number[];
  /** Folded names that are mentioned inside and not found there; grows while the part is planned. */
  readonly missing: ReadonlySet<string>;
}

/** Indices of nodes in the project. */
export type Nodes = ReadonlySet<number>;

/** Nodes that moved by themselves, and those that depend on more than files and inputs. */
export function unsettled({ project, files, pointers }: Attempt): Nodes {
  const nodes = new Set<number>();
  for (const [index, name] of project.names.entries()) {
    const file = project.files[index] ?? '';
    const entry = pointers.get(name)?.entry;
    const settled =
      file !== '' &&
      files.addressOf(file) === project.addresses[index] &&
      entry !== undefined &&
      entry.build !== null &&
      entry.fact === null &&
      keysOf({ key: entry.key, codeKey: entry.code, local: entry.local }) === project.keys[index];
    if (!settled) nodes.add(index);
  }
  return nodes;
}

/** These nodes, and what they read as far as it is seen from them; null where a new name stands outside already. */
export function cutOut(nodes: Nodes, mentioned: Nodes, whole: readonly NodeName[], attempt: Attempt): Cut | null {
  const { names, needs, audited, files } = attempt.project;
  const inside = new Set([...nodes, ...mentioned]);
  for (const index of nodes) for (const need of [...(needs[index] ?? []), ...(audited[index] ?? [])]) inside.add(need);
  const isOutside = (_: unknown, index: number): boolean => !inside.has(index);
  const written = attempt.files.read(new Set(files.filter(isOutside)));
  const outside = new Set(names.filter(isOutside));
  const isEdge = (_: unknown, index: number): boolean => inside.has(index) && !nodes.has(index);
  const atEdge = names.filter(isEdge);
  const edges = edgesOf(atEdge, written, attempt);
  if (meet(written, outside, attempt)) return null;
  const missing = new Set<string>();
  const order = whole.filter((name) => !outside.has(name));
  const forgotten = atEdge.flatMap((name) => (edges.has(name) ? [] : (attempt.indices.get(name) ?? [])));
  return { written, outside, part: { order, edges, missing: (folded) => missing.add(folded) }, forgotten, missing };
}

function edgesOf(
  names: readonly NodeName[],
  written: ReadonlyMap<NodeName, Node>,
  { project: { keys }, indices, planning: { remembered } }: Attempt,
): ReadonlyMap<NodeName, Edge> {
  const edges = new Map<NodeName, Edge>();
  for (const name of names) {
    const node = written.get(name);
    const isModel = node?.kind === 'model' && remembered !== undefined;
    const edge = isModel ? edgeOf(node, keys[indices.get(name) ?? -1] ?? '', remembered) : null;
    if (edge !== null) edges.set(name, edge);
  }
  return edges;
}

/** Whether a name that is new is one that stands outside. */
function meet(written: ReadonlyMap<NodeName, Node>, outside: ReadonlySet<NodeName>, { indices }: Attempt): boolean {
  const fresh = [...written.keys()].filter((name) => !indices.has(name) || outside.has(name));
  if (fresh.length === 0) return false;
  const taken = new Set([...outside].map((name) => name.toLowerCase()));
  return fresh.some((name) => taken.has(name.toLowerCase()));
}

/** The nodes outside that are mentioned inside, by index. */
export function mentionedIn({ missing, outside }: Cut, { indices, planning: { fold } }: Attempt): readonly number[] {
  if (missing.size === 0) return [];
  const isMissing = (name: NodeName): boolean => missing.has(foldedName(name.split('.'), fold));
  return [...outside].filter(isMissing).flatMap((name) => indices.get(name) ?? []);
}
