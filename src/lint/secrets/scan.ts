import { closeSync, lstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { asError } from '../../model/problems.ts';
import type { Leak } from './leak.ts';
import { neverCommitted } from './names.ts';
import { contents, records, versions, type Repository, type Version } from './git-objects.ts';
import { scanText } from './scan-text.ts';

/** What was looked at, and what was found. */
export interface Scanned {
  readonly files: number;
  readonly bytes: number;
  readonly leaks: readonly Leak[];
  /** Files that were too large to be looked at. */
  readonly skipped: readonly string[];
}

/** Larger files are data. */
const LARGEST = 64 * 1024 * 1024;

/** Gathers what is found, file by file. */
class Scan {
  files = 0;
  bytes = 0;
  readonly leaks: Leak[] = [];
  readonly skipped: string[] = [];
  readonly #seen = new Set<string>();

  name(path: string, commit: string | null): void {
    const kind = neverCommitted(path);
    if (kind === null || this.#isSeen(path, kind)) return;
    this.leaks.push({ rule: 'never-commit-name', kind, path, line: 1, column: 1, shown: '', commit, ignored: false });
  }

  async content(path: string, content: Buffer, commit: string | null): Promise<void> {
    await this.text(path, isBinary(content) ? '' : content.toString(), commit, content.length);
  }

  async text(path: string, text: string, commit: string | null, bytes = Buffer.byteLength(text)): Promise<void> {
    this.files += 1;
    this.bytes += bytes;
    for (const { value, ...place } of await scanText(path, text)) {
      // Of a secret that stays while its file changes, the first commit is told.
      if (commit !== null && this.#isSeen(path, value)) continue;
      this.leaks.push({ rule: 'secret-in-file', path, commit, ...place });
    }
  }

  #isSeen(...parts: readonly string[]): boolean {
    const key = parts.join('\0');
    const seen = this.#seen.has(key);
    this.#seen.add(key);
    return seen;
  }

  done(): Scanned {
    const { files, bytes, leaks, skipped } = this;
    return { files, bytes, leaks, skipped };
  }
}

export interface Listed {
  readonly path: string;
  readonly tracked: boolean;
}

async function ask(repository: Repository, ...args: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const path of records(['ls-files', '-z', ...args], repository)) found.push(path);
  return found;
}

/** Files of a folder that git tracks or could track; null where git cannot say. */
export async function listed(repository: Repository, paths: readonly string[] = []): Promise<readonly Listed[] | null> {
  try {
    const untracked = await ask(repository, '--others', '--exclude-standard', '--', ...paths);
    const tracked = await ask(repository, '--cached', '--', ...paths);
    const all = new Map(untracked.map((path) => [path, { path, tracked: false }]));
    for (const path of tracked) all.set(path, { path, tracked: true });
    return [...all.values()];
  } catch {
    return null;
  }
}

/** Files of a folder that git tracks: none where there is no repository, or no git. Throws where git fails. */
export async function trackedFiles(repository: Repository): Promise<readonly Listed[]> {
  try {
    return (await ask(repository, '--cached')).map((path) => ({ path, tracked: true }));
  } catch (raw) {
    if (isNoRepository(asError(raw))) return [];
    throw raw;
  }
}

const isNoRepository = (error: Error): boolean =>
  error.message.includes('not a git repository') || ('code' in error && error.code === 'ENOENT');

interface Reading {
  readonly largest?: number;
  /** Texts that somebody has read already. */
  readonly known?: ReadonlyMap<string, string>;
}

/** Looks into files as they lie there; of those that git tracks the names count, too. */
export async function scanFiles(root: string, files: readonly Listed[], reading: Reading = {}): Promise<Scanned> {
  const { largest = LARGEST, known = new Map<string, string>() } = reading;
  const scan = new Scan();
  for (const file of files) {
    if (file.tracked) scan.name(file.path, null);
    const text = known.get(file.path);
    if (text === undefined) await scanFile(scan, root, file, largest);
    else await scan.text(file.path, text, null);
  }
  return scan.done();
}

async function scanFile(scan: Scan, root: string, { path, tracked }: Listed, largest: number): Promise<void> {
  const full = join(root, path);
  // Git keeps of a link where it leads, and of a submodule its commit: what lies there is none of this repository.
  const stats = (tracked ? lstatSync : statSync)(full, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) return;
  if (stats.size > PEEK && isBinary(beginningOf(full))) return;
  if (stats.size > largest) scan.skipped.push(path);
  else await scan.content(path, readFileSync(full), null);
}

/** Only so much of a file decides whether it is text: git's own test. */
const PEEK = 8000;

const isBinary = (content: Buffer): boolean => content.subarray(0, PEEK).includes(0);

function beginningOf(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const beginning = Buffer.alloc(PEEK);
    return beginning.subarray(0, readSync(file, beginning));
  } finally {
    closeSync(file);
  }
}

const RAW = ['--raw', '-z', '--no-abbrev', '--no-renames'] as const;

/** Looks into what the next commit would hold. */
export const scanStaged = (repository: Repository): Promise<Scanned> =>
  scanVersions(['diff', '--cached', ...RAW, '--diff-filter=d'], repository);

/** Looks into every content that any commit ever brought, each once, oldest first; `range` is as git log takes it. */
export const scanHistory = (repository: Repository, range: readonly string[] = ['--all']): Promise<Scanned> =>
  scanVersions(
    ['log', ...range, ...RAW, '-m', '--root', '--topo-order', '--reverse', '--diff-filter=d', '--format=%H', '--'],
    repository,
  );

async function scanVersions(args: readonly string[], repository: Repository): Promise<Scanned> {
  const scan = new Scan();
  const asked = new Set<string>();
  const expected = new Map<string, Version[]>();
  async function* blobs(): AsyncGenerator<string> {
    for await (const version of versions(args, repository)) {
      scan.name(version.path, version.commit);
      // What a text means can depend on the kind of its file.
      const key = `${version.blob} ${extname(version.path)}`;
      if (asked.has(key)) continue;
      asked.add(key);
      expected.set(version.blob, [...(expected.get(version.blob) ?? []), version]);
      yield version.blob;
    }
  }
  for await (const { blob, content } of contents(blobs(), repository, LARGEST)) {
    const version = expected.get(blob)?.shift();
    if (version === undefined) continue;
    if (content === null) scan.skipped.push(version.path);
    else await scan.content(version.path, content, version.commit);
  }
  return scan.done();
}
