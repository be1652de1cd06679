import { EngineError } from '../engines/contract.ts';
import { asOperationId, type BuildId, type EnvironmentName, type NodeName, type OperationId } from '../model/ids.ts';
import type { OperationResult, ResultExport } from '../model/plan.ts';
import { asError, problem, UserError, type Problem } from '../model/problems.ts';
import type { Outflow } from '../model/outflow.ts';
import { exportRow, isDue, leftTables, recordsOf, type Records, type Wanted } from '../plan/exports.ts';
import { stemOf } from '../plan/names.ts';
import { headOf } from '../plan/version.ts';
import type { Delivered, Target } from '../targets/contract.ts';
import type { Applying } from './applying.ts';
import { keepAlive, takeLease } from './lease.ts';
import { recover } from './recovery.ts';
import { tolerantly, toldToUser } from './trouble.ts';
import { Warehouse } from './warehouse.ts';

export interface ExportOptions {
  /** Head that the tables were told from. */
  readonly revision: number;
  /** This node alone, and also where its table holds its build already. */
  readonly node: NodeName | null;
  /** Takes tables over that somebody else wrote. */
  readonly adopt: boolean;
}

export interface Exported {
  readonly exports: readonly ResultExport[];
  readonly problems: readonly Problem[];
}

interface Running {
  readonly environment: EnvironmentName;
  readonly id: OperationId;
  readonly token: number;
  readonly state: string;
  readonly records: Records;
  readonly adopt: boolean;
  readonly warehouse: Warehouse;
  readonly applying: Applying;
  readonly signal: AbortSignal;
}

interface Due {
  readonly wanted: Wanted;
  readonly build: BuildId;
}

/** What is to be written now, by the environment's head. */
async function dueNow(
  environment: EnvironmentName,
  wanted: readonly Wanted[],
  { node }: ExportOptions,
  { state }: Applying,
): Promise<readonly Due[]> {
  const records = await recordsOf(state, { name: environment, base: null });
  const head = await headOf(state, environment);
  return wanted.flatMap((one): readonly Due[] => {
    const build = head?.nodes.get(one.node)?.entry.build ?? null;
    if (build === null || (node !== null && one.node !== node)) return [];
    return node !== null || isDue(one, build, records) ? [{ wanted: one, build }] : [];
  });
}

/**
 * Brings tables in other databases up to the environment's head: an operation of its own, after the pointers moved. It can
 * be repeated, by whoever comes: what is due is told from the head and from what the state and the tables themselves
 * record. What fails leaves its table as it was, and the others go on.
 */
export async function exportTables(
  environment: EnvironmentName,
  wanted: readonly Wanted[],
  options: ExportOptions,
  applying: Applying,
): Promise<Exported> {
  const { state } = applying;
  const left = leftTables(wanted, await recordsOf(state, { name: environment, base: null }));
  const none = (await dueNow(environment, wanted, options, applying)).length === 0;
  if (none && (left.length === 0 || options.node !== null)) return { exports: [], problems: [] };
  const id = asOperationId(applying.unique(20));
  const controller = new AbortController();
  const warehouse = new Warehouse(applying);
  await state.startOperation({ id, environment, kind: 'export', holder: applying.holder });
  const rest = keepAlive(id, applying, controller);
  try {
    const token = await takeLease(id, environment, applying);
    const moved = await recover(environment, token, id, warehouse, applying);
    // Under the lease the head stays; whoever moved it since exports what it moved.
    if (moved || (await state.environment(environment))?.head !== options.revision) throw movedOn(environment);
    const due = await dueNow(environment, wanted, options, applying);
    const gone = await state.pin(
      id,
      due.map(({ build }) => build),
    );
    if (gone.length > 0) throw new Error(`builds of the head of ${environment} are gone: ${gone.join(', ')}`);
    const records = await recordsOf(state, { name: environment, base: null });
    const forgotten = leftTables(wanted, records).map(({ node }) => node);
    await state.forgetExports(id, environment, forgotten);
    const signal = AbortSignal.any([applying.signal, controller.signal]);
    const { state: stateId } = await state.identity();
    const { adopt } = options;
    return await all(due, { environment, id, token, state: stateId, records, adopt, warehouse, applying, signal });
  } catch (raw) {
    throw toldToUser(raw);
  } finally {
    rest();
    await tolerantly(() => warehouse.leave());
    await tolerantly(() => state.endOperation(id));
  }
}

/** The result of an operation with what was exported after it, if anything is. A failure undoes nothing that is live. */
export async function withExports(
  result: OperationResult,
  wanted: readonly Wanted[] | null,
  applying: Applying,
): Promise<OperationResult> {
  if (wanted === null || result.problems.some((one) => one.severity === 'error')) return result;
  const { environment, revision } = result;
  try {
    const options = { revision, node: null, adopt: false };
    const { exports, problems } = await exportTables(environment, wanted, options, applying);
    if (exports.length === 0 && problems.length === 0) return result;
    const left = problems.length === 0 ? [] : [leftOver(result, exports)];
    return { ...result, exports, problems: [...result.problems, ...problems, ...left] };
  } catch (raw) {
    if (!(raw instanceof UserError)) throw raw;
    return { ...result, problems: [...result.problems, ...raw.problems, leftOver(result, [])] };
  }
}

/** Says what is live and what is not. */
function leftOver({ environment, revision }: OperationResult, exports: readonly ResultExport[]): Problem {
  const failed = exports.filter(({ action }) => action === 'failed').map(({ node }) => `\`${node}\``);
  const what =
    failed.length === 0
      ? 'what it exports was not exported'
      : `${failed.join(', ')} ${failed.length === 1 ? 'was' : 'were'} not exported`;
  const message = `\`${environment}\` is live at revision ${revision}, but ${what}: those tables hold what they held.`;
  const hint = `The next apply, run or promotion does it, or:\n  bough export ${environment}`;
  return problem('export-failed', message, { hint });
}

const movedOn = (environment: EnvironmentName): UserError =>
  new UserError(
    problem('plan-stale', `\`${environment}\` has moved on meanwhile; nothing was exported.`, {
      hint: `See what is left to do:\n  bough export ${environment}`,
    }),
  );

async function all(due: readonly Due[], running: Running): Promise<Exported> {
  const exports: ResultExport[] = [];
  const problems: Problem[] = [];
  for (const one of due) {
    const started = performance.now();
    const row = exportRow(one.wanted);
    running.applying.listener({ type: 'export-started', node: row.node, table: row.table });
    const delivered = await oneOf(one, running, problems);
    const action = delivered === null ? 'failed' : delivered.type === 'written' ? 'exported' : 'kept';
    const rows = delivered?.type === 'written' ? delivered.rows : null;
    const exported = { ...row, action, rows, seconds: (performance.now() - started) / 1000 } as const;
    exports.push(exported);
    running.applying.listener({ type: 'export-finished', exported });
  }
  return { exports, problems };
}

/** null, with the problems added, where the world says no. */
async function oneOf(due: Due, running: Running, problems: Problem[]): Promise<Delivered | null> {
  try {
    const { wanted, build } = due;
    const { applying, environment, id, token } = running;
    const target = await applying.openTarget(wanted.container, wanted.export.at);
    const delivered = await delivering(due, target, running);
    const { node, place, manner } = wanted;
    await applying.state.recordExport(id, { environment, node, place, manner, build, token, at: applying.now() });
    return delivered;
  } catch (raw) {
    running.signal.throwIfAborted();
    if (!(raw instanceof UserError || raw instanceof EngineError)) throw asError(raw);
    const at = due.wanted.export.at;
    const told = raw instanceof UserError ? raw.problems : [problem('export-failed', raw.message)];
    problems.push(...told.map((one) => ({ ...one, at: one.at ?? at })));
    return null;
  }
}

async function delivering(due: Due, target: Target, running: Running): Promise<Delivered> {
  try {
    return await deliver(due, target, running);
  } finally {
    await tolerantly(() => target.close());
  }
}

async function deliver({ wanted, build }: Due, target: Target, running: Running): Promise<Delivered> {
  const { environment, id, token, state, records, adopt, warehouse, signal } = running;
  const { node, place, table } = wanted;
  const { mode, key } = wanted.export;
  const last = records.get(node);
  const delivery = {
    table,
    mode,
    key,
    owner: { state, environment, node },
    operation: id,
    token,
    content: stemOf(build),
    last: last === undefined || last.place !== place ? null : stemOf(last.build),
    adopt,
  };
  const session = await warehouse.open();
  const take = async (outflow: Outflow): Promise<Delivered> => {
    // Others can have the warehouse while another database loads.
    if (outflow.detached) await warehouse.leave();
    return target.deliver(delivery, outflow, signal);
  };
  return session.unload(build, take, signal);
}
