import type { ExportPlan } from './contract.ts';
import { restoredNodesOf } from '../apply/views.ts';
import type { BoundProject } from '../bindings/bind.ts';
import { baseOf, declarationOf } from '../bindings/declaration.ts';
import { guardWrites } from '../bindings/status-guard.ts';
import type { NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import type { PlanExport } from '../model/plan.ts';
import { problem, refuse, UserError, type Problem } from '../model/problems.ts';
import type { Config } from '../model/project.ts';
import type { PlanCore } from '../plan/core.ts';
import { nodeFromDefinition } from '../plan/definition.ts';
import { existingHead } from '../plan/environments.ts';
import {
  appendNotes,
  clashes,
  exportRow,
  isDue,
  leftNotes,
  leftTables,
  ownNodes,
  plannedExports,
  recordsOf,
  takenExports,
  wantedExports,
  type Exporting,
  type Wanted,
} from '../plan/exports.ts';
import type { NamedEnvironment } from '../plan/names.ts';
import type { Version } from '../plan/version.ts';
import { targetFor, targetTypes } from '../targets/index.ts';
import type { World } from './world.ts';

const exportingOf = ({ naming }: Config): Exporting => ({
  naming,
  placeOf: (container) => targetFor(container)?.placeOf(container) ?? null,
  types: targetTypes,
});

/** What is wrong with exports as the files say them, in every environment and between them. */
export function exportProblems(config: Config, environments: readonly BoundProject[]): readonly Problem[] {
  const found = environments.map(({ environment, nodes }) => {
    const named = { name: environment, base: baseOf(config, environment) };
    return { environment, ...wantedExports(nodes.values(), named, exportingOf(config)) };
  });
  return [...found.flatMap(({ problems }) => problems), ...clashes(found)];
}

/** The tables that nodes of an environment are exported to. Throws UserError where they must not be. */
async function exportsOf(
  world: World,
  nodes: Iterable<Node>,
  environment: NamedEnvironment,
): Promise<readonly Wanted[]> {
  const { config, state } = world;
  const { wanted, problems } = wantedExports(nodes, environment, exportingOf(config));
  const found = declarationOf(config, environment.name);
  const status = (found.ok ? found.declaration?.status : null) ?? null;
  const writes = wanted.map(({ node, container, export: { at } }) => ({ node, container, at }));
  refuse([
    ...problems,
    ...guardWrites({ name: environment.name, status }, writes),
    ...(await takenExports(wanted, environment, state)),
  ]);
  return wanted;
}

const isExported = (node: Node): boolean => node.kind === 'model' && node.export !== undefined;

/** Recorded nodes that are exported, under what their references stand for now. */
function rebound(world: World, nodes: ReadonlyMap<NodeName, Node>, { name }: NamedEnvironment): readonly Node[] {
  const exported = new Map([...nodes].filter(([, node]) => isExported(node)));
  return [...world.surroundings.rebound(exported, name, new Map()).values()];
}

export interface PlannedExports {
  /** null: nothing is exported, nor was before. */
  readonly wanted: readonly Wanted[] | null;
  /** What is to be written, as users see it. */
  readonly rows: readonly PlanExport[];
  readonly notes: readonly string[];
}

/** What is exported once a plan was carried out. Throws UserError. */
export async function exportsAfter(core: PlanCore, world: World): Promise<PlannedExports> {
  const environment = { name: core.environment, base: core.base };
  const recorded = core.operation === 'rollback' ? await restoredNodesOf(core, world.state) : new Map();
  const restored = new Map(rebound(world, recorded, environment).map((node) => [node.name, node]));
  const wanted = await exportsOf(world, ownNodes(core, restored).filter(isExported), environment);
  const records = await recordsOf(world.state, environment);
  const rows = plannedExports(core, wanted, records);
  const notes = [...appendNotes(core, rows), ...leftNotes(leftTables(wanted, records))];
  return { wanted: wanted.length === 0 && records.size === 0 ? null : wanted, rows, notes };
}

async function recordedNodes({ nodes }: Version, world: World): Promise<ReadonlyMap<NodeName, Node>> {
  const hashes = [...nodes.values()].flatMap(({ own, entry }) =>
    own && entry.definition !== null ? [entry.definition] : [],
  );
  const texts = await world.state.definitions([...new Set(hashes)]);
  return new Map(
    [...texts.values()].map((text) => {
      const node = nodeFromDefinition(text);
      return [node.name, node];
    }),
  );
}

/** What an environment's head is still to be exported to; or where one node is, whatever stands there. Throws UserError. */
export async function exportsDue(
  { name, node }: { readonly name: NamedEnvironment['name']; readonly node: NodeName | null },
  world: World,
): Promise<ExportPlan & { readonly wanted: readonly Wanted[] }> {
  const { record, head } = await existingHead(world.state, name);
  const environment = { name, base: record.base };
  const wanted = await exportsOf(world, rebound(world, await recordedNodes(head, world), environment), environment);
  if (node !== null && !wanted.some((one) => one.node === node)) throw nowhere(node, name, wanted);
  const records = await recordsOf(world.state, environment);
  const due = wanted.filter((one) => {
    const build = head.nodes.get(one.node)?.entry.build ?? null;
    return node === null ? isDue(one, build, records) : one.node === node;
  });
  return { environment: name, revision: head.ref.revision, exports: due.map(exportRow), wanted };
}

function nowhere(node: NodeName, environment: string, wanted: readonly Wanted[]): UserError {
  const names = wanted.map((one) => one.node);
  const hint = names.length === 0 ? 'Add `export:` to a model, then apply it.' : `Exported are: ${names.join(', ')}.`;
  return new UserError(problem('node-unknown', `\`${node}\` of \`${environment}\` is exported nowhere.`, { hint }));
}
