import { join } from 'node:path';
import { asEnvironmentName, type EnvironmentName } from '../../src/model/ids.ts';
import { asError, exitOfCode, UserError } from '../../src/model/problems.ts';
import type { Planned, Workspace } from '../../src/bough.ts';
import { openState } from '../../src/state/index.ts';
import { openWorkspace, type Decorators } from '../../src/workspace.ts';
import { look } from './look.ts';
import type { Job, LookAt, Operation, Reply } from './actors.ts';
import { Trace } from './trace.ts';

/** Runs in a process of its own: does the jobs that its parent sends, one after the other. */

let last: Promise<void> = Promise.resolve();

process.on('message', (job: Job | LookAt) => {
  last = after(last, job);
});

async function after(before: Promise<void>, job: Job | LookAt): Promise<void> {
  await before;
  process.send?.(await perform(job));
}

const tell = (call: string): Promise<void> =>
  new Promise((resolve) => {
    const reply: Reply = { type: 'stopping', call };
    process.send?.(reply, undefined, undefined, () => resolve());
  });

async function perform(job: Job | LookAt): Promise<Reply> {
  if ('lookAt' in job) return { type: 'looked', look: await look(job.lookAt) };
  const trace = new Trace(job.fault ?? null, tell);
  if (job.files === true) trace.watchFiles();
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
  const path = join(directory, '.bough/state.db');
  const now = (): number => Date.now() + ahead;
  const opened = openState({ type: 'sqlite', path }, { create: true, now });
  return {
    ...decorators,
    state: (state) => {
      const later = new Proxy(state, {
        get:
          (_, key) =>
          async (...values: readonly unknown[]) => {
            const real = await opened;
            const method = Reflect.get(real, key, real) as (...values: readonly unknown[]) => unknown;
            return method(...values);
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
  const planned = await plan(workspace, operation);
  const { moved, revision, summary, problems } = await workspace.execute(planned, { replan: true });
  const errors = problems.filter((one) => one.severity === 'error');
  const exit = errors[0] === undefined ? 0 : exitOfCode(errors[0].code);
  return { type: 'done', exit, moved, revision, built: summary.built, collected: 0, changes: planned.changes };
}

function plan(workspace: Workspace, operation: Exclude<Operation, { type: 'collect' }>): Promise<Planned> {
  const environment = (name: string): EnvironmentName => asEnvironmentName(name);
  switch (operation.type) {
    case 'apply':
      return workspace.planApply(environment(operation.environment), { refresh: operation.refresh ?? false });
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
