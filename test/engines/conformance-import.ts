import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Built, ForeignRead, Session } from '../../src/engines/contract.ts';
import type { SourceNode } from '../../src/model/node.ts';
import type { Databases } from '../../src/sources/contract.ts';
import { freshDatabase, sharedServer, statement, type Database } from '../support/postgres/server.ts';
import { databases, foreignSource, importing, query, readOf } from './foreign.ts';
import { codesOf, failure, id, never, opened, type Subject } from './subject.ts';
import { eachWith } from './with-subject.ts';

/** Rows of another database come as they are, or not at all. */
export function importCases(make: () => Promise<Subject>): void {
  const subject = eachWith(make);
  let database: Database;
  let other: Databases;
  beforeAll(async () => {
    database = await freshDatabase(await sharedServer());
  });
  afterAll(() => database.drop());
  beforeEach(() => {
    other = databases();
  });
  afterEach(() => other.release());

  const run = (sql: string): Promise<void> => statement(database.options, sql);
  const scratch = (): readonly string[] => {
    const folder = join(subject().root, '.bough');
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  async function imported(session: Session, name: string, source: SourceNode): Promise<Built> {
    return session.build(importing(name, subject().root, await readOf(other, source)), never);
  }

  const rowsOf = async (session: Session, name: string, list = '*'): Promise<unknown> =>
    (await session.query(`SELECT ${list} FROM ${subject().engine.relation(id(name))} ORDER BY 1`)).rows;

  it('takes a table with its rows, and columns as they were foretold', async () => {
    await run(`CREATE TABLE people (id integer, "Full Name" text, born date, paid numeric(10,2));
      INSERT INTO people VALUES (1, 'a "quoted", name', '2026-01-31', 0.10), (2, '', NULL, NULL), (3, NULL, NULL, -1);
      INSERT INTO people VALUES (4, E'two\\r\\nlines\\tand \\\\ more', NULL, 1), (5, '\\N', NULL, 1), (6, ' x ', NULL, 1)`);
    const session = await opened(subject());
    const read = await readOf(other, foreignSource(database, 'people'));
    const foretold = await subject().engine.describeImport(read);
    const built = await session.build(importing('a__people__1', subject().root, read), never);
    const { integer, text, decimal } = subject().abilities.types;
    expect(foretold.map(({ name }) => name)).toEqual(['id', 'Full Name', 'born', 'paid']);
    expect(foretold.map(({ type }) => type)).toMatchObject([integer, text, expect.stringMatching(/^date$/i), decimal]);
    expect(built).toMatchObject({ rows: 6, token: null, columns: foretold });
    expect(await rowsOf(session, 'a__people__1')).toEqual([
      [1, 'a "quoted", name', '2026-01-31', '0.10'],
      [2, '', null, null],
      [3, null, null, '-1.00'],
      [4, 'two\r\nlines\tand \\ more', null, '1.00'],
      [5, '\\N', null, '1.00'],
      [6, ' x ', null, '1.00'],
    ]);
    expect(scratch()).toEqual([]);
    await session.close();
  });

  it.each([
    ['no rows', `SELECT 1 AS a, 'x'::text AS b WHERE false`, []],
    ['one column of NULL and nothing', `SELECT * FROM (VALUES (NULL), ('')) AS v (a)`, [[''], [null]]],
    ['a name with quotes', `SELECT 1 AS "a""b"`, [[1]]],
    ['a query that ends in a comment', `SELECT 1 AS a -- all of it`, [[1]]],
  ] as const)('takes %s', async (_what, text, expected) => {
    const session = await opened(subject());
    await imported(session, 'a__rows__1', foreignSource(database, '', query(text)));
    const rows = await rowsOf(session, 'a__rows__1');
    expect(new Set(JSON.parse(JSON.stringify(rows)).map(String))).toEqual(new Set(expected.map(String)));
    await session.close();
  });

  it('keeps a byte order mark where a value begins with one', async () => {
    const session = await opened(subject());
    await imported(session, 'a__mark__1', foreignSource(database, '', query(`SELECT E'\\uFEFFa'::text AS a`)));
    expect(await rowsOf(session, 'a__mark__1', 'CAST(length(a) AS integer) AS n')).toEqual([[2]]);
    await session.close();
  });

  it('takes rows that are longer than what is read at once', async () => {
    const session = await opened(subject());
    const text = `SELECT g AS id, repeat(chr(96 + g), 3000000 * g) AS t FROM generate_series(1, 2) AS g`;
    await imported(session, 'a__long__1', foreignSource(database, '', query(text)));
    expect(await rowsOf(session, 'a__long__1', `id, length(t)::text, right(t, 1)`)).toEqual([
      [1, '3000000', 'a'],
      [2, '6000000', 'b'],
    ]);
    await session.close();
  });

  it('forces declared types', async () => {
    const session = await opened(subject());
    const { text } = subject().abilities.types;
    const columns = [{ name: 'A', type: text, description: null }];
    const built = await imported(session, 'a__cast__1', foreignSource(database, '', query('SELECT 1 AS a'), columns));
    expect(built.columns).toEqual([{ name: 'a', type: text }]);
    expect(await rowsOf(session, 'a__cast__1')).toEqual([['1']]);
    await session.close();
  });

  it('tells of all columns that it cannot take, and of what to write instead', async () => {
    const text = `SELECT 1 AS a, row(1, 2) AS pair, 'pg_class'::regclass AS class`;
    const told = await failure(
      readOf(other, foreignSource(database, '', query(text))).then((read) => subject().engine.describeImport(read)),
    );
    expect(told.message).toMatch(/cannot hold column `pair` as it is, of type `record`.*`class`.*`regclass`/s);
    const declared = [{ name: 'b', type: null, description: null }];
    const absent = readOf(other, foreignSource(database, '', query('SELECT 1 AS a'), declared));
    expect(await codesOf(absent.then((read) => subject().engine.describeImport(read)))).toEqual(['source-columns']);
  });

  it('leaves nothing of a build whose rows break off', async () => {
    const session = await opened(subject());
    const source = foreignSource(
      database,
      '',
      query('SELECT g, 1 / (150000 - g) AS n FROM generate_series(1, 200000) AS g'),
    );
    const read = await readOf(other, { ...source, origin: { ...origin(source), version: { type: 'live' } } });
    const told = await failure(session.build(importing('a__broken__1', subject().root, read), never));
    expect(told.message).toContain('division by zero');
    expect(await session.missing([id('a__broken__1')])).toEqual([id('a__broken__1')]);
    expect(scratch()).toEqual([]);
    await session.close();
  });

  it('stops on both sides when it is told to', async () => {
    const session = await opened(subject());
    const endless = `SELECT g, pg_sleep(CASE WHEN g > 200000 THEN 600 END)::text AS s FROM generate_series(1, 300000) AS g`;
    const source = foreignSource(database, '', query(endless));
    const read = await readOf(other, { ...source, origin: { ...origin(source), version: { type: 'live' } } });
    const controller = new AbortController();
    const begun = begunWith(read);
    const building = failure(session.build(importing('a__slow__1', subject().root, begun.read), controller.signal));
    await begun.first;
    controller.abort(new Error('enough'));
    expect((await building).message).toBe('enough');
    expect(await session.missing([id('a__slow__1')])).toEqual([id('a__slow__1')]);
    expect(scratch()).toEqual([]);
    await session.close();
  });
}

function origin(source: SourceNode): Extract<SourceNode['origin'], { type: 'connection' }> {
  if (source.origin.type !== 'connection') throw new Error('a source of another kind');
  return source.origin;
}

/** Says when the first rows have come. */
function begunWith(read: ForeignRead): { readonly read: ForeignRead; readonly first: Promise<void> } {
  let begun = (): void => undefined;
  const first = new Promise<void>((resolve) => (begun = resolve));
  async function* copy(...asked: Parameters<ForeignRead['rows']['copy']>): AsyncGenerator<Uint8Array> {
    for await (const block of read.rows.copy(...asked)) {
      begun();
      yield block;
    }
  }
  return { read: { ...read, rows: { ...read.rows, copy } }, first };
}
