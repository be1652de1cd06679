import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/sql/index.ts';
import { readOver } from './keys.ts';

/** Names as each engine would report them. */
const CATALOGS = {
  lower: { t: ['id', 'a', 'b', 'list'], u: ['x', 'id'] },
  upper: { t: ['ID', 'A', 'B', 'LIST'], u: ['X', 'ID'] },
};

const namesOf = (dialect: Dialect, sql: string): readonly string[] | null => {
  const { reading, shape } = readOver(sql, dialect === 'snowflake' ? CATALOGS.upper : CATALOGS.lower, { dialect });
  expect([...reading.problems, ...shape.problems], sql).toEqual([]);
  return shape.columns?.map((column) => column.name) ?? null;
};

describe('output columns', () => {
  it.each<readonly [dialect: Dialect, sql: string, names: readonly string[] | null]>([
    ['duckdb', 'SELECT A, b AS Total, "B" AS "x y" FROM s.t', ['a', 'Total', 'x y']],
    ['postgres', 'SELECT A, b AS Total, b AS "X y" FROM s.t', ['a', 'total', 'X y']],
    ['snowflake', 'SELECT a, b AS Total, b AS "x y" FROM s.t', ['A', 'TOTAL', 'x y']],
    ['bigquery', 'SELECT a, b AS Total FROM s.t', ['a', 'Total']],
    ['duckdb', 'SELECT * FROM s.u JOIN s.t USING (id)', ['x', 'id', 'a', 'b', 'list']],
    ['postgres', 'SELECT * FROM s.u JOIN s.t USING (id)', ['id', 'x', 'a', 'b', 'list']],
    ['trino', 'SELECT * FROM s.u JOIN s.t USING (id)', ['id', 'x', 'a', 'b', 'list']],
    ['bigquery', 'SELECT * EXCEPT (a, list) REPLACE (b + 1 AS b) FROM s.t', ['id', 'b']],
    ['databricks', 'SELECT * EXCEPT (list) FROM s.t', ['id', 'a', 'b']],
    ['snowflake', 'SELECT * EXCLUDE list RENAME (a AS n) FROM s.t', ['ID', 'N', 'B']],
    ['databricks', 'SELECT a, e FROM s.t LATERAL VIEW explode(list) q AS e', ['a', 'e']],
    ['bigquery', 'SELECT a, e FROM s.t, UNNEST(list) AS e', ['a', 'e']],
    ['trino', 'SELECT a, e FROM s.t CROSS JOIN UNNEST(list) AS q (e)', ['a', 'e']],
    [
      'postgres',
      'SELECT * FROM s.u JOIN s.t USING (id) JOIN s.t v USING (b, a)',
      ['b', 'a', 'id', 'x', 'list', 'id', 'list'],
    ],
    ['postgres', 'SELECT * FROM s.u, s.t JOIN s.t v USING (b, a)', ['x', 'id', 'b', 'a', 'id', 'list', 'id', 'list']],
    ['postgres', 'SELECT * FROM s.t NATURAL JOIN (SELECT 1 AS b, 2 AS c, 3 AS a) v', ['a', 'b', 'id', 'list', 'c']],
    ['duckdb', 'SELECT * FROM s.t NATURAL ANTI JOIN s.u', ['id', 'a', 'b', 'list']],
    ['duckdb', 'SELECT * FROM s.t AS v(b, x)', ['b', 'x', 'b_1', 'list']],
    ['postgres', 'SELECT a AS from FROM s.t', ['from']],
    ['postgres', 'SELECT count(*), sum(a) FROM s.t', ['count', 'sum']],
    ['postgres', 'SELECT a + 1 FROM s.t', null],
    ['duckdb', 'SELECT a + 1, count(*) FROM s.t GROUP BY ALL', ['(a + 1)', 'count_star()']],
    ['duckdb', 'SELECT a, a FROM s.t', ['a', 'a_1']],
    ['duckdb', 'SELECT a AS x, x FROM s.t', ['x', 'x_1']],
    ['databricks', 'SELECT A, b AS x, X FROM s.t', ['A', 'x', 'X']],
    [
      'databricks',
      'SELECT limit, end FROM (SELECT a AS limit, b AS end FROM s.t) q ORDER BY end DESC LIMIT 3',
      ['limit', 'end'],
    ],
    [
      'databricks',
      'SELECT 2024_sales, 1e3 AS n, 1L AS l FROM (SELECT a AS 2024_sales FROM s.t) q',
      ['2024_sales', 'n', 'l'],
    ],
    ['databricks', 'SELECT _metadata.file_path AS p, explode(list) AS (k) FROM s.t', null],
    ['bigquery', 'SELECT @p AS p, t.2024_sales AS q FROM (SELECT a AS `2024_sales` FROM ds.2024_sales) t', ['p', 'q']],
    ['trino', 'SELECT "$path" AS p, limit FROM (SELECT a AS limit FROM s.t) q', ['p', 'limit']],
    [
      'databricks',
      'SELECT select, case, not, where FROM (SELECT a AS select, 1 AS case, b AS not, 2 AS where FROM s.t) q',
      ['select', 'case', 'not', 'where'],
    ],
    ['trino', 'SELECT a, count(*) AS n FROM s.t GROUP BY AUTO', ['a', 'n']],
    [
      'bigquery',
      'SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS (epsilon = 1, privacy_unit_column = id) count(*) AS n FROM s.t',
      null,
    ],
    ['snowflake', 'SELECT seq.nextval AS n, $2 AS m FROM s.t', ['N', 'M']],
    ['starrocks', 'SELECT `a`, "x" AS `it\'s` FROM s.t', ['a', "it's"]],
    ['snowflake', 'SELECT TOP 3 a FROM s.t QUALIFY rank() OVER (ORDER BY b) = 1', ['A']],
    ['databricks', 'FROM s.t SELECT a', ['a']],
  ])('%s: %s', (dialect, sql, names) => {
    expect(namesOf(dialect, sql)).toEqual(names);
  });
});

describe('names that differ by case only', () => {
  const keyOf = (dialect: Dialect, sql: string): string => {
    const catalog = dialect === 'snowflake' ? { t: ['A', 'a'] } : { t: ['a', 'A'] };
    return (
      readOver(sql, catalog, { dialect })
        .shape.columns?.[0]?.uses.map((use) => (use.type === 'column' ? use.column : use.type))
        .join() ?? ''
    );
  };
  it.each<readonly [dialect: Dialect, sql: string, column: string]>([
    ['postgres', 'SELECT A AS f FROM s.t', 'a'],
    ['postgres', 'SELECT "A" AS f FROM s.t', 'A'],
    ['snowflake', 'SELECT a AS f FROM s.t', 'A'],
    ['snowflake', 'SELECT "a" AS f FROM s.t', 'a'],
  ])('%s: %s', (dialect, sql, column) => {
    expect(keyOf(dialect, sql)).toBe(column);
  });
});
