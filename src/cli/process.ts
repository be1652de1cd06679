import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { noteVariables } from '../bindings/secrets/secret-names.ts';
import { EXIT } from '../model/problems.ts';
import { confirm } from './confirm.ts';
import type { Context, Output } from './context.ts';
import { catchSignals } from './interruption.ts';
import { maskStream } from './output/mask-stream.ts';
import { runCli } from './program.ts';

/** Runs one command in this process and ends it with the command's exit code. */
export async function main(argv: readonly string[], version: string): Promise<void> {
  noteVariables(Object.entries(process.env));
  const masks = [maskStream(process.stdout), maskStream(process.stderr)];
  const stdout = outputOf(process.stdout);
  const stderr = outputOf(process.stderr);
  const interruption = catchSignals();
  // Else the runtime prints it itself, past every mask.
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`, () => process.exit(EXIT.error));
    for (const { end } of masks) end();
  });
  const context: Context = {
    cwd: process.cwd(),
    env: process.env,
    stdin: process.stdin,
    stdout,
    stderr,
    interruption,
    // Drivers and parsers cost more than a misspelt flag is worth.
    openWorkspace: async (options) => (await import('../workspace/open.ts')).openWorkspace(options),
    initProject: async (directory, ...wanted) => {
      const made = await (await import('../project/init.ts')).initProject(directory, ...wanted);
      (await import('./json-schemas.ts')).writeJsonSchemas(directory, new Map());
      return made;
    },
    splitStatements: async (text) => (await import('../sql/statements.ts')).splitStatements(text),
    confirm: (question) => confirm(question, stderr, interruption.signal),
  };
  const exit = await runCli(argv, version, context);
  for (const { end } of masks) end();
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  const lost = stdout.failure();
  if (lost !== null) stderr.write(`error: the result could not be written to standard output: ${lost}\n`);
  // An idle handle of a driver or of standard input must not keep a finished command alive.
  process.exit(lost !== null && exit === EXIT.done ? EXIT.error : exit);
}

interface ProcessOutput extends Output {
  /** Why something that was written is lost; a reader that went away early (`| head`) lost nothing that it wanted. */
  failure(): string | null;
}

function outputOf(stream: NodeJS.WriteStream & { readonly fd: 1 | 2 }): ProcessOutput {
  let failed: NodeJS.ErrnoException | null = null;
  stream.on('error', (error) => {
    failed = error;
  });
  return {
    stream,
    isTerminal: isatty(stream.fd),
    get columns() {
      return stream.columns ?? 100;
    },
    write(text) {
      if (failed === null) stream.write(text);
      return failed === null;
    },
    failure: () => (failed === null || failed.code === 'EPIPE' ? null : failed.message),
  };
}

const drained = (stream: Writable): Promise<void> =>
  new Promise((resolve) => {
    stream.write('', () => resolve());
  });
