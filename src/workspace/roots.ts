import { isDeepStrictEqual } from 'node:util';
import { baseOf, rootOf, routesIn } from '../bindings/declaration.ts';
import type { Checked, EnvironmentView, GarbageResult, Lineage, Workspace } from './contract.ts';
import type { Root } from '../model/environments.ts';
import type { EnvironmentName } from '../model/ids.ts';
import type { Config } from '../model/project.ts';
import { nextStep } from '../plan/route.ts';
import { readPlanFile } from '../plan/saved.ts';

/** Roots that live elsewhere than the project itself does. */
const rootsOf = ({ wiring, base, engine, state }: Config): readonly Root[] =>
  [...wiring.environments.values()].flatMap(({ name, home }) =>
    home === null || name === base || isDeepStrictEqual(home, { engine, state }) ? [] : [{ base: name, home }],
  );

/** What a promotion writes to where nobody says it; the environment itself where there is nothing. */
export const targetOf = (config: Config, from: EnvironmentName): EnvironmentName =>
  baseOf(config, from) ?? nextStep(routesIn(config.wiring).path, from) ?? from;

/** One workspace for each root that lives apart, opened when it is first needed. */
export class PerRoot<One extends Workspace> {
  readonly main: One;
  readonly #config: Config;
  readonly #open: (root: Root) => Promise<One>;
  readonly #roots: readonly Root[];
  readonly #opened = new Map<EnvironmentName, Promise<One>>();

  constructor(main: One, config: Config, open: (root: Root) => Promise<One>) {
    this.main = main;
    this.#config = config;
    this.#open = open;
    this.#roots = rootsOf(config);
  }

  /** Everything lives where the project itself does. */
  get alone(): boolean {
    return this.#roots.length === 0;
  }

  #openOf(root: Root): Promise<One> {
    const known = this.#opened.get(root.base) ?? this.#open(root);
    this.#opened.set(root.base, known);
    return known;
  }

  /** Where an environment lives. */
  async of(environment: EnvironmentName): Promise<One> {
    const base = rootOf(this.#config, environment);
    const root = this.#roots.find((one) => one.base === base);
    return root === undefined ? this.main : this.#openOf(root);
  }

  async all(): Promise<readonly One[]> {
    return [this.main, ...(await Promise.all(this.#roots.map((root) => this.#openOf(root))))];
  }

  async close(): Promise<void> {
    await this.main.close();
    for (const one of this.#opened.values()) {
      await one.then(
        (opened) => opened.close(),
        () => undefined,
      );
    }
  }
}

/** One project over several roots: each environment is looked for where its root lives. */
export function acrossRoots(roots: PerRoot<Workspace>, config: Config): Workspace {
  const { main } = roots;
  const of = (environment: EnvironmentName): Promise<Workspace> => roots.of(environment);
  const every = async <T>(ask: (one: Workspace) => Promise<readonly T[]>): Promise<readonly T[]> =>
    (await Promise.all((await roots.all()).map(ask))).flat();
  return {
    root: main.root,
    base: main.base,
    check: (): Promise<Checked> => main.check(),
    destination: () => main.destination(),
    resolve: (environment) => main.resolve(environment),
    explain: (name, environment) => main.explain(name, environment),
    lineage: (place, options): Promise<Lineage> => main.lineage(place, options),
    config: (environment) => main.config(environment),
    planExport: async (environment, request) => (await of(environment)).planExport(environment, request),
    export: async (environment, request) => (await of(environment)).export(environment, request),
    planApply: async (environment, options) => (await of(environment)).planApply(environment, options),
    planFromFile: async (path) => (await of(readPlanFile(path).environment)).planFromFile(path),
    planRun: async (environment) => (await of(environment)).planRun(environment),
    planPromote: async (from, to, options) => (await of(to ?? targetOf(config, from))).planPromote(from, to, options),
    planRollback: async (environment, to) => (await of(environment)).planRollback(environment, to),
    planDelete: async (environment) => (await of(environment)).planDelete(environment),
    estimated: async (planned) => (await of(planned.document.environment)).estimated(planned),
    execute: async (planned, options) => (await of(planned.document.environment)).execute(planned, options),
    environments: () => every((one) => one.environments()),
    lapses: () => every((one) => one.lapses()),
    show: async (environment): Promise<EnvironmentView> => (await of(environment)).show(environment),
    history: async (environment) => (await of(environment)).history(environment),
    render: async (node, environment) => (await of(environment)).render(node, environment),
    query: async (environment, statement, options) => (await of(environment)).query(environment, statement, options),
    async collect(options): Promise<GarbageResult> {
      const found: GarbageResult[] = [];
      for (const one of await roots.all()) found.push(await one.collect(options));
      const revisions = found.reduce((sum, one) => sum + one.revisions, 0);
      return { builds: found.flatMap(({ builds }) => builds), revisions };
    },
    close: () => roots.close(),
  };
}
