import { asEnvironmentName, type EnvironmentName } from '../../src/model/ids.ts';
import { asError, exitOfCode, UserError } from '../../src/model/problems.ts';
import type { OperationResult } from '../../src/model/plan.ts';
import type { Planned, Workspace } from '../../src/workspace/contract.ts';
import { loadConfig } from '../../src/project/index.ts';
import { openState } from '../../src/state/index.ts';
import { openWorkspace, type Decorators } from '../../src/workspace/open.ts';
import { look } from './look.ts';
import type { Job, LookAt, Message, Operation, Reply } from './actors.ts';
import { watchStatements } from './statements.ts';
import { Trace } from './trace.ts';
import { Watcher } from './watcher.ts';

/** Runs in a process of its own: does the jobs that its parent sends, one after the other. */

let last: Promise<void> = Promise.resolve();
let watcher: Watcher | null = null;

// Who sent the jobs has ended.
process.on('disconnect', () => process.exit());

process.on('message', (message: Message) => {
  if ('enough' in message) watcher?.stop();
  else if ('watch' in message) {
    // Made at once: that it was enough can come before the watch begins.
    const watching = (watcher = new Watcher(message));
    last = after(last, () => watching.watch());
  } else last = after(last, () => perform(message));
});

async function after(before: Promise<void>, work: () => Promise<Reply>): Promise<void> {
  await before;
  process.send?.(await work());
}

const tell = (call: string): Promise<void> =>
  new Promise((resolve) => {
    const reply: Reply = { type: 'stopping', call };
    process.send?.(reply, undefined, undefined, () => resolve());
  });

const perform = async (wanted: Job | LookAt): Promise<Reply> =>
  'lookAt' in wanted ? { type: 'looked', look: await look(wanted.lookAt) } : work(wanted);

async function work(job: Job): Promise<Reply> {
  const trace = new Trace(job.fault ?? null, tell);
  if (job.deep === true) {
    trace.watchFiles();
    await watchStatements(trace);
  }
  try {
    const workspace = await openWorkspace(
      { directory: job.directory, wait: job.wait ?? 60_000 },
      withClock(trace.decorators, job),
    );
    try {
      return { ...(await operate(workspace, job.operation)), calls: trace.calls };
    } finally {
      await workspace.close();
    }
  } catch (raw) {
    const error = asError(raw);
    const codes = error instanceof UserError ? error.problems.map((one) => one.code) : [];
    // The command line says so of errors of the operating system, too.
    const exit = error instanceof UserError ? error.exit : 'syscall' in error ? 1 : null;
    return { type: 'failed', exit, codes, message: error.stack ?? error.message, calls: trace.calls };
  }
}

/** A state whose clock runs ahead, so that leases end without anybody waiting for it. */
function withClock(decorators: Decorators, { directory, ahead = 0 }: Job): Decorators {
  if (ahead === 0) return decorators;
  const now = (): number => Date.now() + ahead;
  const opened = openState(loadConfig(directory).state, { create: true, now });
  return {
    ...decorators,
    state: (state) => {
      const later = new Proxy(state, {
        get(here, key): unknown {
          const member: unknown = Reflect.get(here, key, here);
          if (typeof member !== 'function') return member;
          return async (...values: readonly unknown[]) => {
            const real = await opened;
            const method = Reflect.get(real, key, real) as (...values: readonly unknown[]) => unknown;
            return Reflect.apply(method, real, values);
          };
        },
      });
      return decorators.state?.(later) ?? later;
    },
  };
}

async function operate(workspace: Workspace, operation: Operation): Promise<Omit<Reply & { type: 'done' }, 'calls'>> {
  if (operation.type === 'collect') {
    const { builds } = await workspace.collect({ keep: operation.keep });
    return { type: 'done', exit: 0, moved: false, revision: 0, built: 0, collected: builds.length, changes: true };
  }
  if (operation.type === 'export') {
    const result = await workspace.export(asEnvironmentName(operation.environment));
    return told(result, (result.exports ?? []).length > 0);
  }
  const planned = await plan(workspace, operation);
  return told(await workspace.execute(planned, { replan: true }), planned.changes);
}

function told(
  { moved, revision, summary, problems }: OperationResult,
  changes: boolean,
): Omit<Reply & { type: 'done' }, 'calls'> {
  const error = problems.find((one) => one.severity === 'error');
  const exit = error === undefined ? 0 : exitOfCode(error.code);
  return { type: 'done', exit, moved, revision, built: summary.built, collected: 0, changes };
}

function plan(workspace: Workspace, operation: Exclude<Operation, { type: 'collect' | 'export' }>): Promise<Planned> {
  const environment = (name: string): EnvironmentName => asEnvironmentName(name);
  switch (operation.type) {
    case 'apply':
      return workspace.planApply(environment(operation.environment), {
        refresh: operation.refresh ?? false,
        takeBack: operation.takeBack ?? false,
      });
    case 'run':
      return workspace.planRun(environment(operation.environment));
    case 'promote':
      return workspace.planPromote(environment(operation.environment), null);
    case 'rollback':
      return workspace.planRollback(environment(operation.environment), operation.to);
    case 'delete':
      return workspace.planDelete(environment(operation.environment));
  }
}
