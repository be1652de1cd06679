import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mask } from '../../model/masking.ts';

const MAX_LINES = 1_000;

/** What was typed before, newest first as node:readline wants it, kept beside the project's state. */
export interface History {
  readonly lines: readonly string[];
  save(lines: readonly string[]): void;
}

/** History is a comfort: where it cannot be read or written, the shell works without. */
export function openHistory(root: string): History {
  const path = join(root, '.bough', 'sql_history');
  return { lines: read(path), save: (lines) => write(path, lines) };
}

function read(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .reverse();
  } catch {
    return [];
  }
}

function write(path: string, lines: readonly string[]): void {
  if (!existsSync(dirname(path))) return;
  try {
    writeFileSync(path, mask(`${lines.slice(0, MAX_LINES).reverse().join('\n')}\n`), { mode: 0o600 });
  } catch {
    return;
  }
}
