import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { openAnalysisCache } from '../../src/facts/analysis-cache.ts';
import { keyOf } from '../../src/identity/hash.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'bough-analysis-'));
const key = keyOf('question', 1);

describe('openAnalysisCache', () => {
  it('remembers over opens, per version of the code', async () => {
    const root = folder();
    const first = await openAnalysisCache(root, 'v1');
    expect(first.get(key)).toBeNull();
    first.put(key, 'found');
    first.close();
    const second = await openAnalysisCache(root, 'v1');
    expect(second.get(key)).toBe('found');
    second.close();
    const other = await openAnalysisCache(root, 'v2');
    expect(other.get(key)).toBeNull();
    other.close();
  });

  it('remembers nothing without a version, or where there is no place', async () => {
    const root = folder();
    const none = await openAnalysisCache(root, null);
    none.put(key, 'found');
    expect(none.get(key)).toBeNull();
    none.close();
    writeFileSync(join(root, '.bough'), 'a file stands where the folder must go');
    const nowhere = await openAnalysisCache(root, 'v1');
    nowhere.put(key, 'found');
    expect(nowhere.get(key)).toBeNull();
    nowhere.close();
  });

  it('does not take a damaged row for an answer', async () => {
    const root = folder();
    const cache = await openAnalysisCache(root, 'v1');
    cache.put(key, 'found');
    cache.close();
    const database = new Database(join(root, '.bough', 'cache.db'));
    database.prepare('UPDATE analysis SET value = ? WHERE key = ?').run('forged', key);
    database.close();
    const again = await openAnalysisCache(root, 'v1');
    expect(again.get(key)).toBeNull();
    again.close();
  });

  it('survives several writers at once', async () => {
    const root = folder();
    const caches = await Promise.all(Array.from({ length: 4 }, () => openAnalysisCache(root, 'v1')));
    caches.forEach((cache, index) => cache.put(keyOf('question', index), String(index)));
    for (const cache of caches) cache.close();
    const last = await openAnalysisCache(root, 'v1');
    expect(caches.map((_, index) => last.get(keyOf('question', index)))).toEqual(['0', '1', '2', '3']);
    last.close();
  });
});
