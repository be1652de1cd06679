import type { ApplyRequest, Planned } from './contract.ts';
import type { Replannable } from '../apply/carry-out.ts';
import { estimatesOf } from '../apply/estimates.ts';
import { StalePlan } from '../apply/operate.ts';
import type { EnvironmentName } from '../model/ids.ts';
import type { PlanProfile } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import { isKept, type PlanCore } from '../plan/core.ts';
import { documentOf, mayKeep, stillHolds } from '../plan/document.ts';
import { existingHead } from '../plan/environments.ts';
import type { Wanted } from '../plan/exports.ts';
import { filesDiffer } from '../plan/files-differ.ts';
import { grantNotes } from '../plan/granting.ts';
import { planApply } from '../plan/plan-apply.ts';
import type { PlannedPart } from '../plan/plan-part.ts';
import { planPromote } from '../plan/plan-promote.ts';
import { planDelete, planRollback } from '../plan/plan-rollback.ts';
import { planRun } from '../plan/plan-run.ts';
import type { Pinned, Planning } from '../plan/planning.ts';
import { rememberProject } from '../plan/remembered-project.ts';
import { readPlanFile } from '../plan/saved.ts';
import { refuseTakenViews, renamedViews, standingViews, viewNotes } from '../plan/view-owners.ts';
import type { Spared } from '../project/index.ts';
import { exportsAfter } from './exports.ts';
import { partOf } from './part.ts';
import { targetOf } from './roots.ts';
import type { World } from './world.ts';

/** A plan that this library made. */
export interface OwnPlanned extends Planned, Replannable<OwnPlanned> {
  readonly wanted: readonly Wanted[] | null;
}

interface Flags {
  readonly refresh: boolean;
  readonly takeBack: boolean;
  readonly whole?: boolean;
  readonly profile?: PlanProfile;
}

const NONE_OUTSIDE: OwnPlanned['outside'] = new Map();
const AS_IT_IS: Flags = { refresh: false, takeBack: false };

/** Only those can be executed. */
export const isOwn = (planned: Planned): planned is OwnPlanned => 'core' in planned && 'again' in planned;

/** Plans, with what a workspace shows of them. */
export class Planner {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async #planned(
    core: PlanCore,
    flags: Omit<Flags, 'whole'>,
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
    const kept = core.steps.filter(isKept);
    const outside = part?.outside ?? NONE_OUTSIDE;
    return {
      document: documentOf(noted, flags, renamed, exporting.rows, part?.rows),
      diffs: core.diffs,
      warnings: core.warnings,
      kept: new Set([...kept.map((step) => step.name), ...outside.keys()]),
      atMost: this.#world.config.cutoff && mayKeep(core.steps),
      large: [],
      changes: moves || exporting.rows.length > 0,
      wanted: exporting.wanted,
      core: noted,
      outside,
      again,
    };
  }

  async #applyOf(environment: EnvironmentName, flags: Flags, pinned: Pinned | null): Promise<OwnPlanned> {
    const planning = await this.#world.planning(environment, pinned);
    const spared = this.#world.untouched(planning);
    const plainly = pinned === null && !flags.refresh && !flags.takeBack && flags.whole !== true;
    const part = plainly ? await partOf(environment, spared, planning, this.#world) : null;
    const { core, warnings } = part ?? (await this.#wholeOf(environment, { ...flags, pinned }, spared, planning));
    const used = this.#world.surroundings.profile(environment);
    const notes = used.profile === undefined ? core.notes : [...core.notes, `connections of ${used.profile.file}`];
    const warned = { ...core, notes, warnings: [...warnings, ...core.warnings] };
    const { refresh, takeBack } = flags;
    const again = (next: Pinned | null): Promise<OwnPlanned> => this.#applyOf(environment, flags, next);
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

  apply(environment: EnvironmentName, options: ApplyRequest = {}): Promise<OwnPlanned> {
    const { refresh = false, takeBack = false, whole = false } = options;
    return this.#applyOf(environment, { refresh, takeBack, whole }, null);
  }

  async fromFile(path: string): Promise<OwnPlanned> {
    const saved = readPlanFile(path);
    const { refresh, takeBack, clock, profile = null } = saved.facts;
    await this.#world.surroundings.pinProfile(saved.environment, profile);
    const pinned = { clock, branchPoint: saved.base?.revision ?? null };
    const planned = await this.#applyOf(saved.environment, { refresh, takeBack }, pinned);
    if (!stillHolds(saved, planned.document)) {
      throw new StalePlan(
        `The plan in ${path} does not hold any more: files, data or \`${saved.environment}\` have changed since.`,
      );
    }
    return planned;
  }

  async run(environment: EnvironmentName): Promise<OwnPlanned> {
    const flags = { refresh: true, takeBack: false };
    const planning = await this.#world.planning(environment, null);
    const core = await planRun(environment, planning);
    const { head } = await existingHead(this.#world.state, environment);
    const differs = filesDiffer(() => this.#world.files(environment, planning).bound.nodes, head, planning);
    const warned = differs === null ? core : { ...core, warnings: [...core.warnings, differs] };
    return this.#planned(warned, flags, () => this.run(environment));
  }

  async promote(
    from: EnvironmentName,
    to: EnvironmentName | null,
    options: { exact?: boolean } = {},
  ): Promise<OwnPlanned> {
    const planning = await this.#world.planning(to ?? targetOf(this.#world.config, from), null);
    const core = await planPromote(from, to, { exact: options.exact ?? false }, planning);
    return this.#planned(core, AS_IT_IS, () => this.promote(from, to, options));
  }

  async rollback(environment: EnvironmentName, to: number | null): Promise<OwnPlanned> {
    const core = await planRollback(environment, to, await this.#world.planning(environment, null));
    return this.#planned(core, AS_IT_IS, () => this.rollback(environment, to));
  }

  async delete(environment: EnvironmentName): Promise<OwnPlanned> {
    const core = await planDelete(environment, await this.#world.planning(environment, null));
    return this.#planned(core, AS_IT_IS, () => this.delete(environment));
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
}
