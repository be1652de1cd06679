import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { readText, startOf, type TextFile } from '../files/text-file.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';

/** A variable of an env file. */
export interface EnvEntry {
  readonly value: string;
  readonly at: Position;
}

export type EnvEntries = ReadonlyMap<string, EnvEntry>;

const NONE: EnvEntries = new Map();

/** Variables of an env file, relative to the root; none where there is no such file. A link that leads nowhere is a problem. */
export function readEnvFile(root: string, path: string, problems: Problem[]): EnvEntries {
  const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
  // A folder `.env` is Python's.
  if (stats === undefined || stats.isDirectory()) return NONE;
  if (stats.isSymbolicLink() && !existsSync(join(root, path))) {
    const message = `\`${path}\` is a link to \`${readlinkSync(join(root, path))}\`, which is not there.`;
    const hint = 'Make the file that it leads to, or remove the link.';
    problems.push(problem('file-unreadable', message, { at: startOf(path), hint }));
    return NONE;
  }
  const file = readText(root, path, problems);
  return file === null ? NONE : entriesOf(file);
}

export function entriesOf(file: TextFile): EnvEntries {
  const values = Object.entries(parse(file.text));
  return new Map(values.map(([name, value]) => [name, { value, at: placeOf(name, file) }]));
}

/** The last line that sets a name: it wins. */
function placeOf(name: string, file: TextFile): Position {
  const escaped = name.replaceAll('.', '\\.');
  const lines = [...file.text.matchAll(new RegExp(`^[ \\t]*(?:export[ \\t]+)?(?=${escaped}[ \\t]*[=:])`, 'gm'))];
  const last = lines.at(-1);
  return file.positionAt(last === undefined ? 0 : last.index + last[0].length);
}
