import { hash } from 'node:crypto';
import type Libsql from 'libsql';
import type { Finding, Remembered } from '../model/facts.ts';
import { asKey, type Key } from '../model/ids.ts';
import { openCacheFile, quietly, type CacheAccess } from './cache-file.ts';

/** Characters of a page: small enough that a plan with one change reads few of them, large enough that rows are few. */
const PAGE = 50_000;
/** Pages that are not half full; then they become one. */
const MOST_SMALL_PAGES = 8;
/** Characters of findings that wait to be written together: a transaction costs more than a page. */
const MOST_WAITING = 4_000_000;
/** Findings of a cache that was never cleaned; then it holds on to what was used last. */
const MOST_FINDINGS = 100_000;

export interface AnalysisCache extends Remembered {
  /** Writes what is new and still waits. */
  close(): void;
}

export const NO_ANALYSIS: AnalysisCache = { get: () => null, put: () => undefined, close: () => undefined };

/**
 * What was found out about SQL of one dialect before, by keys that stand for all else that it depends on. `version` names
 * the code that found it out; what another code found is forgotten.
 */
export async function openAnalysisCache(
  root: string,
  version: string | null,
  dialect: string,
  access: CacheAccess = 'write',
): Promise<AnalysisCache> {
  const database = version === null ? null : await openCacheFile(root, access);
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
  let waiting = 0;
  const write = (done: boolean): void => {
    waiting = 0;
    quietly(() => writeAll(database, version, [...shelves.values()], done));
  };
  return {
    get: (kind, key) => shelfOf(kind).get(key),
    put(kind, key, value) {
      shelfOf(kind).put(key, value);
      waiting += value.length;
      if (waiting > MOST_WAITING) write(false);
    },
    close() {
      write(true);
      quietly(() => database.close());
    },
  };
}

function writeAll(database: Libsql.Database, version: string, shelves: readonly Shelf[], done: boolean): void {
  if (shelves.every((shelf) => !shelf.grew)) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    database.prepare('DELETE FROM analysis WHERE version <> ?').run(version);
    for (const shelf of shelves) shelf.write(done);
    database.exec('COMMIT');
  } catch (raw) {
    database.exec('ROLLBACK');
    throw raw;
  }
}

const LENGTH_OF_KEY = 32;

/** Findings that lie together: a row for each of them costs more than making them anew. */
interface Page {
  readonly id: unknown;
  /** One behind the other. */
  readonly keys: string;
  readonly length: number;
}

/** A damaged page must not pass for findings. */
const proofOf = (kind: string, keys: string, page: string): string => hash('sha256', [kind, keys, page].join('\n'));

/** The findings of one kind: where they lie is read at once, a page when one of its findings is asked for. */
class Shelf {
  readonly #database: Libsql.Database;
  readonly #version: string;
  readonly #kind: string;
  #fresh = new Map<Key, string>();
  readonly #found = new Map<Key, string>();
  readonly #opened = new Set<Page>();
  readonly #used = new Set<Key>();
  #pages: Page[] = [];
  #places: Map<Key, Page> | null = null;
  #select: Libsql.Statement | null = null;

  constructor(database: Libsql.Database, version: string, kind: string) {
    this.#database = database;
    this.#version = version;
    this.#kind = kind;
  }

  get grew(): boolean {
    return this.#fresh.size > 0;
  }

  get(key: Key): string | null {
    const value = this.#fresh.get(key) ?? this.#lookUp(key);
    if (value === undefined) return null;
    this.#used.add(key);
    return value;
  }

  put(key: Key, value: string): void {
    this.#fresh.set(key, value);
  }

  #lookUp(key: Key): string | undefined {
    const page = this.#directory().get(key);
    if (page === undefined) return undefined;
    this.#open(page);
    return this.#found.get(key);
  }

  /** Of a key that stands in several pages, the last one holds. */
  #directory(): Map<Key, Page> {
    if (this.#places !== null) return this.#places;
    const places = new Map<Key, Page>();
    const sql = 'SELECT id, keys, length FROM analysis WHERE version = ? AND kind = ? ORDER BY id';
    const rows = quietly(() => this.#database.prepare(sql).raw(true).all(this.#version, this.#kind));
    this.#pages = (Array.isArray(rows) ? rows : []).map(pageOf);
    for (const page of this.#pages) for (const key of keysIn(page)) places.set(key, page);
    this.#places = places;
    return places;
  }

  #open(page: Page): void {
    if (this.#opened.has(page)) return;
    this.#opened.add(page);
    const row = quietly(() => {
      this.#select ??= this.#database.prepare('SELECT page, proof FROM analysis WHERE id = ?').raw(true);
      return this.#select.get(page.id);
    });
    const [text, proof]: readonly unknown[] = Array.isArray(row) ? row : [];
    if (typeof text !== 'string' || proof !== proofOf(this.#kind, page.keys, text)) return;
    const values = text.split('\n');
    for (const [index, key] of keysIn(page).entries()) {
      const value = values[index];
      if (value !== undefined && this.#places?.get(key) === page) this.#found.set(key, value);
    }
  }

  /** Within a transaction. Pages that others wrote meanwhile stay. Once all is `done`, it is known what was used. */
  write(done: boolean): void {
    if (!this.grew) return;
    const found = this.#directory();
    this.#deleteReplaced();
    const small = this.#pages.filter(({ length }) => length < PAGE / 2);
    if (done && found.size > MOST_FINDINGS) this.#replace(this.#pages, this.#used);
    else if (small.length >= MOST_SMALL_PAGES) this.#replace(small, small.flatMap(keysIn));
    else this.#insert(this.#fresh);
    for (const key of this.#fresh.keys()) this.#used.add(key);
    this.#fresh = new Map();
  }

  /** Pages of which every finding is written anew. */
  #deleteReplaced(): void {
    this.#delete(this.#pages.filter((page) => keysIn(page).every((key) => this.#fresh.has(key))));
  }

  #delete(pages: readonly Page[]): void {
    const statement = this.#database.prepare('DELETE FROM analysis WHERE id = ?');
    for (const { id } of pages) statement.run(id);
    const gone = new Set(pages);
    this.#pages = this.#pages.filter((page) => !gone.has(page));
  }

  #replace(pages: readonly Page[], kept: Iterable<Key>): void {
    const findings = new Map<Key, string>();
    for (const key of kept) {
      const value = this.#fresh.get(key) ?? this.#lookUp(key);
      if (value !== undefined) findings.set(key, value);
    }
    this.#delete(pages);
    this.#insert(new Map([...findings, ...this.#fresh]));
  }

  #insert(findings: ReadonlyMap<Key, string>): void {
    const sql = 'INSERT INTO analysis (version, kind, keys, length, proof, page) VALUES (?, ?, ?, ?, ?, ?)';
    const statement = this.#database.prepare(sql);
    for (const [keys, text] of pagesOf(findings)) {
      const proof = proofOf(this.#kind, keys, text);
      const { lastInsertRowid } = statement.run(this.#version, this.#kind, keys, text.length, proof, text);
      this.#place({ id: lastInsertRowid, keys, length: text.length });
    }
  }

  /** What was looked up before does not hold for keys that were written anew. */
  #place(page: Page): void {
    this.#pages.push(page);
    const places = this.#directory();
    for (const key of keysIn(page)) {
      places.set(key, page);
      this.#found.delete(key);
    }
  }
}

function pageOf(row: unknown): Page {
  const [id, keys, length]: readonly unknown[] = Array.isArray(row) ? row : [];
  return { id, keys: typeof keys === 'string' ? keys : '', length: typeof length === 'number' ? length : 0 };
}

const keysIn = ({ keys }: Page): readonly Key[] =>
  Array.from({ length: Math.floor(keys.length / LENGTH_OF_KEY) }, (_, index) =>
    asKey(keys.slice(index * LENGTH_OF_KEY, (index + 1) * LENGTH_OF_KEY)),
  );

/** Keys and values of each page; a value is a line. */
function* pagesOf(findings: ReadonlyMap<Key, string>): Generator<readonly [keys: string, page: string]> {
  let [keys, page] = ['', ''];
  for (const [key, value] of findings) {
    keys += key;
    page += `${value}\n`;
    if (page.length < PAGE) continue;
    yield [keys, page];
    [keys, page] = ['', ''];
  }
  if (page !== '') yield [keys, page];
}
