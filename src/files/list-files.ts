import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { problem, type Problem } from '../model/problems.ts';
import { reasonOf, startOf } from './text-file.ts';

/**
 * All files below a folder of the project, as sorted paths relative to the root. Names that begin with a dot are left
 * out; links are followed; a folder that does not exist has no files.
 */
export function listFiles(root: string, folder: string, problems: Problem[]): readonly string[] {
  const files: string[] = [];
  walk({ root, files, problems, above: new Set() }, folder);
  return files.sort();
}

interface Walk {
  readonly root: string;
  readonly files: string[];
  readonly problems: Problem[];
  /** Real paths of the folders that were entered through links, so that a circle of links ends. */
  readonly above: ReadonlySet<string>;
}

function walk(state: Walk, folder: string): void {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(join(state.root, folder), { withFileTypes: true });
  } catch (raw) {
    if (reasonOf(raw) === 'it does not exist' && !folder.includes('/')) return;
    unreadable(state, folder, raw);
    return;
  }
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isFile()) state.files.push(path);
    else if (entry.isDirectory()) walk(state, path);
    else if (entry.isSymbolicLink()) followLink(state, path);
  }
}

function followLink(state: Walk, path: string): void {
  try {
    const real = realpathSync(join(state.root, path));
    const stats = statSync(real);
    if (stats.isFile()) state.files.push(path);
    else if (stats.isDirectory() && !state.above.has(real))
      walk({ ...state, above: new Set([...state.above, real]) }, path);
  } catch (raw) {
    unreadable(state, path, raw);
  }
}

const unreadable = (state: Walk, path: string, raw: unknown): void => {
  const message = `\`${path}\` cannot be read: ${reasonOf(raw)}.`;
  state.problems.push(problem('file-unreadable', message, { at: startOf(path) }));
};
