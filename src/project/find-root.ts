import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const CONFIG_FILE = 'bough.yml';

/** The nearest folder, from `directory` upwards, that holds `bough.yml`; null where there is none. */
export function findRoot(directory: string): string | null {
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    if (existsSync(join(folder, CONFIG_FILE))) return folder;
    if (folder === dirname(folder)) return null;
  }
}
