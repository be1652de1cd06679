import { hash } from 'node:crypto';
import type Libsql from 'libsql';
import type { Finding, Remembered } from '../model/facts.ts';
import { asKey, type Key } from '../model/ids.ts';
import { openCacheFile, quietly } from './cache-file.ts';

/** Pages that are read one by one; then they become one. */
const MOST_PAGES = 8;
/** Findings of a cache that was never cleaned; then it holds on to what was used last. */
const MOST_FINDINGS = 100_000;

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

function cacheOn(database: Libsql.Database, version: string): AnalysisCache {
  const shelves = new Map<Finding, Shelf>();
  const shelfOf = (kind: Finding): Shelf => {
    const known = shelves.get(kind);
    if (known !== undefined) return known;
    const shelf = new Shelf(database, version, kind);
    shelves.set(kind, shelf);
    return shelf;
  };
  return {
    get: (kind, key) => shelfOf(kind).get(key),
    put: (kind, key, value) => shelfOf(kind).put(key, value),
    close() {
      quietly(() => write(database, version, [...shelves.values()]));
      quietly(() => database.close());
    },
  };
}

function write(database: Libsql.Database, version: string, shelves: readonly Shelf[]): void {
  if (shelves.every((shelf) => !shelf.grew)) return;
  database.exec('BEGIN IMMEDIATE');
  database.prepare('DELETE FROM analysis WHERE version <> ?').run(version);
  for (const shelf of shelves) shelf.write();
  database.exec('COMMIT');
}

const LENGTH_OF_KEY = 32;

/** Findings as lines of one text: a row for each costs more than making them anew. */
const pageOf = (findings: ReadonlyMap<Key, string>): string =>
  Array.from(findings, ([key, value]) => `${key}${value}\n`).join('');

/** A damaged page must not pass for findings. */
const proofOf = (kind: Finding, page: string): string => hash('sha256', `${kind}\n${page}`);

/** The findings of one kind. All are read when one is asked for; what one session finds is one page more. */
class Shelf {
  readonly #database: Libsql.Database;
  readonly #version: string;
  readonly #kind: Finding;
  readonly #fresh = new Map<Key, string>();
  readonly #used = new Map<Key, string>();
  #found: Map<Key, string> | null = null;
  #pages: readonly unknown[] = [];

  constructor(database: Libsql.Database, version: string, kind: Finding) {
    this.#database = database;
    this.#version = version;
    this.#kind = kind;
  }

  get grew(): boolean {
    return this.#fresh.size > 0;
  }

  get(key: Key): string | null {
    const fresh = this.#fresh.get(key);
    if (fresh !== undefined) return fresh;
    const value = this.#read().get(key);
    if (value === undefined) return null;
    this.#used.set(key, value);
    return value;
  }

  put(key: Key, value: string): void {
    this.#fresh.set(key, value);
  }

  #read(): ReadonlyMap<Key, string> {
    if (this.#found !== null) return this.#found;
    this.#found = new Map();
    const sql = 'SELECT id, page, proof FROM analysis WHERE version = ? AND kind = ?';
    const rows = quietly(() => this.#database.prepare(sql).raw(true).all(this.#version, this.#kind));
    this.#pages = (Array.isArray(rows) ? rows : []).map((row: unknown) => this.#take(row));
    return this.#found;
  }

  /** Adds the findings of a page; gives its id. */
  #take(row: unknown): unknown {
    const [id, page, proof]: readonly unknown[] = Array.isArray(row) ? row : [];
    if (typeof page !== 'string' || proof !== proofOf(this.#kind, page)) return id;
    for (let start = 0, end = page.indexOf('\n'); end !== -1; start = end + 1, end = page.indexOf('\n', start)) {
      const value = start + LENGTH_OF_KEY;
      this.#found?.set(asKey(page.slice(start, value)), page.slice(value, end));
    }
    return id;
  }

  /** Within a transaction. */
  write(): void {
    if (!this.grew) return;
    if (this.#read().size > MOST_FINDINGS) this.#replace(this.#used);
    else if (this.#pages.length >= MOST_PAGES) this.#replace(this.#read());
    else this.#insert(this.#fresh);
  }

  /** Pages that others wrote meanwhile stay. */
  #replace(kept: ReadonlyMap<Key, string>): void {
    const statement = this.#database.prepare('DELETE FROM analysis WHERE id = ?');
    for (const id of this.#pages) statement.run(id);
    this.#insert(new Map([...kept, ...this.#fresh]));
  }

  #insert(findings: ReadonlyMap<Key, string>): void {
    const page = pageOf(findings);
    const sql = 'INSERT INTO analysis (version, kind, page, proof) VALUES (?, ?, ?, ?)';
    this.#database.prepare(sql).run(this.#version, this.#kind, page, proofOf(this.#kind, page));
  }
}
