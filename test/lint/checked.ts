import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError, type Problem } from '../../src/model/problems.ts';
import { openWorkspace } from '../../src/workspace/open.ts';

/** A folder with a project in it, which git tracks. */
export function projectOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'bough-lint-'));
  for (const [path, text] of Object.entries({ 'bough.yml': 'name: shop\n', 'data/orders.csv': '', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const args of [
    ['init', '-q'],
    ['add', '-A', '-f'],
  ])
    execFileSync('git', args, { cwd: root });
  return root;
}

/** All that `check` finds. */
export async function checked(files: Readonly<Record<string, string>>): Promise<readonly Problem[]> {
  try {
    const workspace = await openWorkspace({ directory: projectOf(files), variables: {} });
    try {
      return (await workspace.check()).warnings;
    } finally {
      await workspace.close();
    }
  } catch (raw) {
    if (raw instanceof UserError) return raw.problems;
    throw raw;
  }
}

export const line = ({ severity, message, at, hint }: Problem): string =>
  `${at?.file}:${at?.line}:${at?.column} ${severity} ${message} | ${hint}`;
