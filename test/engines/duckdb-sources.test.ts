import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dottedNames } from '../../src/engines/duckdb/dependants.ts';
import { withPath } from '../../src/engines/duckdb/files.ts';
import type { FileRead } from '../../src/engines/contract.ts';
import { asNodeName } from '../../src/model/ids.ts';
import { UserError } from '../../src/model/problems.ts';
import type { DeclaredColumn, FileFormat } from '../../src/model/node.ts';
import { column } from './conformance-files.ts';
import type { DuckdbSubject } from './duckdb-subject.ts';
import { duckdbSubject } from './duckdb-subject.ts';
import { codesOf, failure, id, never, opened } from './subject.ts';

let subject: DuckdbSubject;
beforeEach(async () => {
  subject = await duckdbSubject();
});
afterEach(() => subject.cleanup());

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

async function parquet(path: string, query: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

const CSV = { header: true, delimiter: null, quote: null, null: null, encoding: null };
const file = (
  path: string,
  format: FileFormat,
  declared: readonly DeclaredColumn[] = [],
  root = subject.root,
): FileRead => ({
  node: asNodeName('raw.orders'),
  origin: { type: 'file', path, format, csv: CSV, load: 'copy' },
  root,
  declared,
});
const call = (path: string, expression: string, root = subject.root): FileRead => ({
  node: asNodeName('raw.orders'),
  origin: { type: 'call', path, call: expression },
  root,
  declared: [],
});

let attempt = 0;
async function load(
  read: FileRead,
  type: 'load' | 'load-view' = 'load',
): Promise<readonly [readonly string[], unknown]> {
  const session = await opened(subject);
  attempt += 1;
  const build = id(`raw__orders__${attempt}`);
  try {
    const built = await session.build({ type, id: build, read }, never);
    expect(await subject.engine.describeFiles(read)).toEqual(built.columns);
    const { rows } = await session.query(`SELECT * FROM ${subject.engine.relation(build)} ORDER BY ALL`);
    return [built.columns.map(({ name, type: of }) => `${name} ${of}`), rows];
  } finally {
    await session.close();
  }
}

describe('CSV that the engine gives up on', () => {
  const numbers = Array.from({ length: 30_000 }, (_, index) => index).join('\n');
  it.for([
    ['a late value of another type', `id\n${numbers}\nlast\n`, 30_002, 'Could not convert string "last"'],
    ['a value of 3 MB', `id,b\n"${'x'.repeat(3_000_000)}",1\n`, 1, 'Maximum line size'],
  ] as const)('names the line and the trouble: %s', async ([, content, line, wrong]) => {
    write(join(subject.root, 'a.csv'), content);
    const error = await failure(load(file('a.csv', 'csv')));
    expect(error instanceof UserError && error.problems).toMatchObject([
      { code: 'source-unreadable', at: { file: 'a.csv', line }, message: expect.stringContaining(wrong) as unknown },
    ]);
  });
});

describe('Parquet', () => {
  it('is read with declared types, by name, with the files of a pattern', async () => {
    await parquet(join(subject.root, 'p/1.parquet'), `SELECT 1 AS id, 1.5::DOUBLE AS "Amount"`);
    await parquet(join(subject.root, 'p/2.parquet'), `SELECT 2.5::DOUBLE AS "Amount", 2 AS id`);
    expect(await load(file('p/*.parquet', 'parquet', [column('amount', 'DECIMAL(10,2)')]))).toEqual([
      ['id INTEGER', 'Amount DECIMAL(10,2)'],
      [
        [1, '1.50'],
        [2, '2.50'],
      ],
    ]);
  });

  it('is read in place', async () => {
    await parquet(join(subject.root, '1.parquet'), 'SELECT 1 AS id');
    expect(await load(file('1.parquet', 'parquet', [column('id', 'BIGINT')]), 'load-view')).toEqual([
      ['id BIGINT'],
      [['1']],
    ]);
  });

  it('is refused where it is something else', async () => {
    write(join(subject.root, '1.parquet'), 'id\n1\n');
    expect(await codesOf(load(file('1.parquet', 'parquet')))).toEqual(['source-unreadable']);
  });
});

describe('JSON', () => {
  it('keeps the digits of declared decimals and the members of lists and objects', async () => {
    write(join(subject.root, 'a.json'), '[{"id": 1, "n": 12345678901234567890123, "s": {"a": [1]}}]');
    expect(await load(file('a.json', 'json', [column('N', 'HUGEINT')]))).toEqual([
      ['id BIGINT', 'n HUGEINT', 's STRUCT(a BIGINT[])'],
      [['1', '12345678901234567890123', { a: ['1'] }]],
    ]);
  });
});

describe('reading expressions of models', () => {
  it.for([
    ['data/a.csv', `read_csv('data/a.csv', header = true, delim = ',')`],
    ['data/a.csv', `'data/a.csv'`],
    ['data/a.csv', `"data/a.csv"`],
    [`data/it's.csv`, `read_csv_auto('data/it''s.csv')`],
    ['data/[ab].csv', `read_csv('data/[ab].csv')`],
  ] as const)('finds %s from the root: %s', async ([path, expression]) => {
    write(join(subject.root, 'data/a.csv'), 'id\n1\n');
    write(join(subject.root, `data/it's.csv`), 'id\n1\n');
    expect(await load(call(path, expression))).toEqual([['id BIGINT'], [['1']]]);
  });

  it('puts the path in once, and nothing else', () => {
    expect(withPath(`read_csv('a.csv', delim = 'a.csv')`, 'a.csv', `/x/it's/a.csv`)).toBe(
      `read_csv('/x/it''s/a.csv', delim = 'a.csv')`,
    );
  });

  it('says what is missing', async () => {
    expect(await codesOf(load(call('none.csv', `'none.csv'`)))).toEqual(['source-missing']);
  });
});

describe('the folder of the project', () => {
  it('may have special characters, also with patterns', async () => {
    const root = join(subject.root, `it's [a] *?`, 'day=1');
    write(join(root, 'data/1.csv'), 'id\n1\n');
    expect(await load(file('data/*.csv', 'csv', [], root))).toEqual([['id BIGINT'], [['1']]]);
    expect(await load(file('data/1.csv', 'csv', [], root))).toEqual([['id BIGINT'], [['1']]]);
    expect(await load(call('data/1.csv', `'data/1.csv'`, root))).toEqual([['id BIGINT', 'day BIGINT'], [['1', '1']]]);
  });

  it('gives columns for folders of its own that are named key=value', async () => {
    write(join(subject.root, 'data/day=1/1.csv'), 'id\n1\n');
    write(join(subject.root, 'data/day=2/1.csv'), 'id\n2\n');
    expect(await load(file('data/*/*.csv', 'csv'))).toEqual([
      ['id BIGINT', 'day BIGINT'],
      [
        ['1', '1'],
        ['2', '2'],
      ],
    ]);
  });
});

describe('what a view reads', () => {
  it.for([
    ['SELECT * FROM bough."x__1"', [['bough', 'x__1']]],
    [`SELECT 'bough.x' FROM "A b"."c""d"`, [['a b', 'c"d']]],
    [
      'SELECT a.b FROM memory.main.t',
      [
        ['a', 'b'],
        ['memory', 'main', 't'],
      ],
    ],
    ['SELECT "it\'s" FROM x -- y', [["it's"], ['x'], ['y']]],
  ] as const)('is found in %s', ([sql, names]) => {
    const found = dottedNames(sql).filter((parts) => !['select', 'from'].includes(parts.join('.')));
    expect(found).toEqual(names);
  });
});
