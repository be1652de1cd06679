import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type Libsql from 'libsql';
import { asError } from '../model/problems.ts';
import { ensureDotBough } from './dot-bough.ts';

const VERSION = 4;
const BUSY_WAIT = 250;
const TABLES = {
  content: 'path TEXT PRIMARY KEY, stamp TEXT NOT NULL, sha256 TEXT NOT NULL, proof TEXT NOT NULL',
  // What is read of each row comes before the page, which is long.
  analysis: `id INTEGER PRIMARY KEY AUTOINCREMENT, version TEXT NOT NULL, kind TEXT NOT NULL, keys TEXT NOT NULL,
    length INTEGER NOT NULL, proof TEXT NOT NULL, page TEXT NOT NULL`,
} as const;

/** Whether what is found out may be remembered: with `read`, writing fails, and what fails in a cache is never shown. */
export type CacheAccess = 'read' | 'write';

/**
 * Opens `.bough/cache.db`, which holds nothing that cannot be found again. A broken one, or one of another version, is
 * made anew; null where there can be none: without it all still works.
 */
export async function openCacheFile(root: string, access: CacheAccess): Promise<Libsql.Database | null> {
  try {
    const path = join(root, '.bough', 'cache.db');
    if (access === 'read') return existsSync(path) ? await open(path, access) : null;
    ensureDotBough(root);
    return await openAgain(path);
  } catch {
    return null;
  }
}

async function openAgain(path: string): Promise<Libsql.Database> {
  try {
    return await open(path, 'write');
  } catch (raw) {
    if (asError(raw).message.includes('locked')) throw raw;
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
    return open(path, 'write');
  }
}

async function open(path: string, access: CacheAccess): Promise<Libsql.Database> {
  const { default: Database } = await import('libsql');
  const database = new Database(path, { timeout: BUSY_WAIT });
  try {
    if (access === 'read') database.exec('PRAGMA query_only = 1');
    if (!isCurrent(database)) create(database);
    for (const table of Object.keys(TABLES)) database.prepare(`SELECT * FROM ${table} LIMIT 0`).all();
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
  // Of several processes that come first at once, one makes the tables.
  if (!isCurrent(database)) {
    for (const [table, columns] of Object.entries(TABLES)) {
      database.exec(`DROP TABLE IF EXISTS ${table}`);
      database.exec(`CREATE TABLE ${table} (${columns})`);
    }
    database.exec(`PRAGMA user_version = ${VERSION}`);
  }
  database.exec('COMMIT');
}

/** What fails in a cache is never shown: it is as if nothing were there. */
export function quietly(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    return null;
  }
}
