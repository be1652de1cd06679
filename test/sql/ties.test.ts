import { describe, expect, it } from 'vitest';
import { readOver } from './keys.ts';

const CATALOG = { t: ['id', 'a', 'b', 'c', 'user'], u: ['id', 'x'] };
const UNIQUE = { t: [['id'], ['a', 'b']] };

const VOLATILE = (name: string): string => `${name}: volatile`;

/** Ties of the rows and of each column, as `rows: kind` or `name: kind`. */
function tiesOf(sql: string): readonly string[] {
  const { shape, reading } = readOver(sql, CATALOG, { unique: UNIQUE });
  expect([...reading.problems, ...shape.problems], sql).toEqual([]);
  const rows = shape.rows.flatMap((part) => part.ties.map((tie) => `rows: ${tie.kind}`));
  const columns = (shape.columns ?? []).flatMap((column) => column.ties.map((tie) => `${column.name}: ${tie.kind}`));
  return [...rows, ...columns];
}

describe('what can differ between two builds of one meaning', () => {
  it.each<readonly [sql: string, ties: readonly string[]]>([
    ['SELECT random() AS f, a FROM s.t', ['f: volatile']],
    ['SELECT uuid() AS f FROM s.t', ['f: volatile']],
    ['SELECT a FROM s.t WHERE random() < 0.5', ['rows: volatile']],
    ['SELECT a FROM s.t USING SAMPLE 3 ROWS', ['rows: volatile']],
    ['SELECT a FROM s.t TABLESAMPLE 10%', ['rows: volatile']],
    ['SELECT row_number() OVER (ORDER BY c) AS f, a FROM s.t', ['f: tie']],
    ['SELECT row_number() OVER (ORDER BY id) AS f FROM s.t', []],
    ['SELECT row_number() OVER (PARTITION BY a ORDER BY b DESC) AS f FROM s.t', []],
    ['SELECT row_number() OVER (PARTITION BY a ORDER BY c) AS f FROM s.t', ['f: tie']],
    ['SELECT row_number() OVER (ORDER BY t.id) AS f FROM s.t JOIN s.u ON t.a = u.x', ['f: tie']],
    ['SELECT row_number() OVER (ORDER BY n) AS f FROM (SELECT id AS n FROM s.t WHERE c > 1) q', []],
    ['SELECT row_number() OVER () AS f FROM s.t', ['f: order']],
    ['SELECT rank() OVER (ORDER BY c) AS f, sum(a) OVER (ORDER BY c) AS g FROM s.t', []],
    ['SELECT sum(a) OVER (ORDER BY c ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS f FROM s.t', ['f: tie']],
    ['SELECT sum(a) OVER (ORDER BY c ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS f FROM s.t', []],
    ['SELECT lag(a) OVER w AS f FROM s.t WINDOW w AS (ORDER BY c)', ['f: tie']],
    ['SELECT a FROM s.t QUALIFY row_number() OVER (PARTITION BY a ORDER BY c) = 1', ['rows: tie']],
    ['SELECT n FROM (SELECT a AS n, row_number() OVER (ORDER BY c) AS f FROM s.t) q', []],
    ['SELECT n FROM (SELECT a AS n, row_number() OVER (ORDER BY c) AS f FROM s.t) q WHERE f = 1', ['rows: tie']],
    ['SELECT a FROM s.t LIMIT 3', ['rows: order']],
    ['SELECT a FROM s.t ORDER BY c LIMIT 3', ['rows: tie']],
    ['SELECT a FROM s.t ORDER BY id LIMIT 3', []],
    ['SELECT a FROM s.t ORDER BY a LIMIT 3', []],
    ['SELECT a, c FROM s.t ORDER BY 2, 1 DESC LIMIT 3', []],
    ['SELECT a, c FROM s.t ORDER BY ALL LIMIT 3', []],
    ['SELECT c, sum(a) AS f FROM s.t GROUP BY c ORDER BY f DESC, c LIMIT 3', []],
    ['SELECT c, sum(a) AS f FROM s.t GROUP BY c ORDER BY f DESC LIMIT 3', ['rows: tie']],
    ['SELECT DISTINCT ON (c) c, a FROM s.t', ['rows: order']],
    ['SELECT DISTINCT ON (c) c, a FROM s.t ORDER BY c, a', ['rows: tie']],
    ['SELECT DISTINCT ON (c) c, a FROM s.t ORDER BY c, id', []],
    ['SELECT DISTINCT ON (c) c, a FROM s.t UNION ALL SELECT x, x FROM s.u ORDER BY c, a', ['rows: order']],
    ['SELECT x, 1 AS f FROM s.u UNION ALL (SELECT DISTINCT ON (c) c, a FROM s.t ORDER BY c, id)', []],
    ['SELECT DISTINCT a, b FROM s.t ORDER BY a, b LIMIT 3', []],
    ['SELECT DISTINCT a, b FROM s.t ORDER BY a, c, b LIMIT 3', ['rows: tie']],
    ['PIVOT s.t ON c USING sum(a) LIMIT 3', ['rows: order']],
    ['PIVOT s.t ON c USING sum(a) ORDER BY id LIMIT 3', ['rows: tie']],
    ['FROM s.t |> LIMIT 3', ['rows: order']],
    ['SELECT first(a) AS f, any_value(b) AS g, max(c) AS h FROM s.t', ['f: order', 'g: order']],
    [
      "SELECT array_agg(a) AS f, list(a ORDER BY a) AS g, string_agg(b, ',' ORDER BY c) AS h FROM s.t",
      ['f: order', 'h: tie'],
    ],
    ["SELECT string_agg(b, ',' ORDER BY id) AS f FROM s.t", []],
    ['SELECT a FROM s.t POSITIONAL JOIN s.u', ['rows: order']],
    ['SELECT rowid AS f, a FROM s.t', ['f: order']],
    ['SELECT user AS f, t.user AS g FROM s.t', []],
    ['SELECT (SELECT first(x) FROM s.u) AS f, a FROM s.t', ['f: order']],
    ["SELECT nextval('q') AS f, current_setting('x') AS g, version() AS h, a FROM s.t", ['f', 'g', 'h'].map(VOLATILE)],
    [
      "SELECT pg_backend_pid() AS f, pg_typeof(a) AS g, has_table_privilege('t', 'SELECT') AS h FROM s.t",
      ['f', 'h'].map(VOLATILE),
    ],
    ['SELECT (SELECT count(*) FROM duckdb_tables()) AS f, a FROM s.t', ['f: volatile']],
    ["SELECT (SELECT count(*) FROM pragma_table_info('t')) AS f, a FROM s.t", ['f: volatile']],
    ['SELECT (SELECT max(x) FROM my_macro(1)) AS f, a FROM s.t', ['f: tie']],
    ['SELECT f FROM unnest([1]) q(f), generate_series(1, 2)', []],
  ])('%s', (sql, ties) => {
    expect(tiesOf(sql)).toEqual(ties);
  });

  it('takes in the rows of all that it can see the order of', () => {
    const { shape } = readOver('SELECT row_number() OVER () AS f FROM s.t JOIN s.u USING (id)', CATALOG);
    expect(shape.columns?.[0]?.uses).toEqual([
      { input: 0, type: 'rows' },
      { input: 1, type: 'rows' },
    ]);
  });
});
