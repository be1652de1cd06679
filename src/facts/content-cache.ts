import { hash } from 'node:crypto';
import type Libsql from 'libsql';
import { isSettled } from '../files/settled.ts';
import { openCacheFile, quietly, type CacheAccess } from './cache-file.ts';

/** Remembers the hashes of files that have not been touched since. Nothing that fails here is ever shown. */
export interface ContentCache {
  get(path: string, stamp: string): string | null;
  /** `changed` is when the file last changed, `read` when reading began, both in milliseconds since 1970. */
  put(
    path: string,
    found: { readonly stamp: string; readonly sha256: string; readonly changed: number; readonly read: number },
  ): void;
  /** Writes what is new. */
  close(): void;
}

const SELECT = 'SELECT stamp, sha256, proof FROM content';

/** The hashes that `.bough/cache.db` remembers. */
export async function openContentCache(root: string, access: CacheAccess = 'write'): Promise<ContentCache> {
  const database = await openCacheFile(root, access);
  return database === null ? NO_CACHE : cacheOn(database);
}

export const NO_CACHE: ContentCache = { get: () => null, put: () => undefined, close: () => undefined };

/** A damaged row must not pass for a hash. */
const proofOf = (path: string, stamp: string, sha256: string): string =>
  hash('sha256', [path, stamp, sha256].join('\n'));

interface Row {
  readonly stamp: string;
  readonly sha256: string;
  readonly proof: string;
}

function cacheOn(database: Libsql.Database): ContentCache {
  const fresh = new Map<string, Row>();
  const select = database.prepare(`${SELECT} WHERE path = ?`);
  return {
    get(path, stamp) {
      const row = quietly(() => select.get(path));
      return isRow(row) && row.stamp === stamp && row.proof === proofOf(path, stamp, row.sha256) ? row.sha256 : null;
    },
    put(path, { stamp, sha256, changed, read }) {
      if (isSettled(changed, read)) fresh.set(path, { stamp, sha256, proof: proofOf(path, stamp, sha256) });
    },
    close() {
      if (fresh.size > 0) quietly(() => write(database, fresh));
      quietly(() => database.close());
    },
  };
}

function write(database: Libsql.Database, rows: ReadonlyMap<string, Row>): void {
  database.exec('BEGIN IMMEDIATE');
  const statement = database.prepare('INSERT OR REPLACE INTO content (path, stamp, sha256, proof) VALUES (?, ?, ?, ?)');
  for (const [path, { stamp, sha256, proof }] of rows) statement.run(path, stamp, sha256, proof);
  database.exec('COMMIT');
}

const isRow = (row: unknown): row is Row =>
  typeof row === 'object' && row !== null && 'stamp' in row && 'sha256' in row && 'proof' in row;
