import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openContentCache, type ContentCache } from '../../src/facts/content-cache.ts';
import { contentNow, contentOf } from '../../src/facts/content.ts';
import { ensureDotBough } from '../../src/facts/dot-bough.ts';

const AT = { file: 'models/raw/x.yml', line: 2, column: 7 };
const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bough-facts-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
});

const write = (path: string, content: string | Uint8Array): void => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), content);
};

const snapshotOf = async (path: string, cache?: ContentCache): Promise<string> => {
  const content = await contentOf(root, path, cache === undefined ? {} : { cache });
  if (!content.ok) throw new Error(content.problem.message);
  return content.snapshot;
};

const problemOf = async (path: string): Promise<unknown> => {
  const content = await contentOf(root, path, { at: AT });
  return content.ok ? null : content.problem;
};

describe('content of a file', () => {
  it('is the hash of its bytes', async () => {
    write('a.csv', 'x\n1\n');
    expect(await contentOf(root, 'a.csv')).toEqual({
      ok: true,
      snapshot: sha256('x\n1\n'),
      files: [join(root, 'a.csv')],
    });
    expect(await contentNow(root, './a.csv')).toEqual(await contentOf(root, join(root, 'a.csv')));
  });

  it('is the hash of the bytes of an empty, a compressed and a large file', async () => {
    const large = Buffer.alloc(5_000_001, 'abcdefg');
    write('empty.csv', '');
    write('x.csv.gz', gzipSync('x\n1\n'));
    write('large.csv', large);
    expect(await snapshotOf('empty.csv')).toBe(sha256(''));
    expect(await snapshotOf('x.csv.gz')).toBe(sha256(readFileSync(join(root, 'x.csv.gz'))));
    expect(await snapshotOf('large.csv')).toBe(sha256(large));
  });

  it('is the same when the file was touched, replaced by an equal one, or moved', async () => {
    write('a.csv', 'x\n1\n');
    const before = await snapshotOf('a.csv');
    utimesSync(join(root, 'a.csv'), 1, 1);
    expect(await snapshotOf('a.csv')).toBe(before);
    write('b.csv', 'x\n1\n');
    renameSync(join(root, 'b.csv'), join(root, 'a.csv'));
    expect(await snapshotOf('a.csv')).toBe(before);
  });

  it('is taken from a name with wildcards too, where such a file is there', async () => {
    write('data/[x].csv', 'literal');
    write('data/x.csv', 'other');
    expect(await snapshotOf('data/[x].csv')).toBe(sha256('literal'));
  });
});

describe('content of a glob', () => {
  it('is that of all its files, in the order of their names', async () => {
    write('data/b.csv', 'b');
    write('data/a.csv', 'a');
    const content = await contentOf(root, 'data/*.csv');
    expect(content).toMatchObject({ ok: true, files: [join(root, 'data/a.csv'), join(root, 'data/b.csv')] });
  });

  it('moves with the bytes, the names and the number of files, and with nothing else', async () => {
    write('data/a.csv', 'a');
    write('data/b.csv', 'b');
    const seen = [await snapshotOf('data/*.csv')];
    utimesSync(join(root, 'data/a.csv'), 1, 1);
    expect(await snapshotOf('data/*.csv')).toBe(seen[0]);
    const changes = [
      () => write('data/a.csv', 'b'),
      () => write('data/b.csv', 'a'),
      () => renameSync(join(root, 'data/b.csv'), join(root, 'data/c.csv')),
      () => write('data/d.csv', ''),
      () => rmSync(join(root, 'data/d.csv')),
    ];
    for (const change of changes) {
      change();
      seen.push(await snapshotOf('data/*.csv'));
    }
    expect(new Set(seen).size).toBe(5);
    expect(seen[5]).toBe(seen[3]);
  });

  it('is not that of a file with the same bytes', async () => {
    write('data/a.csv', 'a');
    expect(await snapshotOf('data/*.csv')).not.toBe(await snapshotOf('data/a.csv'));
  });
});

describe('what is not there', () => {
  it('is a problem at the place that named it, with the nearest name', async () => {
    write('data/orders.csv', '');
    expect(await problemOf('data/order.csv')).toEqual({
      code: 'source-missing',
      severity: 'error',
      message: 'The file `data/order.csv` does not exist.',
      at: AT,
      hint: 'Did you mean `data/orders.csv`?',
    });
  });

  it.each([
    [
      'nowhere/x.csv',
      'source-missing',
      'The file `nowhere/x.csv` does not exist.',
      'The path is relative to the folder of bough.yml.',
    ],
    [
      'data/*.parquet',
      'source-missing',
      'No file matches `data/*.parquet`.',
      'The path is relative to the folder of bough.yml.',
    ],
    ['data', 'source-missing', '`data` is not a file.', 'Name a file, or its files by a glob: `data/*.csv`.'],
  ])('%s', async (path, code, message, hint) => {
    write('data/orders.csv', '');
    expect(await problemOf(path)).toEqual({ code, severity: 'error', message, at: AT, hint });
    expect(await contentNow(root, path, { at: AT })).toMatchObject({ ok: false, problem: { message } });
  });

  it('never waits for a pipe', async () => {
    execFileSync('mkfifo', [join(root, 'pipe.csv')]);
    expect(await problemOf('pipe.csv')).toMatchObject({ code: 'source-missing' });
  });

  it.skipIf(process.getuid?.() === 0)('may not be read', async () => {
    write('a.csv', 'a');
    chmodSync(join(root, 'a.csv'), 0);
    expect(await problemOf('a.csv')).toMatchObject({ code: 'file-unreadable', at: AT });
  });

  it('stops when it is told to', async () => {
    write('large.csv', Buffer.alloc(5_000_001));
    await expect(contentOf(root, 'large.csv', { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});

describe('the cache', () => {
  /** Puts a hash that no file has for the file as it lies there: whoever returns it has not read the file. */
  async function plant(path: string, planted: string): Promise<void> {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(join(root, path), { bigint: true });
    const cache = await openContentCache(root);
    const stamp = [dev, ino, size, mtimeNs, ctimeNs].join(':');
    cache.put(join(root, path), { stamp, sha256: planted, changed: 0, read: 10_000 });
    cache.close();
  }

  it('spares reading a file that was not touched', async () => {
    write('a.csv', 'a');
    await plant('a.csv', 'planted');
    expect(await snapshotOf('a.csv')).toBe('planted');
    expect(await contentNow(root, 'a.csv')).toMatchObject({ snapshot: sha256('a') });
  });

  it('is not asked for a file that changed, though size and time of change are the same', async () => {
    write('a.csv', 'a');
    const { atime, mtime } = statSync(join(root, 'a.csv'));
    await plant('a.csv', 'planted');
    write('b.csv', 'b');
    utimesSync(join(root, 'b.csv'), atime, mtime);
    renameSync(join(root, 'b.csv'), join(root, 'a.csv'));
    expect(await snapshotOf('a.csv')).toBe(sha256('b'));
  });

  it('does not remember a file that changed a moment ago', async () => {
    write('a.csv', 'a');
    await snapshotOf('a.csv');
    const cache = await openContentCache(root);
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(join(root, 'a.csv'), { bigint: true });
    expect(cache.get(join(root, 'a.csv'), [dev, ino, size, mtimeNs, ctimeNs].join(':'))).toBeNull();
    cache.close();
  });

  it.each([
    ['garbage', Buffer.alloc(10_000, 'x')],
    ['nothing', Buffer.alloc(0)],
    ['a cut file', Buffer.from('SQLite format 3\0')],
  ])('is made anew where it holds %s', async (_what, bytes) => {
    write('a.csv', 'a');
    ensureDotBough(root);
    writeFileSync(join(root, '.bough/cache.db'), bytes);
    expect(await snapshotOf('a.csv')).toBe(sha256('a'));
    await plant('a.csv', 'planted');
    expect(await snapshotOf('a.csv')).toBe('planted');
  });

  it('is made anew where it is of another version', async () => {
    write('a.csv', 'a');
    await plant('a.csv', 'planted');
    const { default: Database } = await import('libsql');
    const database = new Database(join(root, '.bough/cache.db'));
    database.exec('ALTER TABLE content RENAME TO contents; PRAGMA user_version = 99');
    database.close();
    expect(await snapshotOf('a.csv')).toBe(sha256('a'));
    await plant('a.csv', 'again');
    expect(await snapshotOf('a.csv')).toBe('again');
  });

  it('does not believe a damaged row', async () => {
    write('a.csv', 'a');
    await plant('a.csv', 'planted');
    const { default: Database } = await import('libsql');
    const database = new Database(join(root, '.bough/cache.db'));
    database.exec("UPDATE content SET sha256 = 'wrong'");
    database.close();
    expect(await snapshotOf('a.csv')).toBe(sha256('a'));
  });

  it('is done without where it is locked, or where there is no place for it', async () => {
    write('a.csv', 'a');
    writeFileSync(join(root, '.bough'), 'in the way');
    expect(await snapshotOf('a.csv')).toBe(sha256('a'));
  });

  it('is not written where nothing is new', async () => {
    write('a.csv', 'a');
    await plant('a.csv', 'planted');
    const before = statSync(join(root, '.bough/cache.db'), { bigint: true });
    await snapshotOf('a.csv');
    const after = statSync(join(root, '.bough/cache.db'), { bigint: true });
    expect(after.mtimeNs).toBe(before.mtimeNs);
  });

  it('keeps what several writers put', async () => {
    const caches = await Promise.all(Array.from({ length: 5 }, () => openContentCache(root)));
    caches.forEach((cache, index) => cache.put(`/f${index}`, { stamp: 's', sha256: 'h', changed: 0, read: 10_000 }));
    for (const cache of caches) cache.close();
    const cache = await openContentCache(root);
    expect(caches.map((_, index) => cache.get(`/f${index}`, 's'))).toEqual(['h', 'h', 'h', 'h', 'h']);
    cache.close();
  });
});

describe('.bough', () => {
  it('keeps itself out of git, and leaves what is there', () => {
    expect(ensureDotBough(root)).toBe(join(root, '.bough'));
    expect(readFileSync(join(root, '.bough/.gitignore'), 'utf8')).toBe('*\n');
    appendFileSync(join(root, '.bough/.gitignore'), '!mine\n');
    ensureDotBough(root);
    expect(readFileSync(join(root, '.bough/.gitignore'), 'utf8')).toBe('*\n!mine\n');
    expect(existsSync(join(root, '.bough/cache.db'))).toBe(false);
  });
});
