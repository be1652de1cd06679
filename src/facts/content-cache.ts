import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type Libsql from 'libsql';
import { asError } from '../model/problems.ts';
import { ensureDotBough } from './dot-bough.ts';

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

const VERSION = 1;
/** A file written twice within one tick of the disk's clock looks untouched: too young a file is not remembered. */
const SETTLED = 2000;
const BUSY_WAIT = 250;
const SELECT = 'SELECT stamp, sha256, proof FROM content';

/** Opens `.bough/cache.db`. A broken one, or one of another version, is made anew; without one all still works. */
export async function openContentCache(root: string): Promise<ContentCache> {
  try {
    return cacheOn(await openAgain(join(ensureDotBough(root), 'cache.db')));
  } catch {
    return NO_CACHE;
  }
}

export const NO_CACHE: ContentCache = { get: () => null, put: () => undefined, close: () => undefined };

async function openAgain(path: string): Promise<Libsql.Database> {
  try {
    return await open(path);
  } catch (raw) {
    if (asError(raw).message.includes('locked')) throw raw;
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
    return open(path);
  }
}

async function open(path: string): Promise<Libsql.Database> {
  const { default: Database } = await import('libsql');
  const database = new Database(path, { timeout: BUSY_WAIT });
  try {
    if (!isCurrent(database)) create(database);
    database.prepare(`${SELECT} LIMIT 0`).all();
    return database;
  } catch (raw) {
    database.close();
    throw raw;
  }
}

function isCurrent(database: Libsql.Database): boolean {
  const row: unknown = database.prepare('PRAGMA user_version').get();
  return typeof row === 'object' && row !== null && 'user_version' in row && row.user_version === VERSION;
}

function create(database: Libsql.Database): void {
  database.exec('BEGIN IMMEDIATE');
  // Of several processes that come first at once, one makes the table.
  if (!isCurrent(database)) {
    database.exec('DROP TABLE IF EXISTS content');
    database.exec(
      'CREATE TABLE content (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, sha256 TEXT NOT NULL, proof TEXT NOT NULL)',
    );
    database.exec(`PRAGMA user_version = ${VERSION}`);
  }
  database.exec('COMMIT');
}

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
      if (read - changed > SETTLED) fresh.set(path, { stamp, sha256, proof: proofOf(path, stamp, sha256) });
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

function quietly(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    return null;
  }
}
