import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { problem, UserError } from '../../model/problems.ts';
import type { Listed } from './scan.ts';

const PASSED_OVER = new Set(['.git', '.bough', 'node_modules']);

/** Files at or below paths, whatever git thinks of them. Throws UserError where a path does not exist. */
export function filesBelow(root: string, paths: readonly string[]): readonly Listed[] {
  const files = (path: string): readonly string[] => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (stats === undefined) throw new UserError(problem('file-unreadable', `There is no file \`${path}\`.`));
    if (!stats.isDirectory()) return stats.isFile() ? [path] : [];
    return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
      const below = path === '.' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) return PASSED_OVER.has(entry.name) ? [] : files(below);
      return entry.isFile() ? [below] : [];
    });
  };
  return paths.flatMap(files).map((path) => ({ path, tracked: false }));
}
