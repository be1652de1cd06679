import type { NodeName } from '../model/ids.ts';
import type { Shape } from '../sql/contract.ts';
import type { Graph } from './graph.ts';
import type { Identity } from './identify.ts';

/** A column of a node; `column: null` stands for its rows, or for a node whose columns are not known. */
export interface LineagePlace {
  readonly node: NodeName;
  readonly column: string | null;
}

/** `to` takes its values from `from`. */
export interface LineageEdge {
  readonly from: LineagePlace;
  readonly to: LineagePlace;
}

const idOf = ({ node, column }: LineagePlace): string => JSON.stringify([node, column]);

/** Edges into one node: column to column, and clause to rows; an opaque query takes everything from its inputs. */
function edgesInto(
  node: NodeName,
  shape: Shape,
  inputs: readonly NodeName[],
  fold: (name: string) => string,
): readonly LineageEdge[] {
  const parts = [
    ...shape.rows.map((part) => ({ part, column: null })),
    ...(shape.columns ?? []).map((part) => ({ part, column: fold(part.name) })),
  ];
  const edges = new Map<string, LineageEdge>();
  for (const { part, column } of parts) {
    for (const use of part.uses) {
      const from = inputs[use.input];
      if (from === undefined || (use.type === 'rows' && column !== null)) continue;
      const place = { node: from, column: use.type === 'column' ? fold(use.column) : null };
      const edge = { from: place, to: { node, column } };
      edges.set(`${idOf(edge.from)}${idOf(edge.to)}`, edge);
    }
  }
  return [...edges.values()];
}

/** Column lineage of a whole graph. Pure. */
export function lineageEdges(
  graph: Graph,
  identities: ReadonlyMap<NodeName, Identity>,
  fold: (name: string) => string,
): readonly LineageEdge[] {
  return graph.order.flatMap((name) => {
    const bound = graph.nodes.get(name)?.bound;
    const shape = identities.get(name)?.shape();
    return bound && shape ? edgesInto(name, shape, bound.inputs, fold) : [];
  });
}

/**
 * The edges that lead to a place (or, with `down`, away from it), nearest first. A place without a column stands for the
 * node with all its columns. Whoever depends on the rows or on all of a node depends on nothing further of its columns.
 */
export function traceLineage(
  edges: readonly LineageEdge[],
  start: LineagePlace,
  down: boolean,
): readonly LineageEdge[] {
  const near = (edge: LineageEdge): LineagePlace => (down ? edge.from : edge.to);
  const far = (edge: LineageEdge): LineagePlace => (down ? edge.to : edge.from);
  const byNode = new Map<NodeName, LineageEdge[]>();
  for (const edge of edges) byNode.set(near(edge).node, [...(byNode.get(near(edge).node) ?? []), edge]);
  const found = new Map<string, LineageEdge>();
  const seen = new Set([idOf(start)]);
  const queue: LineagePlace[] = [start];
  for (let place = queue.shift(); place !== undefined; place = queue.shift()) {
    for (const edge of byNode.get(place.node) ?? []) {
      const touches = place === start && place.column === null ? true : near(edge).column === place.column;
      if (!touches) continue;
      found.set(`${idOf(edge.from)}${idOf(edge.to)}`, edge);
      const next = far(edge);
      if (seen.has(idOf(next))) continue;
      seen.add(idOf(next));
      queue.push(next);
    }
  }
  return [...found.values()];
}
