import type { Naming } from '../model/naming.ts';
import type { NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import { problem, refuse, type Problem } from '../model/problems.ts';
import type { OwnedView, StateReader } from '../state/contract.ts';
import type { PlanCore, Step } from './core.ts';
import { viewName, type ViewName } from './names.ts';

/** What naming a view takes of the engine and of the files. */
export interface ViewNaming {
  readonly fold: (identifier: string) => string;
  readonly maxIdentifier: number;
  readonly naming: Naming;
}

export interface NamedView {
  readonly node: NodeName;
  readonly name: ViewName;
  /** As the engine compares names; the state keeps views under it. */
  readonly folded: string;
}

/** Views of the environment that stand, by node. */
export type Standing = ReadonlyMap<NodeName, OwnedView>;

export const standingViews = (owned: readonly OwnedView[]): Standing => new Map(owned.map((view) => [view.node, view]));

/** A view that stands, as it can be named: engines find it under its folded name. */
export function standingView({ node, name: folded }: OwnedView): NamedView {
  const dot = folded.indexOf('.');
  return { node, name: { schema: folded.slice(0, dot), name: folded.slice(dot + 1) }, folded };
}

/** The view that the files give a node; null where they give it none. */
function viewFor(
  node: NodeName,
  { environment, base }: Pick<PlanCore, 'environment' | 'base'>,
  { fold, maxIdentifier, naming }: ViewNaming,
  stands?: OwnedView,
): NamedView | null {
  const name = viewName(node, { name: environment, base }, naming, maxIdentifier);
  if (name === null) return null;
  const plain = `${name.schema}.${name.name}`;
  // What equals a folded name is folded.
  return { node, name, folded: stands?.name === plain ? plain : `${fold(name.schema)}.${fold(name.name)}` };
}

/**
 * The view that a node shall have; null where it is to have none. Templates are code: `apply` takes them from the files, and
 * under any other operation a view that stands keeps its name.
 */
export function namedView(
  node: NodeName,
  core: Pick<PlanCore, 'operation' | 'environment' | 'base'>,
  standing: Standing,
  naming: ViewNaming,
): NamedView | null {
  const stands = standing.get(node);
  const view = viewFor(node, core, naming, stands);
  if (core.operation === 'apply' || stands === undefined || stands.name === view?.folded) return view;
  const { name, folded } = standingView(stands);
  return { node, name: { schema: name.schema, name: view?.name.name ?? name.name }, folded };
}

/** Files that a model reads directly have no name of their own, and a table read in place may have it already. */
export function hasView(node: Node, view: NamedView, inPlace: string | null, { fold }: ViewNaming): boolean {
  if (node.kind === 'source' && node.origin.type === 'call') return false;
  if (inPlace === null) return true;
  return inPlace.split('.').map(fold).join('.') !== view.folded;
}

/** The view that a step's node shall have; null where it has none. */
function viewOf(step: Step, core: PlanCore, standing: Standing, naming: ViewNaming): NamedView | null {
  const { target, restored } = step;
  if (target === null && restored === null) return null;
  const view = namedView(step.name, core, standing, naming);
  if (view === null || target === null) return view;
  return hasView(target.node, view, target.inPlace, naming) ? view : null;
}

/** A view whose name moves while its node stays; null: there is none before or after. */
export interface Renamed {
  readonly node: NodeName;
  readonly from: NamedView | null;
  readonly to: NamedView | null;
}

/** Views of the environment's own nodes to which the files give other names than those that stand. */
export function renamedViews(core: PlanCore, standing: Standing, naming: ViewNaming): readonly Renamed[] {
  if (core.operation !== 'apply' || core.creates) return [];
  return core.steps.flatMap((step): readonly Renamed[] => {
    if (step.before?.own !== true || (step.write !== 'nothing' && step.write !== 'entry')) return [];
    const to = viewOf(step, core, standing, naming);
    const stands = standing.get(step.name);
    if (to?.folded === stands?.name) return [];
    return [{ node: step.name, from: stands === undefined ? null : standingView(stands), to }];
  });
}

/** Whether the view that stands for a node is the one that the files give it. */
export const keepsView = (node: NodeName, core: PlanCore, standing: Standing, naming: ViewNaming): boolean =>
  namedView(node, core, standing, naming)?.folded === standing.get(node)?.name;

/** The views that a plan makes or moves. */
export function wantedViews(
  core: PlanCore,
  standing: Standing,
  naming: ViewNaming,
  moved = renamedViews(core, standing, naming),
): readonly NamedView[] {
  const renamed = moved.flatMap(({ to }) => to ?? []);
  const known = new Set(renamed.map(({ node }) => node));
  const written = core.steps.filter((step) => step.write === 'entry' && !known.has(step.name));
  return [...written.flatMap((step) => viewOf(step, core, standing, naming) ?? []), ...renamed];
}

/** Nodes whose view goes or moves by this plan, so that another node may have its name. */
const leaving = (core: PlanCore, renamed: readonly Renamed[]): ReadonlySet<NodeName> =>
  new Set([
    ...core.steps.flatMap(({ name, write }) => (write === 'removal' || write === 'inherit' ? [name] : [])),
    ...renamed.map(({ node }) => node),
  ]);

/** Refuses names that views of other environments or nodes have already (`dev` + `eu_marts`, `dev_eu` + `marts`). */
export async function refuseTakenViews(
  core: PlanCore,
  renamed: readonly Renamed[],
  { standing, state, naming }: { standing: Standing; state: StateReader; naming: ViewNaming },
): Promise<void> {
  const problems: Problem[] = [];
  const wanted = new Map<string, NamedView>();
  for (const view of wantedViews(core, standing, naming, renamed)) {
    const other = wanted.get(view.folded);
    if (other === undefined) wanted.set(view.folded, view);
    else problems.push(taken(view, `that of \`${other.node}\`, too`));
  }
  const gone = leaving(core, renamed);
  for (const owner of await state.viewOwners([...wanted.keys()])) {
    const view = wanted.get(owner.name);
    const mine = owner.environment === core.environment && (owner.node === view?.node || gone.has(owner.node));
    if (view !== undefined && !mine)
      problems.push(taken(view, `\`${owner.node}\` of \`${owner.environment}\` already`));
  }
  refuse(problems);
}

const taken = ({ node, name }: NamedView, whose: string): Problem =>
  problem('view-name-taken', `The view \`${name.schema}.${name.name}\` of \`${node}\` is ${whose}.`, {
    hint: 'Rename the environment or the schema: the two names meet.',
  });

const shown = (view: NamedView | null): string => (view === null ? 'none' : `${view.name.schema}.${view.name.name}`);

/** What people should know of the names in a plan: views that are named anew, and nodes without a view of their own. */
export function viewNotes(core: PlanCore, renamed: readonly Renamed[], naming: ViewNaming): readonly string[] {
  const [first] = renamed;
  const count = `${renamed.length} ${renamed.length === 1 ? 'view gets another name' : 'views get other names'}`;
  const isShared = (step: Step): boolean => step.write === 'entry' && viewFor(step.name, core, naming) === null;
  const shared = core.operation === 'apply' ? core.steps.filter(isShared).map((step) => step.name) : [];
  return [
    ...(first === undefined ? [] : [`${count}: ${first.node} is ${shown(first.to)}, was ${shown(first.from)}`]),
    ...shared.map(
      (name) => `${name} gets no view in ${core.environment}: only a root writes the views of a shared schema`,
    ),
  ];
}
