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
import type { Wanted } from '../plan/exports.ts';
import { exportsAfter, exportsDue } from './exports.ts';
import { exportTables, withExports } from '../apply/exporting.ts';
import { checkFiles } from './check.ts';
import type { ConfigView } from '../bindings/config-values.ts';
import type { Resolution } from '../bindings/resolve.ts';
import type { Explanation } from '../bindings/explain.ts';
import type { Destination } from '../bindings/destination.ts';
import { collect, findGarbage, type Retention } from '../apply/garbage.ts';
import { estimatesOf } from '../apply/estimates.ts';
import { carryOut, type Replannable } from '../apply/carry-out.ts';
import { StalePlan } from '../apply/operate.ts';
import { render } from '../apply/render.ts';
import { runStatement } from '../apply/shell.ts';
import type { ResultSet } from '../engines/contract.ts';
import { ensureDotBough } from '../facts/dot-bough.ts';
import type { Root } from '../model/environments.ts';
import { asNodeName, type EnvironmentName, type NodeName } from '../model/ids.ts';
import { mask } from '../model/masking.ts';
import { EMPTY_RESULT, type OperationResult, type PlanProfile } from '../model/plan.ts';
import { problem, UserError, type Problem } from '../model/problems.ts';
import type { PlanCore } from '../plan/core.ts';
import { documentOf, mayKeep, stillHolds } from '../plan/document.ts';
import { grantNotes } from '../plan/granting.ts';
import { lapsesOf, type Lapse } from '../plan/lapse.ts';
import { existingHead } from '../plan/environments.ts';
import { planApply } from '../plan/plan-apply.ts';
import { planLineage } from '../plan/plan-lineage.ts';
import { planPromote } from '../plan/plan-promote.ts';
import { planDelete, planRollback } from '../plan/plan-rollback.ts';
import { planRun } from '../plan/plan-run.ts';
import type { PlannedPart } from '../plan/plan-part.ts';
import type { History, Pinned, Planning } from '../plan/planning.ts';
import { rememberProject } from '../plan/remembered-project.ts';
import { readPlanFile } from '../plan/saved.ts';
import { refuseTakenViews, renamedViews, standingViews, viewNotes } from '../plan/view-owners.ts';
import { filesDiffer } from '../plan/files-differ.ts';
import { findRoot, type Spared } from '../project/index.ts';
import { partOf } from './part.ts';
import { configIn, destinationIn, explainIn, namesOf, resolveIn, viewOf } from './questions.ts';
import type { EnvironmentRecord, Revision } from '../state/contract.ts';
import { acrossRoots, PerRoot, targetOf } from './roots.ts';
import { World, type Decorators, type Place } from './world.ts';

export type { Decorators } from './world.ts';

interface OwnPlanned extends Planned, Replannable<OwnPlanned> {
  readonly wanted: readonly Wanted[] | null;
  /** The core holds every node. */
  readonly whole: boolean;
}

interface Flags {
  readonly refresh: boolean;
  readonly takeBack: boolean;
  readonly readOnly?: boolean;
  readonly profile?: PlanProfile;
}

const AS_IT_IS: Flags = { refresh: false, takeBack: false };

class OpenWorkspace implements Workspace {
  readonly root: string;
  readonly base: EnvironmentName;
  readonly #world: World;

  /** The history of its environments, for promotions between roots. */
  get state(): History {
    return this.#world.state;
  }

  constructor(world: World) {
    this.#world = world;
    this.root = world.root;
    this.base = world.config.base;
  }

  async #planned(
    core: PlanCore,
    flags: Omit<Flags, 'readOnly'>,
    again: OwnPlanned['again'],
    part: PlannedPart | null = null,
  ): Promise<OwnPlanned> {
    const { state, naming } = this.#world;
    const standing = standingViews(await state.viewsOf(core.environment));
    const renamed = renamedViews(core, standing, naming);
    await refuseTakenViews(core, renamed, { standing, state, naming });
    const moves = core.moves || renamed.length > 0;
    const exporting = await exportsAfter(core, this.#world);
    const noted = {
      ...core,
      moves,
      notes: [
        ...this.#world.surroundings.allowances(core.environment),
        ...core.notes,
        ...viewNotes(core, renamed, naming),
        ...grantNotes(core.environment, core.grants),
        ...exporting.notes,
      ],
    };
    const kept = core.steps.filter((step) => step.write === 'nothing' && step.change === 'unchanged');
    return {
      document: documentOf(noted, flags, renamed, exporting.rows, part?.rows),
      diffs: core.diffs,
      warnings: core.warnings,
      kept: new Set([...kept.map((step) => step.name), ...(part?.outside.keys() ?? [])]),
      atMost: this.#world.config.cutoff && mayKeep(core.steps),
      large: [],
      changes: moves || exporting.rows.length > 0,
      wanted: exporting.wanted,
      core: noted,
      whole: part === null,
      again,
    };
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

  async #planApplyOf(environment: EnvironmentName, flags: Flags, pinned: Pinned | null): Promise<OwnPlanned> {
    const planning = await this.#world.planning(environment, pinned);
    const spared = this.#world.untouched(planning);
    const plainly = pinned === null && !flags.refresh && !flags.takeBack;
    const part = flags.readOnly === true && plainly ? await partOf(environment, spared, planning, this.#world) : null;
    const { core, warnings } = part ?? (await this.#wholeOf(environment, { ...flags, pinned }, spared, planning));
    const used = this.#world.surroundings.profile(environment);
    const notes = used.profile === undefined ? core.notes : [...core.notes, `connections of ${used.profile.file}`];
    const warned = { ...core, notes, warnings: [...warnings, ...core.warnings] };
    const { refresh, takeBack } = flags;
    const again = (next: Pinned | null): Promise<OwnPlanned> => this.#planApplyOf(environment, flags, next);
    return this.#planned(warned, { refresh, takeBack, ...used }, again, part);
  }

  async #wholeOf(
    environment: EnvironmentName,
    options: Parameters<typeof planApply>[2],
    spared: Spared,
    planning: Planning,
  ): Promise<{ core: PlanCore; warnings: readonly Problem[] }> {
    const { bound, warnings } = this.#world.files(environment, planning, spared);
    const core = await planApply(environment, bound.nodes, options, planning);
    rememberProject(core.steps, planning);
    return { core, warnings };
  }

  planApply(environment: EnvironmentName, options: ApplyRequest = {}): Promise<OwnPlanned> {
    const { refresh = false, takeBack = false, readOnly = false } = options;
    return this.#planApplyOf(environment, { refresh, takeBack, readOnly }, null);
  }

  async planFromFile(path: string): Promise<OwnPlanned> {
    const saved = readPlanFile(path);
    const { refresh, takeBack, clock, profile = null } = saved.facts;
    await this.#world.surroundings.pinProfile(saved.environment, profile);
    const pinned = { clock, branchPoint: saved.base?.revision ?? null };
    const planned = await this.#planApplyOf(saved.environment, { refresh, takeBack }, pinned);
    if (!stillHolds(saved, planned.document)) {
      throw new StalePlan(
        `The plan in ${path} does not hold any more: files, data or \`${saved.environment}\` have changed since.`,
      );
    }
    return planned;
  }

  async planRun(environment: EnvironmentName): Promise<OwnPlanned> {
    const flags = { refresh: true, takeBack: false };
    const planning = await this.#world.planning(environment, null);
    const core = await planRun(environment, planning);
    const { head } = await existingHead(this.#world.state, environment);
    const differs = filesDiffer(() => this.#world.files(environment, planning).bound.nodes, head, planning);
    const warned = differs === null ? core : { ...core, warnings: [...core.warnings, differs] };
    return this.#planned(warned, flags, () => this.planRun(environment));
  }

  async planPromote(
    from: EnvironmentName,
    to: EnvironmentName | null,
    options: { exact?: boolean } = {},
  ): Promise<OwnPlanned> {
    const planning = await this.#world.planning(to ?? targetOf(this.#world.config, from), null);
    const core = await planPromote(from, to, { exact: options.exact ?? false }, planning);
    return this.#planned(core, AS_IT_IS, () => this.planPromote(from, to, options));
  }

  async planRollback(environment: EnvironmentName, to: number | null): Promise<OwnPlanned> {
    const core = await planRollback(environment, to, await this.#world.planning(environment, null));
    return this.#planned(core, AS_IT_IS, () => this.planRollback(environment, to));
  }

  async planDelete(environment: EnvironmentName): Promise<OwnPlanned> {
    const core = await planDelete(environment, await this.#world.planning(environment, null));
    return this.#planned(core, AS_IT_IS, () => this.planDelete(environment));
  }

  async estimated(planned: Planned): Promise<Planned> {
    if (!isOwn(planned)) throw new Error('only a plan that this library made can be estimated');
    const { engine, config } = this.#world;
    const rows = await estimatesOf(planned.core, engine, this.#world.patience());
    const nodes = planned.document.nodes.map((node) => {
      const expected = rows.get(node.name);
      return expected === undefined ? node : { ...node, rows: expected };
    });
    const large = [...rows].filter(([, expected]) => expected > config.largeBuild).map(([name]) => name);
    return { ...planned, large, document: { ...planned.document, nodes } };
  }

  async execute(planned: Planned, options: ExecuteOptions = {}): Promise<OperationResult> {
    if (!isOwn(planned)) throw new Error('only a plan that this library made can be executed');
    if (!planned.whole) throw new Error('a plan that was made with `readOnly` cannot be executed');
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

const isOwn = (planned: Planned): planned is OwnPlanned => 'core' in planned && 'again' in planned;

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
