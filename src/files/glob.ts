import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** Files that a path or glob names: `names` below `folder`, sorted. */
export interface Matches {
  /** Absolute: where the glob's first wildcard begins. */
  readonly folder: string;
  readonly names: readonly string[];
}

export const isGlob = (path: string): boolean => /[*?[]/.test(path);

/**
 * Expands a glob as DuckDB does, because the files that are hashed must be the very files that it loads: `*`, `?`,
 * `[a-z]` and `[!a-z]` within a name, `**` for folders at any depth; hidden files match too; links are followed, but
 * not by `**`; braces and extended patterns are plain text. (Globbing libraries differ in the last three.)
 */
export function expandGlob(root: string, pattern: string): Matches {
  const steps = pattern.replaceAll('\\', '/').split('/');
  const first = steps.findIndex(isGlob);
  const fixed = steps.slice(0, first).join('/');
  const folder = isAbsolute(pattern) ? `/${fixed}`.replace(/^\/\//, '/') : join(root, fixed);
  const names = new Set<string>();
  match(folder, '', steps.slice(first), names);
  return { folder, names: [...names].sort() };
}

function match(folder: string, below: string, steps: readonly string[], names: Set<string>): void {
  const [step, ...rest] = steps;
  if (step === undefined) return;
  if (step === '**') {
    matchDeep(folder, below, rest, names);
    return;
  }
  const accepts = isGlob(step) ? nameMatcher(step) : null;
  const found =
    accepts === null
      ? [step]
      : entriesOf(folder, below)
          .map(({ name }) => name)
          .filter(accepts);
  for (const name of found) {
    const path = join(below, name);
    const kind = kindOf(folder, path);
    if (rest.length > 0 && kind === 'folder') match(folder, path, rest, names);
    else if (rest.length === 0 && kind === 'file') names.add(path);
  }
}

/** `**` with nothing after it takes files, but no links to files. */
function matchDeep(folder: string, below: string, rest: readonly string[], names: Set<string>): void {
  match(folder, below, rest, names);
  for (const { name, kind } of entriesOf(folder, below)) {
    if (kind === 'folder') matchDeep(folder, join(below, name), rest, names);
    else if (kind === 'file' && rest.length === 0) names.add(join(below, name));
  }
}

type Kind = 'file' | 'folder' | null;

interface Entry {
  readonly name: string;
  /** null for a link, among others. */
  readonly kind: Kind;
}

function entriesOf(folder: string, below: string): readonly Entry[] {
  try {
    const entries = readdirSync(join(folder, below), { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, kind: kindIn(entry) }));
  } catch {
    return [];
  }
}

const kindIn = (entry: { isFile(): boolean; isDirectory(): boolean }): Kind =>
  entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : null;

function kindOf(folder: string, name: string): Kind {
  const stats = statSync(join(folder, name), { throwIfNoEntry: false });
  return stats === undefined ? null : kindIn(stats);
}

/** One step of a glob as a test of names. A `?` stands for one byte, not for one letter. */
function nameMatcher(step: string): (name: string) => boolean {
  const source = bytesOf(step).replace(
    /\[(!?)([^\]]+)\]|\*+|\?|[\\^$.|+(){}[\]]/g,
    (sign, not: string, set: string) => {
      if (set !== undefined) return `[${not === '' ? '' : '^'}${set.replace(/[\\^[\]]/g, '\\$&')}]`;
      if (sign.startsWith('*')) return '.*';
      return sign === '?' ? '.' : `\\${sign}`;
    },
  );
  const pattern = new RegExp(`^${source}$`, 's');
  return (name) => pattern.test(bytesOf(name));
}

/** Each byte of the name in UTF-8 as a character of its own. */
const bytesOf = (name: string): string => Buffer.from(name).toString('latin1');
