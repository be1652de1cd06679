import { describe, expect, it } from 'vitest';
import { DIALECTS, lineColumn, read, readStatement, resolve, splitStatements } from '../../src/sql/index.ts';
import type { Dialect, Reading, Shape } from '../../src/sql/index.ts';

const DUCKDB = { dialect: 'duckdb', parameters: {} } as const;

function answer(sql: string, dialect: Dialect = 'duckdb'): { readonly reading: Reading; readonly shape: Shape } {
  const reading = read(sql, { dialect, parameters: {} });
  const shape = resolve(
    reading,
    reading.inputs.map(() => ({ columns: [{ name: 'a', type: null }], unique: [] })),
  );
  return { reading, shape };
}

const times = (text: string, count: number): string => text.repeat(count);

describe('large and deep texts have an answer', () => {
  it.each([
    ['10,000 nested brackets', `SELECT ${times('(', 10_000)}a${times(')', 10_000)} AS f FROM s.t`, 1],
    ['10,000 brackets round a query', `${times('(', 10_000)}SELECT a FROM s.t${times(')', 10_000)}`, 1],
    ['10,000 brackets round a table', `SELECT a FROM ${times('(', 10_000)}s.t${times(')', 10_000)}`, 1],
    ['10,000 nested calls', `SELECT ${times('abs(', 10_000)}a${times(')', 10_000)} AS f FROM s.t`, 1],
    ['a chain of 10,000 terms', `SELECT a${times(' + a', 10_000)} AS f FROM s.t`, 1],
    ['a list of 50,000 values', `SELECT a FROM s.t WHERE a IN (1${times(', 1', 50_000)})`, 1],
    ['5,000 branches', `SELECT a FROM s.t${times(' UNION ALL SELECT a FROM s.t', 4_999)}`, 5_000],
    [
      '5,000 columns',
      `SELECT a AS f0${Array.from({ length: 5_000 }, (_, index) => `, a AS f${index + 1}`).join('')} FROM s.t`,
      1,
    ],
    [
      '5,000 tables',
      `SELECT 1 AS f FROM s.t r0${Array.from({ length: 4_999 }, (_, index) => `, s.t r${index + 1}`).join('')}`,
      5_000,
    ],
    [
      '3,000 CTEs, each over the one before',
      `WITH q0 AS (SELECT a FROM s.t)${Array.from({ length: 3_000 }, (_, index) => `, q${index + 1} AS (SELECT a + 1 AS a FROM q${index} WHERE a > 1)`).join('')} SELECT a FROM q3000`,
      1,
    ],
    [
      '3,000 aliases, each used twice before it is given',
      `SELECT ${Array.from({ length: 3_000 }, (_, index) => `f${index + 1} + f${index + 1} AS f${index}`).join(', ')}, a AS f3000 FROM s.t GROUP BY ${Array.from({ length: 3_001 }, (_, index) => `f${index}`).join(', ')}`,
      1,
    ],
    ['10,000 nested CASEs', `SELECT ${times('CASE WHEN a THEN ', 10_000)}1${times(' END', 10_000)} AS f FROM s.t`, 1],
  ])('%s', (_, sql, inputs) => {
    const { reading, shape } = answer(sql);
    expect(reading.problems).toEqual([]);
    expect(reading.inputs).toHaveLength(inputs);
    expect(shape.columns).not.toBeNull();
    expect(shape.problems).toEqual([]);
  });

  it('columns that may be of any of many tables share the list of these', () => {
    const tables = Array.from({ length: 2_000 }, (_, index) => `f(${index}) t${index}`).join(', ');
    const [first, second] = answer(`SELECT x, y FROM ${tables}`).shape.columns ?? [];
    expect(first?.ties).toHaveLength(2_000);
    expect(second?.ties).toBe(first?.ties);
  });

  it.each([
    ['subqueries in ORDER BY', 'SELECT a FROM s.t ORDER BY (', 'SELECT 1', ') LIMIT 1'],
    ['subqueries in GROUP BY', 'SELECT max(a) AS f FROM s.t GROUP BY (', 'SELECT 1', ') ORDER BY 1 LIMIT 1'],
    ['subqueries in a list', 'SELECT (', 'SELECT 1', ') AS f, f AS g FROM s.t'],
    ['derived tables', 'SELECT * FROM (', 'SELECT a FROM s.t', ') q'],
    ['recursive CTEs', 'WITH RECURSIVE r AS ((', 'SELECT 1 AS a', ') UNION ALL SELECT * FROM r) SELECT * FROM r'],
  ])('%s, 90 deep', (_, open, inner, close) => {
    const { reading, shape } = answer(times(open, 90) + inner + times(close, 90));
    expect([...reading.problems, ...shape.problems]).toEqual([]);
    expect(shape.rows.length).toBeGreaterThan(0);
  });

  it('aliases over aliases do not multiply', () => {
    const list = Array.from({ length: 200 }, (_, index) => `c${index} + c${index} AS c${index + 1}`);
    const { shape } = answer(`SELECT a AS c0, ${list.join(', ')} FROM s.t`);
    expect(shape.columns?.at(-1)?.canonical.length).toBeLessThan(200);
  });

  it('queries nested 10,000 deep have an error with a place', () => {
    const { reading } = answer(`${times('SELECT a FROM (', 10_000)}SELECT 1 AS a${times(') q', 10_000)}`);
    expect(reading.problems).toMatchObject([{ code: 'sql-syntax', span: { start: expect.any(Number) } }]);
  });
});

describe('broken texts have an error with a place', () => {
  it.each([
    ["SELECT 'abc", '1:8'],
    ['SELECT a FROM "s.t', '1:15'],
    ['SELECT a\nFROM s.t /* why', '2:10'],
    ['SELECT $tag$ abc $tag', '1:8'],
    ['SELECT (a FROM s.t', '1:8'],
    ['SELECT a) FROM s.t', '1:9'],
    ['SELECT [a) FROM s.t', '1:8'],
    ['SELECT a FROM', '1:14'],
    ['SELECT a FROM s.t JOIN', '1:23'],
    ['SELECT a FROM WHERE b', '1:15'],
    ['SELECT a\u0000 FROM s.t', '1:9'],
    ['SELECT {{ a b }} FROM s.t', '1:8'],
    ['WITH q SELECT 1', '1:6'],
  ])('%j at %s', (sql, place) => {
    const [first] = read(sql, DUCKDB).problems;
    expect(first?.code).toBe('sql-syntax');
    const { line, column } = lineColumn(sql, first?.span.start ?? -1);
    expect(`${line}:${column}`).toBe(place);
  });

  it.each([
    ['', 'sql-empty'],
    [' \n-- nothing', 'sql-empty'],
    [';', 'sql-empty'],
    ['INSERT INTO s.t SELECT 1', 'sql-not-a-query'],
    ['CREATE TABLE s.t AS SELECT 1', 'sql-not-a-query'],
    ['WITH q AS (SELECT 1) DELETE FROM s.t', 'sql-not-a-query'],
    ['WITH q AS (DELETE FROM s.t RETURNING a) SELECT a FROM q', 'sql-not-a-query'],
    ['SELECT a FROM (WITH q AS (SELECT 1) UPDATE s.t SET a = 1 RETURNING a) r', 'sql-not-a-query'],
    ['SELECT 1; SELECT 2', 'sql-not-a-query'],
    ['selct a from s.t', 'sql-not-a-query'],
    ['42', 'sql-not-a-query'],
  ])('%j: %s', (sql, code) => {
    expect(read(sql, DUCKDB).problems.map((problem) => problem.code)).toEqual([code]);
  });

  it('a semicolon within a string or at the end is no second statement', () => {
    expect(read("SELECT ';' AS f FROM s.t;; -- done", DUCKDB).problems).toEqual([]);
  });
});

describe('strange characters', () => {
  it.each(['🙂', '\ud83d', '日本', 'é'])('%j may start a name', (name) => {
    const { reading } = answer(`SELECT a AS f FROM s.${name}t`);
    expect(reading.inputs).toMatchObject([{ parts: [{ text: 's' }, { text: `${name}t` }] }]);
  });

  it('wide spaces part words', () => {
    expect(answer('SELECT\u00a0a\u3000FROM\u2003s.t').shape.columns).toHaveLength(1);
  });

  it('strings keep them', () => {
    const { shape } = answer("SELECT '\ud83d' AS f, '\u0000' AS g FROM s.t");
    expect(shape.columns?.map((column) => column.name)).toEqual(['f', 'g']);
  });
});

describe('nothing ever throws', () => {
  const PIECES = [
    'SELECT',
    'FROM',
    'WHERE',
    'a',
    's.t',
    '(',
    ')',
    ',',
    '*',
    '.',
    ';',
    'WITH',
    'AS',
    'q',
    'JOIN',
    'ON',
    'USING',
    'UNION',
    'ALL',
    'GROUP',
    'BY',
    'ORDER',
    'LIMIT',
    '1',
    "'x'",
    '"',
    "'",
    'OVER',
    'VALUES',
    'LATERAL',
    'NATURAL',
    'PIVOT',
    'EXCEPT',
    '[',
    ']',
    '{',
    '}',
    '{{',
    '}}',
    'CASE',
    'END',
    'EXCLUDE',
    'REPLACE',
    'now()',
    'unnest',
    '::',
    ':',
    '->',
    '#1',
    '/*',
    '*/',
    '--',
    '\n',
    '$$',
    'DISTINCT',
    'WINDOW',
    'QUALIFY',
    'HAVING',
    'TABLESAMPLE',
    'VIEW',
    'RECURSIVE',
    'TOP',
    'DESCRIBE',
    'FETCH',
    'NOT',
    'IN',
    'EXISTS',
  ];
  it.each(DIALECTS)('in %s', (dialect) => {
    let state = 7;
    const next = (bound: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >> 8) % bound;
    };
    for (let round = 0; round < 3_000; round++) {
      const start = round % 2 === 0 ? 'SELECT ' : '';
      const text =
        start + Array.from({ length: next(25) }, () => PIECES[next(PIECES.length)]).join(next(4) === 0 ? '' : ' ');
      const { reading, shape } = answer(text, dialect);
      expect(Array.isArray(reading.inputs) && Array.isArray(shape.rows), text).toBe(true);
      readStatement(text, dialect);
      splitStatements(text, dialect);
    }
  });
});
