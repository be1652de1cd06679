import { setTimeout as delay } from 'node:timers/promises';
import { asError, problem, UserError, type Problem } from '../model/problems.ts';
import type { BuildId, NodeName, OperationId } from '../model/ids.ts';
import type { Leaf } from '../model/node.ts';
import type { ResultNode } from '../model/plan.ts';
import { besideOf, type Relation } from '../plan/choose.ts';
import type { PlanCore, Target } from '../plan/core.ts';
import { buildId } from '../plan/names.ts';
import { Recipes } from '../plan/recipe.ts';
import type { Build, HeldBy } from '../state/contract.ts';
import type { Applying } from './applying.ts';
import { buildOne } from './build-one.ts';
import { Cutoff, type Kept } from './cutoff.ts';
import { Determinism } from './determinism.ts';
import { whoHolds } from './lease.ts';
import { Measure } from './measure.ts';
import { Suspects } from './suspects.ts';
import type { Warehouse } from './warehouse.ts';

const POLL_MS = 100;

export interface BuildOutcome {
  /** Where each node's readers are sent now; null where its build failed. */
  readonly relations: ReadonlyMap<NodeName, Relation | null>;
  readonly results: readonly ResultNode[];
  readonly problems: readonly Problem[];
  /** Nodes that gave other data from the same input. */
  readonly doubts: readonly Problem[];
}

/** A claim: the build that would be made, what it would mean, and what it would read. */
type Attempt = Pick<Build, 'id' | 'key' | 'beside' | 'reads'>;

interface Held {
  readonly target: Target;
  readonly by: HeldBy;
}

/**
 * Makes what a plan needs, along the graph. A build is claimed by key before it is made, so that two operations never
 * make one twice. While a claim of another is all that is left, the warehouse is given back and no claim is held.
 */
export class Builder {
  readonly #core: PlanCore;
  readonly #operation: OperationId;
  readonly #warehouse: Warehouse;
  readonly #applying: Applying;
  readonly #controller: AbortController;
  readonly #relations = new Map<NodeName, Relation | null>();
  readonly #inPlace = new Map<NodeName, Leaf>();
  readonly #waiting = new Map<NodeName, Target>();
  readonly #held: Held[] = [];
  readonly #running = new Map<NodeName, Promise<void>>();
  readonly #results: ResultNode[] = [];
  readonly #problems: Problem[] = [];
  readonly #total: number;
  readonly #cutoff: Cutoff;
  readonly #determinism: Determinism;
  #done = 0;
  #fatal: Error | null = null;

  constructor(
    core: PlanCore,
    operation: OperationId,
    warehouse: Warehouse,
    applying: Applying,
    controller: AbortController,
  ) {
    this.#core = core;
    this.#operation = operation;
    this.#warehouse = warehouse;
    this.#applying = applying;
    this.#controller = controller;
    for (const { name, target } of core.steps) {
      if (target === null) continue;
      if (target.inPlace !== null) {
        this.#relations.set(name, { inPlace: target.inPlace });
        if (target.node.kind !== 'model') this.#inPlace.set(name, target.node);
      } else if (target.build !== null) this.#relations.set(name, { build: target.build });
      else this.#waiting.set(name, target);
    }
    this.#total = this.#waiting.size;
    const targets = new Map(core.steps.flatMap(({ name, target }) => (target === null ? [] : [[name, target]])));
    const fold = (name: string): string => applying.engine.fold(name);
    const recipes = new Recipes([...targets.values()], core.facts, fold);
    const measure = new Measure(warehouse, applying, new Suspects(targets, fold), controller.signal);
    this.#cutoff = new Cutoff({ all: targets, waiting: this.#waiting, recipes, measure }, applying);
    this.#determinism = new Determinism({ targets, recipes, measure, fold });
  }

  /** Builds until nothing is left; a failed node stops its readers only. Throws when the operation itself must stop. */
  async run(): Promise<BuildOutcome> {
    if (this.#total > 0) await this.#cutoff.prepare(this.#operation);
    while (this.#waiting.size + this.#running.size + this.#held.length > 0) {
      await this.#startReady();
      if (this.#running.size > 0) await Promise.race(this.#running.values());
      else if (this.#held.length > 0) await this.#awaitOthers();
      if (this.#fatal !== null) break;
    }
    await Promise.allSettled(this.#running.values());
    if (this.#fatal !== null) throw this.#fatal;
    const doubts = this.#determinism.found;
    return { relations: this.#relations, results: this.#results, problems: this.#problems, doubts };
  }

  #stopped(): boolean {
    return this.#controller.signal.aborted;
  }

  /** The operation cannot go on: what runs is interrupted, the first cause is kept. */
  #stop(error: Error): void {
    this.#fatal ??= this.#stopped() ? asError(this.#controller.signal.reason) : error;
    this.#controller.abort(error);
  }

  async #startReady(): Promise<void> {
    for (const [name, target] of this.#waiting) {
      const missing = target.graphNode.needs.find((need) => this.#relations.get(need) === null);
      if (missing !== undefined) this.#skip(name, missing);
      else if (target.graphNode.needs.every((need) => this.#relations.has(need))) {
        const session = await this.#warehouse.open();
        if (this.#running.size >= session.concurrency) return;
        this.#waiting.delete(name);
        this.#running.set(
          name,
          this.#settle(target).finally(() => this.#running.delete(name)),
        );
      }
    }
  }

  #skip(name: NodeName, because: NodeName): void {
    this.#waiting.delete(name);
    this.#relations.set(name, null);
    this.#results.push({ name, action: 'failed', rows: null, seconds: null, build: null });
    this.#applying.listener({ type: 'build-skipped', node: name, because });
  }

  /** One node, from claim to ready; its failure is kept, a failure of the operation stops everything. */
  async #settle(target: Target): Promise<void> {
    const { name } = target.node;
    try {
      await this.#claimAndBuild(target);
    } catch (raw) {
      const error = asError(raw);
      if (this.#stopped() || !(error instanceof UserError) || !isOfNode(error)) {
        this.#stop(error);
        return;
      }
      this.#relations.set(name, null);
      this.#problems.push(...error.problems);
      this.#results.push({ name, action: 'failed', rows: null, seconds: null, build: null });
      for (const found of error.problems) this.#applying.listener({ type: 'build-failed', node: name, problem: found });
    }
  }

  async #claimAndBuild(target: Target): Promise<void> {
    const { node, identity } = target;
    const beside = besideOf(identity, this.#relations);
    if (beside === null) throw new Error(`${node.name} was started before its inputs`);
    const key = identity.key;
    const id = buildId(node.name, key, this.#applying.unique(6));
    const claim = await this.#applying.state.claimBuild({
      operation: this.#operation,
      id,
      key,
      beside,
      node: node.name,
    });
    if (claim.type === 'held') this.#held.push({ target, by: claim.by });
    else if (claim.type === 'ready') this.#reuse(target, claim.build.id, claim.build.rows);
    else await this.#keepOrMake(target, id, beside);
  }

  async #keepOrMake(target: Target, id: BuildId, beside: string): Promise<void> {
    try {
      const reads = await this.#cutoff.readsOf(target, this.#relations);
      const attempt = { id, key: target.identity.key, beside, reads };
      const { kept, twin, different } = await this.#cutoff.find(target, reads);
      if (kept !== null && (await this.#keep(target, attempt, kept))) return;
      const made = await this.#make(target, attempt);
      await this.#determinism.judge(
        different,
        twin === null ? null : { node: target.node.name, now: made, was: twin.id },
      );
    } catch (error) {
      await this.#applying.state.discardBuild(this.#operation, id).catch(() => undefined);
      throw error;
    }
  }

  /** False where the build to keep has gone meanwhile. */
  async #keep(target: Target, { id, ...means }: Attempt, { build, compared }: Kept): Promise<boolean> {
    const { name } = target.node;
    const { state, listener, now } = this.#applying;
    const bound = await state.bindBuild(this.#operation, id, { ...means, build: build.id, at: now() });
    if (bound === 'lost') throw lost(name);
    if (bound === 'gone') return false;
    this.#done += 1;
    this.#relations.set(name, { build: build.id });
    this.#results.push({ name, action: 'kept', rows: build.rows, seconds: null, build: build.id });
    listener({ type: 'build-kept', node: name, compared, done: this.#done, total: this.#total });
    return true;
  }

  #reuse(target: Target, build: BuildId, rows: number | null): void {
    const { name } = target.node;
    this.#relations.set(name, { build });
    this.#done += 1;
    this.#results.push({ name, action: 'reused', rows, seconds: null, build });
    this.#applying.listener({ type: 'build-awaited', node: name, done: this.#done, total: this.#total });
  }

  async #make(target: Target, attempt: Attempt): Promise<BuildId> {
    const { node } = target;
    const { id } = attempt;
    const { state, listener, now } = this.#applying;
    const session = await this.#warehouse.open();
    listener({ type: 'build-started', node: node.name, running: this.#running.size, total: this.#total });
    const { facts } = this.#core;
    const readInPlace = target.graphNode.needs.flatMap((need) => this.#inPlace.get(need) ?? []);
    const making = { target, id, relations: this.#relations, facts, readInPlace, signal: this.#controller.signal };
    const { rows, columns, seconds } = await buildOne(session, making, this.#applying);
    const build: Build = {
      ...attempt,
      node: node.name,
      kind: rows === null ? 'view' : 'table',
      inputs: this.#inputsOf(target),
      recipe: this.#cutoff.recipeOf(target),
      columns,
      rows,
      seconds,
      at: now(),
    };
    if (!(await state.finishBuild(this.#operation, build))) throw lost(node.name);
    this.#done += 1;
    this.#relations.set(node.name, { build: id });
    this.#results.push({ name: node.name, action: 'built', rows, seconds, build: id });
    listener({ type: 'build-finished', node: node.name, rows, seconds, done: this.#done, total: this.#total });
    return id;
  }

  #inputsOf(target: Target): readonly BuildId[] {
    return target.graphNode.needs.flatMap((need): readonly BuildId[] => {
      const relation = this.#relations.get(need);
      return relation && 'build' in relation ? [relation.build] : [];
    });
  }

  /** Others are making all that is left: the warehouse is theirs until one of them is done. */
  async #awaitOthers(): Promise<void> {
    const waiting = this.#held.splice(0);
    const other = waiting.find(({ by }) => by.operation !== this.#operation);
    if (other !== undefined) {
      await this.#warehouse.leave();
      const what = `the build of ${other.target.node.name}`;
      this.#applying.listener({ type: 'waiting', what, holder: whoHolds(other.by) });
    }
    const { signal } = this.#controller;
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
    if (this.#stopped()) this.#stop(asError(signal.reason));
    for (const { target } of waiting) this.#waiting.set(target.node.name, target);
  }
}

const OF_NODE: ReadonlySet<string> = new Set([
  'build-failed',
  'source-missing',
  'source-columns',
  'source-unreadable',
  'source-changed',
  'connection-failed',
  'dependants-exist',
]);

/** Whether the failure is one node's, so that others may go on. */
const isOfNode = (error: UserError): boolean => error.problems.some((one) => OF_NODE.has(one.code));

const lost = (node: NodeName): UserError =>
  new UserError(
    problem('lease-lost', `This operation was given up for dead while it built \`${node}\`.`, {
      hint: 'It missed its heartbeats. Run the command again.',
    }),
  );
