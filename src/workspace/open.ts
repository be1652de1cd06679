import type {
  ApplyRequest,
  Checked,
  EnvironmentView,
  ExecuteOptions,
  ExportPlan,
  ExportRequest,
  GarbageResult,
  Lineage,
  Planned,
  Workspace,
  WorkspaceOptions,
} from './contract.ts';
import { exportsDue } from './exports.ts';
import { exportTables, withExports } from '../apply/exporting.ts';
import { checkFiles } from './check.ts';
import type { ConfigView } from '../bindings/config-values.ts';
import type { Resolution } from '../bindings/resolve.ts';
import type { Explanation } from '../bindings/explain.ts';
import type { Destination } from '../bindings/destination.ts';
import { collect, findGarbage, type Retention } from '../apply/garbage.ts';
import { carryOut } from '../apply/carry-out.ts';
import { render } from '../apply/render.ts';
import { runStatement } from '../apply/shell.ts';
import type { ResultSet } from '../engines/contract.ts';
import { ensureDotBough } from '../facts/dot-bough.ts';
import type { Root } from '../model/environments.ts';
import { asNodeName, type EnvironmentName, type NodeName } from '../model/ids.ts';
import { mask } from '../model/masking.ts';
import { EMPTY_RESULT, type OperationResult } from '../model/plan.ts';
import { problem, UserError, type Problem } from '../model/problems.ts';
import { lapsesOf, type Lapse } from '../plan/lapse.ts';
import { existingHead } from '../plan/environments.ts';
import { planLineage } from '../plan/plan-lineage.ts';
import type { History } from '../plan/planning.ts';
import { findRoot } from '../project/index.ts';
import { configIn, destinationIn, explainIn, namesOf, resolveIn, viewOf } from './questions.ts';
import type { EnvironmentRecord, Revision } from '../state/contract.ts';
import { isOwn, Planner, type OwnPlanned } from './planner.ts';
import { acrossRoots, PerRoot } from './roots.ts';
import { World, type Decorators, type Place } from './world.ts';

export type { Decorators } from './world.ts';

class OpenWorkspace implements Workspace {
  readonly root: string;
  readonly base: EnvironmentName;
  readonly #world: World;
  readonly #planner: Planner;

  /** The history of its environments, for promotions between roots. */
  get state(): History {
    return this.#world.state;
  }

  constructor(world: World) {
    this.#world = world;
    this.#planner = new Planner(world);
    this.root = world.root;
    this.base = world.config.base;
  }

  async check(): Promise<Checked> {
    return checkFiles(this.#world, await this.#world.reading());
  }

  destination(): Promise<Destination | null> {
    return destinationIn(this.#world);
  }

  resolve(environment: EnvironmentName | null): Promise<Resolution> {
    return resolveIn(environment, this.#world);
  }

  async explain(name: string, environment: EnvironmentName): Promise<Explanation> {
    return explainIn(name, environment, this.#world);
  }

  planApply(environment: EnvironmentName, options?: ApplyRequest): Promise<Planned> {
    return this.#planner.apply(environment, options);
  }

  planFromFile(path: string): Promise<Planned> {
    return this.#planner.fromFile(path);
  }

  planRun(environment: EnvironmentName): Promise<Planned> {
    return this.#planner.run(environment);
  }

  planPromote(from: EnvironmentName, to: EnvironmentName | null, options?: { exact?: boolean }): Promise<Planned> {
    return this.#planner.promote(from, to, options);
  }

  planRollback(environment: EnvironmentName, to: number | null): Promise<Planned> {
    return this.#planner.rollback(environment, to);
  }

  planDelete(environment: EnvironmentName): Promise<Planned> {
    return this.#planner.delete(environment);
  }

  estimated(planned: Planned): Promise<Planned> {
    return this.#planner.estimated(planned);
  }

  async execute(planned: Planned, options: ExecuteOptions = {}): Promise<OperationResult> {
    if (!isOwn(planned)) throw new Error('only a plan that this library made can be executed');
    if (planned.changes) ensureDotBough(this.root);
    const { message = null, replan = false } = options;
    const told = message === null ? null : mask(message);
    const result = await this.#carryOut(planned, { message: told, replan });
    if (planned.core.operation === 'run' && result.problems.every((one) => one.severity === 'warning'))
      await this.#tidy();
    return result;
  }

  /** Snapshots of other databases are held from the plan to the last copy, and no longer. */
  async #carryOut(planned: OwnPlanned, options: { message: string | null; replan: boolean }): Promise<OperationResult> {
    const { environment } = planned.core;
    try {
      const { result, carried } = await carryOut(planned, options, this.#world.applying(environment));
      await this.#world.databases(environment).release();
      return await withExports(result, carried.wanted, this.#world.applying(environment));
    } finally {
      await this.#world.databases(environment).release();
    }
  }

  async planExport(environment: EnvironmentName, { node }: ExportRequest = {}): Promise<ExportPlan> {
    const { revision, exports } = await exportsDue({ name: environment, node: nodeOf(node) }, this.#world);
    return { environment, revision, exports };
  }

  async export(environment: EnvironmentName, { node, adopt = false }: ExportRequest = {}): Promise<OperationResult> {
    const { revision, wanted } = await exportsDue({ name: environment, node: nodeOf(node) }, this.#world);
    const request = { revision, node: nodeOf(node), adopt };
    const { exports, problems } = await exportTables(environment, wanted, request, this.#world.applying(environment));
    return { environment, revision, moved: false, nodes: [], summary: EMPTY_RESULT, exports, problems };
  }

  #warn(problems: readonly Problem[]): void {
    for (const one of problems)
      this.#world.options.listener?.({ type: 'warned', problem: { ...one, severity: 'warning' } });
  }

  /** `run` ends with garbage collection; what goes wrong there is told, and the run stands. */
  async #tidy(): Promise<void> {
    try {
      const { problems } = await collect(this.#retention(), this.#world.applying(), { stray: false });
      this.#warn(problems);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#warn(error.problems);
    }
  }

  environments(): Promise<readonly EnvironmentRecord[]> {
    return this.#world.state.environments();
  }

  lapses(): Promise<readonly Lapse[]> {
    return lapsesOf(this.#world.state, this.#world.config);
  }

  show(environment: EnvironmentName): Promise<EnvironmentView> {
    return viewOf(environment, this.#world);
  }

  async history(environment: EnvironmentName): Promise<readonly Revision[]> {
    const revisions = await this.#world.state.revisions(environment);
    if (revisions.length === 0) await existingHead(this.#world.state, environment);
    return revisions;
  }

  async render(node: string, environment: EnvironmentName): Promise<string> {
    return render(node, environment, await this.#world.planning(environment, null), this.#world.engine);
  }

  async lineage(place: string, options: { readonly down?: boolean } = {}): Promise<Lineage> {
    const planning = await this.#world.planning(this.base, null);
    return planLineage(place, options.down ?? false, this.#world.files(this.base, planning).bound.nodes, planning);
  }

  async config(environment: EnvironmentName): Promise<ConfigView> {
    return configIn(environment, this.#world);
  }

  async query(
    environment: EnvironmentName,
    statement: string,
    options: { limit?: number; signal?: AbortSignal } = {},
  ): Promise<ResultSet> {
    const names = await namesOf(environment, this.#world);
    return runStatement(statement, names, this.#world.engine, this.#world.patience(options.signal), options);
  }

  #retention(keep = this.#world.config.retention): Retention {
    return { keep, timezone: this.#world.config.timezone };
  }

  async collect(options: { keep?: number; dryRun?: boolean }): Promise<GarbageResult> {
    const retention = this.#retention(options.keep);
    if (options.dryRun === true) {
      const found = await findGarbage(retention, this.#world.applying());
      return { builds: found.builds, revisions: found.revisions.length };
    }
    const found = await collect(retention, this.#world.applying(), { stray: true });
    this.#warn(found.problems);
    return { builds: found.builds, revisions: found.revisions.length };
  }

  close(): Promise<void> {
    return this.#world.close();
  }
}

const nodeOf = (node: string | undefined): NodeName | null => (node === undefined ? null : asNodeName(node));

/** Opens the project that holds a folder. Throws UserError (`project-not-found`, or what is wrong in `bough.yml`). */
export async function openWorkspace(options: WorkspaceOptions, decorators: Decorators = {}): Promise<Workspace> {
  const root = findRoot(options.directory);
  if (root === null) {
    throw new UserError(
      problem('project-not-found', `No bough.yml in \`${options.directory}\` or above it.`, {
        hint: 'Go to a project, name it with -C DIR, or make one:\n  bough init',
      }),
    );
  }
  const place = (at: Root | null): Place => ({
    at,
    stateOf: async (environment) => (await roots.of(environment)).state,
  });
  const open = (at: Root | null): Promise<World> => World.open(root, options, decorators, place(at));
  const world = await open(null);
  const roots = new PerRoot(new OpenWorkspace(world), world.config, async (at) => new OpenWorkspace(await open(at)));
  return roots.alone ? roots.main : acrossRoots(roots, world.config);
}
