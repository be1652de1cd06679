import { readFileSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { findRoot } from '../project/find-root.ts';
import type { SourceText } from './output/problem-text.ts';

/** A file as large as this is data, and no error is easier to read with a line of it. */
const MAX_BYTES = 4_000_000;

/** Reads files of the project that `directory` is in, each once; what cannot be read is shown without its text. */
export function sourceReader(cwd: string, directory: string): SourceText {
  const root = findRoot(resolve(cwd, directory)) ?? cwd;
  const known = new Map<string, string | null>();
  return (file) => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const text = read(join(root, file));
    known.set(file, text);
    return text;
  };
}

/**
 * What programs that know the whole repository call a file of the project: its path from the current folder. A file of the
 * user's own (`~/…`) keeps its name.
 */
export function pathReader(cwd: string, directory: string): (file: string) => string {
  const root = findRoot(resolve(cwd, directory)) ?? cwd;
  return (file) => (file.startsWith('~') ? file : relative(cwd, resolve(root, file)).split(sep).join('/'));
}

function read(path: string): string | null {
  try {
    return statSync(path).size > MAX_BYTES ? null : readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
