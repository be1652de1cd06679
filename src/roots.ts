import { isDeepStrictEqual } from 'node:util';
import { rootOf } from './bindings/declaration.ts';
import type { Checked, EnvironmentView, GarbageResult, Lineage, Planned, Workspace } from './bough.ts';
import type { Root } from './model/environments.ts';
import type { EnvironmentName } from './model/ids.ts';
import { problem, UserError } from './model/problems.ts';
import type { Config } from './model/project.ts';
import { readPlanFile } from './plan/saved.ts';

/** Roots that live elsewhere than the project itself does. */
export const rootsOf = ({ wiring, base, engine, state }: Config): readonly Root[] =>
  [...wiring.environments.values()].flatMap(({ name, home }) =>
    home === null || name === base || isDeepStrictEqual(home, { engine, state }) ? [] : [{ base: name, home }],
  );

/** One project over several roots: each environment is looked for where its root lives, and a root is opened when it is needed. */
export function acrossRoots(main: Workspace, config: Config, open: (root: Root) => Promise<Workspace>): Workspace {
  const roots = rootsOf(config);
  const opened = new Map<EnvironmentName, Promise<Workspace>>();
  const openOf = (root: Root): Promise<Workspace> => {
    const known = opened.get(root.base) ?? open(root);
    opened.set(root.base, known);
    return known;
  };
  const of = (environment: EnvironmentName): Promise<Workspace> => {
    const base = rootOf(config, environment);
    const root = roots.find((one) => one.base === base);
    return root === undefined ? Promise.resolve(main) : openOf(root);
  };
  const all = async (): Promise<readonly Workspace[]> => [main, ...(await Promise.all(roots.map(openOf)))];
  const every = async <T>(ask: (one: Workspace) => Promise<readonly T[]>): Promise<readonly T[]> =>
    (await Promise.all((await all()).map(ask))).flat();
  return {
    root: main.root,
    base: main.base,
    check: (): Promise<Checked> => main.check(),
    destination: () => main.destination(),
    resolve: (environment) => main.resolve(environment),
    explain: (name, environment) => main.explain(name, environment),
    lineage: (place, options): Promise<Lineage> => main.lineage(place, options),
    config: (environment) => main.config(environment),
    planApply: async (environment, options) => (await of(environment)).planApply(environment, options),
    planFromFile: async (path) => (await of(readPlanFile(path).environment)).planFromFile(path),
    planRun: async (environment) => (await of(environment)).planRun(environment),
    async planPromote(from, to, options): Promise<Planned> {
      if (to !== null && rootOf(config, from) !== rootOf(config, to)) throw apart(from, to);
      return (await of(from)).planPromote(from, to, options);
    },
    planRollback: async (environment, to) => (await of(environment)).planRollback(environment, to),
    planDelete: async (environment) => (await of(environment)).planDelete(environment),
    execute: async (planned, options) => (await of(planned.document.environment)).execute(planned, options),
    environments: () => every((one) => one.environments()),
    lapses: () => every((one) => one.lapses()),
    show: async (environment): Promise<EnvironmentView> => (await of(environment)).show(environment),
    history: async (environment) => (await of(environment)).history(environment),
    render: async (node, environment) => (await of(environment)).render(node, environment),
    query: async (environment, statement, options) => (await of(environment)).query(environment, statement, options),
    async collect(options): Promise<GarbageResult> {
      const found: GarbageResult[] = [];
      for (const one of await all()) found.push(await one.collect(options));
      const revisions = found.reduce((sum, one) => sum + one.revisions, 0);
      return { builds: found.flatMap(({ builds }) => builds), revisions };
    },
    async close(): Promise<void> {
      await main.close();
      for (const one of opened.values()) await (await one).close();
    },
  };
}

/** Each root has a state of its own, and a promotion is one operation in one state. */
const apart = (from: EnvironmentName, to: EnvironmentName): UserError =>
  new UserError(
    problem('environment-not-a-branch', `\`${from}\` and \`${to}\` live in different warehouses.`, {
      hint: `Bring the code there from the files, where it is built anew:\n  bough apply ${to}`,
    }),
  );
