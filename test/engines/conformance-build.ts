import { expect, it } from 'vitest';
import { EngineError } from '../../src/engines/contract.ts';
import type { Subject } from './subject.ts';
import { codesOf, failure, id, never, opened, table, view } from './subject.ts';
import { eachWith } from './with-subject.ts';

/** Builds come whole or not at all. */
export function buildCases(make: () => Promise<Subject>): void {
  const subject = eachWith(make);

  it('makes a table with its rows, its columns and its time', async () => {
    const session = await opened(subject());
    const { types } = subject().abilities;
    const built = await session.build(table('a__t__1', `SELECT 1 AS id, 'x' AS "Name" UNION ALL SELECT 2, 'y'`), never);
    expect(built).toMatchObject({ rows: 2, token: null });
    expect(built.columns).toEqual([
      { name: 'id', type: types.integer },
      { name: 'Name', type: types.text },
    ]);
    expect(built.seconds).toBeGreaterThan(0);
    const relation = subject().engine.relation(id('a__t__1'));
    expect((await session.query(`SELECT id, "Name" FROM ${relation} ORDER BY id`)).rows).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
    await session.close();
  });

  it('makes a build of zero rows', async () => {
    const session = await opened(subject());
    const built = await session.build(table('a__none__1', 'SELECT 1 AS id WHERE 1 = 0'), never);
    expect(built.rows).toBe(0);
    expect(built.columns.map(({ name }) => name)).toEqual(['id']);
    await session.close();
  });

  it('makes a view, which counts no rows', async () => {
    const session = await opened(subject());
    await session.build(table('a__t__1', 'SELECT 1 AS id'), never);
    const relation = subject().engine.relation(id('a__t__1'));
    const built = await session.build(view('a__v__1', `SELECT id + 1 AS next FROM ${relation}`), never);
    expect(built.rows).toBeNull();
    expect(built.columns.map(({ name }) => name)).toEqual(['next']);
    expect((await session.query(`SELECT * FROM ${subject().engine.relation(id('a__v__1'))}`)).rows).toEqual([[2]]);
    await session.close();
  });

  it('takes queries that end in a comment', async () => {
    const session = await opened(subject());
    const built = await session.build(
      table('a__t__1', 'WITH x AS (SELECT 1 AS id)\nSELECT * FROM x -- all of it'),
      never,
    );
    expect(built.rows).toBe(1);
    await session.close();
  });

  it('says where in the query an error is, and leaves nothing', async () => {
    const session = await opened(subject());
    const query = `SELECT 'ü😀' AS a,\n  no_such_column\nFROM (SELECT 1 AS id) AS x`;
    const error = await failure(session.build(table('a__t__1', query), never));
    expect(error).toBeInstanceOf(EngineError);
    expect(error.message).toContain('no_such_column');
    expect(error.message).not.toMatch(/LINE|\^|\{/);
    expect(error instanceof EngineError && error.offset).toBe(query.indexOf('no_such_column'));
    expect(await session.missing([id('a__t__1')])).toEqual(['a__t__1']);
    await session.close();
  });

  it('says where a syntax error is, in characters that are wider than one unit', async () => {
    const session = await opened(subject());
    const query = `SELECT '😀ü' AS a FROM FROM x`;
    const error = await failure(session.build(table('a__t__1', query), never));
    expect(error instanceof EngineError && error.offset).toBe(query.lastIndexOf('FROM'));
    await session.close();
  });

  it('leaves nothing of a build that fails while it runs, and goes on', async () => {
    const session = await opened(subject());
    const failing = `SELECT CAST(x AS INTEGER) AS n FROM (SELECT '1' AS x UNION ALL SELECT 'one') AS t`;
    expect(await failure(session.build(table('a__t__1', failing), never))).toBeInstanceOf(EngineError);
    expect(await session.missing([id('a__t__1')])).toEqual(['a__t__1']);
    expect((await session.build(table('a__t__1', 'SELECT 1 AS n'), never)).rows).toBe(1);
    await session.close();
  });

  it('refuses a second attempt of the same name, and keeps the first', async () => {
    const session = await opened(subject());
    await session.build(table('a__t__1', 'SELECT 1 AS n'), never);
    expect(await failure(session.build(table('a__t__1', 'SELECT 2 AS n'), never))).toBeInstanceOf(EngineError);
    expect((await session.query(`SELECT n FROM ${subject().engine.relation(id('a__t__1'))}`)).rows).toEqual([[1]]);
    await session.close();
  });

  it('refuses storage options that it does not know, by name', async () => {
    const session = await opened(subject());
    const request = { ...table('a__t__1', 'SELECT 1 AS n'), storage: { no_such_option: 1 } };
    expect((await failure(session.build(request, never))).message).toContain('no_such_option');
    expect(await session.missing([id('a__t__1')])).toEqual(['a__t__1']);
    await session.close();
  });

  it('makes many builds at once', async () => {
    const session = await opened(subject());
    const names = Array.from({ length: 30 }, (_, index) => `a__many__${index}`);
    const built = await Promise.all(
      names.map((name, index) => session.build(table(name, `SELECT ${index} AS n`), never)),
    );
    expect(built.map(({ rows }) => rows)).toEqual(names.map(() => 1));
    expect(await session.missing(names.map(id))).toEqual([]);
    await session.close();
  });

  it('interrupts a build with the reason of the signal, and leaves nothing', async () => {
    const session = await opened(subject());
    const stop = new AbortController();
    const building = failure(session.build(table('a__t__1', subject().abilities.endless), stop.signal));
    stop.abort(new Error('enough'));
    expect((await building).message).toBe('enough');
    expect(await session.missing([id('a__t__1')])).toEqual(['a__t__1']);
    expect((await session.build(table('a__t__2', 'SELECT 1 AS n'), never)).rows).toBe(1);
    await session.close();
  });

  it('lets builds that still wait for their turn go', async () => {
    const session = await opened(subject());
    const stop = new AbortController();
    const count = session.concurrency + 2;
    const building = Array.from({ length: count }, (_, index) =>
      failure(session.build(table(`a__t__${index}`, subject().abilities.endless), stop.signal)),
    );
    stop.abort(new Error('enough'));
    expect((await Promise.all(building)).map(({ message }) => message)).toEqual(building.map(() => 'enough'));
    await session.close();
  });

  it('ends what runs when it is closed', async () => {
    const session = await opened(subject());
    const building = failure(session.build(table('a__t__1', subject().abilities.endless), never));
    await session.close();
    expect(await building).toBeInstanceOf(Error);
    const again = await opened(subject());
    expect(await again.missing([id('a__t__1')])).toEqual(['a__t__1']);
    await again.close();
  });

  it('copies a table, columns in their order, declared types forced', async () => {
    const session = await opened(subject());
    await subject().foreign(`CREATE SCHEMA raw`);
    await subject().foreign(`CREATE TABLE raw."My Orders" AS SELECT 1 AS id, '1.50' AS "Amount", 'x' AS note`);
    const declared = [{ name: 'amount', type: 'DECIMAL(10,2)', description: null }];
    const request = { type: 'copy', id: id('raw__o__1'), table: 'raw."My Orders"', declared, version: null } as const;
    const built = await session.build(request, never);
    const { types } = subject().abilities;
    expect(built.columns).toEqual([
      { name: 'id', type: types.integer },
      { name: 'Amount', type: types.decimal },
      { name: 'note', type: types.text },
    ]);
    await subject().foreign(`INSERT INTO raw."My Orders" VALUES (2, '3', 'y')`);
    expect((await session.query(`SELECT count(*) FROM ${subject().engine.relation(id('raw__o__1'))}`)).rows).toEqual([
      ['1'],
    ]);
    await session.close();
  });

  it('looks through a copy that is a view', async () => {
    const session = await opened(subject());
    await subject().foreign(`CREATE SCHEMA raw`);
    await subject().foreign(`CREATE TABLE raw.orders AS SELECT 1 AS id`);
    const request = {
      type: 'copy-view',
      id: id('raw__o__1'),
      table: 'raw.orders',
      declared: [],
      version: null,
    } as const;
    expect((await session.build(request, never)).rows).toBeNull();
    await subject().foreign(`INSERT INTO raw.orders VALUES (2)`);
    expect((await session.query(`SELECT count(*) FROM ${subject().engine.relation(id('raw__o__1'))}`)).rows).toEqual([
      ['2'],
    ]);
    await session.close();
  });

  it('answers the version query in the snapshot that it copied', async () => {
    const session = await opened(subject());
    await subject().foreign(`CREATE SCHEMA raw`);
    await subject().foreign(`CREATE TABLE raw.orders AS SELECT 1 AS id`);
    const version = 'SELECT max(id) FROM raw.orders';
    const writing = (async () => {
      for (let next = 2; next < 60; next += 1) await subject().foreign(`INSERT INTO raw.orders VALUES (${next})`);
    })();
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const copy = id(`raw__o__${attempt}`);
      const built = await session.build({ type: 'copy', id: copy, table: 'raw.orders', declared: [], version }, never);
      const { rows } = await session.query(`SELECT max(id) FROM ${subject().engine.relation(copy)}`);
      expect(built.token).toBe(JSON.stringify(rows[0]?.[0]));
    }
    await writing;
    await session.close();
  });

  it('refuses a version query that gives more than one value', async () => {
    const session = await opened(subject());
    await subject().foreign(`CREATE SCHEMA raw`);
    await subject().foreign(`CREATE TABLE raw.orders AS SELECT 1 AS id`);
    const version = 'SELECT 1, 2';
    const request = { type: 'copy', id: id('raw__o__1'), table: 'raw.orders', declared: [], version } as const;
    expect((await failure(session.build(request, never))).message).toContain('one value');
    expect(await session.missing([id('raw__o__1')])).toEqual(['raw__o__1']);
    await session.close();
  });

  it('names the declared columns of a table that are not there, with the nearest', async () => {
    const session = await opened(subject());
    await subject().foreign(`CREATE SCHEMA raw`);
    await subject().foreign(`CREATE TABLE raw.orders AS SELECT 1 AS id, 2 AS amount`);
    const declared = ['amont', 'nope'].map((name) => ({ name, type: null, description: null }));
    const request = { type: 'copy', id: id('raw__o__1'), table: 'raw.orders', declared, version: null } as const;
    expect(await codesOf(session.build(request, never))).toEqual(['source-columns', 'source-columns']);
    await session.close();
  });
}
