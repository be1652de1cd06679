import { asOperationId, type BuildId, type EnvironmentName, type NodeName, type OperationId } from '../model/ids.ts';
import { EMPTY_RESULT, type OperationResult, type ResultNode } from '../model/plan.ts';
import { asError, problem, UserError, type Problem } from '../model/problems.ts';
import type { Node } from '../model/node.ts';
import { inPlaceOf } from '../plan/choose.ts';
import type { PlanCore } from '../plan/core.ts';
import type { Intent } from '../state/contract.ts';
import type { Applying } from './applying.ts';
import { audit } from './audits.ts';
import { Builder, type BuildOutcome } from './builder.ts';
import { intentOf } from './intent.ts';
import { keepAlive, takeLease } from './lease.ts';
import { finishPublished, recover } from './recovery.ts';
import { refuseUnknownRoles } from './roles.ts';
import {
  publicationOf,
  refuseMissing,
  refuseObstacles,
  restoredNodesOf,
  viewChanges,
  type ViewChanges,
} from './views.ts';
import { tolerantly, toldToUser } from './trouble.ts';
import { checkMarker, Warehouse } from './warehouse.ts';

/** The plan does not hold any more; planning anew may help. */
export class StalePlan extends UserError {
  /** This operation finished an interrupted one: what moved is what readers saw already, not another's work. */
  readonly recovered: boolean;

  constructor(message: string, { recovered = false }: { readonly recovered?: boolean } = {}) {
    super(problem('plan-stale', message, { hint: 'Plan again, look at it, and apply that.' }));
    this.name = 'StalePlan';
    this.recovered = recovered;
  }
}

const finished = (environment: EnvironmentName): StalePlan =>
  new StalePlan(`An interrupted operation on \`${environment}\` was finished; the plan was made before that.`, {
    recovered: true,
  });

interface Running {
  readonly core: PlanCore;
  readonly id: OperationId;
  readonly warehouse: Warehouse;
  readonly applying: Applying;
  readonly controller: AbortController;
  readonly message: string | null;
}

/** Lease, recovery, check: from here on nobody else writes to the environment. Returns the fencing token. */
async function enter(running: Running): Promise<number> {
  const { core, id, warehouse, applying } = running;
  const { environment } = core;
  const token = await takeLease(id, environment, applying);
  if (await recover(environment, token, id, warehouse, applying)) {
    throw finished(environment);
  }
  const record = await applying.state.environment(environment);
  if ((record?.head ?? 0) !== core.head) {
    throw new StalePlan(
      `\`${environment}\` is at revision ${record?.head ?? 0} now; the plan was made at ${core.head}.`,
    );
  }
  if (core.from !== null) {
    const from = await (await applying.stateOf(core.from.environment)).environment(core.from.environment);
    if (from?.head !== core.from.revision) {
      throw new StalePlan(`\`${core.from.environment}\` has moved on to revision ${from?.head ?? 0}.`);
    }
  }
  const session = await warehouse.open();
  for (const name of core.base === null ? [environment] : [environment, core.base]) {
    await checkMarker(session, name, applying.state);
  }
  await refuseObstacles(core, session, applying);
  await refuseUnknownRoles(core, session);
  return token;
}

/** A promotion builds before it has the lease; whom it reads and writes is looked at before. */
async function lookAhead({ core, warehouse, applying }: Running): Promise<void> {
  if (core.from === null) return;
  const session = await warehouse.open();
  const from = core.from.environment;
  // Another root's warehouse is its own: its code is read as its state tells it.
  const beside = (await applying.stateOf(from)) === applying.state;
  for (const environment of beside ? [from, core.environment] : [core.environment]) {
    if (await finishPublished(environment, session, applying)) {
      throw finished(environment);
    }
    await checkMarker(session, environment, applying.state);
  }
  await refuseUnknownRoles(core, session);
}

const reusedBuilds = (core: PlanCore): readonly BuildId[] => {
  const needed = new Set<BuildId>();
  const targets = new Map(core.steps.map((step) => [step.name, step.target]));
  for (const step of core.steps) {
    const kept = step.restored?.build ?? step.target?.build ?? null;
    if (step.write === 'entry' && kept !== null) needed.add(kept);
    if (step.action !== 'build') continue;
    for (const need of step.target?.graphNode.needs ?? []) {
      const build = targets.get(need)?.build;
      if (build) needed.add(build);
    }
  }
  return [...needed];
};

/** Keeps what the plan reuses from being collected, and makes sure that it is there. */
async function protect({ core, id, warehouse, applying }: Running): Promise<void> {
  const builds = reusedBuilds(core);
  const gone = await applying.state.pin(id, builds);
  if (gone.length > 0) throw new StalePlan('Builds that the plan reuses were collected meanwhile.');
  await refuseMissing(builds, await warehouse.open());
}

async function build(running: Running, restored: ReadonlyMap<NodeName, Node>): Promise<BuildOutcome> {
  const { core, id, warehouse, applying, controller } = running;
  const outcome = await new Builder(core, id, warehouse, applying, controller).run();
  const relations = new Map(outcome.relations);
  for (const { name, restored: entry } of core.steps) {
    const node = restored.get(name);
    const inPlace = node === undefined ? null : inPlaceOf(node);
    if (entry?.build) relations.set(name, { build: entry.build });
    else if (inPlace !== null) relations.set(name, { inPlace });
  }
  return { ...outcome, relations };
}

/** The commit: intent, the one transaction in the warehouse, the revision. */
async function commit(running: Running, token: number, intent: Intent, changes: ViewChanges): Promise<void> {
  const { core, id, warehouse, applying } = running;
  const { state, engine, listener } = applying;
  const written = await state.writeIntent(id, token, intent);
  if (written === 'moved')
    throw new StalePlan(`\`${core.environment}\`, or what it stands on, has moved on meanwhile.`);
  if (written === 'lost') throw lostLease(core);
  const head = { environment: core.environment, token, operation: id };
  const session = await warehouse.open();
  try {
    const published = await session.publish(await publicationOf(changes, head, state, engine));
    if (published === 'fenced') throw lostLease(core);
  } catch (raw) {
    // Where this fails too, the intent stays open, and the next operation settles it.
    const stands = await settleFailedPublication(running, token).catch(() => false);
    if (!stands) throw asError(raw);
  }
  await state.commitIntent(id);
  listener({
    type: 'published',
    environment: core.environment,
    revision: intent.revision.revision,
    views: changes.moved.length + changes.dropped.length,
  });
}

/** Whether a publication that failed stands all the same, only its answer was lost; else its intent is abandoned. */
async function settleFailedPublication({ core, id, warehouse, applying }: Running, token: number): Promise<boolean> {
  const session = await warehouse.open();
  const marker = await session.raise(core.environment, token);
  if (marker.operation === id) return true;
  await applying.state.abandonIntent(id);
  return false;
}

const lostLease = (core: PlanCore): UserError =>
  new UserError(
    problem('lease-lost', `The lease of \`${core.environment}\` was taken over; nothing was published.`, {
      hint: 'Run the command again.',
    }),
  );

function resultOf(
  core: PlanCore,
  outcome: BuildOutcome,
  problems: readonly Problem[],
  moved: boolean,
): OperationResult {
  const made = new Map(outcome.results.map((row) => [row.name, row]));
  const nodes = core.steps.flatMap((step): readonly ResultNode[] => {
    const row = made.get(step.name);
    if (row !== undefined) return [row];
    if (step.action === 'remove')
      return [{ name: step.name, action: 'removed', rows: null, seconds: null, build: null }];
    if (step.action !== 'reuse') return [];
    const build = step.target?.build ?? step.restored?.build ?? null;
    return [{ name: step.name, action: 'reused', rows: null, seconds: null, build }];
  });
  const summary = { ...EMPTY_RESULT };
  for (const node of nodes) summary[node.action] += 1;
  return {
    environment: core.environment,
    revision: moved ? core.head + 1 : core.head,
    moved,
    nodes,
    summary,
    problems,
  };
}

/** What speaks against publishing: errors keep the pointers where they are, warnings are shown. */
async function judged(
  { core, warehouse, applying, controller }: Running,
  outcome: BuildOutcome,
): Promise<readonly Problem[]> {
  if (core.operation === 'delete' || core.operation === 'rollback') return [];
  const doubts = outcome.doubts.map(
    (one) => ({ ...one, severity: applying.determinism === 'error' ? 'error' : 'warning' }) as const,
  );
  return [...doubts, ...(await audit(core, outcome.relations, warehouse, applying, controller.signal))];
}

async function work(running: Running): Promise<OperationResult> {
  const { core, applying, controller } = running;
  const ahead = core.operation === 'promote';
  if (ahead) await lookAhead(running);
  let token = ahead ? null : await enter(running);
  await protect(running);
  const restored = await restoredNodesOf(core, applying.state);
  const outcome = await build(running, restored);
  if (outcome.problems.length > 0) return resultOf(core, outcome, outcome.problems, false);
  const found = await judged(running, outcome);
  if (found.some((one) => one.severity === 'error')) return resultOf(core, outcome, found, false);
  token ??= await enter(running);
  controller.signal.throwIfAborted();
  const owned = await applying.state.viewsOf(core.environment);
  const changes = viewChanges(core, outcome.relations, restored, owned, applying.naming);
  const kept = outcome.results.filter(({ action }) => action === 'kept').map(({ name }) => name);
  const { id, message } = running;
  const signature = { operation: id, at: applying.now(), by: applying.holder.user, message, kept };
  await commit(running, token, intentOf(core, outcome.relations, changes, signature), changes);
  return resultOf(core, outcome, found, true);
}

/**
 * Carries a plan out: lease, check, build, gate, commit (DESIGN 3). Nothing is visible before the one transaction that
 * moves the views; whatever fails leaves every pointer as it was. Throws UserError; StalePlan where planning anew helps.
 */
export async function operate(core: PlanCore, message: string | null, applying: Applying): Promise<OperationResult> {
  const id = asOperationId(applying.unique(20));
  const controller = new AbortController();
  const stop = (): void => controller.abort(applying.signal.reason);
  applying.signal.addEventListener('abort', stop, { once: true });
  if (applying.signal.aborted) stop();
  const warehouse = new Warehouse(applying);
  const { environment, operation: kind } = core;
  await applying.state.startOperation({ id, environment, kind, holder: applying.holder });
  const rest = keepAlive(id, applying, controller);
  try {
    return await work({ core, id, warehouse, applying, controller, message });
  } catch (raw) {
    throw toldToUser(raw);
  } finally {
    rest();
    applying.signal.removeEventListener('abort', stop);
    await tolerantly(() => warehouse.leave());
    await tolerantly(() => applying.state.endOperation(id));
  }
}
