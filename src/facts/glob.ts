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
  const path = (name: string): string => (below === '' ? name : `${below}/${name}`);
  if (step === '**') {
    matchDeep(folder, below, rest.length === 0 ? ['*'] : rest, names);
    return;
  }
  if (!isGlob(step)) {
    if (rest.length > 0) match(folder, path(step), rest, names);
    else if (kindOf(folder, path(step)) === 'file') names.add(path(step));
    return;
  }
  const accepts = nameMatcher(step);
  for (const { name } of entriesOf(folder, below)) {
    if (!accepts(name)) continue;
    const kind = kindOf(folder, path(name));
    if (rest.length > 0 && kind === 'folder') match(folder, path(name), rest, names);
    else if (rest.length === 0 && kind === 'file') names.add(path(name));
  }
}

function matchDeep(folder: string, below: string, rest: readonly string[], names: Set<string>): void {
  match(folder, below, rest, names);
  for (const entry of entriesOf(folder, below)) {
    if (entry.folder) matchDeep(folder, below === '' ? entry.name : `${below}/${entry.name}`, rest, names);
  }
}

function entriesOf(folder: string, below: string): readonly { readonly name: string; readonly folder: boolean }[] {
  try {
    const entries = readdirSync(join(folder, below), { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, folder: entry.isDirectory() }));
  } catch {
    return [];
  }
}

function kindOf(folder: string, name: string): 'file' | 'folder' | null {
  const stats = statSync(join(folder, name), { throwIfNoEntry: false });
  if (stats === undefined) return null;
  return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : null;
}

/** One step of a glob as a test of names. */
function nameMatcher(step: string): (name: string) => boolean {
  const source = step.replace(/\[(!?)([^\]]+)\]|\*+|\?|[\\^$.|+(){}[\]]/g, (sign, not: string, set: string) => {
    if (set !== undefined) return `[${not === '' ? '' : '^'}${set.replace(/[\\^[\]]/g, '\\$&')}]`;
    if (sign.startsWith('*')) return '.*';
    return sign === '?' ? '.' : `\\${sign}`;
  });
  const pattern = new RegExp(`^${source}$`, 's');
  return (name) => pattern.test(name);
}
