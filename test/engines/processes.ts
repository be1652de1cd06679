import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const HERE = import.meta.dirname;

/** Programs of `processes/`, bundled with the engine so that plain node runs them in a process of their own. */
export interface Programs {
  start(name: string, ...parameters: readonly string[]): Program;
  cleanup(): void;
}

export interface Program {
  readonly child: ChildProcess;
  /** The next message that the program sends. Rejects where it ends before. */
  next(): Promise<unknown>;
  /** Tells the program to go on. */
  tell(word: string): void;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export async function bundled(...names: readonly string[]): Promise<Programs> {
  const folder = mkdtempSync(join(tmpdir(), 'bough-programs-'));
  symlinkSync(resolve(HERE, '../../node_modules'), join(folder, 'node_modules'));
  const bundle = await rolldown({
    input: Object.fromEntries(names.map((name) => [name, join(HERE, 'processes', `${name}.ts`)])),
    platform: 'node',
    external: [/^@duckdb\//],
  });
  await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
  await bundle.close();
  return {
    start: (name, ...parameters) => program(fork(join(folder, `${name}.mjs`), [...parameters], { execArgv: [] })),
    cleanup: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function program(child: ChildProcess): Program {
  const messages: unknown[] = [];
  const waiting: { readonly resolve: (message: unknown) => void; readonly reject: (error: Error) => void }[] = [];
  child.on('message', (message) => {
    const next = waiting.shift();
    if (next === undefined) messages.push(message);
    else next.resolve(message);
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((done) => {
    child.once('exit', (code, signal) => {
      for (const { reject } of waiting.splice(0)) reject(new Error(`the program ended: ${signal ?? code}`));
      done({ code, signal });
    });
  });
  return {
    child,
    ended,
    tell: (word) => void child.send(word),
    next: () =>
      messages.length > 0
        ? Promise.resolve(messages.shift())
        : new Promise((resolve, reject) => void waiting.push({ resolve, reject })),
  };
}
