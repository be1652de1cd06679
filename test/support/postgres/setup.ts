import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the run's one server, which the first test that needs it starts; and the process that it ends with. */
    readonly postgres: { readonly folder: string; readonly run: number };
  }
}

/** Only makes room for a server: most runs need none. */
export function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bough-postgres-'));
  project.provide('postgres', { folder, run: process.pid });
  return async () => {
    const ready = join(folder, 'server/ready.json');
    // The keeper ends when the server has, and takes its folder away.
    if (existsSync(ready)) {
      const keeper = Number(JSON.parse(readFileSync(ready, 'utf8')).keeper);
      while (asked(keeper)) await pause(20);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}

/** Asks a process to end; false where it has. */
function asked(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGTERM');
  } catch {
    return false;
  }
}
