import { randomBytes } from 'node:crypto';
import type {
  EnvironmentView,
  ExecuteOptions,
  GarbageResult,
  Lineage,
  Planned,
  Workspace,
  WorkspaceOptions,
} from './bough.ts';
import type { Applying } from './apply/applying.ts';
import { collect, findGarbage, type Retention } from './apply/garbage.ts';
import { carryOut, type Replannable } from './apply/carry-out.ts';
import { StalePlan } from './apply/operate.ts';
import { render } from './apply/render.ts';
import { namesIn, runStatement, type Names } from './apply/shell.ts';
import { openEngine } from './engines/index.ts';
import type { Engine, Patience, ResultSet } from './engines/contract.ts';
import { openAnalysisCache, type AnalysisCache } from './facts/analysis-cache.ts';
import { ANALYSIS_VERSION } from './facts/analysis-version.ts';
import { ensureDotBough } from './facts/dot-bough.ts';
import { factTaker, snapshotNow } from './facts/taker.ts';
import { instantOf, type EnvironmentName } from './model/ids.ts';
import type { OperationResult } from './model/plan.ts';
import { problem, refuse, UserError, type Problem } from './model/problems.ts';
import type { Config, Project } from './model/project.ts';
import type { PlanCore } from './plan/core.ts';
import { documentOf, essenceOf } from './plan/document.ts';
import { existingHead } from './plan/environments.ts';
import { viewName } from './plan/names.ts';
import { graphOf } from './plan/graph.ts';
import { graphFor, planApply } from './plan/plan-apply.ts';
import { planLineage } from './plan/plan-lineage.ts';
import { planPromote } from './plan/plan-promote.ts';
import { planDelete, planRollback } from './plan/plan-rollback.ts';
import { planRun } from './plan/plan-run.ts';
import type { Pinned, Planning } from './plan/planning.ts';
import { readPlanFile } from './plan/saved.ts';
import { refuseTakenViews } from './plan/view-owners.ts';
import { filesDiffer } from './plan/files-differ.ts';
import { headOf, type Version } from './plan/version.ts';
import { findRoot, loadConfig, loadProject, readProject, type Loaded } from './project/index.ts';
import { read, resolve } from './sql/index.ts';
import { currentHolder, liveness } from './state/holder.ts';
import { openState } from './state/index.ts';
import type { EnvironmentRecord, Revision, State } from './state/contract.ts';

const DEFAULT_WAIT = 120_000;

type OwnPlanned = Planned & Replannable & { readonly again: (pinned: Pinned | null) => Promise<OwnPlanned> };

interface Flags {
  readonly refresh: boolean;
  readonly takeBack: boolean;
}

const AS_IT_IS: Flags = { refresh: false, takeBack: false };

/** Names come up again and again: each is folded once. */
function remembered(fold: (identifier: string) => string): (identifier: string) => string {
  const known = new Map<string, string>();
  return (identifier) => {
    const found = known.get(identifier);
    if (found !== undefined) return found;
    const folded = fold(identifier);
    known.set(identifier, folded);
    return folded;
  };
}

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';
const unique = (length: number): string =>
  Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');

class OpenWorkspace implements Workspace {
  readonly root: string;
  readonly base: EnvironmentName;
  readonly #config: Config;
  readonly #options: WorkspaceOptions;
  readonly #engine: Engine;
  readonly #state: State;
  readonly #signal: AbortSignal;
  #analysis: Promise<AnalysisCache> | null = null;

  constructor(root: string, config: Config, engine: Engine, state: State, options: WorkspaceOptions) {
    this.root = root;
    this.base = config.base;
    this.#config = config;
    this.#engine = engine;
    this.#state = state;
    this.#options = options;
    this.#signal = options.signal ?? new AbortController().signal;
  }

  #patience(signal = this.#signal): Patience {
    const onWait = (holder: string): void =>
      this.#options.listener?.({ type: 'waiting', what: 'the warehouse', holder });
    return { wait: this.#options.wait ?? DEFAULT_WAIT, signal, onWait };
  }

  async #planning(pinned: Pinned | null): Promise<Planning> {
    const { dialect } = this.#engine;
    this.#analysis ??= openAnalysisCache(this.root, ANALYSIS_VERSION);
    return {
      state: this.#state,
      facts: factTaker({ root: this.root, engine: this.#engine, patience: this.#patience() }),
      engine: await this.#engine.fact(),
      timezone: this.#config.timezone,
      base: this.base,
      now: pinned?.clock ?? instantOf(new Date()),
      fold: remembered((identifier) => this.#engine.fold(identifier)),
      read: (text, parameters) => read(text, { dialect, parameters }),
      resolve,
      remembered: await this.#analysis,
    };
  }

  #applying(): Applying {
    return {
      state: this.#state,
      engine: this.#engine,
      holder: currentHolder(),
      root: this.root,
      signal: this.#signal,
      listener: this.#options.listener ?? (() => undefined),
      wait: this.#options.wait ?? DEFAULT_WAIT,
      now: () => instantOf(new Date()),
      unique,
      contentNow: (leaf) => snapshotNow(this.root, leaf),
    };
  }

  async #planned(core: PlanCore, flags: Flags, again: OwnPlanned['again']): Promise<OwnPlanned> {
    await refuseTakenViews(core, this.#state, this.#engine);
    const kept = core.steps.filter((step) => step.write === 'nothing' && step.change === 'unchanged');
    return {
      document: documentOf(core, flags),
      diffs: core.diffs,
      warnings: core.warnings,
      kept: new Set(kept.map((step) => step.name)),
      changes: core.moves,
      core,
      again,
    };
  }

  async check(): Promise<{ readonly project: Project; readonly warnings: readonly Problem[] }> {
    const planning = await this.#planning(null);
    const { project, warnings } = this.#loaded(planning);
    const { warnings: found } = graphFor(project.nodes, planning);
    return { project, warnings: [...warnings, ...found] };
  }

  /** The files, checked whole: a broken file does not hide what is wrong in the SQL of the others. */
  #loaded(planning: Planning): Loaded {
    const { project, nodes, problems } = readProject(this.root);
    if (project !== null) return { project, warnings: problems };
    const { problems: found } = graphOf(nodes, planning);
    // A table can be unknown because the very file that defines it is broken.
    const certain = found.filter((one) => one.code !== 'table-unknown');
    refuse([...problems, ...certain]);
    throw new Error('a project with problems was not refused');
  }

  async #planApplyOf(environment: EnvironmentName, flags: Flags, pinned: Pinned | null): Promise<OwnPlanned> {
    const planning = await this.#planning(pinned);
    const { project, warnings } = this.#loaded(planning);
    const core = await planApply(environment, project, { ...flags, pinned }, planning);
    const warned = { ...core, warnings: [...warnings, ...core.warnings] };
    return this.#planned(warned, flags, (next) => this.#planApplyOf(environment, flags, next));
  }

  planApply(
    environment: EnvironmentName,
    options: { refresh?: boolean; takeBack?: boolean } = {},
  ): Promise<OwnPlanned> {
    const flags = { refresh: options.refresh ?? false, takeBack: options.takeBack ?? false };
    return this.#planApplyOf(environment, flags, null);
  }

  async planFromFile(path: string): Promise<OwnPlanned> {
    const saved = readPlanFile(path);
    const { refresh, takeBack, clock } = saved.facts;
    const pinned = { clock, branchPoint: saved.base?.revision ?? null };
    const planned = await this.#planApplyOf(saved.environment, { refresh, takeBack }, pinned);
    if (essenceOf(planned.document) !== essenceOf(saved)) {
      throw new StalePlan(
        `The plan in ${path} does not hold any more: files, data or \`${saved.environment}\` have changed since.`,
      );
    }
    return planned;
  }

  async planRun(environment: EnvironmentName): Promise<OwnPlanned> {
    const flags = { refresh: true, takeBack: false };
    const planning = await this.#planning(null);
    const core = await planRun(environment, planning);
    const { head } = await existingHead(this.#state, environment);
    const differs = filesDiffer(() => loadProject(this.root).project, head, planning);
    const warned = differs === null ? core : { ...core, warnings: [...core.warnings, differs] };
    return this.#planned(warned, flags, () => this.planRun(environment));
  }

  async planPromote(
    from: EnvironmentName,
    to: EnvironmentName | null,
    options: { exact?: boolean } = {},
  ): Promise<OwnPlanned> {
    const core = await planPromote(from, to, { exact: options.exact ?? false }, await this.#planning(null));
    return this.#planned(core, AS_IT_IS, () => this.planPromote(from, to, options));
  }

  async planRollback(environment: EnvironmentName, to: number | null): Promise<OwnPlanned> {
    const core = await planRollback(environment, to, await this.#planning(null));
    return this.#planned(core, AS_IT_IS, () => this.planRollback(environment, to));
  }

  async planDelete(environment: EnvironmentName): Promise<OwnPlanned> {
    const core = await planDelete(environment, await this.#planning(null));
    return this.#planned(core, AS_IT_IS, () => this.planDelete(environment));
  }

  async execute(planned: Planned, options: ExecuteOptions = {}): Promise<OperationResult> {
    if (!isOwn(planned)) throw new Error('only a plan that this library made can be executed');
    if (planned.changes) ensureDotBough(this.root);
    const { message = null, replan = false } = options;
    const result = await carryOut(planned, { message, replan }, this.#applying());
    if (planned.core.operation === 'run' && result.problems.every((one) => one.severity === 'warning'))
      await this.#tidy();
    return result;
  }

  #warn(problems: readonly Problem[]): void {
    for (const one of problems) this.#options.listener?.({ type: 'warned', problem: { ...one, severity: 'warning' } });
  }

  /** `run` ends with garbage collection; what goes wrong there is told, and the run stands. */
  async #tidy(): Promise<void> {
    try {
      const { problems } = await collect(this.#retention(), this.#applying());
      this.#warn(problems);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#warn(error.problems);
    }
  }

  environments(): Promise<readonly EnvironmentRecord[]> {
    return this.#state.environments();
  }

  async show(environment: EnvironmentName): Promise<EnvironmentView> {
    const { record, head } = await existingHead(this.#state, environment);
    const owned = new Set((await this.#state.viewsOf(environment)).map((view) => view.node));
    const nodes = [...head.nodes.values()].map(({ entry, own }) => {
      const name = viewName(entry.node, record, this.#engine.maxIdentifier);
      return { entry, inherited: !own, view: owned.has(entry.node) ? `${name.schema}.${name.name}` : null };
    });
    nodes.sort((left, right) => (left.entry.node < right.entry.node ? -1 : 1));
    return { record, revision: head.revision, nodes };
  }

  async history(environment: EnvironmentName): Promise<readonly Revision[]> {
    const revisions = await this.#state.revisions(environment);
    if (revisions.length === 0) await existingHead(this.#state, environment);
    return revisions;
  }

  async render(node: string, environment: EnvironmentName): Promise<string> {
    return render(node, environment, await this.#planning(null), this.#engine);
  }

  async lineage(place: string, options: { readonly down?: boolean } = {}): Promise<Lineage> {
    const planning = await this.#planning(null);
    return planLineage(place, options.down ?? false, this.#loaded(planning).project, planning);
  }

  async #names(environment: EnvironmentName): Promise<Names> {
    const record = await this.#state.environment(environment);
    const empty = environment === this.base && (record === null || record.head === 0);
    if (empty) return { relations: new Map(), absent: new Map() };
    const { head } = await existingHead(this.#state, environment);
    const base: Version | null =
      head.revision.base === null ? null : await headOf(this.#state, head.revision.base.environment);
    return namesIn(this.#state, head, base, this.#engine);
  }

  async query(
    environment: EnvironmentName,
    statement: string,
    options: { limit?: number; signal?: AbortSignal } = {},
  ): Promise<ResultSet> {
    const names = await this.#names(environment);
    return runStatement(statement, names, this.#engine, this.#patience(options.signal), options);
  }

  #retention(keep = this.#config.retention): Retention {
    return { keep, timezone: this.#config.timezone };
  }

  async collect(options: { keep?: number; dryRun?: boolean }): Promise<GarbageResult> {
    const retention = this.#retention(options.keep);
    if (options.dryRun === true) {
      const found = await findGarbage(retention, this.#applying());
      return { builds: found.builds, revisions: found.revisions.length };
    }
    const found = await collect(retention, this.#applying());
    this.#warn(found.problems);
    return { builds: found.builds, revisions: found.revisions.length };
  }

  async close(): Promise<void> {
    (await this.#analysis)?.close();
    await this.#state.close();
  }
}

const isOwn = (planned: Planned): planned is OwnPlanned => 'core' in planned && 'again' in planned;

/** The configuration; where it is broken, what is wrong in all other files is told with it. */
function configOf(root: string): Config {
  try {
    return loadConfig(root);
  } catch (error) {
    if (error instanceof UserError) loadProject(root);
    throw error;
  }
}

/** Lets tests and tools stand between the operations and the world: count, trace, fail or kill at each call. */
export interface Decorators {
  readonly engine?: (engine: Engine) => Engine;
  readonly state?: (state: State) => State;
}

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
  const config = configOf(root);
  const { engine: aroundEngine = (engine) => engine, state: aroundState = (state) => state } = decorators;
  const engine = aroundEngine(openEngine(config.engine, config.timezone));
  const state = aroundState(await openState(config.state, { create: true, liveness }));
  return new OpenWorkspace(root, config, engine, state, options);
}
