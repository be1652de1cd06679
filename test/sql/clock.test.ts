import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockLiteral, read, splice } from '../../src/sql/index.ts';
import type { Dialect } from '../../src/sql/index.ts';

const INSTANT = '2026-11-21T23:30:15.250Z';

const clocksOf = (sql: string, dialect: Dialect = 'duckdb'): readonly string[] => {
  const reading = read(sql, { dialect, parameters: {} });
  expect(reading.problems, sql).toEqual([]);
  return reading.clocks.map((use) => `${use.function} ${use.family}`);
};

describe('calls of the clock', () => {
  it.each<readonly [sql: string, clocks: readonly string[]]>([
    ['SELECT current_date, CURRENT_DATE() FROM s.t', ['current_date date', 'current_date date']],
    [
      'SELECT now(), current_timestamp, localtimestamp FROM s.t',
      ['now timestamp', 'current_timestamp timestamp', 'localtimestamp timestamp'],
    ],
    ['SELECT today() AS f, age(a) AS g, age(a, b) AS h FROM s.t', ['today date', 'age date']],
    ['SELECT a FROM s.t WHERE b > current_date - INTERVAL 1 day', ['current_date date']],
    ['SELECT t.current_date, "now", today, \'now()\' FROM s.t -- now()', []],
    [
      'SELECT get_current_time(), current_localtime() FROM s.t',
      ['get_current_time timestamp', 'current_localtime timestamp'],
    ],
  ])('%s', (sql, clocks) => {
    expect(clocksOf(sql)).toEqual(clocks);
  });

  it.each<readonly [dialect: Dialect, sql: string, clocks: readonly string[]]>([
    [
      'postgres',
      'SELECT current_timestamp(3), localtime, transaction_timestamp() FROM s.t',
      ['current_timestamp timestamp', 'localtime timestamp', 'transaction_timestamp timestamp'],
    ],
    [
      'snowflake',
      'SELECT CURRENT_TIMESTAMP(), getdate(), sysdate() FROM s.t',
      ['current_timestamp timestamp', 'getdate timestamp', 'sysdate timestamp'],
    ],
    [
      'bigquery',
      'SELECT CURRENT_DATETIME(), CURRENT_DATE(), CURRENT_DATE("Asia/Tokyo") FROM s.t',
      ['current_datetime timestamp', 'current_date date'],
    ],
    ['starrocks', 'SELECT curdate(), now() FROM s.t', ['curdate date', 'now timestamp']],
  ])('%s: %s', (dialect, sql, clocks) => {
    expect(clocksOf(sql, dialect)).toEqual(clocks);
  });

  it('stand in the keys of what calls them, and of nothing else', () => {
    const { ties, clocks } = read('SELECT a, now() AS f FROM s.t', { dialect: 'duckdb', parameters: {} });
    expect([ties, clocks.length]).toEqual([[], 1]);
  });
});

describe('an instant in place of the clock', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
    await connection.run("SET TimeZone = 'Europe/Berlin'");
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  const spliced = (sql: string): string => {
    const { clocks, keptNames } = read(sql, { dialect: 'duckdb', parameters: {} });
    const literals = clocks.map((use) => ({
      span: use.span,
      text: clockLiteral(use, INSTANT, 'Europe/Berlin', 'duckdb'),
    }));
    return splice(sql, [...literals, ...keptNames]).text;
  };

  it.each([
    'SELECT current_date, today(), current_date()',
    'SELECT now(), current_timestamp, get_current_timestamp(), transaction_timestamp()',
    'SELECT localtimestamp, current_localtimestamp()',
    'SELECT current_time, get_current_time()',
    'SELECT localtime, current_localtime()',
    "SELECT age(TIMESTAMP '2020-01-01 03:00:00') AS f",
    "SELECT current_date - 1, date_trunc('month', today())",
    'SELECT f FROM (SELECT current_date AS f UNION ALL SELECT today())',
  ])('has the type and the name that it had: %s', async (sql) => {
    const before = await connection.runAndReadAll(sql);
    const after = await connection.runAndReadAll(spliced(sql));
    expect(after.columnTypes().map(String)).toEqual(before.columnTypes().map(String));
    expect(after.columnNames()).toEqual(before.columnNames());
    expect(
      read(spliced(sql), { dialect: 'duckdb', parameters: {} }).clocks.filter((use) => use.function !== 'age'),
    ).toEqual([]);
  });

  it('is the wall clock of the time zone', async () => {
    const sql =
      "SELECT today()::VARCHAR, localtimestamp::VARCHAR, now()::VARCHAR, age(TIMESTAMP '2026-11-20')::VARCHAR AS f";
    const row = (await connection.runAndReadAll(spliced(sql))).getRowsJson()[0];
    expect(row).toEqual(['2026-11-22', '2026-11-22 00:30:15.25', '2026-11-22 00:30:15.25+01', '2 days']);
  });

  it.each([
    ['UTC', "CAST('2026-11-21 23:30:15.250+00:00' AS TIMESTAMPTZ)"],
    ['Asia/Kolkata', "CAST('2026-11-22 05:00:15.250+05:30' AS TIMESTAMPTZ)"],
    ['America/New_York', "CAST('2026-11-21 18:30:15.250-05:00' AS TIMESTAMPTZ)"],
  ])('knows %s', (timezone, literal) => {
    const use = { family: 'timestamp', function: 'now', span: { start: 0, end: 0 } } as const;
    expect(clockLiteral(use, INSTANT, timezone, 'postgres')).toBe(literal);
  });
});
