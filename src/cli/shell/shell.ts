import { createInterface, type Interface } from 'node:readline';
import type { EnvironmentName } from '../../model/ids.ts';
import { EXIT, type ExitCode } from '../../model/problems.ts';
import type { Call } from '../context.ts';
import type { Format } from '../output/rows.ts';
import type { Session } from '../session.ts';
import { openHistory } from './history.ts';
import { Speaker } from './speaker.ts';

/** The interactive shell over one environment. */
export async function runShell(
  call: Call,
  session: Session,
  environment: EnvironmentName,
  format: Format,
): Promise<ExitCode> {
  const { context } = call;
  const view = await session.workspace.show(environment);
  const history = openHistory(session.workspace.root);
  const terminal = createInterface({
    input: context.stdin,
    output: context.stdout.stream,
    terminal: true,
    history: [...history.lines],
    removeHistoryDuplicates: true,
    historySize: 1_000,
  });
  terminal.on('history', (lines) => history.save(lines));
  context.stdout.write(`${environment} at revision ${view.record.head}, read-only. .help tells more, Ctrl-D leaves.\n`);
  await converse(terminal, new Speaker(call, session, environment, format), context.interruption.signal, () =>
    context.stdout.write('\n'),
  );
  const reason = context.interruption.reason();
  return reason === null ? EXIT.done : EXIT[reason];
}

/**
 * Lines in, answers out, until the person leaves. A line is heard when what the one before it asked is done; Ctrl-D
 * leaves when all is answered, `.quit` at once.
 */
function converse(terminal: Interface, speaker: Speaker, signal: AbortSignal, newline: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let work: Promise<void> = Promise.resolve();
    let open = true;
    let left = false;
    const prompt = (): void => {
      terminal.setPrompt(speaker.prompt);
      if (open) terminal.prompt();
    };
    const hear = async (line: string): Promise<void> => {
      if (left) return;
      left = (await speaker.hear(line)) === 'leave';
      if (left) terminal.close();
      else prompt();
    };
    terminal.on('line', (line) => {
      work = work.then(() => hear(line));
      work.catch(reject);
    });
    terminal.on('SIGINT', () => {
      if (speaker.interrupt()) return;
      // Ctrl-E, Ctrl-U: what is typed so far goes, wherever the cursor stands.
      for (const name of ['e', 'u']) terminal.write(null, { ctrl: true, name });
      prompt();
    });
    terminal.on('close', () => {
      open = false;
      if (!left) newline();
      void work.then(resolve, reject);
    });
    signal.addEventListener('abort', () => {
      left = true;
      speaker.interrupt();
      terminal.close();
    });
    prompt();
  });
}
