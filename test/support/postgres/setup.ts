import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the run's one server, which the first test that needs it starts; and the process that it ends with. */
    readonly postgres: { readonly folder: string; readonly run: number };
  }
}

/** Only makes room for a server: most runs need none. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'bough-postgres-'));
  project.provide('postgres', { folder, run: process.pid });
  return () => {
    const ready = join(folder, 'server/ready.json');
    if (existsSync(ready)) process.kill(Number(JSON.parse(readFileSync(ready, 'utf8')).keeper), 'SIGTERM');
    else rmSync(folder, { recursive: true, force: true });
  };
}
