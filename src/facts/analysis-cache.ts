import { hash } from 'node:crypto';
import type Libsql from 'libsql';
import type { Key } from '../model/ids.ts';
import type { Remembered } from '../model/facts.ts';
import { openCacheFile, quietly } from './cache-file.ts';

/** Rows of a cache that was never cleaned; then it is emptied, and holds what is used again. */
const MOST_ROWS = 200_000;

export interface AnalysisCache extends Remembered {
  /** Writes what is new. */
  close(): void;
}

export const NO_ANALYSIS: AnalysisCache = { get: () => null, put: () => undefined, close: () => undefined };

/** What was found out about SQL before, by keys that stand for all that it depends on. */
export async function openAnalysisCache(root: string): Promise<AnalysisCache> {
  const database = await openCacheFile(root);
  return database === null ? NO_ANALYSIS : cacheOn(database);
}

/** A damaged row must not pass for a key. */
const proofOf = (key: Key, value: string): string => hash('sha256', `${key}\n${value}`).slice(0, 32);

function cacheOn(database: Libsql.Database): AnalysisCache {
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

function write(database: Libsql.Database, rows: ReadonlyMap<Key, string>): void {
  database.exec('BEGIN IMMEDIATE');
  const [count]: readonly unknown[] = database.prepare('SELECT count(*) FROM analysis').raw(true).get() as unknown[];
  if (typeof count === 'number' && count > MOST_ROWS) database.exec('DELETE FROM analysis');
  const statement = database.prepare('INSERT OR REPLACE INTO analysis (key, value, proof) VALUES (?, ?, ?)');
  for (const [key, value] of rows) statement.run(key, value, proofOf(key, value));
  database.exec('COMMIT');
}
