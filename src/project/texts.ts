import { readdirSync } from 'node:fs';
import { listFiles } from '../files/list-files.ts';
import { readText, type TextFile } from '../files/text-file.ts';

const FOLDERS = ['models', 'teams', 'config'] as const;
const WRITTEN = /\.(?:sql|ya?ml)$/i;
const AT_ROOT = /^(?:bough\.yml|bough\.config\.ts|profiles(?:-[^/]*)?\.yml)$/;

/** The files of a project in which a comment can stand. What cannot be read is told by whoever needs it. */
export function textsOf(root: string): readonly TextFile[] {
  const below = FOLDERS.flatMap((folder) => listFiles(root, folder, [])).filter((path) => WRITTEN.test(path));
  const above = readdirSync(root).filter((path) => AT_ROOT.test(path));
  return [...above, ...below].flatMap((path) => readText(root, path, []) ?? []);
}
