import type { Facts } from '../model/facts.ts';
import type { NodeName } from '../model/ids.ts';
import { nearestName } from '../model/nearest.ts';
import { problem, UserError } from '../model/problems.ts';
import type { Node } from '../model/node.ts';
import { freshFacts, keptFacts, leavesOf } from './gather.ts';
import type { Graph } from './graph.ts';
import { identify } from './identify.ts';
import { lineageEdges, traceLineage, type LineageEdge, type LineagePlace } from './lineage.ts';
import { graphFor } from './plan-apply.ts';
import type { Planning } from './planning.ts';
import { headOf } from './version.ts';

async function factsFor(graph: Graph, planning: Planning): Promise<Facts> {
  const head = await headOf(planning.state, planning.base);
  const leaves = leavesOf(graph);
  return head === null ? (await freshFacts(leaves, null, planning)).facts : keptFacts(leaves, head, planning);
}

/** The node, or the node and column, that a text names. Throws UserError `node-unknown` or `column-unknown`. */
function placeOf(
  text: string,
  graph: Graph,
  planning: Planning,
  columnsOf: (node: NodeName) => readonly string[] | null,
): LineagePlace {
  const { fold } = planning;
  const nodes = [...graph.nodes.keys()];
  const find = (name: string): NodeName | undefined => nodes.find((node) => fold(node) === fold(name));
  const whole = find(text);
  if (whole !== undefined) return { node: whole, column: null };
  const dot = text.lastIndexOf('.');
  const node = find(text.slice(0, dot));
  if (node === undefined) {
    const near = nearestName(text, nodes);
    throw new UserError(
      problem('node-unknown', `There is no node \`${text}\`.`, near === null ? {} : { hint: `Did you mean ${near}?` }),
    );
  }
  const column = fold(text.slice(dot + 1));
  const known = columnsOf(node);
  if (known === null || known.includes(column)) return { node, column };
  const near = nearestName(column, known);
  const hint = near === null ? `Its columns: ${known.join(', ')}.` : `Did you mean ${node}.${near}?`;
  throw new UserError(problem('column-unknown', `\`${node}\` has no column \`${column}\`.`, { hint }));
}

/** Column lineage through the files' models, to a place or (with `down`) from it. Throws UserError. */
export async function planLineage(
  text: string,
  down: boolean,
  nodes: ReadonlyMap<NodeName, Node>,
  planning: Planning,
): Promise<{ readonly start: LineagePlace; readonly edges: readonly LineageEdge[] }> {
  const { graph } = graphFor(nodes, planning);
  const facts = await factsFor(graph, planning);
  const { identities } = identify(graph, facts, planning);
  const columnsOf = (node: NodeName): readonly string[] | null =>
    identities
      .get(node)
      ?.seen()
      .code.columns?.map((column) => column.name) ?? null;
  const start = placeOf(text, graph, planning, columnsOf);
  return { start, edges: traceLineage(lineageEdges(graph, identities, planning.fold), start, down) };
}
