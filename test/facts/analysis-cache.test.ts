import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { openAnalysisCache } from '../../src/facts/analysis-cache.ts';
import { ensureDotBough } from '../../src/facts/dot-bough.ts';
import { keyOf } from '../../src/identity/hash.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'bough-analysis-'));
const key = keyOf('question', 1);

describe('openAnalysisCache', () => {
  it('remembers over opens, per version of the code', async () => {
    const root = folder();
    const first = await openAnalysisCache(root, 'v1', 'duckdb');
    expect(first.get('keys', key)).toBeNull();
    first.put('keys', key, 'found');
    first.close();
    const second = await openAnalysisCache(root, 'v1', 'duckdb');
    expect(second.get('keys', key)).toBe('found');
    second.close();
    const other = await openAnalysisCache(root, 'v2', 'duckdb');
    expect(other.get('keys', key)).toBeNull();
    other.close();
  });

  it('does not keep what was found anew', async () => {
    const root = folder();
    const lengthAfter = async (value: string): Promise<number> => {
      const cache = await openAnalysisCache(root, 'v1', 'duckdb');
      cache.put('project', key, value);
      cache.close();
      const database = new Database(join(root, '.bough/cache.db'));
      const rows = database.prepare('SELECT id FROM analysis').all();
      database.close();
      return rows.length;
    };
    expect(await lengthAfter('first'.repeat(20_000))).toBe(1);
    expect(await lengthAfter('second'.repeat(20_000))).toBe(1);
    const again = await openAnalysisCache(root, 'v1', 'duckdb');
    expect(again.get('project', key)).toBe('second'.repeat(20_000));
    again.close();
  });

  it('leaves no trace where it may only be read', async () => {
    const root = folder();
    const nothing = await openAnalysisCache(root, 'v1', 'duckdb', 'read');
    nothing.put('keys', key, 'found');
    nothing.close();
    expect(readdirSync(root)).toEqual([]);
    const written = await openAnalysisCache(root, 'v1', 'duckdb');
    written.put('keys', key, 'found');
    written.close();
    const before = readFileSync(join(root, '.bough/cache.db'));
    const looking = await openAnalysisCache(root, 'v1', 'duckdb', 'read');
    expect(looking.get('keys', key)).toBe('found');
    looking.put('keys', keyOf('question', 2), 'found too');
    looking.close();
    expect(readFileSync(join(root, '.bough/cache.db')).equals(before)).toBe(true);
  });

  it('keeps dialects apart: one text can say different things in two of them', async () => {
    const root = folder();
    const duckdb = await openAnalysisCache(root, 'v1', 'duckdb');
    duckdb.put('outline', key, 'found');
    duckdb.close();
    const postgres = await openAnalysisCache(root, 'v1', 'postgres');
    expect(postgres.get('outline', key)).toBeNull();
    postgres.put('outline', key, 'another');
    postgres.close();
    const again = await openAnalysisCache(root, 'v1', 'duckdb');
    expect(again.get('outline', key)).toBe('found');
    again.close();
  });

  it('remembers nothing without a version, or where there is no place', async () => {
    const root = folder();
    const none = await openAnalysisCache(root, null, 'duckdb');
    none.put('keys', key, 'found');
    expect(none.get('keys', key)).toBeNull();
    none.close();
    writeFileSync(join(root, '.bough'), 'a file stands where the folder must go');
    const nowhere = await openAnalysisCache(root, 'v1', 'duckdb');
    nowhere.put('keys', key, 'found');
    expect(nowhere.get('keys', key)).toBeNull();
    nowhere.close();
  });

  it('does not take a damaged row for an answer', async () => {
    const root = folder();
    const cache = await openAnalysisCache(root, 'v1', 'duckdb');
    cache.put('keys', key, 'found');
    cache.close();
    const database = new Database(join(root, '.bough', 'cache.db'));
    database.prepare('UPDATE analysis SET page = ?').run('forged\n');
    database.close();
    const again = await openAnalysisCache(root, 'v1', 'duckdb');
    expect(again.get('keys', key)).toBeNull();
    again.close();
  });

  it.each([false, true])('is whole after a process was killed that wrote to it (made before: %s)', async (made) => {
    const root = folder();
    if (made) {
      const first = await openAnalysisCache(root, 'v1', 'duckdb');
      first.put('keys', key, 'found');
      first.close();
    } else ensureDotBough(root);
    const database = new Database(join(root, '.bough', 'cache.db'));
    database.exec('BEGIN IMMEDIATE; DROP TABLE IF EXISTS analysis; CREATE TABLE others (x)');
    const after = folder();
    cpSync(join(root, '.bough'), join(after, '.bough'), { recursive: true });
    database.close();
    expect(readdirSync(join(after, '.bough'))).toContain('cache.db-journal');
    const next = await openAnalysisCache(after, 'v1', 'duckdb');
    expect(next.get('keys', key)).toBe(made ? 'found' : null);
    next.put('keys', keyOf('question', 2), 'found too');
    next.close();
    expect(readdirSync(join(after, '.bough')).sort()).toEqual(['.gitignore', 'cache.db']);
  });

  it('survives several writers at once', async () => {
    const root = folder();
    const caches = await Promise.all(Array.from({ length: 4 }, () => openAnalysisCache(root, 'v1', 'duckdb')));
    caches.forEach((cache, index) => cache.put('keys', keyOf('question', index), String(index)));
    for (const cache of caches) cache.close();
    const last = await openAnalysisCache(root, 'v1', 'duckdb');
    expect(caches.map((_, index) => last.get('keys', keyOf('question', index)))).toEqual(['0', '1', '2', '3']);
    last.close();
  });

  it('keeps what many sessions found, in few pages', async () => {
    const root = folder();
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    for (const number of numbers) {
      const cache = await openAnalysisCache(root, 'v1', 'duckdb');
      cache.put('keys', keyOf('question', number), String(number));
      cache.close();
    }
    const last = await openAnalysisCache(root, 'v1', 'duckdb');
    expect(numbers.map((number) => last.get('keys', keyOf('question', number)))).toEqual(numbers.map(String));
    last.close();
    const database = new Database(join(root, '.bough', 'cache.db'));
    const pages: readonly unknown[] = database.prepare('SELECT id FROM analysis').all();
    database.close();
    expect(pages.length).toBeLessThan(10);
  });

  it('parts what one session found into pages, and finds all of it again', async () => {
    const root = folder();
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    const valueOf = (number: number): string => String(number).repeat(40_000);
    const first = await openAnalysisCache(root, 'v1', 'duckdb');
    for (const number of numbers) first.put('seen', keyOf('question', number), valueOf(number));
    first.close();
    const second = await openAnalysisCache(root, 'v1', 'duckdb');
    expect(numbers.every((number) => second.get('seen', keyOf('question', number)) === valueOf(number))).toBe(true);
    expect(second.get('keys', keyOf('question', 0))).toBeNull();
    second.close();
  });

  it('writes on the way, so that what was found does not wait in memory, and finds it all the same', async () => {
    const root = folder();
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    const valueOf = (number: number): string => `${number} `.repeat(40_000);
    const cache = await openAnalysisCache(root, 'v1', 'duckdb');
    for (const number of numbers) cache.put('seen', keyOf('question', number), valueOf(number));
    const database = new Database(join(root, '.bough', 'cache.db'));
    const pages: readonly unknown[] = database.prepare('SELECT id FROM analysis').all();
    database.close();
    expect(pages.length).toBeGreaterThan(30);
    expect(numbers.every((number) => cache.get('seen', keyOf('question', number)) === valueOf(number))).toBe(true);
    // Another finding for a key that was written already.
    cache.put('seen', keyOf('question', 0), 'another');
    expect(cache.get('seen', keyOf('question', 0))).toBe('another');
    cache.close();
    const again = await openAnalysisCache(root, 'v1', 'duckdb');
    expect(again.get('seen', keyOf('question', 0))).toBe('another');
    expect(again.get('seen', keyOf('question', 59))).toBe(valueOf(59));
    again.close();
  });

  it('goes on where the file is locked when it would write on the way', async () => {
    const root = folder();
    const cache = await openAnalysisCache(root, 'v1', 'duckdb');
    const database = new Database(join(root, '.bough', 'cache.db'));
    database.exec('BEGIN IMMEDIATE');
    cache.put('seen', key, 'long'.repeat(2_000_000));
    database.exec('ROLLBACK');
    database.close();
    expect(cache.get('seen', key)).toBe('long'.repeat(2_000_000));
    cache.close();
    const again = await openAnalysisCache(root, 'v1', 'duckdb');
    expect(again.get('seen', key)).toBe('long'.repeat(2_000_000));
    again.close();
  });
});
