import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, posix, resolve } from 'node:path';
import { nearestName } from '../model/nearest.ts';
import { problem, type Position } from '../model/problems.ts';
import type { Reading } from './reading.ts';

/** A file that a node names must be there. What a glob finds is a fact, and told when facts are taken. */
export function checkFile(path: string, at: Position, { root, problems }: Reading): void {
  if (/[*?[]/.test(path) || existsSync(resolve(root, path))) return;
  const near = nearestName(basename(path), siblings(resolve(root, path)));
  const hint =
    near === null
      ? 'The path is relative to the folder of bough.yml.'
      : `Did you mean \`${posix.join(dirname(path), near)}\`?`;
  problems.push(problem('source-missing', `The file \`${path}\` does not exist.`, { at, hint }));
}

function siblings(path: string): readonly string[] {
  try {
    return readdirSync(dirname(path));
  } catch {
    return [];
  }
}
