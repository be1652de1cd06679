import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the project's `.bough/`, which keeps itself out of git. Harmless where it exists. Returns its path. */
export function ensureDotBough(root: string): string {
  const folder = join(root, '.bough');
  mkdirSync(folder, { recursive: true });
  const ignore = join(folder, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  return folder;
}
