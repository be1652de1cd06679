import { describe, expect, it } from 'vitest';
import { readOver } from './keys.ts';

const CATALOG = { t: ['id', 'amount', 'b', 'st'], u: ['id', 'x'] };

const problemsOf = (sql: string): readonly string[] =>
  readOver(sql, CATALOG).shape.problems.map(({ code, message, hint, span }) =>
    [code, message, hint ?? '', sql.slice(span.start, span.end)].join(' | '),
  );

describe('names that cannot be', () => {
  it.each<readonly [sql: string, problem: string]>([
    ['SELECT amuont FROM s.t', 'column-unknown | there is no column `amuont` | did you mean `amount`? | amuont'],
    ['SELECT t.amuont FROM s.t', 'column-unknown | `t` has no column `amuont` | did you mean `amount`? | t.amuont'],
    ['SELECT r.b FROM s.t', 'column-unknown | there is no table or column `r` here | did you mean `t`? | r.b'],
    ['SELECT b FROM s.t WHERE gone > 1', 'column-unknown | there is no column `gone` |  | gone'],
    ['SELECT b FROM s.t GROUP BY b HAVING max(gone) > 1', 'column-unknown | there is no column `gone` |  | gone'],
    ['SELECT later AS f, * RENAME (b AS later) FROM s.t', 'column-unknown | there is no column `later` |  | later'],
    ['SELECT later AS f, b AS later FROM s.t', 'column-unknown | there is no column `later` |  | later'],
    ['SELECT later AS f, b AS later FROM s.t GROUP BY b', 'column-unknown | there is no column `later` |  | later'],
    ['SELECT later + 1 AS later FROM s.t GROUP BY later', 'column-unknown | there is no column `later` |  | later'],
    ['SELECT f FROM (SELECT b AS g FROM s.t) q', 'column-unknown | there is no column `f` | did you mean `g`? | f'],
    [
      'SELECT (SELECT max(x) FROM s.u WHERE u.id = gone) AS f FROM s.t',
      'column-unknown | there is no column `gone` |  | gone',
    ],
    [
      'SELECT * EXCLUDE (amuont) FROM s.t',
      'column-unknown | the star has no column `amuont` | did you mean `amount`? | * EXCLUDE (amuont)',
    ],
    [
      'SELECT t.* REPLACE (1 AS x) FROM s.t, s.u',
      'column-unknown | the star has no column `x` | did you mean `b`? | t.* REPLACE (1 AS x)',
    ],
    [
      'SELECT 1 FROM s.t a JOIN s.t c USING (id) JOIN s.t d USING (amount)',
      'column-ambiguous | `amount` may be a column of `a` or `c` | join by ON, and write the table before the column | USING (amount)',
    ],
    ['SELECT id FROM s.t, s.u', 'column-ambiguous | `id` may be a column of `t` or `u` | write `t.id` or `u.id` | id'],
    [
      'SELECT x FROM s.t JOIN s.u ON id = 1',
      'column-ambiguous | `id` may be a column of `t` or `u` | write `t.id` or `u.id` | id',
    ],
    [
      'SELECT current_date AS f FROM (SELECT b AS current_date FROM s.t) q',
      'column-ambiguous | `current_date` is the clock, but a column has that name too | write the name of its table before the column | current_date',
    ],
  ])('%s', (sql, problem) => {
    expect(problemsOf(sql)).toEqual([problem]);
  });
});

describe('names that are well', () => {
  it.each([
    'SELECT id FROM s.t JOIN s.u USING (id)',
    'SELECT id FROM s.t JOIN s.u USING (id) JOIN s.t a ON true JOIN s.u c ON true',
    'SELECT id FROM s.t NATURAL JOIN s.u',
    'SELECT amount AS f FROM s.t WHERE EXISTS (SELECT 1 FROM s.u WHERE x = f)',
    'SELECT t.id FROM s.t JOIN s.u ON t.id = u.id ORDER BY id',
    'SELECT id FROM s.t SEMI JOIN s.u ON t.id = u.id',
    'SELECT amount AS f FROM s.t WHERE f > 1 GROUP BY f ORDER BY f',
    'SELECT amount + 1 AS f, f + 1 AS g FROM s.t',
    'SELECT g AS f, amount AS g, count(*) AS n FROM s.t GROUP BY g',
    'SELECT t.* RENAME (amount AS g), g + 1 AS f FROM s.t',
    'SELECT g + 1 AS f, amount AS g FROM s.t GROUP BY GROUPING SETS ((g, b), ())',
    'SELECT st.field.deep, t.st.field, st[1] FROM s.t',
    'SELECT t FROM s.t',
    'SELECT list_transform([1], lambda e: e + amount) AS f, list_filter([1], e -> e > 1) AS g FROM s.t',
    'SELECT extract(epoch FROM amount) AS f, date_part(dow, amount) AS g, amount::decimal(3, 1) AS h FROM s.t',
    "SELECT INTERVAL 3 fortnights AS f, DATE '2020-01-01' AS g, TIMESTAMPTZ '2020-01-01' AS h FROM s.t",
    'SELECT struct_pack(k := amount) AS f, {k: amount} AS g FROM s.t',
    'SELECT sum(amount) OVER w AS f FROM s.t WINDOW w AS (ORDER BY id)',
    'SELECT rowid FROM s.t',
    'SELECT anything, q.more FROM s.unknown q',
    'SELECT anything FROM s.t, s.unknown',
    'SELECT v.n, m FROM s.t, unnest([1]) v(n), generate_series(1, 2) g(m)',
    'SELECT amount FROM s.t WHERE EXISTS (SELECT 1 FROM s.u WHERE u.id = amount)',
    'SELECT * FROM s.t PIVOT (sum(amount) FOR b IN (1, 2))',
    "SELECT amount AT TIME ZONE 'UTC' AS f, amount COLLATE nocase AS g FROM s.t",
    'SELECT col0 FROM (VALUES (1)) q',
    'SELECT "count_star()" FROM (SELECT count(*) FROM s.t) q',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r',
    'SELECT * EXCLUDE (id) FROM s.t JOIN s.u USING (id)',
    'SELECT 1 FROM s.t a JOIN s.t c USING (id, amount) JOIN s.t d USING (amount)',
    'SELECT sum(amount) OVER (w ROWS 2 PRECEDING) AS f FROM s.t WINDOW w AS (ORDER BY id)',
    'SELECT level FROM s.t START WITH id = 1 CONNECT BY PRIOR id = amount',
    "SELECT [x || '!' FOR x IN st IF x <> ''] AS f, [e FOR e IN [amount]] AS g FROM s.t",
    'SELECT * EXCLUDE (amount) REPLACE (b + 1 AS b) RENAME (id AS key) FROM s.t',
    'SELECT CASE amount WHEN 1 THEN b ELSE id END AS f FROM s.t',
    'SELECT count(*) FILTER (WHERE amount > 1) AS f, quantile_cont(amount, 0.5) AS g FROM s.t',
    'SELECT grouping(b) AS f FROM s.t GROUP BY ROLLUP (b, id), GROUPING SETS ((b), ())',
    'SELECT a.amount FROM s.t a ASOF JOIN s.u c ON a.id = c.id AND a.amount >= c.x',
    'SELECT c.x FROM s.t a, s.t b JOIN s.u c USING (id)',
    'SELECT id::UNION(i INTEGER, s VARCHAR) AS f FROM s.t',
    'SELECT f FROM (SELECT unnest(st) FROM s.t) q',
    'SELECT id -- a carriage return ends this\r, b FROM s.t',
  ])('%s', (sql) => {
    expect(problemsOf(sql)).toEqual([]);
  });

  it.each([
    "SELECT JSON_OBJECT('a': id, 'b': NULL ABSENT ON NULL) AS f FROM s.t",
    'SELECT d FROM (SELECT (t).* FROM s.t) AS q(c, d)',
    "SELECT E'a'\n  'b\\' || gone || \\'' AS f FROM s.t",
    `SELECT ${'long_'.repeat(14)}a FROM (SELECT id AS ${'long_'.repeat(14)}b FROM s.t) q`,
    `WITH ${'ö'.repeat(40)} AS (SELECT id FROM s.t) SELECT id FROM ${'ö'.repeat(32)}`,
  ])('in PostgreSQL: %s', (sql) => {
    expect(readOver(sql, CATALOG, { dialect: 'postgres' }).shape.problems).toEqual([]);
    expect(readOver(sql, CATALOG, { dialect: 'postgres' }).tables).toEqual(['t']);
  });
});

it('a name with escapes is told', () => {
  const { problems } = readOver('SELECT U&"\\0069d" FROM s.t', CATALOG, { dialect: 'postgres' }).reading;
  expect(problems.map(({ message }) => message)).toEqual(['a name with escapes is not understood']);
});

describe('what is read where no literal says what', () => {
  const problemsOfReading = (sql: string): readonly string[] =>
    readOver(sql, CATALOG).reading.problems.map(({ code, message, span }) =>
      [code, message, sql.slice(span.start, span.end)].join(' | '),
    );
  const files = (name: string, call: string): string =>
    `source-undeclared | the files that \`${name}\` reads are named by no single literal: a change there would go unnoticed | ${call}`;
  const tables = (name: string, call: string): string =>
    `source-undeclared | what \`${name}\` reads cannot be told from its text: a change there would go unnoticed | ${call}`;

  it.each<readonly [sql: string, problems: readonly string[]]>([
    ["SELECT * FROM read_csv(['a.csv', 'b.csv'])", [files('read_csv', "read_csv(['a.csv', 'b.csv'])")]],
    ["SELECT 1 FROM s.t, read_parquet('x/' || 'y') q", [files('read_parquet', "read_parquet('x/' || 'y')")]],
    ["FROM read_text(getvariable('p'))", [files('read_text', "read_text(getvariable('p'))")]],
    ["SELECT id FROM s.t WHERE id IN (FROM glob(['*.csv']))", [files('glob', "glob(['*.csv'])")]],
    ["FROM postgres_scan('', 's', 't')", [tables('postgres_scan', "postgres_scan('', 's', 't')")]],
    ["SELECT * FROM query('FROM s.t')", [tables('query', "query('FROM s.t')")]],
    ["FROM read_csv('a.csv', header = true)", []],
    ["FROM glob('*.csv')", []],
    ['FROM duckdb_tables()', []],
    ['FROM my_macro(a = 1)', []],
  ])('%s', (sql, problems) => {
    expect(problemsOfReading(sql)).toEqual(problems);
    expect(problemsOf(sql)).toEqual([]);
  });
});

describe('names among more tables than are searched one by one', () => {
  const sides = Array.from({ length: 11 }, (_, index) => `(SELECT amount AS a${index}, id FROM s.t) q${index}`);
  const crossed = sides.join(', ');
  const unknown = Array.from({ length: 11 }, (_, index) => `s.unknown x${index}`).join(', ');

  it.each([
    [`SELECT a10 FROM ${crossed}`, []],
    [`SELECT a7 FROM ${sides.join(' NATURAL JOIN ')}`, []],
    [`SELECT id FROM ${sides.join(' NATURAL JOIN ')}`, []],
    [`SELECT id FROM ${sides.reduce((left, right) => `${left} JOIN ${right} USING (id)`)}`, []],
    [`SELECT anything FROM ${crossed}, ${unknown}`, []],
    [`SELECT a11 FROM ${crossed}`, ['column-unknown | there is no column `a11` | did you mean `a1`? | a11']],
    [
      `SELECT x FROM ${crossed}, s.u, s.u AS again`,
      ['column-ambiguous | `x` may be a column of `u` or `again` | write `u.x` or `again.x` | x'],
    ],
  ])('%s', (sql, problems) => {
    expect(problemsOf(sql)).toEqual(problems);
  });

  it('counts each of many tables whose columns nobody knows', () => {
    const { shape } = readOver(`SELECT anything FROM ${crossed}, ${unknown}`, CATALOG);
    const [column] = shape.columns ?? [];
    expect(column?.uses.filter(({ type }) => type === 'everything')).toHaveLength(11);
  });
});

it('tells no more problems of one query than somebody would read', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `gone${index}`);
  expect(problemsOf(`SELECT ${names.join(', ')} FROM s.t`)).toHaveLength(200);
});
