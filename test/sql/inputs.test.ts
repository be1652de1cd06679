import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { read, readStatement, splice } from '../../src/sql/index.ts';
import type { Dialect, InputUse } from '../../src/sql/index.ts';

const named = (use: InputUse): string =>
  use.type === 'table' ? use.parts.map((part) => part.text).join('.') : `file ${use.path}`;

const inputsOf = (sql: string, dialect: Dialect = 'duckdb'): readonly string[] => {
  const reading = read(sql, { dialect, parameters: {} });
  expect(reading.problems, sql).toEqual([]);
  return reading.inputs.map(named);
};

describe('tables that a query reads', () => {
  it.each<readonly [sql: string, tables: readonly string[]]>([
    ['SELECT 1 AS f', []],
    ['SELECT * FROM a.b', ['a.b']],
    ['SELECT * FROM "A b"."c.d" x, e', ['A b.c.d', 'e']],
    ['FROM a.b', ['a.b']],
    ['FROM a.b SELECT c WHERE d', ['a.b']],
    [
      'SELECT * FROM a.b, c.d JOIN e.f ON true LEFT JOIN LATERAL (SELECT * FROM g.h) i ON true',
      ['a.b', 'c.d', 'e.f', 'g.h'],
    ],
    ['SELECT * FROM (a.b JOIN c.d USING (k)) JOIN ((e.f)) ON true', ['a.b', 'c.d', 'e.f']],
    [
      'SELECT (SELECT max(x) FROM a.b) AS f FROM c.d WHERE EXISTS (FROM e.f) AND g IN (SELECT h FROM i.j)',
      ['a.b', 'c.d', 'e.f', 'i.j'],
    ],
    [
      'SELECT a FROM b.c UNION SELECT a FROM d.e EXCEPT (SELECT a FROM f.g INTERSECT SELECT a FROM h.i)',
      ['b.c', 'd.e', 'f.g', 'h.i'],
    ],
    ['TABLE a.b', ['a.b']],
    ['VALUES (1), ((SELECT max(a) FROM b.c))', ['b.c']],
    ['SELECT * FROM a.b ASOF JOIN c.d USING (k, t) POSITIONAL JOIN e.f', ['a.b', 'c.d', 'e.f']],
    [
      'SELECT * FROM a.b NATURAL FULL OUTER JOIN c.d CROSS JOIN e.f SEMI JOIN g.h USING (k)',
      ['a.b', 'c.d', 'e.f', 'g.h'],
    ],
    ['PIVOT a.b ON c USING sum(d) GROUP BY e', ['a.b']],
    ['SELECT * FROM a.b PIVOT (sum(d) FOR c IN (1, 2)) AS p', ['a.b']],
    ['SELECT * FROM a.b UNPIVOT (v FOR n IN (c, d))', ['a.b']],
    ['SELECT * FROM (DESCRIBE a.b)', ['a.b']],
    ['SELECT * FROM (SUMMARIZE a.b)', ['a.b']],
    ['SELECT * FROM (PIVOT a.b ON c USING sum(d))', ['a.b']],
    ['SELECT q: c FROM r : a.b', ['a.b']],
    ['SELECT * FROM a.b TABLESAMPLE reservoir(10 ROWS) REPEATABLE (1), c.d', ['a.b', 'c.d']],
    [
      'SELECT count(*) FILTER (WHERE a IN (FROM b.c)) OVER (PARTITION BY (SELECT max(x) FROM d.e)) AS f FROM g.h',
      ['b.c', 'd.e', 'g.h'],
    ],
  ])('%s', (sql, tables) => {
    expect(inputsOf(sql)).toEqual(tables);
  });

  it.each([
    'SELECT extract(year FROM d) AS f FROM s.t',
    'SELECT trim(BOTH FROM d) AS f, trim(FROM d) AS g, trim(LEADING "x" FROM d) AS h FROM s.t',
    'SELECT substring(d FROM 1 FOR 2) AS f, overlay(d PLACING e FROM 1) AS g FROM s.t',
    'SELECT a FROM s.t WHERE a IS DISTINCT FROM b AND c IS NOT DISTINCT FROM d',
    'SELECT g.n FROM s.t, generate_series(1, 3) g(n), range(4), unnest(t.x) u, unnest([1, 2])',
    'SELECT * FROM s.t, UNNEST(t.x) WITH ORDINALITY',
    'SELECT \'FROM a.b\' AS f, "FROM c.d" FROM s.t -- FROM e.f',
    'SELECT left(a, 2) AS f, right(a, 1) AS g FROM s.t WHERE left(a, 1) = 1',
    'SELECT * FROM s.t WHERE a ORDER BY all LIMIT (SELECT 3)',
    'SELECT a.b.c, d.e FROM s.t',
  ])('none but s.t: %s', (sql) => {
    expect(inputsOf(sql)).toEqual(['s.t']);
  });

  it.each<readonly [sql: string, tables: readonly string[]]>([
    ['WITH q AS (SELECT * FROM a.b) SELECT * FROM q, s.q', ['a.b', 's.q']],
    ['WITH q AS (SELECT * FROM q) SELECT * FROM q', ['q']],
    ['WITH RECURSIVE q AS (SELECT * FROM a.b UNION ALL SELECT * FROM q) SELECT * FROM q', ['a.b']],
    ['WITH q AS (SELECT 1), r AS (SELECT * FROM q) SELECT * FROM r, Q, "q"', []],
    ['WITH q AS (SELECT * FROM r), r AS (SELECT 1) SELECT * FROM q', ['r']],
    ['SELECT * FROM (WITH q AS (SELECT 1) SELECT * FROM q) x, q', ['q']],
    ['WITH q AS (SELECT 1) SELECT * FROM (WITH q AS (SELECT * FROM q) SELECT * FROM q) x', []],
    [
      'WITH q(a, b) AS MATERIALIZED (FROM a.b), r AS NOT MATERIALIZED (FROM c.d) SELECT (SELECT max(a) FROM q) FROM r',
      ['a.b', 'c.d'],
    ],
    ['SELECT 1 UNION ALL (WITH q AS (SELECT * FROM a.b) SELECT * FROM q)', ['a.b']],
  ])('CTEs hide: %s', (sql, tables) => {
    expect(inputsOf(sql)).toEqual(tables);
  });

  it.each<readonly [dialect: Dialect, sql: string, tables: readonly string[]]>([
    [
      'bigquery',
      'SELECT * FROM `p-1.d.t` x, `p`.d.u, p-2.d.v, x.items, UNNEST(x.tags) AS tag WITH OFFSET AS o',
      ['p-1.d.t', 'p.d.u', 'p-2.d.v'],
    ],
    [
      'bigquery',
      'SELECT AS STRUCT a, r"""x"y""" AS f # FROM c.d\nFROM a.b FOR SYSTEM_TIME AS OF TIMESTAMP "2020-01-01" QUALIFY TRUE',
      ['a.b'],
    ],
    ['bigquery', 'SELECT * EXCEPT (a) REPLACE (b + 1 AS b) FROM a.b', ['a.b']],
    [
      'snowflake',
      'SELECT TOP 3 a:b.c::string AS f, $$FROM x.y$$ AS g FROM a.b, LATERAL FLATTEN(input => a) f // FROM c.d',
      ['a.b'],
    ],
    [
      'snowflake',
      'SELECT * FROM a.b AT (OFFSET => -60) x SAMPLE (10) JOIN TABLE(my_own(1)) y MINUS SELECT * FROM c.d',
      ['a.b', 'c.d'],
    ],
    ['snowflake', "SELECT * FROM TABLE('a.b') x JOIN IDENTIFIER('c.d') y JOIN TABLE(FLATTEN(x.v)) z", ['a.b', 'c.d']],
    ['snowflake', 'WITH q AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM q) SELECT * FROM q', []],
    [
      'databricks',
      "SELECT 'it\\'s', \"FROM c.d\" FROM `a`.`b` LATERAL VIEW OUTER explode(x) y AS k, v WHERE k",
      ['a.b'],
    ],
    [
      'databricks',
      'SELECT * EXCEPT (x.y) FROM a.b TIMESTAMP AS OF "2026-01-01" JOIN c.d VERSION AS OF 3, e.f',
      ['a.b', 'c.d', 'e.f'],
    ],
    ['databricks', 'SELECT * FROM a.b LEFT ANTI JOIN c.d ON true CLUSTER BY x', ['a.b', 'c.d']],
    [
      'trino',
      'SELECT * FROM a.b.c CROSS JOIN UNNEST(x) WITH ORDINALITY AS u (k, n) FETCH FIRST 3 ROWS WITH TIES',
      ['a.b.c'],
    ],
    ['trino', 'SELECT * FROM TABLE(my.own(input => TABLE(a.b))) MATCH_RECOGNIZE (PATTERN (A B))', ['a.b']],
    [
      'postgres',
      "SELECT E'it\\'s', $x$ FROM c.d $x$ FROM ONLY a.b, LATERAL (SELECT * FROM e.f) g, ROWS FROM (now()) h",
      ['a.b', 'e.f'],
    ],
    ['starrocks', 'SELECT `x`, "FROM c.d" FROM a.b # FROM e.f\nJOIN [broadcast] g.h ON true', ['a.b', 'g.h']],
  ])('%s: %s', (dialect, sql, tables) => {
    const reading = read(sql, { dialect, parameters: {} });
    expect(reading.inputs.map(named)).toEqual(tables);
  });

  it.each<readonly [dialect: Dialect, sql: string, alias: string | null]>([
    ['databricks', 'SELECT t.x FROM a.t VERSION AS OF 3', null],
    ['databricks', 'SELECT t.x FROM a.t TIMESTAMP /* then */ AS OF "2026-01-01" WHERE t.x > 1', null],
    ['databricks', 'SELECT t.x FROM a.t TABLESAMPLE (5 PERCENT)', 't'],
    ['snowflake', 'SELECT T.x FROM a.t AT (OFFSET => -60)', null],
    ['snowflake', 'SELECT T.x FROM a.t CHANGES (INFORMATION => DEFAULT) AT (OFFSET => -60)', null],
    ['bigquery', 'SELECT t.x FROM a.t FOR SYSTEM_TIME AS OF TIMESTAMP "2020-01-01"', null],
    ['trino', 'SELECT t.x FROM a.t FOR VERSION AS OF 3', null],
    ['trino', 'SELECT x FROM a.t', 't'],
  ])('an alias is put behind a table where one may stand: %s: %s', (dialect, sql, alias) => {
    expect(read(sql, { dialect, parameters: {} }).inputs).toMatchObject([{ type: 'table', needsAlias: alias }]);
  });

  it.each<readonly [sql: string, path: string, call: string, alias: string | null]>([
    ["SELECT * FROM 'data/x.parquet'", 'data/x.parquet', "'data/x.parquet'", 'x'],
    ["SELECT * FROM 'data/x*.csv' y", 'data/x*.csv', "'data/x*.csv'", null],
    ["SELECT * FROM 'it''s.csv'", "it's.csv", "'it''s.csv'", "it's"],
    ["SELECT * FROM read_csv('x.csv', header = true)", 'x.csv', "read_csv('x.csv', header = true)", 'read_csv'],
    ["FROM READ_JSON_AUTO('x.json') AS j", 'x.json', "READ_JSON_AUTO('x.json')", null],
    ["FROM read_text('a.txt')", 'a.txt', "read_text('a.txt')", 'read_text'],
    ["FROM parquet_scan('a.parquet')", 'a.parquet', "parquet_scan('a.parquet')", 'parquet_scan'],
    ["FROM glob('*.csv')", '*.csv', "glob('*.csv')", 'glob'],
    ['FROM read_csv({{ path }}, skip = {{ n }})', 'o.csv', "read_csv('o.csv', skip = 2)", 'read_csv'],
  ])('files: %s', (sql, path, call, alias) => {
    const { inputs, problems } = read(sql, { dialect: 'duckdb', parameters: { path: 'o.csv', n: 2 } });
    expect(problems).toEqual([]);
    expect(inputs).toMatchObject([{ type: 'file', path, call, needsAlias: alias }]);
    const [use] = inputs;
    expect(sql.slice(use?.span.start, use?.span.end).replace('{{ path }}', "'o.csv'").replace('{{ n }}', '2')).toBe(
      call,
    );
  });
});

describe('statements by hand', () => {
  it.each<readonly [sql: string, tables: readonly string[]]>([
    ['DESCRIBE a.b', ['a.b']],
    ['describe select * from a.b', ['a.b']],
    ['SUMMARIZE a.b', ['a.b']],
    ['SHOW a.b', ['a.b']],
    ['SHOW TABLES', ['TABLES']],
    ['EXPLAIN SELECT * FROM a.b', ['a.b']],
    ['EXPLAIN ANALYZE WITH q AS (FROM a.b) FROM q', ['a.b']],
    ["COPY (SELECT * FROM a.b) TO 'x.csv'", ['a.b']],
    ["COPY a.b TO 'x.csv'", ['a.b']],
    ['CREATE TABLE x.y AS SELECT * FROM a.b', ['a.b']],
    ['INSERT INTO x.y SELECT * FROM a.b', ['a.b']],
    ['FROM a.b;', ['a.b']],
    ['VALUES (1)', []],
    ['', []],
    ['SELECT * FROM a.b WHERE (', ['a.b']],
  ])('%s', (sql, tables) => {
    expect(readStatement(sql, 'duckdb').map(named)).toEqual(tables);
  });
});

describe('spliced text runs', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
    await connection.run('CREATE SCHEMA a; CREATE SCHEMA b; CREATE SCHEMA bough');
    for (const name of ['a.t', 'b.t', 'a.u', 'bough.a__t', 'bough.b__t', 'bough.a__u']) {
      await connection.run(`CREATE TABLE ${name} AS SELECT 1 AS x, 2 AS y, {'f': 3} AS z, [4] AS l`);
    }
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  const physical = (sql: string): string => {
    const edits = read(sql, { dialect: 'duckdb', parameters: {} }).inputs.flatMap((use) => {
      if (use.type === 'file') return [];
      const name = `bough.${use.parts.map((part) => part.text.toLowerCase()).join('__')}`;
      const alias = use.needsAlias === null ? '' : ` AS "${use.needsAlias}"`;
      const qualifiers = use.qualifiers.map((span) => ({ span, text: `"${use.needsAlias}"` }));
      return [{ span: use.span, text: name + alias }, ...qualifiers];
    });
    return splice(sql, edits).text;
  };

  it.each([
    'SELECT t.x, y FROM a.t',
    'SELECT a.t.x, a.t.z.f, t.z.f FROM a.t',
    'SELECT A.T.x, "a"."t".y FROM a.t',
    'SELECT memory.a.t.x FROM a.t',
    'SELECT t FROM a.t',
    'SELECT a.t.x, b.t.y FROM a.t JOIN b.t ON a.t.x = b.t.x',
    'SELECT a.t.x, (SELECT max(a.u.x) FROM a.u WHERE a.u.y = a.t.y) AS f FROM a.t',
    'SELECT a.t.x FROM a.t WHERE a.t.y > 1 GROUP BY a.t.x HAVING max(a.t.y) > 0 ORDER BY a.t.x',
    'WITH q AS (SELECT a.t.x FROM a.t) SELECT q.x, u.y FROM q, a.u',
    'SELECT * FROM a.t TABLESAMPLE 100%',
    'SELECT * FROM a.t AS r TABLESAMPLE 100%',
    'SELECT * FROM a.t, unnest(t.l)',
    'SELECT * FROM a.t PIVOT (max(x) FOR y IN (1, 2))',
    'PIVOT (SELECT x, y FROM a.t) ON y USING max(x)',
    'PIVOT a.t ON y USING max(x) GROUP BY x',
    'FROM (DESCRIBE a.t)',
    'FROM (SUMMARIZE a.t)',
    'TABLE a.t',
    'FROM a.t JOIN a.u USING (x) SELECT t.y, u.y AS w',
    'SELECT * FROM (a.t JOIN a.u USING (x)) WHERE t.y = u.y',
    'SELECT r: t.x FROM a.t',
    'SELECT t.* EXCLUDE (x) FROM a.t',
    'SELECT x FROM a.t SEMI JOIN a.u ON t.x = u.x',
  ])('%s', async (sql) => {
    const before = await connection.runAndReadAll(sql);
    const after = await connection.runAndReadAll(physical(sql));
    expect(after.columnNames()).toEqual(before.columnNames());
    expect(after.getRowsJson()).toEqual(before.getRowsJson());
    expect(physical(sql)).not.toBe(sql);
  });
});
