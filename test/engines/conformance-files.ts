import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { FileRead } from '../../src/engines/contract.ts';
import { asNodeName } from '../../src/model/ids.ts';
import type { CsvOptions, DeclaredColumn, FileFormat, SeedNode } from '../../src/model/node.ts';
import { UserError } from '../../src/model/problems.ts';
import type { Subject } from './subject.ts';
import { codesOf, failure, id, never, opened } from './subject.ts';
import { eachWith } from './with-subject.ts';

const CSV: CsvOptions = { header: true, delimiter: null, quote: null, null: null, encoding: null };

export const column = (name: string, type: string | null = null): DeclaredColumn => ({ name, type, description: null });

/** Files are read by the names of their columns, whole, and what is wrong with them is said with its line. */
export function fileCases(make: () => Promise<Subject>): void {
  const subject = eachWith(make);

  function write(name: string, content: string | Buffer): void {
    const path = join(subject().root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  const read = (
    path: string,
    more: { format?: FileFormat; csv?: Partial<CsvOptions>; declared?: DeclaredColumn[] } = {},
  ): FileRead => ({
    node: asNodeName('raw.orders'),
    origin: { type: 'file', path, format: more.format ?? 'csv', csv: { ...CSV, ...more.csv }, load: 'copy' },
    root: subject().root,
    declared: more.declared ?? [],
  });
  async function load(source: FileRead): Promise<{ readonly columns: readonly string[]; readonly rows: unknown }> {
    const session = await opened(subject());
    try {
      const built = await session.build({ type: 'load', id: id('raw__orders__1'), read: source }, never);
      expect(await subject().engine.describeFiles(source)).toEqual(built.columns);
      const { rows } = await session.query(
        `SELECT * FROM ${subject().engine.relation(id('raw__orders__1'))} ORDER BY 1`,
      );
      expect(built.rows).toBe(rows.length);
      return { columns: built.columns.map(({ name }) => name), rows };
    } finally {
      await session.close();
    }
  }
  const withTypes = (format: FileFormat): boolean => subject().abilities.formats.includes(format);

  it('reads a CSV file with declared types, matched by name whatever their order and letter case', async () => {
    write('data/orders.csv', 'id,Amount,note\n1,1.50,x\n2,,y\n');
    const declared = [column('note', 'VARCHAR'), column('amount', 'DECIMAL(10,2)'), column('ID', 'INTEGER')];
    expect(await load(read('data/orders.csv', { declared }))).toEqual({
      columns: ['id', 'Amount', 'note'],
      rows: [
        [1, '1.50', 'x'],
        [2, null, 'y'],
      ],
    });
  });

  it('reads a header without rows', async () => {
    write('data/orders.csv', 'id,amount\n');
    expect(await load(read('data/orders.csv'))).toEqual({ columns: ['id', 'amount'], rows: [] });
  });

  it('reads delimiters, quotes, words for NULL and other encodings', async () => {
    write('a.csv', `id;name\n1;'a;''b'\n2;NA\n`);
    const declared = [column('id', 'INTEGER')];
    const a = await load(read('a.csv', { declared, csv: { delimiter: ';', quote: "'", null: 'NA' } }));
    expect(a.rows).toEqual([
      [1, `a;'b`],
      [2, null],
    ]);
  });

  it('reads latin-1', async () => {
    write('b.csv', Buffer.from('id,name\n1,café\n', 'latin1'));
    expect(
      (await load(read('b.csv', { declared: [column('id', 'INTEGER')], csv: { encoding: 'latin1' } }))).rows,
    ).toEqual([[1, 'café']]);
  });

  it('finds a delimiter by itself', async () => {
    write('a.csv', 'id;name\n1;x\n');
    expect((await load(read('a.csv'))).columns).toEqual(['id', 'name']);
  });

  it('reads files without a header', async () => {
    write('a.csv', '1,x\n2,y\n');
    const { rows } = await load(read('a.csv', { csv: { header: false } }));
    expect(rows).toHaveLength(2);
  });

  it('reads compressed files, values over several lines, and names with special characters', async () => {
    write(`it's [x].csv.gz`, gzipSync('id,name\n1,"a\nb"\n'));
    expect((await load(read(`it's [x].csv.gz`, { declared: [column('id', 'INTEGER')] }))).rows).toEqual([[1, 'a\nb']]);
  });

  it('reads the files of a pattern together, columns by name', async () => {
    write('data/1.csv', 'id,name\n1,x\n');
    write('data/2.csv', 'name,id\ny,2\n');
    const { columns, rows } = await load(read('data/*.csv', { declared: [column('id', 'INTEGER')] }));
    expect(columns).toEqual(['id', 'name']);
    expect(rows).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
  });

  it.for([
    ['too short', 'id,amount\n1,2\n3\n', 3],
    ['too long', 'id,amount\n1,2\n3,4,5\n', 3],
    ['ragged everywhere', 'id,amount\n1,2\n3\n4,5,6\n', 3],
    ['a quote left open', 'id,amount\n1,"x\n2,3\n', 2],
    ['late and too long', `id,amount\n${'1,2\n'.repeat(30_000)}1,2,3\n`, 30_002],
  ] as const)('names file and line of a broken row: %s', async ([, content, line]) => {
    write('data/orders.csv', content);
    const error = await failure(load(read('data/orders.csv')));
    expect(error instanceof UserError && error.problems).toMatchObject([
      { code: 'source-unreadable', at: { file: 'data/orders.csv', line } },
    ]);
    expect(error.message).not.toMatch(/ignore_errors|auto_detect|\n/);
  });

  it('names file and line of a value that is not of the declared type', async () => {
    write('data/orders.csv', 'id,amount\n1,2\nsecret,3\n');
    const error = await failure(load(read('data/orders.csv', { declared: [column('id', 'INTEGER')] })));
    expect(error instanceof UserError && error.problems[0]).toMatchObject({
      code: 'source-unreadable',
      at: { file: 'data/orders.csv', line: 3 },
    });
    expect(error.message).toContain('id');
  });

  it('refuses a file of another encoding', async () => {
    write('a.csv', Buffer.from('id,name\n1,café\n', 'latin1'));
    expect(await codesOf(load(read('a.csv')))).toEqual(['source-unreadable']);
  });

  it('refuses an empty file, a folder and a file that is not there', async () => {
    write('data/empty.csv', '');
    expect(await codesOf(load(read('data/empty.csv')))).toEqual(['source-unreadable']);
    expect(await codesOf(load(read('data')))).toEqual(['source-missing']);
    expect(await codesOf(load(read('data/none.csv')))).toEqual(['source-missing']);
    expect(await codesOf(load(read('data/*.parquet')))).toEqual(['source-missing']);
    expect(await codesOf(subject().engine.describeFiles(read('data/none.csv')))).toEqual(['source-missing']);
  });

  it('names declared columns that are not there, with the nearest and all that are', async () => {
    write('a.csv', 'id,amount\n1,2\n');
    const error = await failure(load(read('a.csv', { declared: [column('amont', 'INTEGER'), column('zzz')] })));
    expect(error instanceof UserError && error.problems.map(({ code }) => code)).toEqual([
      'source-columns',
      'source-columns',
    ]);
    expect(error instanceof UserError && error.problems[0]?.hint).toContain('`amount`');
  });

  it('refuses types that the engine does not know', async () => {
    write('a.csv', 'id,amount\n1,2\n');
    const error = await failure(load(read('a.csv', { declared: [column('amount', 'DECIML(10,2)')] })));
    expect(error instanceof UserError && error.problems[0]?.code).toBe('source-columns');
    expect(error.message).toContain('DECIML');
  });

  it('reads seeds', async () => {
    write('seeds/rates.csv', 'code,rate\nEUR,1.0\n');
    const seed: SeedNode = {
      kind: 'seed',
      name: asNodeName('ref.rates'),
      path: 'seeds/rates.csv',
      csv: CSV,
      description: null,
      owner: null,
      tags: [],
      columns: [],
      audits: [],
      at: { file: 'seeds/rates.csv', line: 1, column: 1 },
    };
    const source: FileRead = { node: seed.name, origin: { type: 'seed', seed }, root: subject().root, declared: [] };
    expect((await load(source)).columns).toEqual(['code', 'rate']);
  });

  it('reads JSON, with keys that only late records have, and declared types', async ({ skip }) => {
    if (!withTypes('json')) skip('the engine reads no JSON files');
    const late = Array.from({ length: 25_000 }, (_, index) => JSON.stringify({ id: index })).join('\n');
    write('a.jsonl', `${late}\n{"id": 25000, "Amount": "1.50"}\n`);
    const { columns, rows } = await load(
      read('a.jsonl', { format: 'json', declared: [column('amount', 'DECIMAL(10,2)')] }),
    );
    expect(columns).toEqual(['id', 'Amount']);
    expect(Array.isArray(rows) && rows.at(-1)).toEqual(['25000', '1.50']);
  });

  it('refuses broken JSON', async ({ skip }) => {
    if (!withTypes('json')) skip('the engine reads no JSON files');
    write('a.json', '[{"id": 1}, {"id": ');
    expect(await codesOf(load(read('a.json', { format: 'json' })))).toEqual(['source-unreadable']);
  });

  it('reads files in place, where it says so', async ({ skip }) => {
    if (!subject().abilities.readsInPlace) skip('the engine has no views over files');
    write('a.csv', 'id,amount\n1,2\n');
    const session = await opened(subject());
    const source = read('a.csv', { declared: [column('id', 'INTEGER')] });
    const built = await session.build({ type: 'load-view', id: id('raw__orders__1'), read: source }, never);
    expect(built.rows).toBeNull();
    write('a.csv', 'id,amount\n1,2\n3,4\n');
    const from = subject().engine.relation(id('raw__orders__1'));
    expect((await session.query(`SELECT id FROM ${from} ORDER BY id`)).rows).toEqual([[1], [3]]);
    rmSync(join(subject().root, 'a.csv'));
    await failure(session.query(`SELECT id FROM ${from}`));
    await session.close();
  });
}
