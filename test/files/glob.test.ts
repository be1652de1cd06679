import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expandGlob } from '../../src/files/glob.ts';

const root = mkdtempSync(join(tmpdir(), 'bough-glob-'));
const FILES = (
  "a.csv|b.csv|B.CSV|.hidden.csv|a b.csv|it's.csv|!n.csv|[x].csv|{y}.csv|a.csv.gz|^a.csv|.folder/c.csv|sub/d.csv|" +
  'sub/deep/e.csv|sub.csv/f.csv|+.csv|a(1).csv|$.csv|ü.csv|-.csv|]q.csv'
).split('|');

const PATTERNS = (
  'data/*.csv data/* data/?.csv data/??.csv data/*.CSV data/[ab].csv data/[a-c].csv data/[!a].csv data/[^a].csv ' +
  'data/[b-z]*.csv data/{a,b}.csv data/+(a|b).csv data/a(*).csv data/$* data/*.gz data/.* data/**/*.csv data/** ' +
  '**/*.csv data/*/*.csv data/*/*/*.csv data/link/*.csv data/l*/linked.csv data/sub*/*.csv data/**/e.csv ' +
  'data/sub/**/*.csv data/***.csv d?ta/a.csv data/nothing* nowhere/*.csv data/[]q].csv data/ü* data/[!!]n.csv ' +
  'data/[+].csv data/[--.]* data/file-* data/dang*'
).split(' ');

let database: DuckDBInstance;
beforeAll(async () => {
  database = await DuckDBInstance.create(':memory:');
  for (const file of FILES) {
    const path = join(root, 'data', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'a\n1\n');
  }
  mkdirSync(join(root, 'elsewhere'));
  writeFileSync(join(root, 'elsewhere/linked.csv'), 'a\n1\n');
  symlinkSync(join(root, 'elsewhere'), join(root, 'data/link'));
  symlinkSync(join(root, 'elsewhere/linked.csv'), join(root, 'data/file-link.csv'));
  symlinkSync(join(root, 'gone'), join(root, 'data/dangling.csv'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const byEngine = async (pattern: string): Promise<readonly string[]> => {
  const connection = await database.connect();
  const text = join(root, pattern).replaceAll("'", "''");
  const reader = await connection.runAndReadAll(`SELECT file FROM glob('${text}')`);
  return reader
    .getRowsJson()
    .map((row) => (typeof row[0] === 'string' ? row[0] : ''))
    .sort();
};

it.each(PATTERNS)('%s names the files that DuckDB reads', async (pattern) => {
  const { folder, names } = expandGlob(root, pattern);
  const existing = (await byEngine(pattern)).filter((path) => !path.endsWith('/dangling.csv'));
  expect(names.map((name) => `${folder}/${name}`).sort()).toEqual(existing);
});

it('gives names below the folder where the wildcards begin', () => {
  expect(expandGlob(root, 'data/sub/**/*.csv')).toEqual({
    folder: join(root, 'data/sub'),
    names: ['d.csv', 'deep/e.csv'],
  });
  expect(expandGlob('/', join(root, 'data/sub/*.csv'))).toEqual({ folder: join(root, 'data/sub'), names: ['d.csv'] });
});
