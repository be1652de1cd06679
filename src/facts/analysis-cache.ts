import { hash } from 'node:crypto';
import type Libsql from 'libsql';
import type { Key } from '../model/ids.ts';
import type { Remembered } from '../model/facts.ts';
import { openCacheFile, quietly } from './cache-file.ts';

/** Rows of a cache that was never cleaned; then it is emptied, and holds what is used again. */
const MOST_ROWS = 200_000;
const VERSION_ROW = 'version';

export interface AnalysisCache extends Remembered {
  /** Writes what is new. */
  close(): void;
}

export const NO_ANALYSIS: AnalysisCache = { get: () => null, put: () => undefined, close: () => undefined };

/**
 * What was found out about SQL before, by keys that stand for all that it depends on. `version` names the code that found
 * it out; what another code found is forgotten.
 */
export async function openAnalysisCache(root: string, version: string | null): Promise<AnalysisCache> {
  const database = version === null ? null : await openCacheFile(root);
  return database === null || version === null ? NO_ANALYSIS : cacheOn(database, version);
}

/** A damaged row must not pass for a key. */
const proofOf = (key: Key, value: string): string => hash('sha256', `${key}\n${value}`).slice(0, 32);

function cacheOn(database: Libsql.Database, version: string): AnalysisCache {
  quietly(() => keepOnly(database, version));
  const fresh = new Map<Key, string>();
  const select = database.prepare('SELECT value, proof FROM analysis WHERE key = ?').raw(true);
  return {
    get(key) {
      const row = quietly(() => select.get(key));
      const [value, proof]: readonly unknown[] = Array.isArray(row) ? row : [];
      return typeof value === 'string' && proof === proofOf(key, value) ? value : null;
    },
    put(key, value) {
      fresh.set(key, value);
    },
    close() {
      if (fresh.size > 0) quietly(() => write(database, fresh));
      quietly(() => database.close());
    },
  };
}

/** Empties the cache of another version. */
function keepOnly(database: Libsql.Database, version: string): void {
  const row: unknown = database.prepare('SELECT value FROM analysis WHERE key = ?').raw(true).get(VERSION_ROW);
  if (Array.isArray(row) && row[0] === version) return;
  database.exec('BEGIN IMMEDIATE');
  database.exec('DELETE FROM analysis');
  database.prepare('INSERT INTO analysis (key, value, proof) VALUES (?, ?, ?)').run(VERSION_ROW, version, '');
  database.exec('COMMIT');
}

function write(database: Libsql.Database, rows: ReadonlyMap<Key, string>): void {
  database.exec('BEGIN IMMEDIATE');
  const row: unknown = database.prepare('SELECT count(*) FROM analysis').raw(true).get();
  const count: unknown = Array.isArray(row) ? row[0] : 0;
  if (typeof count === 'number' && count > MOST_ROWS)
    database.prepare('DELETE FROM analysis WHERE key <> ?').run(VERSION_ROW);
  const statement = database.prepare('INSERT OR REPLACE INTO analysis (key, value, proof) VALUES (?, ?, ?)');
  for (const [key, value] of rows) statement.run(key, value, proofOf(key, value));
  database.exec('COMMIT');
}
