import { hash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { asSnapshot, type Snapshot } from '../model/ids.ts';
import { nearestName } from '../model/nearest.ts';
import { asError, problem, type Position, type Problem, type ProblemCode } from '../model/problems.ts';
import { NO_CACHE, openContentCache, type ContentCache } from './content-cache.ts';
import { expandGlob, isGlob } from '../files/glob.ts';
import { hashFile, stampOf } from './hash-file.ts';

export type Content =
  /** `files` are absolute paths, sorted. */
  | { readonly ok: true; readonly snapshot: Snapshot; readonly files: readonly string[] }
  | { readonly ok: false; readonly problem: Problem };

export interface ContentOptions {
  /** Where the user named the file; problems are shown there. */
  readonly at?: Position;
  /** One that is open already; without it, one is opened for this call. */
  readonly cache?: ContentCache;
  readonly signal?: AbortSignal;
}

/**
 * What a file holds: its snapshot is the SHA-256 of its bytes, that of a glob is taken of all names and their hashes.
 * Files that were not touched since they were last read are not read again.
 */
export async function contentOf(root: string, path: string, options: ContentOptions = {}): Promise<Content> {
  const cache = options.cache ?? (await openContentCache(root));
  try {
    return await contentBy(root, path, { ...options, cache });
  } finally {
    if (options.cache === undefined) cache.close();
  }
}

/** The same, of the bytes as they are now: proves after a load that what was loaded is what was planned. */
export const contentNow = (root: string, path: string, options: Omit<ContentOptions, 'cache'> = {}): Promise<Content> =>
  contentBy(root, path, { ...options, cache: NO_CACHE });

interface Reading extends ContentOptions {
  readonly cache: ContentCache;
}

async function contentBy(root: string, path: string, reading: Reading): Promise<Content> {
  const literal = resolve(root, path);
  const fault = (code: ProblemCode, message: string, hint: string): Content => ({
    ok: false,
    problem: problem(code, message, { ...(reading.at === undefined ? {} : { at: reading.at }), hint }),
  });
  try {
    const stats = statSync(literal, { throwIfNoEntry: false });
    if (stats?.isFile() === true) {
      const sha256 = await hashOf(literal, reading);
      return { ok: true, snapshot: asSnapshot(sha256), files: [literal] };
    }
    if (stats !== undefined) {
      const hint = 'Name a file, or its files by a glob: `data/*.csv`.';
      return fault('source-missing', `\`${path}\` is not a file.`, hint);
    }
    if (!isGlob(path))
      return fault('source-missing', `The file \`${path}\` does not exist.`, nearestHint(literal, path));
    const { folder, names } = expandGlob(root, path);
    if (names.length === 0) return fault('source-missing', `No file matches \`${path}\`.`, RELATIVE);
    return await contentOfAll(folder, names, reading);
  } catch (raw) {
    const error = asError(raw);
    if (error.name === 'AbortError') throw error;
    return fault('file-unreadable', `\`${path}\` cannot be read: ${error.message}.`, 'Check its permissions.');
  }
}

async function contentOfAll(folder: string, names: readonly string[], reading: Reading): Promise<Content> {
  const hashes: (readonly [string, string])[] = [];
  for (const name of names) hashes.push([name, await hashOf(join(folder, name), reading)]);
  const snapshot = asSnapshot(hash('sha256', JSON.stringify(hashes)));
  return { ok: true, snapshot, files: names.map((name) => join(folder, name)) };
}

async function hashOf(path: string, { cache, signal }: Reading): Promise<string> {
  const known = cache === NO_CACHE ? null : cache.get(path, stampOf(statSync(path, { bigint: true })).stamp);
  if (known !== null) return known;
  const read = Date.now();
  const { sha256, stamp, changed } = await hashFile(path, signal);
  if (stamp !== null) cache.put(path, { stamp, sha256, changed, read });
  return sha256;
}

const RELATIVE = 'The path is relative to the folder of bough.yml.';

function nearestHint(literal: string, path: string): string {
  const near = nearestName(basename(literal), namesIn(dirname(literal)));
  return near === null ? RELATIVE : `Did you mean \`${posix.join(posix.dirname(path), near)}\`?`;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
