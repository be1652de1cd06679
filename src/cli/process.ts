import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { confirm } from './confirm.ts';
import type { Context, Output } from './context.ts';
import { catchSignals } from './interruption.ts';
import { runCli } from './program.ts';

/** Runs one command in this process and ends it with the command's exit code. */
export async function main(argv: readonly string[], version: string): Promise<void> {
  const stdout = outputOf(process.stdout);
  const stderr = outputOf(process.stderr);
  const interruption = catchSignals(stderr);
  const context: Context = {
    cwd: process.cwd(),
    env: process.env,
    stdin: process.stdin,
    stdout,
    stderr,
    interruption,
    // Drivers and parsers cost more than a misspelt flag is worth.
    openWorkspace: async (options) => (await import('../workspace.ts')).openWorkspace(options),
    initProject: async (...wanted) => (await import('../project/init.ts')).initProject(...wanted),
    splitStatements: async (text) => (await import('../sql/statements.ts')).splitStatements(text),
    confirm: (question) => confirm(question, stderr, interruption.signal),
  };
  const exit = await runCli(argv, version, context);
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  // An idle handle of a driver or of standard input must not keep a finished command alive.
  process.exit(exit);
}

/** A reader that goes away early (`| head`) is no error: what is left to say is dropped. */
function outputOf(stream: NodeJS.WriteStream & { readonly fd: 1 | 2 }): Output {
  let gone = false;
  stream.on('error', () => {
    gone = true;
  });
  return {
    stream,
    isTerminal: isatty(stream.fd),
    get columns() {
      return stream.columns ?? 100;
    },
    write(text) {
      if (!gone) stream.write(text);
      return !gone;
    },
  };
}

const drained = (stream: Writable): Promise<void> =>
  new Promise((resolve) => {
    stream.write('', () => resolve());
  });
