import type { NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import { problem, refuse } from '../model/problems.ts';
import type { StateReader } from '../state/contract.ts';
import type { PlanCore } from './core.ts';
import { viewName } from './names.ts';

/** What naming a view takes of the engine. */
export interface ViewNaming {
  readonly fold: (identifier: string) => string;
  readonly maxIdentifier: number;
}

export interface NamedView {
  readonly node: NodeName;
  readonly name: { readonly schema: string; readonly name: string };
  /** As the engine compares names; the state keeps views under it. */
  readonly folded: string;
}

export const namedView = (
  node: NodeName,
  core: Pick<PlanCore, 'environment' | 'base'>,
  naming: ViewNaming,
): NamedView => {
  const name = viewName(node, { name: core.environment, base: core.base }, naming.maxIdentifier);
  return { node, name, folded: `${naming.fold(name.schema)}.${naming.fold(name.name)}` };
};

/** Files that a model reads directly have no name of their own, and a table read in place may have it already. */
export function hasView(node: Node, view: NamedView, inPlace: string | null, naming: ViewNaming): boolean {
  if (node.kind === 'source' && node.origin.type === 'call') return false;
  if (inPlace === null) return true;
  const stands = inPlace.split('.').map((part) => naming.fold(part));
  return stands.join('.') !== view.folded;
}

/** The views that a plan makes or moves. */
export const wantedViews = (core: PlanCore, naming: ViewNaming): readonly NamedView[] =>
  core.steps.flatMap(({ name, write, target, restored }): readonly NamedView[] => {
    if (write !== 'entry' || (target === null && restored === null)) return [];
    const view = namedView(name, core, naming);
    return target === null || hasView(target.node, view, target.inPlace, naming) ? [view] : [];
  });

/** Nodes whose view goes by this plan, so that another node may have its name. */
const leaving = (core: PlanCore): ReadonlySet<NodeName> =>
  new Set(core.steps.flatMap(({ name, write }) => (write === 'removal' || write === 'inherit' ? [name] : [])));

/** Refuses names that views of other environments or nodes have already (`dev` + `eu_marts`, `dev_eu` + `marts`). */
export async function refuseTakenViews(core: PlanCore, state: StateReader, naming: ViewNaming): Promise<void> {
  const wanted = new Map(wantedViews(core, naming).map((view) => [view.folded, view]));
  const owners = await state.viewOwners([...wanted.keys()]);
  const gone = leaving(core);
  refuse(
    owners.flatMap((owner) => {
      const view = wanted.get(owner.name);
      const mine = owner.environment === core.environment && (owner.node === view?.node || gone.has(owner.node));
      if (view === undefined || mine) return [];
      const { schema, name } = view.name;
      const message = `The view \`${schema}.${name}\` of \`${view.node}\` is \`${owner.node}\` of \`${owner.environment}\` already.`;
      return [
        problem('view-name-taken', message, { hint: 'Rename the environment or the schema: the two names meet.' }),
      ];
    }),
  );
}
