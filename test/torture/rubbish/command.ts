import { PassThrough } from 'node:stream';
import type { Context, Output } from '../../../src/cli/context.ts';
import { runCli } from '../../../src/cli/program.ts';
import { splitStatements } from '../../../src/sql/statements.ts';
import { openWorkspace } from '../../../src/workspace/open.ts';

export interface Told {
  readonly argv: readonly string[];
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

function collect(): { readonly output: Output; readonly text: () => string } {
  const stream = new PassThrough();
  let text = '';
  const write = (more: string): boolean => {
    text += more;
    return true;
  };
  stream.on('data', (chunk) => write(String(chunk)));
  return { output: { stream, isTerminal: false, columns: 100, write }, text: () => text };
}

/** Runs a command with everything real but its streams. */
export async function command(cwd: string, argv: readonly string[]): Promise<Told> {
  const stdout = collect();
  const stderr = collect();
  const stdin = new PassThrough();
  stdin.end('');
  const context: Context = {
    cwd,
    env: { NO_COLOR: '1', HOME: cwd },
    stdin,
    stdout: stdout.output,
    stderr: stderr.output,
    interruption: { signal: new AbortController().signal, reason: () => null },
    openWorkspace,
    initProject: () => Promise.reject(new Error('nothing is made anew here')),
    splitStatements: async (text) => splitStatements(text),
    confirm: () => Promise.reject(new Error('nobody is asked')),
  };
  const exit = await runCli(argv, '0.0.0', context);
  return { argv, exit, stdout: stdout.text(), stderr: stderr.text() };
}
