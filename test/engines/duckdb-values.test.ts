import { assert, asyncProperty, bigInt, double, float, integer, string } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineError, versionToken } from '../../src/engines/contract.ts';
import type { Session } from '../../src/engines/contract.ts';
import type { DuckdbSubject } from './duckdb-subject.ts';
import { duckdbSubject } from './duckdb-subject.ts';
import { failure, id, never, opened, table } from './subject.ts';

let subject: DuckdbSubject;
let session: Session;
beforeAll(async () => {
  subject = await duckdbSubject('warehouse.duckdb', 'Europe/Berlin');
  session = await opened(subject);
});
afterAll(async () => {
  await session.close();
  await subject.cleanup();
});

const valuesOf = async (...expressions: readonly string[]): Promise<unknown> =>
  (await session.query(`SELECT ${expressions.join(', ')}`)).rows[0];

describe('values', () => {
  it.for([
    ['170141183460469231731687303715884105727::HUGEINT', '170141183460469231731687303715884105727'],
    ['18446744073709551615::UBIGINT', '18446744073709551615'],
    ['4294967295::UINTEGER', 4294967295],
    ['0.1::FLOAT', 0.1],
    ['16777216::FLOAT', 16777216],
    ['1e-45::FLOAT', 1e-45],
    [`'infinity'::FLOAT`, 'Infinity'],
    ['-0.0::DOUBLE', -0],
    [`'-0.0'::FLOAT`, -0],
    [`'infinity'::DATE`, 'infinity'],
    [`'-infinity'::TIMESTAMP`, '-infinity'],
    [`'44-03-15 (BC)'::DATE`, '0044-03-15 (BC)'],
    [`TIMESTAMP '2024-01-01 00:00:00'`, '2024-01-01 00:00:00'],
    [`TIMESTAMP_NS '2024-01-01 00:00:00.123456789'`, '2024-01-01 00:00:00.123456789'],
    [`TIMESTAMP_S '1969-12-31 23:59:59'`, '1969-12-31 23:59:59'],
    [`TIMESTAMP_MS '1969-12-31 23:59:59.5'`, '1969-12-31 23:59:59.5'],
    [`TIMESTAMPTZ '2024-07-01 12:00:00 Europe/Berlin'`, '2024-07-01 10:00:00+00'],
    [`INTERVAL '-1 month -2 days -3.5 seconds'`, '-1 month -2 days -00:00:03.5'],
    [`INTERVAL '100:00:00'`, '100:00:00'],
    [String.raw`'\x00\xFFa'::BLOB`, String.raw`\x00\xFFa`],
    [`TIMETZ '01:02:03+02:30'`, '01:02:03+02:30'],
    [`'b'::ENUM('a', 'b')`, 'b'],
    [`'{"a": 1.0}'::JSON`, '{"a": 1.0}'],
    [`'101'::BIT`, '101'],
    ['[1, NULL, 3]', [1, null, 3]],
    ['[0.1::FLOAT]', [0.1]],
    [`{'a': 1, 'B c': [1.50]}`, { a: 1, 'B c': ['1.50'] }],
    [`MAP {'k': 1::BIGINT}`, [{ key: 'k', value: '1' }]],
    ['union_value(n := 1.5::DOUBLE)', { tag: 'n', value: 1.5 }],
    ["[DATE '2024-01-01', 'infinity']", ['2024-01-01', 'infinity']],
    ['array_value(1, 2)', [1, 2]],
    ['NULL::INTEGER[]', null],
  ] as const)('%s', async ([expression, value]) => {
    expect(await valuesOf(expression)).toEqual([value]);
  });

  it('prints days and times as the engine does, over the whole range', async () => {
    const days = integer({ min: -2_000_000, max: 3_000_000 });
    const micros = bigInt({ min: -100_000_000_000_000_000n, max: 200_000_000_000_000_000n });
    await assert(
      asyncProperty(days, micros, async (day, micro) => {
        const date = `(DATE '1970-01-01' + (${day})::INTEGER)`;
        const moment = `make_timestamp((${micro})::BIGINT)`;
        const all = await valuesOf(date, `${date}::VARCHAR`, moment, `${moment}::VARCHAR`);
        const [ours, theirs, our, their] = Array.isArray(all) ? all : [];
        expect([ours, our]).toEqual([theirs, their]);
      }),
      { numRuns: 150 },
    );
  });

  it('prints floats so that they come back as they were', async () => {
    await assert(
      asyncProperty(float({ noNaN: true }), double({ noNaN: true }), async (single, wide) => {
        const text = (value: number): string => (Object.is(value, -0) ? '-0.0' : String(value));
        const all = await valuesOf(`'${text(single)}'::FLOAT`, `'${text(wide)}'::DOUBLE`);
        const [ours, our] = (Array.isArray(all) ? all : []).map(Number);
        expect([Math.fround(ours ?? Number.NaN), our]).toEqual([single, wide]);
      }),
      { numRuns: 150 },
    );
  });

  it('spells the types of a build as DESCRIBE does', async () => {
    const query = `SELECT 1 AS i, 1.5 AS d, 'x' AS t, {'a': 1, 'B c': 'x'} AS s, '{}'::JSON AS j, ['{}'::JSON] AS js,
      MAP {'k': 1} AS m, 'a'::ENUM('a', 'b''c') AS e, now() AS ts, NULL AS n`;
    const built = await session.build(table('a__types__1', query), never);
    expect(built.columns).toEqual(await session.describe(`FROM ${subject.engine.relation(id('a__types__1'))}`));
    expect(built.columns.map(({ type }) => type)).toContain('STRUCT(a INTEGER, "B c" VARCHAR)');
    expect(built.columns.map(({ type }) => type)).toContain('JSON');
  });
});

describe('places of errors', () => {
  it.for([
    ['a column', 'SELECT %s AS a, nope FROM (SELECT 1 AS x)', 'nope'],
    ['a table', 'SELECT %s AS a FROM nope', 'nope'],
    ['a function', 'SELECT %s AS a, nope(1)', 'nope(1)'],
    ['a cast', `SELECT %s AS a, CAST('x' AS INTEGER)`, 'CAST'],
    ['a syntax error', 'SELECT %s AS a, FROM FROM x', 'FROM x'],
    ['a quote left open', `SELECT %s AS a, 'open`, `'open`],
  ] as const)('%s, behind any text', async ([, template, wanted]) => {
    await assert(
      asyncProperty(string({ unit: 'grapheme', maxLength: 12 }), async (text) => {
        const query = template.replace('%s', () => `'${text.replaceAll("'", "''").replaceAll('\0', '')}'`);
        const error = await failure(session.build(table('a__t__1', query), never));
        expect(error instanceof EngineError && error.offset).toBe(query.lastIndexOf(wanted));
      }),
      { numRuns: 25 },
    );
  });

  it.for([
    ['SELECT st_point(1, 2)', 'Bough loads no extensions'],
    [`SELECT * FROM 's3://bucket/x.parquet'`, 'Bough loads no extensions'],
    ['SELECT (SELECT range FROM range(2))', 'More than one row'],
  ] as const)('come without advice that cannot be followed: %s', async ([query, said]) => {
    const { message } = await failure(session.build(table('a__t__1', query), never));
    expect(message).toContain(said);
    expect(message).not.toMatch(/\bSET \w|INSTALL|\n/);
  });

  it('gives none that would lie outside of the query', async () => {
    await session.build(table('a__dup__1', 'SELECT 1 AS n'), never);
    const error = await failure(session.build(table('a__dup__1', 'SELECT 1 AS n'), never));
    expect(error instanceof EngineError && error.offset).toBeNull();
  });
});

describe('settings', () => {
  it('are the same on every connection, with the time zone of the project', async () => {
    const { rows } = await session.query(
      `SELECT current_setting('TimeZone'), current_setting('default_null_order'), current_setting('integer_division'),
        current_setting('autoload_known_extensions'), current_setting('preserve_insertion_order')`,
    );
    expect(rows).toEqual([['Europe/Berlin', 'NULLS_LAST', false, false, true]]);
  });

  it('are not changed by a statement of the user', async () => {
    await session.query(`SET TimeZone = 'Asia/Tokyo'`);
    const settings = await Promise.all(
      Array.from({ length: 4 }, async () => (await session.query(`SELECT current_setting('TimeZone')`)).rows),
    );
    expect(settings).toEqual(settings.map(() => [['Europe/Berlin']]));
  });

  it('are in the fact', async () => {
    const fact = await subject.engine.fact();
    expect(fact).toMatch(/^duckdb\/1 \{/);
    expect(JSON.parse(fact.slice('duckdb/1 '.length))).toMatchObject({
      TimeZone: 'Europe/Berlin',
      integer_division: false,
      default_null_order: 'NULLS_LAST',
    });
    expect(fact).not.toContain('threads');
  });
});

describe('statements of another kind', () => {
  it('counts the rows of a query that the engine takes for several', async () => {
    await session.build(table('a__pivoted__1', `SELECT * FROM (VALUES ('x', 1), ('y', 2)) AS t(k, v)`), never);
    const from = subject.engine.relation(id('a__pivoted__1'));
    const built = await session.build(table('a__pivot__1', `PIVOT ${from} ON k USING sum(v)`), never);
    expect([built.rows, built.columns.map(({ name }) => name)]).toEqual([1, ['x', 'y']]);
    expect((await session.query(`PIVOT ${from} ON k USING sum(v)`, { limit: 5 })).rows).toEqual([['1', '2']]);
  });

  it.for([
    'SHOW ALL TABLES',
    'DESCRIBE bough."$marker"',
    'EXPLAIN SELECT 1',
    'SUMMARIZE bough."$marker"',
    'FROM range(3)',
    'VALUES (1)',
  ])('%s gives rows, also under a limit', async (statement) => {
    expect((await session.query(statement)).rows.length).toBeGreaterThan(0);
    expect((await session.query(statement, { limit: 1 })).rows).toHaveLength(1);
  });

  it('keeps the answer of a version query whole', () => {
    const columns = [{ name: 'v', type: 'X' }];
    expect(versionToken({ columns, rows: [['9007199254740993']] })).toBe('9007199254740993');
    expect(versionToken({ columns, rows: [[7]] })).toBe('7');
    expect(versionToken({ columns, rows: [[null]] })).toBe('null');
    expect(() => versionToken({ columns, rows: [] })).toThrow(EngineError);
  });
});
