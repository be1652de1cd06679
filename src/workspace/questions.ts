import { namesIn, type Names } from '../apply/shell.ts';
import { bindingsOf } from '../bindings/bindings-of.ts';
import { checkoutOf } from '../bindings/checkout.ts';
import { configView, type ConfigView } from '../bindings/config-values.ts';
import { declarationOf } from '../bindings/declaration.ts';
import { destinationOf, type Destination } from '../bindings/destination.ts';
import { explain, type Explanation } from '../bindings/explain.ts';
import { resolveBindings, type Resolution } from '../bindings/resolve.ts';
import { tagsOnce } from '../bindings/tags.ts';
import type { EnvironmentView } from './contract.ts';
import type { EnvironmentName, ReferenceName } from '../model/ids.ts';
import { refuse, UserError, type Problem } from '../model/problems.ts';
import type { Binding } from '../model/references.ts';
import { existingHead } from '../plan/environments.ts';
import { headOf, type Version } from '../plan/version.ts';
import { namedView, standingViews } from '../plan/view-owners.ts';
import { readProject } from '../project/index.ts';
import type { World } from './world.ts';

/** Where the checked-out branch leads; null where no rule says. */
export async function destinationIn({ config, options, root }: World): Promise<Destination | null> {
  const { branches, base } = config;
  if (branches.length === 0) return null;
  return destinationOf(await checkoutOf(root, options.variables ?? process.env, options.signal), branches, base);
}

/** What every reference stands for, in one environment or in all that are declared. */
export async function resolveIn(environment: EnvironmentName | null, world: World): Promise<Resolution> {
  const { config, options, root, surroundings } = world;
  const { wiring } = config;
  const problems: Problem[] = [];
  const bound = new Map<EnvironmentName, ReadonlyMap<ReferenceName, Binding>>();
  for (const name of environment === null ? wiring.environments.keys() : [environment]) {
    const found = declarationOf(config, name);
    if (!found.ok) problems.push(found.problem);
    else if (found.declaration !== null)
      bound.set(name, bindingsOf(wiring, found.declaration, surroundings.outside(name), problems));
  }
  refuse(problems);
  const where = { root, env: options.variables ?? process.env };
  const asking = options.signal === undefined ? where : { ...where, signal: options.signal };
  const references = [...wiring.references.keys(), ...wiring.aliases.keys()];
  return resolveBindings(references, bound, tagsOnce(asking));
}

/** What one name stands for in an environment, and all places that set it. */
export function explainIn(name: string, environment: EnvironmentName, world: World): Explanation {
  const { config, root, surroundings } = world;
  const project = { root, config, nodes: readProject(root, surroundings.variables).nodes };
  const outside = surroundings.outside(environment);
  return explain(name, { project, bound: world.bound(project, environment), outside, problems: outside.problems });
}

export function configIn(environment: EnvironmentName, { config, surroundings }: World): ConfigView {
  const found = declarationOf(config, environment);
  if (!found.ok) throw new UserError(found.problem);
  return configView(surroundings.outside(environment));
}

/** An environment's head with its views. */
export async function viewOf(environment: EnvironmentName, { state, naming }: World): Promise<EnvironmentView> {
  const { record, head } = await existingHead(state, environment);
  const standing = standingViews(await state.viewsOf(environment));
  const environmentNow = { operation: 'run', environment, base: record.base } as const;
  const nodes = [...head.nodes.values()].map(({ entry, own }) => {
    const view = standing.has(entry.node) ? namedView(entry.node, environmentNow, standing, naming) : null;
    return { entry, inherited: !own, view: view === null ? null : `${view.name.schema}.${view.name.name}` };
  });
  nodes.sort((left, right) => (left.entry.node < right.entry.node ? -1 : 1));
  return { record, revision: head.revision, nodes };
}

/** What the project's names mean in an environment; a base without a revision has none. */
export async function namesOf(environment: EnvironmentName, { state, engine, config }: World): Promise<Names> {
  const record = await state.environment(environment);
  const empty = environment === config.base && (record === null || record.head === 0);
  if (empty) return { relations: new Map(), absent: new Map() };
  const { head } = await existingHead(state, environment);
  const base: Version | null = head.revision.base === null ? null : await headOf(state, head.revision.base.environment);
  return namesIn(state, head, base, engine);
}
