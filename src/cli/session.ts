import { resolve } from 'node:path';
import type { Workspace } from '../workspace/contract.ts';
import type { Event, Listener } from '../model/events.ts';
import type { Call } from './context.ts';
import { plainProgress, type Progress } from './output/progress.ts';
import { styleFor, type Style } from './output/style.ts';

/** What the commands of one call share: the project, opened, and the screen that its events appear on. */
export interface Session {
  readonly workspace: Workspace;
  readonly style: Style;
  /** From now on events are drawn live, where there is a terminal to draw on. */
  readonly startProgress: () => Promise<void>;
  readonly stopProgress: () => void;
}

/** Opens the project for as long as `use` takes. `mute` are events that the command tells of by itself. */
export async function withSession<T>(
  call: Call,
  use: (session: Session) => Promise<T>,
  mute: readonly Event['type'][] = [],
): Promise<T> {
  const { context, options } = call;
  const style = styleFor(context.stderr, context.env);
  const quiet = options.json === true;
  const plain = plainProgress((text) => context.stderr.write(text), style);
  let progress: Progress = plain;
  const stopProgress = (): void => {
    progress.stop();
    progress = plain;
  };
  const startProgress = async (): Promise<void> => {
    if (quiet || !context.stderr.isTerminal || context.env['TERM'] === 'dumb') return;
    const { liveProgress } = await import('./output/live-progress.ts');
    progress = liveProgress(context.stderr.stream, style);
  };
  context.interruption.signal.addEventListener('abort', () => {
    stopProgress();
    const asked = context.interruption.reason() === 'interrupted' && context.stderr.isTerminal;
    if (asked) context.stderr.write(style.yellow('stopping; Ctrl-C again quits at once\n'));
  });
  // A program that reads JSON wants no progress, but a person who wonders why it hangs wants to know who is waited for.
  const listener: Listener = (event) => {
    if ((!quiet || event.type === 'waiting') && !mute.includes(event.type)) progress.listener(event);
  };
  const workspace = await context.openWorkspace({
    directory: resolve(context.cwd, options.directory ?? '.'),
    ...(options.wait === undefined ? {} : { wait: options.wait }),
    ...(call.dryRun === true ? { dryRun: true } : {}),
    ...(options.profile === undefined ? {} : { profile: resolve(context.cwd, options.profile) }),
    signal: context.interruption.signal,
    listener,
  });
  return closing(workspace, stopProgress, () => use({ workspace, style, startProgress, stopProgress }));
}

/** Closes in any case; when the work failed, its failure is the one to tell of. */
async function closing<T>(workspace: Workspace, stopProgress: () => void, work: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    stopProgress();
    await workspace.close().catch(() => {});
    throw error;
  }
  stopProgress();
  await workspace.close();
  return result;
}
