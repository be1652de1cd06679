import { readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
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
    this.files += 1;
    this.bytes += content.length;
    // Git's own test for what is no text.
    if (content.subarray(0, 8000).includes(0)) return;
    for (const { value, ...place } of await scanText(path, content.toString())) {
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

/** Files of a folder that git tracks or could track; null where there is no git. */
export async function listed(
  repository: Repository,
  { paths = [], others = true }: { readonly paths?: readonly string[]; readonly others?: boolean } = {},
): Promise<readonly Listed[] | null> {
  const ask = async (...flags: readonly string[]): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const path of records(['ls-files', '-z', ...flags, '--', ...paths], repository)) found.push(path);
    return found;
  };
  try {
    const tracked = (await ask('--cached')).map((path) => ({ path, tracked: true }));
    if (!others) return tracked;
    const untracked = (await ask('--others', '--exclude-standard')).map((path) => ({ path, tracked: false }));
    return [...new Map([...untracked, ...tracked].map((one) => [one.path, one])).values()];
  } catch {
    return null;
  }
}

/** Looks into files as they lie there; of those that git tracks the names count, too. */
export async function scanFiles(root: string, files: readonly Listed[], largest = LARGEST): Promise<Scanned> {
  const scan = new Scan();
  for (const { path, tracked } of files) {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (tracked) scan.name(path, null);
    if (stats === undefined || !stats.isFile()) continue;
    if (stats.size > largest) scan.skipped.push(path);
    else await scan.content(path, readFileSync(join(root, path)), null);
  }
  return scan.done();
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
