import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor, Operation, Outcome } from './actors.ts';
import { copyFolder } from './copy-folder.ts';
import { write, type Files } from './shop.ts';

/** Projects of one test file, and what has been done in them. */
export class Projects {
  readonly #folder = mkdtempSync(join(tmpdir(), 'bough-race-'));
  #count = 0;

  /** Makes a project: files are written, commands run one after the other. */
  async make(actor: Actor, ...steps: readonly (Files | Operation)[]): Promise<string> {
    const directory = this.#next();
    for (const step of steps) {
      if (!isOperation(step)) write(directory, step);
      else await succeed(actor, directory, step);
    }
    return directory;
  }

  copy(directory: string): string {
    const next = this.#next();
    copyFolder(directory, next);
    return next;
  }

  clear(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #next(): string {
    this.#count += 1;
    return join(this.#folder, String(this.#count));
  }
}

export const isOperation = (step: object): step is Operation => 'type' in step && typeof step.type === 'string';

export async function succeed(actor: Actor, directory: string, operation: Operation): Promise<Outcome> {
  const outcome = await actor.do({ directory, operation });
  if (outcome.type === 'done' && outcome.exit === 0) return outcome;
  throw new Error(`${JSON.stringify(operation)}: ${JSON.stringify(outcome)}`);
}

/** Exit code and problem codes: all that a script can see of a refusal. */
export const refusal = (outcome: Outcome): unknown =>
  outcome.type === 'failed' ? { exit: outcome.exit, codes: outcome.codes } : outcome;

export const apply = (environment: string): Operation => ({ type: 'apply', environment });
export const run = (environment: string): Operation => ({ type: 'run', environment });
export const remove = (environment: string): Operation => ({ type: 'delete', environment });
export const exportTables = (environment: string): Operation => ({ type: 'export', environment });
export const promote: Operation = { type: 'promote', environment: 'dev' };
export const collect: Operation = { type: 'collect', keep: 0 };
