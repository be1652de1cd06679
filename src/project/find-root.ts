import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const CONFIG_FILE = 'bough.yml';
/** The same with types. */
export const TYPED_CONFIG_FILE = 'bough.config.ts';

/** The nearest folder, from `directory` upwards, that holds `bough.yml` or `bough.config.ts`; null where there is none. */
export function findRoot(directory: string): string | null {
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    if ([CONFIG_FILE, TYPED_CONFIG_FILE].some((file) => existsSync(join(folder, file)))) return folder;
    if (folder === dirname(folder)) return null;
  }
}
