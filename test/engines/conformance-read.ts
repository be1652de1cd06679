import { expect, it } from 'vitest';
import { EngineError } from '../../src/engines/contract.ts';
import type { Subject } from './subject.ts';
import { failure, id, never, opened, patience, reading, relation, table, view } from './subject.ts';
import { eachWith } from './with-subject.ts';

/** Reading changes nothing and loses nothing of a value. */
export function readCases(make: () => Promise<Subject>): void {
  const subject = eachWith(make);

  it('gives exact values', async () => {
    const session = await opened(subject());
    const { rows } =
      await session.query(`SELECT 2147483647, CAST(9007199254740993 AS BIGINT), CAST(1.50 AS DECIMAL(10,2)),
      CAST(0.1 AS DOUBLE PRECISION), CAST(0.1 AS REAL), TRUE, NULL, '', DATE '2024-02-29', TIMESTAMP '2024-01-01 12:34:56.789012',
      CAST('2024-01-01 12:34:56.78901+02' AS TIMESTAMP WITH TIME ZONE), TIME '01:02:03.4',
      CAST('NaN' AS DOUBLE PRECISION), CAST('-Infinity' AS DOUBLE PRECISION),
      CAST('0b0c4c2e-9d7c-4c3f-8e0a-000000000001' AS UUID), CAST(-1 AS SMALLINT)`);
    expect(rows).toEqual([
      [
        2147483647,
        '9007199254740993',
        '1.50',
        0.1,
        0.1,
        true,
        null,
        '',
        '2024-02-29',
        '2024-01-01 12:34:56.789012',
        '2024-01-01 10:34:56.78901+00',
        '01:02:03.4',
        'NaN',
        '-Infinity',
        '0b0c4c2e-9d7c-4c3f-8e0a-000000000001',
        -1,
      ],
    ]);
    await session.close();
  });

  it('says how many rows to expect of a query, without running it', async () => {
    const session = await opened(subject());
    await session.build(table('a__t__1', 'SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3'), never);
    const from = subject().engine.relation(id('a__t__1'));
    expect(await session.estimate(`SELECT n FROM ${from}`, never)).toBe(3);
    expect(await session.estimate(`SELECT a.n FROM ${from} AS a CROSS JOIN ${from} AS b -- all`, never)).toBe(9);
    expect(await failure(session.estimate('SELECT n FROM nowhere.t', never))).toBeInstanceOf(EngineError);
    await session.close();
  });

  it('gives hostile text as it is', async () => {
    const session = await opened(subject());
    const text = `'; DROP TABLE x; -- "quoted" \\ üñ😀\n\t`;
    const { rows } = await session.query(`SELECT '${text.replaceAll("'", "''")}' AS text`);
    expect(rows).toEqual([[text]]);
    await session.close();
  });

  it('names columns in their order, also two that are called alike', async () => {
    const session = await opened(subject());
    const statement = 'SELECT 2 AS b, 1 AS a, 3 AS b';
    for (const options of [{}, { limit: 5 }]) {
      const { columns, rows } = await session.query(statement, options);
      expect(columns.map(({ name }) => name)).toEqual(['b', 'a', 'b']);
      expect(rows).toEqual([[2, 1, 3]]);
    }
    await session.close();
  });

  it('stops at a limit, in the order of the query', async () => {
    const session = await opened(subject());
    await session.build(table('a__t__1', numbers(5000)), never);
    const from = subject().engine.relation(id('a__t__1'));
    const { rows } = await session.query(`SELECT n FROM ${from} ORDER BY n DESC;`, { limit: 3 });
    expect(rows).toEqual([[5000], [4999], [4998]]);
    await session.close();
  });

  it('fails with a row that fails, however late and whatever the limit', async () => {
    const session = await opened(subject());
    await session.build(table('a__t__1', numbers(60_000)), never);
    const from = subject().engine.relation(id('a__t__1'));
    const statement = `SELECT CAST(CASE WHEN n = 59999 THEN 'x' ELSE '1' END AS INTEGER) AS one FROM ${from}`;
    for (const options of [{}, { limit: 1_000_000 }]) {
      expect(await failure(session.query(statement, options))).toBeInstanceOf(EngineError);
    }
    await session.close();
  });

  it('says where an error is, also under a limit', async () => {
    const session = await opened(subject());
    const statement = `SELECT 'ü' AS x, nope FROM (SELECT 1 AS id) AS t`;
    for (const options of [{}, { limit: 5 }]) {
      const error = await failure(session.query(statement, options));
      expect(error instanceof EngineError && error.offset).toBe(statement.indexOf('nope'));
    }
    await session.close();
  });

  it('changes nothing, whatever it is asked', async () => {
    const session = await opened(subject());
    await session.build(table('a__t__1', 'SELECT 1 AS n'), never);
    const from = subject().engine.relation(id('a__t__1'));
    expect(await failure(session.query(`DELETE FROM ${from}`))).toBeInstanceOf(EngineError);
    expect((await session.query(`SELECT n FROM ${from}`)).rows).toEqual([[1]]);
    await session.close();
  });

  it('interrupts a query with the reason of the signal', async () => {
    const session = await opened(subject());
    const stop = new AbortController();
    const asking = failure(session.query(subject().abilities.endless, { signal: stop.signal }));
    stop.abort(new Error('enough'));
    expect((await asking).message).toBe('enough');
    expect((await session.query('SELECT 1')).rows).toEqual([[1]]);
    await session.close();
  });

  it('refuses a query whose signal was aborted before', async () => {
    const session = await opened(subject());
    const signal = AbortSignal.abort(new Error('too late'));
    expect((await failure(session.query('SELECT 1', { signal }))).message).toBe('too late');
    await session.close();
  });

  it('describes a query without running it', async () => {
    const session = await opened(subject());
    const { types } = subject().abilities;
    expect(await session.describe(`SELECT 1 AS "Id", CAST(2 AS BIGINT) AS big, 'x' AS t -- note`)).toEqual([
      { name: 'Id', type: types.integer },
      { name: 'big', type: types.bigint },
      { name: 't', type: types.text },
    ]);
    expect((await session.describe(subject().abilities.endless)).length).toBeGreaterThan(0);
    const wrong = `SELECT 'ü', nope FROM (SELECT 1 AS id) AS t`;
    const error = await failure(session.describe(wrong));
    expect(error instanceof EngineError && error.offset).toBe(wrong.indexOf('nope'));
    await session.close();
  });

  it('tells which builds are missing', async () => {
    const session = await opened(subject());
    await session.build(table('a__t__1', 'SELECT 1 AS n'), never);
    expect(await session.missing([id('a__t__1'), id('a__t__2')])).toEqual(['a__t__2']);
    expect(await session.missing([])).toEqual([]);
    await session.close();
  });

  it('tells what stands where builds do, whoever put it there', async () => {
    const session = await opened(subject());
    expect((await session.standing()).filter((name) => !name.startsWith('$'))).toEqual([]);
    await session.build(table('a__t__1', 'SELECT 1 AS n'), never);
    await session.build(view('a__v__1', `SELECT n FROM ${subject().engine.relation(id('a__t__1'))}`), never);
    expect((await session.standing()).filter((name) => !name.startsWith('$')).sort()).toEqual(['a__t__1', 'a__v__1']);
    await session.close();
    const reader = await reading(subject());
    expect(await reader.standing()).toContain('a__t__1');
    await reader.close();
  });

  it('tells what stands under a name, letter case as the engine folds it', async () => {
    const session = await opened(subject());
    await subject().foreign('CREATE SCHEMA marts');
    await subject().foreign('CREATE TABLE marts.orders AS SELECT 1 AS id');
    await subject().foreign('CREATE VIEW marts.big_orders AS SELECT * FROM marts.orders');
    const asked = ['marts.orders', 'marts.big_orders', 'marts.none', 'nowhere.orders'].map(relation);
    const found = await session.existing(asked);
    expect(found.map(({ name, kind }) => `${name.schema}.${name.name} ${kind}`).sort()).toEqual([
      'marts.big_orders view',
      'marts.orders table',
    ]);
    const { engine } = subject();
    const same = engine.fold('ORDERS') === engine.fold('orders');
    expect(await session.existing([{ schema: 'marts', name: 'ORDERS' }])).toHaveLength(same ? 1 : 0);
    await session.close();
  });

  it('reads through a reader of its own, beside a writer', async () => {
    const session = await opened(subject());
    await session.build(table('a__t__1', 'SELECT 1 AS n'), never);
    const reader = await reading(subject());
    const from = subject().engine.relation(id('a__t__1'));
    expect((await reader.query(`SELECT n FROM ${from}`)).rows).toEqual([[1]]);
    expect(await failure(reader.query(`DELETE FROM ${from}`))).toBeInstanceOf(EngineError);
    await reader.close();
    expect((await session.query(`SELECT n FROM ${from}`)).rows).toEqual([[1]]);
    await session.close();
  });

  it('is recognised by the id that it was given first', async () => {
    const session = await subject().engine.open('write', patience());
    expect(await session.identity()).toBeNull();
    expect(await session.initialise('one')).toBe('one');
    expect(await session.initialise('two')).toBe('one');
    expect(await session.identity()).toBe('one');
    await session.close();
  });

  it('gives a fact that names type, major version and settings, without a warehouse', async () => {
    const fact = await subject().engine.fact();
    expect(fact).toMatch(/^[a-z]+\/\d+ \{.*\}$/);
    expect(await subject().engine.fact()).toBe(fact);
  });
}

/** 1 to `count`, without functions that only one engine has. */
export const numbers = (count: number): string =>
  `WITH d AS (SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
     UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9),
   n AS (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n FROM d AS a, d AS b, d AS c, d AS e, d AS f)
   SELECT n FROM n WHERE n <= ${count}`;
