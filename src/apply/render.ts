import type { Engine } from '../engines/contract.ts';
import type { EnvironmentName, NodeName } from '../model/ids.ts';
import { nearestName } from '../model/nearest.ts';
import { problem, UserError } from '../model/problems.ts';
import { recordedNodes } from '../plan/desired.ts';
import { existingHead } from '../plan/environments.ts';
import { graphOf } from '../plan/graph.ts';
import type { Planning } from '../plan/planning.ts';
import { factsOf } from '../plan/version.ts';
import { relationsOf } from './shell.ts';
import { physical } from './statement.ts';

function unknownNode(node: string, environment: EnvironmentName, known: readonly NodeName[]): UserError {
  const near = nearestName(node, known);
  const hint = near === null ? `See what there is:\n  bough env show ${environment}` : `Did you mean ${near}?`;
  return new UserError(problem('node-unknown', `There is no node \`${node}\` in \`${environment}\`.`, { hint }));
}

/** The SQL of a recorded model with the names of the relations that its environment points at. Throws UserError. */
export async function render(
  node: string,
  environment: EnvironmentName,
  planning: Planning,
  engine: Engine,
): Promise<string> {
  const { state, fold, timezone } = planning;
  const { head } = await existingHead(state, environment);
  const { nodes } = await recordedNodes(state, head);
  const wanted = [...nodes.keys()].find((name) => fold(name) === fold(node));
  if (wanted === undefined) throw unknownNode(node, environment, [...nodes.keys()]);
  const found = graphOf(nodes, planning).graph.nodes.get(wanted);
  if (found?.node.kind !== 'model' || !found.bound) {
    throw new UserError(
      problem('node-unknown', `\`${wanted}\` is not a model: it has no SQL.`, { hint: 'Name a model.' }),
    );
  }
  const relations = await relationsOf(state, head);
  return physical(found.bound, { engine, relations, facts: factsOf(head, timezone), clock: found.node.clock }).text;
}
