import type { Engine, Publication, RelationName, Session } from '../engines/contract.ts';
import type { Column } from '../model/facts.ts';
import type { BuildId, EnvironmentName, NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import { problem, refuse, UserError, type Problem } from '../model/problems.ts';
import type { Relation } from '../plan/choose.ts';
import type { PlanCore, Step } from '../plan/core.ts';
import { nodeFromDefinition } from '../plan/definition.ts';
import { viewName } from '../plan/names.ts';
import type { OwnedView, State } from '../state/contract.ts';
import type { Applying } from './applying.ts';
import { relationSql } from './statement.ts';

/** A view that comes or moves. */
interface Moved {
  readonly node: NodeName;
  readonly name: RelationName;
  readonly folded: string;
  readonly relation: Relation;
  readonly comment: string | null;
}

/** What happens to an environment's views. */
export interface ViewChanges {
  readonly moved: readonly Moved[];
  readonly dropped: readonly { readonly name: RelationName; readonly folded: string }[];
}

/** The name of a view as the state keeps it. */
export const foldedName = (engine: Engine, name: RelationName): string =>
  `${engine.fold(name.schema)}.${engine.fold(name.name)}`;

interface Naming {
  readonly engine: Engine;
  readonly environment: EnvironmentName;
  readonly base: EnvironmentName | null;
}

const nameFor = (node: NodeName, { engine, environment, base }: Naming): RelationName =>
  viewName(node, { name: environment, base }, engine.maxIdentifier);

/** Files that a model reads directly have no name of their own, and a table read in place may have it already. */
function hasView(node: Node, name: RelationName, relation: Relation, engine: Engine): boolean {
  if (node.kind === 'source' && node.origin.type === 'call') return false;
  if (!('inPlace' in relation)) return true;
  const stands = relation.inPlace
    .split('.')
    .map((part) => engine.fold(part))
    .join('.');
  return stands !== foldedName(engine, name);
}

/** The views that a plan's steps move and drop, once every relation is known. */
export function viewChanges(
  core: PlanCore,
  relations: ReadonlyMap<NodeName, Relation | null>,
  restoredNodes: ReadonlyMap<NodeName, Node>,
  owned: readonly OwnedView[],
  engine: Engine,
): ViewChanges {
  const naming: Naming = { engine, environment: core.environment, base: core.base };
  const mine = new Map(owned.map((view) => [view.node, view]));
  const moved: Moved[] = [];
  const dropped: { name: RelationName; folded: string }[] = [];
  for (const step of core.steps) {
    if (step.write === 'nothing') continue;
    const name = nameFor(step.name, naming);
    const folded = foldedName(engine, name);
    const node = step.target?.node ?? restoredNodes.get(step.name);
    const relation = relations.get(step.name) ?? null;
    const shown =
      step.write === 'entry' && node !== undefined && relation !== null && hasView(node, name, relation, engine);
    if (shown) {
      const stays = mine.has(step.name) && unmoved(step, relation);
      if (!stays) moved.push({ node: step.name, name, folded, relation, comment: node.description });
    } else if (mine.has(step.name)) dropped.push({ name, folded });
  }
  return { moved, dropped };
}

/** The view reads the same relation as before, and says the same. */
const unmoved = (step: Step, relation: Relation): boolean =>
  step.before?.own === true &&
  'build' in relation &&
  step.before.entry.build === relation.build &&
  step.category !== 'metadata';

/** Nodes of restored entries, for their kind and description. */
export async function restoredNodesOf(core: PlanCore, state: State): Promise<ReadonlyMap<NodeName, Node>> {
  const restored = core.steps.flatMap((step) => (step.restored?.definition ? [step.restored] : []));
  const hashes = restored.flatMap((entry) => (entry.definition === null ? [] : [entry.definition]));
  const texts = await state.definitions([...new Set(hashes)]);
  const nodes = new Map<NodeName, Node>();
  for (const entry of restored) {
    const json = entry.definition === null ? undefined : texts.get(entry.definition);
    if (json !== undefined) nodes.set(entry.node, nodeFromDefinition(json));
  }
  return nodes;
}

/** Refuses names that another environment's view has, and objects of the user's that stand in the way; all are named. */
export async function refuseObstacles(core: PlanCore, session: Session, applying: Applying): Promise<void> {
  const { state, engine } = applying;
  const naming: Naming = { engine, environment: core.environment, base: core.base };
  const wanted = core.steps
    .filter(
      (step) =>
        step.write === 'entry' && (step.target?.graphNode.node.kind !== 'source' || step.target.inPlace === null),
    )
    .filter((step) => !(step.target?.node.kind === 'source' && step.target.node.origin.type === 'call'))
    .map((step) => ({ step, name: nameFor(step.name, naming) }));
  const folded = wanted.map(({ name }) => foldedName(engine, name));
  const owners = new Map((await state.viewOwners(folded)).map((view) => [view.name, view]));
  const problems: Problem[] = [];
  const unowned: RelationName[] = [];
  for (const { step, name } of wanted) {
    const owner = owners.get(foldedName(engine, name));
    if (owner === undefined) unowned.push(name);
    else if (owner.environment !== core.environment || owner.node !== step.name) {
      const message = `The view \`${name.schema}.${name.name}\` of \`${step.name}\` belongs to \`${owner.node}\` of \`${owner.environment}\` already.`;
      problems.push(
        problem('view-name-taken', message, { hint: 'Rename the environment or the schema: the two names meet.' }),
      );
    }
  }
  for (const { name, kind } of await session.existing(unowned)) {
    const message = `A ${kind} \`${name.schema}.${name.name}\` that is not Bough's stands where a view must go.`;
    problems.push(problem('object-in-the-way', message, { hint: 'Rename or drop it, or rename the node.' }));
  }
  refuse(problems);
}

/** The one transaction that moves an environment's views. */
export async function publicationOf(
  changes: ViewChanges,
  head: { readonly environment: EnvironmentName; readonly token: number; readonly operation: Publication['operation'] },
  state: State,
  engine: Engine,
): Promise<Publication> {
  const ids = changes.moved.flatMap(({ relation }): readonly BuildId[] =>
    'build' in relation ? [relation.build] : [],
  );
  const builds = await state.builds(ids);
  const columnsOf = (relation: Relation): readonly Column[] =>
    'build' in relation ? (builds.get(relation.build)?.columns ?? []) : [];
  const sorted = [...changes.moved].sort((left, right) => (left.folded < right.folded ? -1 : 1));
  return {
    ...head,
    drops: changes.dropped.map(({ name }) => name),
    views: sorted.map(({ name, relation, comment }) => ({
      name,
      target: relationSql(engine, relation),
      columns: columnsOf(relation),
      comment,
    })),
  };
}

/** Refuses to go on where a build that is reused is gone from the warehouse. */
export async function refuseMissing(builds: readonly BuildId[], session: Session): Promise<void> {
  const [first, ...rest] = (await session.missing(builds)).map((id) =>
    problem('build-missing', `The build \`${id}\` is not in the warehouse any more.`, {
      hint: 'Something other than Bough dropped it, or the warehouse is a restored backup.',
    }),
  );
  if (first !== undefined) throw new UserError([first, ...rest]);
}
