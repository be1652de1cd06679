import type { Engine, Existing, Publication, Session } from '../engines/contract.ts';
import type { Column } from '../model/facts.ts';
import { mergedGrants, type Grant } from '../model/grants.ts';
import type { BuildId, EnvironmentName, NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import { problem, refuse, UserError } from '../model/problems.ts';
import type { Relation } from '../plan/choose.ts';
import type { PlanCore, Step } from '../plan/core.ts';
import { nodeFromDefinition } from '../plan/definition.ts';
import { movesGrants } from '../plan/granting.ts';
import { viewName } from '../plan/names.ts';
import {
  hasView,
  namedView,
  renamedViews,
  standingView,
  standingViews,
  wantedViews,
  type NamedView,
  type ViewNaming,
} from '../plan/view-owners.ts';
import type { OwnedView, State } from '../state/contract.ts';
import type { Applying } from './applying.ts';
import { relationSql } from './statement.ts';

/** A view that comes or moves. */
interface Moved extends NamedView {
  readonly relation: Relation;
  readonly comment: string | null;
  readonly grants: readonly Grant[];
  /** Schema in which a base has the view; null for a view of a root. */
  readonly like: string | null;
}

/** What happens to an environment's views. */
export interface ViewChanges {
  readonly moved: readonly Moved[];
  readonly dropped: readonly NamedView[];
}

/** The views that a plan's steps move, rename and drop, once every relation is known. */
export function viewChanges(
  core: PlanCore,
  relations: ReadonlyMap<NodeName, Relation | null>,
  restoredNodes: ReadonlyMap<NodeName, Node>,
  owned: readonly OwnedView[],
  naming: ViewNaming,
): ViewChanges {
  const standing = standingViews(owned);
  const regranted = movesGrants(core.grants);
  const again = new Set([
    ...renamedViews(core, standing, naming).map(({ node }) => node),
    ...(regranted ? core.steps.filter(({ before }) => before?.own === true).map(({ name }) => name) : []),
  ]);
  const moved: Moved[] = [];
  const dropped: NamedView[] = [];
  for (const step of core.steps) {
    if (step.write === 'nothing' && !again.has(step.name)) continue;
    const view = namedView(step.name, core, standing, naming);
    const node = step.target?.node ?? restoredNodes.get(step.name);
    const relation = relations.get(step.name) ?? null;
    const inPlace = relation !== null && 'inPlace' in relation ? relation.inPlace : null;
    const isWritten = step.write === 'entry' || (step.write === 'nothing' && again.has(step.name));
    const stands = standing.get(step.name);
    if (isWritten && node && view && relation && hasView(node, view, inPlace, naming)) {
      const isSame = !regranted && stands?.name === view.folded && unmoved(step, relation);
      if (!isSame) moved.push({ ...view, relation, ...saidOf(node, core, naming) });
      if (stands !== undefined && stands.name !== view.folded) dropped.push(standingView(stands));
    } else if (stands !== undefined) dropped.push(stands.name === view?.folded ? view : standingView(stands));
  }
  const taken = new Set(moved.map((view) => view.folded));
  return { moved, dropped: dropped.filter((view) => !taken.has(view.folded)) };
}

/** What a view is given beside its rows. */
const saidOf = (
  node: Node,
  { base, grants }: PlanCore,
  { naming, maxIdentifier }: ViewNaming,
): Pick<Moved, 'comment' | 'grants' | 'like'> => ({
  comment: node.description,
  grants: mergedGrants(node.grants ?? [], grants.now),
  like: base === null ? null : (viewName(node.name, { name: base, base: null }, naming, maxIdentifier)?.schema ?? null),
});

/** The view reads the same relation as before, and says the same. */
const unmoved = (step: Step, relation: Relation): boolean =>
  step.before?.own === true &&
  'build' in relation &&
  step.before.entry.build === relation.build &&
  step.category !== 'metadata' &&
  (step.restored === null || step.restored.definition === step.before.entry.definition);

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

/** Refuses objects of the user's that stand where a view must go; all are named, before any write. */
export async function refuseObstacles(core: PlanCore, session: Session, applying: Applying): Promise<void> {
  const { state, naming } = applying;
  const standing = standingViews(await state.viewsOf(core.environment));
  const wanted = wantedViews(core, standing, naming);
  const inTheWay = async (): Promise<readonly Existing[]> => {
    const owned = new Set((await state.viewOwners(wanted.map((view) => view.folded))).map((view) => view.name));
    return session.existing(wanted.filter((view) => !owned.has(view.folded)).map((view) => view.name));
  };
  const found = await inTheWay();
  // Whoever took over from a process that slept in between has made views that the state knows by now.
  const obstacles = found.length === 0 ? found : await inTheWay();
  refuse(
    obstacles.map(({ name, kind }) =>
      problem(
        'object-in-the-way',
        `A ${kind} \`${name.schema}.${name.name}\` that is not Bough's stands where a view must go.`,
        {
          hint: 'Rename or drop it, or rename the node.',
        },
      ),
    ),
  );
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
    views: sorted.map(({ name, relation, comment, grants, like }) => ({
      name,
      target: relationSql(engine, relation),
      columns: columnsOf(relation),
      comment,
      grants,
      like,
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
