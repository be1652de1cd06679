import type { Remembered } from '../model/facts.ts';
import type { Key, NodeName } from '../model/ids.ts';
import type { Node, SqlText } from '../model/node.ts';
import { positionIn } from '../model/position.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Reading } from '../sql/contract.ts';
import { Binder } from './bind.ts';
import { depthFirst } from './depth-first.ts';
import type { ModelRecord } from './model-record.ts';
import type { Part } from './part.ts';
import type { Outline, ReadSql } from './reader.ts';

/** SQL that was read, with the node behind each of its inputs, at the same index. */
export interface BoundSql {
  readonly sql: SqlText;
  /** Stands for the text and the parameters that it may use. */
  readonly source: Key;
  readonly outline: Outline;
  /** Digest of the text as its author wrote it: with names in place of what references stand for. */
  readonly written: Key;
  readonly callsClock: boolean;
  /** The reading, made again where it is not at hand. */
  readonly reading: () => Reading;
  /** Lets go of a reading that was kept for whoever needs it next. */
  readonly release: () => void;
  readonly inputs: readonly NodeName[];
}

/** A node with what its SQL mentions. */
export interface Definition {
  readonly node: Node;
  /** Models only. */
  readonly bound: BoundSql | null;
  /** The SQL of `sql` audits, by the audit's place in the node's list. */
  readonly audits: ReadonlyMap<number, BoundSql>;
  /** What must be there before this node: its inputs and what it declares in `depends_on`, each once. */
  readonly needs: readonly NodeName[];
}

export interface GraphNode extends Definition {
  /** Description, owner, tags, audits. */
  readonly words: Key;
  /** The words, and what the names stand for in each environment. */
  readonly metadata: Key;
  /** The definition by itself: canonical text and metadata, inputs by name. */
  readonly local: Key;
  /** What the last plan found, where the node's file was not touched since. */
  readonly recorded?: ModelRecord;
}

/** What stands behind the input numbers of a node's shape: the inputs of its text, then what only `depends_on` names. */
export function inputNames({ bound, needs }: GraphNode): readonly NodeName[] {
  const read = bound?.inputs ?? [];
  const others = needs.filter((name) => !read.includes(name));
  return others.length === 0 ? read : [...read, ...others];
}

/** All nodes, implicit sources among them, inputs before their readers. */
export interface Graph {
  readonly nodes: ReadonlyMap<NodeName, GraphNode>;
  readonly order: readonly NodeName[];
}

export interface GraphOptions {
  readonly fold: (identifier: string) => string;
  readonly read: ReadSql;
  readonly remembered?: Remembered;
  /** Left out where the whole project is looked at. */
  readonly part?: Part;
  /** Is shown all SQL that was read, also what mentions unknown tables. */
  readonly outlined?: (node: Node, sql: SqlText, outline: Outline) => void;
  /** Is shown each node as soon as it and all that it reads are known, while its reading is at hand. */
  readonly visit?: (name: NodeName, graph: Graph) => void;
}

/** Readings that are kept on one path; those of a longer one are made again. */
const MOST_READINGS = 200;

function cycleProblem(path: readonly NodeName[], nodes: ReadonlyMap<NodeName, GraphNode>): Problem {
  const first = nodes.get(path[0]!);
  const bound = first?.bound;
  const index = bound?.inputs.indexOf(path[1]!) ?? -1;
  const use = bound?.outline.inputs[index];
  const at = bound && use ? positionIn(bound.sql, use.span.start) : first?.node.at;
  return problem('cycle', `These nodes read each other in a circle: ${path.join(' → ')}.`, {
    ...(at === undefined ? {} : { at }),
    hint: 'Break the circle: one of them must read something else.',
  });
}

/** Reads the SQL of every model and finds what each reads. Pure; all problems are returned. */
export function graphOf(
  nodes: ReadonlyMap<NodeName, Node>,
  options: GraphOptions,
): { readonly graph: Graph; readonly problems: readonly Problem[] } {
  const binder = new Binder(nodes, options);
  const found = new Map<NodeName, GraphNode>();
  const order: NodeName[] = [];
  const cycles: Problem[] = [];
  const met = { nodes: found, order };
  depthFirst(startsOf(nodes, binder, options), {
    enter(name, depth) {
      const node = binder.graphNode(name);
      found.set(name, node);
      if (depth >= MOST_READINGS) node.bound?.release();
      return node.needs;
    },
    leave(name) {
      order.push(name);
      options.visit?.(name, met);
      found.get(name)?.bound?.release();
    },
    circle: (path) => cycles.push(cycleProblem(path, found)),
  });
  const inOrder = new Map<NodeName, GraphNode>();
  for (const name of [...nodes.keys(), ...binder.implicit.keys()]) {
    const node = found.get(name);
    if (node !== undefined) inOrder.set(name, node);
  }
  return { graph: { nodes: inOrder, order }, problems: [...binder.problems(), ...cycles] };
}

/** Of a part in the order of the whole; files that queries read directly come to light on the way. */
function* startsOf(
  nodes: ReadonlyMap<NodeName, Node>,
  { implicit }: Binder,
  { part }: GraphOptions,
): Generator<NodeName> {
  const known = new Set(part?.order);
  for (const name of part?.order ?? []) if (nodes.has(name)) yield name;
  yield* [...nodes.keys()].filter((name) => !known.has(name)).sort();
  yield* implicit.keys();
}
