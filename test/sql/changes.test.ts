import { describe, expect, it } from 'vitest';
import { keysOf, readOver } from './keys.ts';

const CATALOG = {
  t: ['id', 'a', 'b', 'c', 'k', 'd'],
  u: ['id', 'x', 'y', 'k'],
  v: ['id', 'z'],
};

type Edit = readonly [title: string, before: string, after: string];

const keys = (sql: string): ReturnType<typeof keysOf> => {
  const found = readOver(sql, CATALOG);
  expect(found.reading.problems, sql).toEqual([]);
  expect(found.shape.problems, sql).toEqual([]);
  return keysOf(found);
};

describe('moves no key at all', () => {
  const same: readonly Edit[] = [
    ['comments', 'SELECT a FROM s.t', '/* x /* y */ */ SELECT a -- why\nFROM s.t'],
    ['white space', 'SELECT a,b FROM s.t', ' SELECT\n a ,\tb FROM\r\n s . t '],
    [
      'layout of what names a column',
      'SELECT (SELECT max(x) FROM s.u) + 1 FROM s.t',
      'SELECT ( select\n max( x ) -- top\n from s . u )+1 FROM s.t',
    ],
    ['letter case', 'SELECT a, b AS f FROM s.t WHERE a > 1', 'select A, B as f from S.T where A > 1'],
    ['quotes that change nothing', 'SELECT a FROM s.t', 'SELECT "a" FROM "s"."T"'],
    ['names of CTEs', 'WITH p AS (SELECT a FROM s.t) SELECT a FROM p', 'WITH q AS (SELECT a FROM s.t) SELECT a FROM q'],
    [
      'names of tables in FROM',
      'SELECT r.a FROM s.t r JOIN s.u ON r.id = u.id',
      'SELECT o.a FROM s.t AS o JOIN s.u w ON o.id = w.id',
    ],
    [
      'names of inner columns',
      'SELECT m AS f FROM (SELECT a AS m FROM s.t) q',
      'SELECT n AS f FROM (SELECT a AS n FROM s.t) q',
    ],
    ['qualifying a name', 'SELECT a FROM s.t', 'SELECT t.a FROM s.t'],
    ['qualifying by schema', 'SELECT a FROM s.t', 'SELECT s.t.a FROM s.t'],
    ['INNER', 'SELECT a FROM s.t JOIN s.u USING (id)', 'SELECT a FROM s.t INNER JOIN s.u USING (id)'],
    ['OUTER', 'SELECT a FROM s.t LEFT JOIN s.u USING (id)', 'SELECT a FROM s.t LEFT OUTER JOIN s.u USING (id)'],
    ['AS', 'SELECT a f FROM s.t r', 'SELECT a AS f FROM s.t AS r'],
    ['ASC', 'SELECT a FROM s.t ORDER BY a LIMIT 3', 'SELECT a FROM s.t ORDER BY a ASC LIMIT 3'],
    ['!= for <>', 'SELECT a FROM s.t WHERE a <> 1', 'SELECT a FROM s.t WHERE a != 1'],
    [
      'brackets round a whole expression',
      'SELECT a + 1 AS f FROM s.t WHERE a > 1',
      'SELECT ((a + 1)) AS f FROM s.t WHERE (a > 1)',
    ],
    ['brackets round the whole query', 'SELECT a FROM s.t', '((SELECT a FROM s.t))'],
    ['a semicolon at the end', 'SELECT a FROM s.t', 'SELECT a FROM s.t ;'],
    [
      'the order of CTEs',
      'WITH p AS (SELECT a FROM s.t), q AS (SELECT x FROM s.u) SELECT a, x FROM p, q',
      'WITH q AS (SELECT x FROM s.u), p AS (SELECT a FROM s.t) SELECT a, x FROM p, q',
    ],
    ['a CTE that nothing reads', 'SELECT a FROM s.t', 'WITH q AS (SELECT x FROM s.u) SELECT a FROM s.t'],
    ['a CTE that only passes on', 'SELECT a FROM s.t', 'WITH q AS (SELECT * FROM s.t) SELECT a FROM q'],
    [
      'a final SELECT *',
      'SELECT a, b + 1 AS f FROM s.t WHERE c',
      'WITH q AS (SELECT a, b + 1 AS f FROM s.t WHERE c) SELECT * FROM q',
    ],
    ['a star written out', 'SELECT * FROM s.v', 'SELECT id, z FROM s.v'],
    [
      'an ordinal written out',
      'SELECT a, sum(b) AS f FROM s.t GROUP BY 1',
      'SELECT a, sum(b) AS f FROM s.t GROUP BY a',
    ],
    [
      'a derived table as a CTE',
      'SELECT f FROM (SELECT a AS f FROM s.t WHERE b > 1) q',
      'WITH q AS (SELECT a AS f FROM s.t WHERE b > 1) SELECT f FROM q',
    ],
    [
      'MATERIALIZED',
      'WITH q AS (SELECT DISTINCT a FROM s.t) SELECT a FROM q',
      'WITH q AS MATERIALIZED (SELECT DISTINCT a FROM s.t) SELECT a FROM q',
    ],
    [
      'the list of an EXISTS',
      'SELECT a FROM s.t WHERE EXISTS (SELECT x FROM s.u WHERE u.id = t.id)',
      'SELECT a FROM s.t WHERE EXISTS (SELECT y FROM s.u WHERE u.id = t.id)',
    ],
    [
      'a column of an inner query that is not read',
      'SELECT f FROM (SELECT a AS f FROM s.t) q',
      'SELECT f FROM (SELECT a AS f, b AS g FROM s.t) q',
    ],
    ['FROM first', 'SELECT a FROM s.t WHERE b > 1', 'FROM s.t SELECT a WHERE b > 1'],
  ];
  it.each(same)('%s', (_, before, after) => {
    expect(keys(after)).toEqual(keys(before));
  });
});

/** Before, after, whether rows move, and which columns that both have move. */
type Move = readonly [title: string, before: string, after: string, rows: boolean, columns: readonly string[]];

describe('moves what it must and no more', () => {
  const moves: readonly Move[] = [
    ['a new column', 'SELECT a FROM s.t', 'SELECT a, b FROM s.t', false, []],
    ['a column dropped', 'SELECT a, b FROM s.t', 'SELECT a FROM s.t', false, []],
    ['columns in another order', 'SELECT a, b FROM s.t', 'SELECT b, a FROM s.t', false, []],
    ['an expression', 'SELECT a + 1 AS f, b FROM s.t', 'SELECT a + 2 AS f, b FROM s.t', false, ['f']],
    ['a filter', 'SELECT a FROM s.t WHERE b > 1', 'SELECT a FROM s.t WHERE b > 2', true, []],
    ['a filter that comes', 'SELECT a, b FROM s.t', 'SELECT a, b FROM s.t WHERE b > 2', true, []],
    [
      'the kind of a join',
      'SELECT a FROM s.t JOIN s.u USING (id)',
      'SELECT a FROM s.t LEFT JOIN s.u USING (id)',
      true,
      [],
    ],
    [
      'the condition of a join',
      'SELECT a FROM s.t JOIN s.u ON t.id = u.id',
      'SELECT a FROM s.t JOIN s.u ON t.k = u.k',
      true,
      [],
    ],
    ['DISTINCT', 'SELECT a FROM s.t', 'SELECT DISTINCT a FROM s.t', true, []],
    ['a column under DISTINCT', 'SELECT DISTINCT a FROM s.t', 'SELECT DISTINCT a, b FROM s.t', true, []],
    [
      'an expression under DISTINCT',
      'SELECT DISTINCT a + 1 AS f FROM s.t',
      'SELECT DISTINCT a + 2 AS f FROM s.t',
      true,
      ['f'],
    ],
    [
      'an aggregate in a group',
      'SELECT a, sum(b) AS f FROM s.t GROUP BY a',
      'SELECT a, sum(b) AS f, max(c) AS g FROM s.t GROUP BY a',
      false,
      [],
    ],
    [
      'a key of GROUP BY ALL',
      'SELECT a, sum(b) AS f FROM s.t GROUP BY ALL',
      'SELECT a, c, sum(b) AS f FROM s.t GROUP BY ALL',
      true,
      [],
    ],
    [
      'an aggregate under GROUP BY ALL',
      'SELECT a, sum(b) AS f FROM s.t GROUP BY ALL',
      'SELECT a, sum(b) AS f, max(c) AS g FROM s.t GROUP BY ALL',
      false,
      [],
    ],
    [
      'what an ordinal points at',
      'SELECT a, sum(b) AS f FROM s.t GROUP BY 1',
      'SELECT c AS a, sum(b) AS f FROM s.t GROUP BY 1',
      true,
      ['a'],
    ],
    ['the first aggregate without GROUP BY', 'SELECT 1 AS f FROM s.t', 'SELECT 1 AS f, max(a) AS g FROM s.t', true, []],
    [
      'a second aggregate without GROUP BY',
      'SELECT max(a) AS f FROM s.t',
      'SELECT max(a) AS f, min(a) AS g FROM s.t',
      false,
      [],
    ],
    [
      'HAVING',
      'SELECT a FROM s.t GROUP BY a HAVING sum(b) > 1',
      'SELECT a FROM s.t GROUP BY a HAVING sum(b) > 2',
      true,
      [],
    ],
    [
      'an alias that a query within WHERE reads',
      'SELECT a + 1 AS f FROM s.t WHERE EXISTS (SELECT 1 FROM s.u WHERE x = f)',
      'SELECT a + 2 AS f FROM s.t WHERE EXISTS (SELECT 1 FROM s.u WHERE x = f)',
      true,
      ['f'],
    ],
    [
      'an alias that a query two levels within reads',
      'SELECT a + 1 AS f FROM s.t WHERE b IN (SELECT x FROM s.u WHERE y IN (SELECT f))',
      'SELECT a + 2 AS f FROM s.t WHERE b IN (SELECT x FROM s.u WHERE y IN (SELECT f))',
      true,
      ['f'],
    ],
    [
      'an alias that a query within HAVING reads',
      'SELECT k, max(a) AS f FROM s.t GROUP BY k HAVING EXISTS (SELECT 1 FROM s.u WHERE x = f)',
      'SELECT k, max(b) AS f FROM s.t GROUP BY k HAVING EXISTS (SELECT 1 FROM s.u WHERE x = f)',
      true,
      ['f'],
    ],
    [
      'an alias that a query within a later column reads',
      'SELECT a + 1 AS f, (SELECT max(x) FROM s.u WHERE y = f) AS g FROM s.t',
      'SELECT a + 2 AS f, (SELECT max(x) FROM s.u WHERE y = f) AS g FROM s.t',
      false,
      ['f', 'g'],
    ],
    [
      'an alias that a column hides from a query within',
      'SELECT a + 1 AS b FROM s.t WHERE EXISTS (SELECT 1 FROM s.u WHERE x = b)',
      'SELECT a + 2 AS b FROM s.t WHERE EXISTS (SELECT 1 FROM s.u WHERE x = b)',
      false,
      ['b'],
    ],
    ['a function that makes rows', 'SELECT a FROM s.t', 'SELECT a, unnest([1, 2]) AS f FROM s.t', true, []],
    [
      'the same within a scalar subquery',
      'SELECT a FROM s.t',
      'SELECT a, (SELECT max(q.n) FROM (SELECT unnest([1, 2]) AS n) q) AS f FROM s.t',
      false,
      [],
    ],
    ['a function that nobody knows', 'SELECT a FROM s.t', 'SELECT a, my_own(b) AS f FROM s.t', true, []],
    [
      'a window',
      'SELECT a, rank() OVER (ORDER BY b) AS f FROM s.t',
      'SELECT a, rank() OVER (ORDER BY c) AS f FROM s.t',
      false,
      ['f'],
    ],
    [
      'a named window',
      'SELECT a, sum(b) OVER w AS f FROM s.t WINDOW w AS (ORDER BY c)',
      'SELECT a, sum(b) OVER w AS f FROM s.t WINDOW w AS (ORDER BY k)',
      false,
      ['f'],
    ],
    [
      'QUALIFY',
      'SELECT a FROM s.t QUALIFY rank() OVER (ORDER BY b) = 1',
      'SELECT a FROM s.t QUALIFY rank() OVER (ORDER BY c) = 1',
      true,
      [],
    ],
    ['the order under LIMIT', 'SELECT a FROM s.t ORDER BY b LIMIT 3', 'SELECT a FROM s.t ORDER BY c LIMIT 3', true, []],
    ['LIMIT', 'SELECT a FROM s.t ORDER BY b LIMIT 3', 'SELECT a FROM s.t ORDER BY b LIMIT 4', true, []],
    ['OFFSET', 'SELECT a FROM s.t ORDER BY b LIMIT 3', 'SELECT a FROM s.t ORDER BY b LIMIT 3 OFFSET 1', true, []],
    ['DESC under LIMIT', 'SELECT a FROM s.t ORDER BY b LIMIT 3', 'SELECT a FROM s.t ORDER BY b DESC LIMIT 3', true, []],
    ['ORDER BY without LIMIT', 'SELECT a FROM s.t ORDER BY b', 'SELECT a FROM s.t ORDER BY c', false, []],
    [
      'DISTINCT ON',
      'SELECT DISTINCT ON (a) a, b FROM s.t ORDER BY a, b',
      'SELECT DISTINCT ON (a) a, b FROM s.t ORDER BY a, c',
      true,
      [],
    ],
    [
      'UNION for UNION ALL',
      'SELECT a FROM s.t UNION ALL SELECT x FROM s.u',
      'SELECT a FROM s.t UNION SELECT x FROM s.u',
      true,
      [],
    ],
    [
      'a column of a branch of UNION ALL',
      'SELECT a, b FROM s.t UNION ALL SELECT x, y FROM s.u',
      'SELECT a, b FROM s.t UNION ALL SELECT x, k FROM s.u',
      false,
      ['b'],
    ],
    [
      'a column of a branch of UNION',
      'SELECT a, b FROM s.t UNION SELECT x, y FROM s.u',
      'SELECT a, b FROM s.t UNION SELECT x, k FROM s.u',
      true,
      ['b'],
    ],
    [
      'branches that change places',
      'SELECT a, b FROM s.t UNION ALL SELECT x, y FROM s.u',
      'SELECT a, b FROM s.t UNION ALL SELECT y, x FROM s.u',
      false,
      ['a', 'b'],
    ],
    [
      'a lateral alias',
      'SELECT a + 1 AS f, f * 2 AS g, b FROM s.t',
      'SELECT a + 3 AS f, f * 2 AS g, b FROM s.t',
      false,
      ['f', 'g'],
    ],
    [
      'an alias that is a key of GROUP BY, used before it is given',
      'SELECT g + 1 AS f, a AS g, count(*) AS n FROM s.t GROUP BY g, b',
      'SELECT g + 1 AS f, a * 2 AS g, count(*) AS n FROM s.t GROUP BY g, b',
      true,
      ['f', 'g'],
    ],
    [
      'a new name of a star, used after it',
      'SELECT * RENAME (a AS g), g + 1 AS f FROM s.t',
      'SELECT * RENAME (b AS g), g + 1 AS f FROM s.t',
      false,
      ['g', 'f'],
    ],
    [
      'a scalar subquery',
      'SELECT a, (SELECT max(x) FROM s.u) AS f FROM s.t',
      'SELECT a, (SELECT max(x) FROM s.u WHERE y > 1) AS f FROM s.t',
      false,
      ['f'],
    ],
    [
      'what a subquery filters by',
      'SELECT a FROM s.t WHERE id IN (SELECT id FROM s.u)',
      'SELECT a FROM s.t WHERE id IN (SELECT k FROM s.u)',
      true,
      [],
    ],
    [
      'a column that an inner DISTINCT sees',
      'SELECT f FROM (SELECT DISTINCT a AS f FROM s.t) q',
      'SELECT f FROM (SELECT DISTINCT a AS f, b AS g FROM s.t) q',
      true,
      [],
    ],
    [
      'the order of an inner query',
      'SELECT max(f) AS f FROM (SELECT a AS f FROM s.t ORDER BY a) q',
      'SELECT max(f) AS f FROM (SELECT a AS f FROM s.t ORDER BY b) q',
      true,
      [],
    ],
    ['a cast', 'SELECT a::INTEGER AS f FROM s.t', 'SELECT a::BIGINT AS f FROM s.t', false, ['f']],
    ['a string that differs by case', "SELECT a FROM s.t WHERE b = 'x'", "SELECT a FROM s.t WHERE b = 'X'", true, []],
    ['a sample', 'SELECT a FROM s.t', 'SELECT a FROM s.t TABLESAMPLE 10%', true, []],
    [
      'a constant row',
      "SELECT * FROM (VALUES (1, 'a')) q(f, g)",
      "SELECT * FROM (VALUES (1, 'b')) q(f, g)",
      false,
      ['g'],
    ],
    ['one more constant row', 'SELECT * FROM (VALUES (1)) q(f)', 'SELECT * FROM (VALUES (1), (1)) q(f)', true, ['f']],
    [
      'a window that sees other rows',
      'SELECT f FROM (SELECT b, rank() OVER (ORDER BY a) AS f FROM s.t) q WHERE b = 1',
      'SELECT f FROM (SELECT b, rank() OVER (ORDER BY a) AS f FROM s.t WHERE b = 1) q',
      true,
      ['f'],
    ],
    [
      'a row that holds a window',
      'SELECT f FROM (SELECT q AS f, q.b FROM (SELECT b, rank() OVER (ORDER BY a) AS n FROM s.t) q) p WHERE p.b = 1',
      'SELECT f FROM (SELECT q AS f, q.b FROM (SELECT b, rank() OVER (ORDER BY a) AS n FROM s.t WHERE b = 1) q) p',
      true,
      ['f'],
    ],
    [
      'an aggregate of an outer query in a subquery',
      'SELECT 1 AS f FROM s.t',
      'SELECT 1 AS f, (SELECT sum(t.a)) AS g FROM s.t',
      true,
      [],
    ],
    [
      'a recursive query',
      'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r',
      'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 6) SELECT n FROM r',
      true,
      [],
    ],
    [
      'a parameter of a table function',
      'SELECT n FROM generate_series(1, 3) g(n)',
      'SELECT n FROM generate_series(1, 4) g(n)',
      true,
      [],
    ],
  ];
  it.each(moves)('%s', (_, before, after, rows, columns) => {
    const left = keys(before);
    const right = keys(after);
    expect(left.rows !== right.rows).toBe(rows);
    const moved = [...(left.columns ?? [])].filter(
      ([name, key]) => right.columns?.has(name) === true && right.columns.get(name) !== key,
    );
    expect(moved.map(([name]) => name)).toEqual(columns);
    expect(left).not.toEqual(right);
  });
});

describe('a column that comes to an input', () => {
  const grown = { ...CATALOG, u: [...CATALOG.u, 'a', 'f'] };
  const keysIn = (sql: string, catalog: typeof CATALOG): ReturnType<typeof keysOf> => keysOf(readOver(sql, catalog));
  it.each([
    [
      'moves nothing where it is not used',
      'SELECT a, x FROM s.t JOIN s.v USING (id) JOIN (SELECT id, x FROM s.u) q USING (id)',
      false,
    ],
    ['moves a star', 'SELECT * FROM s.u', true],
    ['moves COLUMNS', "SELECT COLUMNS('x|y') FROM s.u", true],
    ['moves COLUMNS in WHERE', "SELECT x FROM s.u WHERE COLUMNS('x|y') > 1", true],
    ['moves a star by a pattern', "SELECT * LIKE 'x%' FROM (SELECT * FROM s.u) q", true],
    ['moves a whole row', 'SELECT u AS g FROM s.u', true],
    ['moves a count of stars in a struct', 'SELECT count(u.*) AS g FROM s.u', true],
    ['moves no count of rows', 'SELECT count(*) AS g FROM s.u', false],
    ['moves a NATURAL join', 'SELECT t.id FROM s.t NATURAL JOIN s.u', true],
    ['moves an alias that it catches in GROUP BY', 'SELECT x + 1 AS f, max(y) AS g FROM s.u GROUP BY f', true],
    ['moves an alias that it catches in the list', 'SELECT x + 1 AS f, f + 1 AS g FROM s.u', true],
    [
      'moves a name of an outer query that it catches',
      'SELECT (SELECT max(x) FROM s.u WHERE u.id = a) AS f FROM s.t',
      true,
    ],
  ])('%s', (_, sql, moves) => {
    const before = keysIn(sql, CATALOG);
    const after = keysIn(sql, grown);
    expect({ rows: before.rows, columns: before.columns }).not.toBe(null);
    const differs =
      before.rows !== after.rows ||
      JSON.stringify([...(before.columns ?? [])]) !== JSON.stringify([...(after.columns ?? [])]);
    expect(differs).toBe(moves);
  });
});
