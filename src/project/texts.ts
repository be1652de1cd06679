import { readdirSync } from 'node:fs';
import { listFiles } from '../files/list-files.ts';
import { readText } from '../files/text-file.ts';
import type { Node } from '../model/node.ts';

const FOLDERS = ['models', 'teams', 'config'] as const;
const WRITTEN = /\.(?:sql|ya?ml)$/i;
const AT_ROOT = /^(?:bough\.yml|bough\.config\.ts|profiles(?:-[^/]*)?\.yml)$/;

interface Text {
  readonly path: string;
  readonly text: string;
}

/** A file that is one query from its first letter on was read already. */
const readAlready = (nodes: Iterable<Node>): ReadonlyMap<string, string> =>
  new Map(
    [...nodes].flatMap((node) =>
      node.kind === 'model' && node.sql.line === 1 && node.sql.column === 1 ? [[node.sql.file, node.sql.text]] : [],
    ),
  );

/** The files of a project in which a comment can stand. What cannot be read is told by whoever needs it. */
export function textsOf(root: string, nodes: Iterable<Node>): readonly Text[] {
  const known = readAlready(nodes);
  const below = FOLDERS.flatMap((folder) => listFiles(root, folder, [])).filter((path) => WRITTEN.test(path));
  const above = readdirSync(root).filter((path) => AT_ROOT.test(path));
  return [...above, ...below].flatMap((path) => {
    const text = known.get(path);
    return text === undefined ? (readText(root, path, []) ?? []) : { path, text };
  });
}
