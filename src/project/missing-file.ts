import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, posix, resolve } from 'node:path';
import { nearestName } from '../model/nearest.ts';
import { warning, type Position } from '../model/problems.ts';
import type { Reading } from './reading.ts';

/**
 * Warns of a file that is not there. An error it is when facts are taken of it: what was loaded once is read from its
 * build, wherever the file has gone. What a glob finds is a fact, and told then too.
 */
export function checkFile(path: string, at: Position, { root, problems }: Reading): void {
  if (/[*?[]/.test(path) || existsSync(resolve(root, path))) return;
  const near = nearestName(basename(path), siblings(resolve(root, path)));
  const hint =
    near === null
      ? 'The path is relative to the folder of bough.yml.'
      : `Did you mean \`${posix.join(dirname(path), near)}\`?`;
  problems.push(warning('source-missing', `The file \`${path}\` does not exist.`, { at, hint }));
}

function siblings(path: string): readonly string[] {
  try {
    return readdirSync(dirname(path));
  } catch {
    return [];
  }
}
