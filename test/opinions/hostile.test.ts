import { describe, expect, it } from 'vitest';
import {
  DIALECTS,
  lineColumn,
  read,
  resolve,
  splice,
  type Dialect,
  type InputTable,
  type Shape,
} from '../../src/sql/index.ts';

const times = (text: string, count: number): string => text.repeat(count);
const numbered = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join('');

/** As the engine of a dialect reports them. */
const columnsOf = (dialect: Dialect): InputTable['columns'] =>
  (dialect === 'snowflake' ? ['A', 'B'] : ['a', 'b']).map((name) => ({ name, type: null }));

function shapeOf(sql: string, dialect: Dialect): Shape {
  const reading = read(sql, { dialect, parameters: {} });
  expect(reading.problems).toEqual([]);
  const shape = resolve(
    reading,
    reading.inputs.map(() => ({ columns: columnsOf(dialect), unique: [] })),
  );
  expect(shape.problems).toEqual([]);
  return shape;
}

describe.each(DIALECTS)('%s has an answer to', (dialect) => {
  it.each([
    ['10,000 nested brackets', `SELECT ${times('(', 10_000)}a${times(')', 10_000)} AS f FROM s.t`],
    ['a chain of 10,000 terms', `SELECT a FROM s.t WHERE b > 0${numbered(10_000, (index) => ` AND a <> ${index}`)}`],
    ['a union of 5,000 branches', `SELECT a FROM s.t${times(' UNION ALL SELECT a FROM s.t', 4_999)}`],
  ])('%s', (_, sql) => {
    expect(shapeOf(sql, dialect).columns).toHaveLength(1);
  });
});

describe('a megabyte of SQL has an answer', () => {
  it.each([
    ['a comment', `SELECT a /*${times(' why', 250_000)} */ AS f FROM s.t`],
    ['a string', `SELECT '${times('x', 1_000_000)}' AS f FROM s.t`],
    ['a list of columns', `SELECT 0 AS f${numbered(50_000, (index) => `, a + ${index} AS f${index}`)} FROM s.t`],
    ['a list of values', `SELECT a FROM s.t WHERE b IN (0${numbered(150_000, (index) => `, ${index}`)})`],
    ['conditions', `SELECT a FROM s.t WHERE b > 0${numbered(65_000, (index) => ` AND a <> ${index}`)}`],
    [
      'CTEs',
      `WITH q0 AS (SELECT a FROM s.t)${numbered(24_000, (index) => `, q${index + 1} AS (SELECT a + 1 AS a FROM q${index})`)} SELECT a FROM q24000`,
    ],
  ])('%s', (_, sql) => {
    expect(sql.length).toBeGreaterThan(900_000);
    expect(shapeOf(sql, 'duckdb').columns).not.toBeNull();
  });
});

describe('what is not closed is an error where it opens', () => {
  it.each<readonly [Dialect, string, string]>([
    ['bigquery', 'SELECT a,\n"""b FROM s.t', '2:1'],
    ['bigquery', 'SELECT `a FROM s.t', '1:8'],
    ['databricks', 'SELECT a,\n  "b FROM s.t', '2:3'],
    ['databricks', "SELECT 'it\\' FROM s.t", '1:8'],
    ['snowflake', 'SELECT $$a FROM s.t', '1:8'],
    ['starrocks', 'SELECT a FROM `s.t', '1:15'],
    ['trino', 'SELECT a\n/* b FROM s.t', '2:1'],
    ['postgres', 'SELECT /* a /* b */ FROM s.t', '1:8'],
    ['postgres', "SELECT E'it\\' FROM s.t", '1:8'],
    ['duckdb', `${times('\n', 10_000)}SELECT 'a`, '10001:8'],
  ])('%s: %j at %s', (dialect, sql, place) => {
    const [first] = read(sql, { dialect, parameters: {} }).problems;
    expect(first?.code).toBe('sql-syntax');
    const { line, column } = lineColumn(sql, first?.span.start ?? -1);
    expect(`${line}:${column}`).toBe(place);
  });
});

describe('what stands before a table does not shift its place', () => {
  it.each(['/* 🙂🙂 */ s.t', "(SELECT '🙂' AS x) q, s.t", '/* \u0000 */ s.t', '/* \ud83d */ s.t', '/* e\u0301 */ s.t'])(
    '%j',
    (from) => {
      const sql = `SELECT '🙂' AS f FROM ${from} WHERE a <> '🙂'`;
      const reading = read(sql, { dialect: 'duckdb', parameters: {} });
      const spans = reading.inputs.map((use) => sql.slice(use.span.start, use.span.end));
      expect(spans).toEqual(['s.t']);
      const edits = reading.inputs.map((use) => ({ span: use.span, text: 'other.place' }));
      expect(splice(sql, edits).text).toBe(sql.replace('s.t', 'other.place'));
    },
  );
});
