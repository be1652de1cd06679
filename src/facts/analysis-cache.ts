import { hash } from 'node:crypto';
import type Libsql from 'libsql';
import type { Finding, Remembered } from '../model/facts.ts';
import { asKey, type Key } from '../model/ids.ts';
import { openCacheFile, quietly } from './cache-file.ts';

/** Characters of a page; more at once would be copied about as one piece. */
const PAGE = 500_000;
/** Pages that are not half full; then they become one. */
const MOST_SMALL_PAGES = 8;
/** Findings of a cache that was never cleaned; then it holds on to what was used last. */
const MOST_FINDINGS = 100_000;

export interface AnalysisCache extends Remembered {
  /** Writes what is new. */
  close(): void;
}

export const NO_ANALYSIS: AnalysisCache = { get: () => null, put: () => undefined, close: () => undefined };

/**
 * What was found out about SQL of one dialect before, by keys that stand for all else that it depends on. `version` names
 * the code that found it out; what another code found is forgotten.
 */
export async function openAnalysisCache(root: string, version: string | null, dialect: string): Promise<AnalysisCache> {
  const database = version === null ? null : await openCacheFile(root);
  return database === null || version === null ? NO_ANALYSIS : cacheOn(database, version, dialect);
}

function cacheOn(database: Libsql.Database, version: string, dialect: string): AnalysisCache {
  const shelves = new Map<Finding, Shelf>();
  const shelfOf = (kind: Finding): Shelf => {
    const known = shelves.get(kind);
    if (known !== undefined) return known;
    const shelf = new Shelf(database, version, `${dialect} ${kind}`);
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

/** Findings as lines of a few texts: a row for each costs more than making them anew. */
function* pagesOf(findings: ReadonlyMap<Key, string>): Generator<string> {
  let page = '';
  for (const [key, value] of findings) {
    page += `${key}${value}\n`;
    if (page.length < PAGE) continue;
    yield page;
    page = '';
  }
  if (page !== '') yield page;
}

interface Page {
  readonly id: unknown;
  readonly text: string;
}

/** A damaged page must not pass for findings. */
const proofOf = (kind: string, page: string): string => hash('sha256', `${kind}\n${page}`);

/** The findings of one kind. All are read when one is asked for; what one session finds is one page more. */
class Shelf {
  readonly #database: Libsql.Database;
  readonly #version: string;
  readonly #kind: string;
  readonly #fresh = new Map<Key, string>();
  readonly #used = new Map<Key, string>();
  #found: Map<Key, string> | null = null;
  #pages: readonly Page[] = [];

  constructor(database: Libsql.Database, version: string, kind: string) {
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
    const sql = 'SELECT id, page, proof FROM analysis WHERE version = ? AND kind = ? ORDER BY id';
    const rows = quietly(() => this.#database.prepare(sql).raw(true).all(this.#version, this.#kind));
    this.#pages = (Array.isArray(rows) ? rows : []).map((row: unknown) => this.#pageIn(row));
    for (const { text } of this.#pages) for (const [key, value] of findingsIn(text)) this.#found.set(key, value);
    return this.#found;
  }

  #pageIn(row: unknown): Page {
    const [id, text, proof]: readonly unknown[] = Array.isArray(row) ? row : [];
    return { id, text: typeof text === 'string' && proof === proofOf(this.#kind, text) ? text : '' };
  }

  /** Within a transaction. Pages that others wrote meanwhile stay. */
  write(): void {
    if (!this.grew) return;
    const found = this.#read();
    const small = this.#pages.filter(({ text }) => text.length < PAGE / 2);
    const inSmall = (): readonly (readonly [Key, string])[] => small.flatMap(({ text }) => [...findingsIn(text)]);
    if (found.size > MOST_FINDINGS) this.#replace(this.#pages, this.#used);
    else if (small.length >= MOST_SMALL_PAGES) this.#replace(small, inSmall());
    else this.#insert(this.#fresh);
  }

  #replace(pages: readonly Page[], kept: Iterable<readonly [Key, string]>): void {
    const statement = this.#database.prepare('DELETE FROM analysis WHERE id = ?');
    for (const { id } of pages) statement.run(id);
    this.#insert(new Map([...kept, ...this.#fresh]));
  }

  #insert(findings: ReadonlyMap<Key, string>): void {
    const sql = 'INSERT INTO analysis (version, kind, page, proof) VALUES (?, ?, ?, ?)';
    const statement = this.#database.prepare(sql);
    for (const page of pagesOf(findings)) statement.run(this.#version, this.#kind, page, proofOf(this.#kind, page));
  }
}

function* findingsIn(page: string): Generator<readonly [Key, string]> {
  for (let start = 0, end = page.indexOf('\n'); end !== -1; start = end + 1, end = page.indexOf('\n', start)) {
    const value = start + LENGTH_OF_KEY;
    yield [asKey(page.slice(start, value)), page.slice(value, end)];
  }
}
