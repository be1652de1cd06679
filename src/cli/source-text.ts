import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
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

function read(path: string): string | null {
  try {
    return statSync(path).size > MAX_BYTES ? null : readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
