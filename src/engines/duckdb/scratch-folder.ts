import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isGone } from './instances.ts';

const NAME = /^\.bough-scratch-(\d+)-/;

/** A new folder for files on their way, which nobody else may read. Who asks for it removes it. */
export function scratchFolder(parent: string): string {
  mkdirSync(parent, { recursive: true });
  clearScratch(parent);
  return mkdtempSync(join(parent, `.bough-scratch-${process.pid}-`));
}

/** Removes the folders of processes that were killed; what cannot be removed is in nobody's way. */
export function clearScratch(parent: string): void {
  try {
    for (const name of readdirSync(parent)) {
      const pid = NAME.exec(name)?.[1];
      if (pid !== undefined && isGone(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true });
    }
  } catch {
    return;
  }
}
