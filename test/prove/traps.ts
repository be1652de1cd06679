import { APPLY, type Page } from './story.ts';

/** A reader, and two texts of the table that it reads: what is between them must reach the reader, or must not. */
export interface Trap {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly reader: string;
}

type Row = readonly [name: string, before: string, after: string, reader: string];

const ROWS: readonly Row[] = [
  [
    'correlated catch',
    'SELECT k, w FROM raw.b',
    'SELECT k, w, 2 AS v FROM raw.b',
    'SELECT k FROM raw.a WHERE EXISTS (SELECT 1 FROM mart.t0 WHERE w = v)',
  ],
  [
    'in catch',
    'SELECT w FROM raw.b',
    'SELECT w, 99 AS k FROM raw.b',
    'SELECT v FROM raw.a WHERE k IN (SELECT k FROM mart.t0)',
  ],
  [
    'lateral catch',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, 7 AS x FROM raw.a',
    'SELECT v + 1 AS x, x * 2 AS y FROM mart.t0',
  ],
  [
    'where alias catch',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, 7 AS x FROM raw.a',
    'SELECT k AS x FROM mart.t0 WHERE x = 1',
  ],
  [
    'having alias catch',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, 7 AS x FROM raw.a',
    'SELECT k AS z, sum(v) AS x FROM mart.t0 GROUP BY k HAVING x > 10',
  ],
  [
    'order alias',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, -k AS x FROM raw.a',
    'SELECT k AS x FROM mart.t0 ORDER BY x LIMIT 1',
  ],
  [
    'order expr',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, -k AS x FROM raw.a',
    'SELECT k AS x FROM mart.t0 ORDER BY x + 0 LIMIT 1',
  ],
  [
    'qualify alias',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, 1 AS rn FROM raw.a',
    'SELECT k, row_number() OVER (ORDER BY k, v) AS rn FROM mart.t0 QUALIFY rn = 1',
  ],
  [
    'natural',
    'SELECT k, w FROM raw.b',
    'SELECT k, w, 3 AS v FROM raw.b',
    'SELECT a.v FROM raw.a NATURAL LEFT JOIN mart.t0',
  ],
  [
    'natural star',
    'SELECT k, w FROM raw.b',
    'SELECT k, w, 10 AS v FROM raw.b',
    'SELECT * FROM raw.a NATURAL FULL JOIN mart.t0',
  ],
  [
    'natural semi',
    'SELECT k, w FROM raw.b',
    'SELECT k, w, 3 AS v FROM raw.b',
    'SELECT count(*) AS n FROM raw.a NATURAL JOIN mart.t0',
  ],
  ['whole row', 'SELECT k FROM raw.a', 'SELECT k, 1 AS z FROM raw.a', 'SELECT t0 AS r FROM mart.t0'],
  ['whole row count', 'SELECT k FROM raw.a', 'SELECT k, v FROM raw.a', 'SELECT count(DISTINCT t0) AS r FROM mart.t0'],
  ['row shadow', 'SELECT k FROM raw.a', 'SELECT k, 5 AS t0 FROM raw.a', 'SELECT t0 AS r FROM mart.t0'],
  ['row text', 'SELECT k FROM raw.a', 'SELECT k, v FROM raw.a', 'SELECT CAST(t0 AS VARCHAR) AS r FROM mart.t0'],
  ['columns', 'SELECT k, v FROM raw.a', 'SELECT k, v, 1 AS z FROM raw.a', 'SELECT max(COLUMNS(*)) FROM mart.t0'],
  ['columns re', 'SELECT k, v FROM raw.a', 'SELECT k, v, 1 AS kz FROM raw.a', "SELECT COLUMNS('k.*') FROM mart.t0"],
  ['count star', 'SELECT k, v FROM raw.a', 'SELECT k, v FROM raw.a WHERE k > 1', 'SELECT count(*) AS n FROM mart.t0'],
  [
    'exists only',
    'SELECT k, v FROM raw.a',
    'SELECT k, v FROM raw.a WHERE k > 5',
    'SELECT w FROM raw.b WHERE EXISTS (SELECT 1 FROM mart.t0)',
  ],
  [
    'unused join',
    'SELECT k FROM raw.a',
    'SELECT k FROM raw.a UNION ALL SELECT k FROM raw.a',
    'SELECT w FROM raw.b LEFT JOIN mart.t0 USING (k)',
  ],
  ['unused join 2', 'SELECT 1 AS k', 'SELECT k FROM raw.a', 'SELECT w FROM raw.b CROSS JOIN mart.t0'],
  [
    'setop position',
    'SELECT k, v FROM raw.a',
    'SELECT v, k FROM raw.a',
    'SELECT * FROM mart.t0 UNION ALL SELECT * FROM raw.b',
  ],
  [
    'setop byname',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, 1 AS w FROM raw.a',
    'SELECT * FROM mart.t0 UNION ALL BY NAME SELECT * FROM raw.b',
  ],
  [
    'union dedupe',
    'SELECT k, v FROM raw.a',
    'SELECT k, 1 AS v FROM raw.a',
    'SELECT k FROM (SELECT * FROM mart.t0 UNION SELECT * FROM raw.b)',
  ],
  [
    'union unused col',
    'SELECT k, v FROM raw.a',
    'SELECT 1 AS k, v FROM raw.a',
    'SELECT v FROM (SELECT k, v FROM mart.t0 UNION SELECT k, w FROM raw.b)',
  ],
  [
    'except unused col',
    'SELECT k, v FROM raw.a',
    'SELECT 2 AS k, 5 AS v FROM raw.a',
    'SELECT v FROM (SELECT k, v FROM mart.t0 EXCEPT SELECT k, w FROM raw.b)',
  ],
  [
    'distinct unused',
    'SELECT k, v FROM raw.a',
    'SELECT 1 AS k, v FROM raw.a',
    'SELECT count(*) AS n FROM (SELECT DISTINCT k FROM mart.t0)',
  ],
  ['union type', 'SELECT 1 AS k', 'SELECT 1.5 AS k', 'SELECT k FROM mart.t0 UNION ALL SELECT k FROM raw.a'],
  ['type change', 'SELECT k FROM raw.a', 'SELECT k::BIGINT AS k FROM raw.a', 'SELECT k FROM mart.t0'],
  ['typeof', 'SELECT k FROM raw.a', 'SELECT k::BIGINT AS k FROM raw.a', 'SELECT typeof(k) AS t FROM mart.t0'],
  ['alias list', 'SELECT k, v FROM raw.a', 'SELECT v, k FROM raw.a', 'SELECT x FROM mart.t0 AS t(x, y)'],
  ['alias short', 'SELECT k, v FROM raw.a', 'SELECT k, v, 3 AS q FROM raw.a', 'SELECT * FROM mart.t0 AS t(x)'],
  [
    'derived short',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, 3 AS q FROM raw.a',
    'SELECT * FROM (SELECT * FROM mart.t0) AS t(x)',
  ],
  [
    'derived short 2',
    'SELECT k, v FROM raw.a',
    'SELECT k, k AS v FROM raw.a',
    'SELECT v FROM (SELECT * FROM mart.t0) AS t(x)',
  ],
  [
    'cte short',
    'SELECT k, v FROM raw.a',
    'SELECT k, k AS v FROM raw.a',
    'WITH t(x) AS (SELECT * FROM mart.t0) SELECT v FROM t',
  ],
  [
    'cte short star',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, 1 AS z FROM raw.a',
    'WITH t(x) AS (SELECT * FROM mart.t0) SELECT * FROM t',
  ],
  ['posref', 'SELECT k, v FROM raw.a', 'SELECT v, k FROM raw.a', 'SELECT #1 AS z FROM mart.t0'],
  ['ordinal star', 'SELECT k, v FROM raw.a', 'SELECT v, k FROM raw.a', 'SELECT * FROM mart.t0 ORDER BY 1 DESC LIMIT 1'],
  [
    'group all star',
    'SELECT k, 1 AS z FROM raw.a',
    'SELECT k, 1 AS z, v FROM raw.a',
    'SELECT * EXCLUDE (k), count(*) AS n FROM mart.t0 GROUP BY ALL',
  ],
  [
    'order all',
    'SELECT k, v FROM raw.a',
    'SELECT -k AS z, k, v FROM raw.a',
    'SELECT k FROM (SELECT * FROM mart.t0 ORDER BY ALL LIMIT 1)',
  ],
  [
    'unnest',
    'SELECT k, [1] AS l FROM raw.a',
    'SELECT k, [1, 2] AS l FROM raw.a',
    'SELECT k, unnest(l) AS u FROM mart.t0',
  ],
  [
    'unnest unused',
    'SELECT k, [1] AS l FROM raw.a',
    'SELECT k, [1, 2] AS l FROM raw.a',
    'SELECT k FROM (SELECT k, unnest(l) AS u FROM mart.t0)',
  ],
  [
    'unnest from',
    'SELECT k, [1] AS l FROM raw.a',
    'SELECT k, [1, 2] AS l FROM raw.a',
    'SELECT k FROM mart.t0, unnest(l) AS u(x)',
  ],
  [
    'series',
    'SELECT k, 1 AS m FROM raw.a',
    'SELECT k, 2 AS m FROM raw.a',
    'SELECT k FROM mart.t0, generate_series(1, m) AS g(i)',
  ],
  [
    'lateral',
    'SELECT k, 1 AS m FROM raw.a',
    'SELECT k, 2 AS m FROM raw.a',
    'SELECT t0.k FROM mart.t0, LATERAL (SELECT x.i FROM generate_series(1, 2) AS x(i) WHERE x.i <= m) AS l',
  ],
  [
    'scalar limit',
    'SELECT k, v FROM raw.a',
    'SELECT k, -v AS v FROM raw.a',
    'SELECT w, (SELECT k FROM mart.t0 ORDER BY v LIMIT 1) AS z FROM raw.b',
  ],
  [
    'agg implicit',
    'SELECT k, v FROM raw.a',
    'SELECT k, v FROM raw.a WHERE false',
    'SELECT count(k) AS n, 1 AS one FROM mart.t0',
  ],
  [
    'window partition',
    'SELECT k, v FROM raw.a',
    'SELECT 1 AS k, v FROM raw.a',
    'SELECT v, sum(v) OVER (PARTITION BY k) AS s FROM mart.t0',
  ],
  [
    'named window',
    'SELECT k, v FROM raw.a',
    'SELECT -k AS k, v FROM raw.a',
    'SELECT v, rank() OVER w AS s FROM mart.t0 WINDOW w AS (ORDER BY k)',
  ],
  [
    'window inherit',
    'SELECT k, v FROM raw.a',
    'SELECT 1 AS k, v FROM raw.a',
    'SELECT v, rank() OVER (w ORDER BY v) AS s FROM mart.t0 WINDOW w AS (PARTITION BY k)',
  ],
  [
    'filter agg',
    'SELECT k, v FROM raw.a',
    'SELECT 5 AS k, v FROM raw.a',
    'SELECT sum(v) FILTER (WHERE k = 1) AS s FROM mart.t0',
  ],
  [
    'pivot',
    'SELECT k, v FROM raw.a',
    'SELECT k + 5 AS k, v FROM raw.a',
    'SELECT * FROM (PIVOT mart.t0 ON k USING sum(v))',
  ],
  [
    'unpivot',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, 1 AS z FROM raw.a',
    'SELECT name, value FROM (UNPIVOT mart.t0 ON COLUMNS(*) INTO NAME name VALUE value)',
  ],
  [
    'unpivot of a query',
    'SELECT k, v FROM raw.a',
    'SELECT k + 1 AS k, v FROM raw.a',
    'SELECT name, value FROM (UNPIVOT (SELECT t0.k, t0.v FROM mart.t0) AS q ON k, v INTO NAME name VALUE value)',
  ],
  ['from first', 'SELECT k, v FROM raw.a', 'SELECT k, v, 1 AS z FROM raw.a', 'FROM mart.t0'],
  ['from first sel', 'SELECT k, v FROM raw.a', 'SELECT k, -v AS v FROM raw.a', 'FROM mart.t0 SELECT v'],
  [
    'from first join',
    'SELECT k, v FROM raw.a',
    'SELECT k, -v AS v FROM raw.a',
    "FROM mart.t0 JOIN raw.b ON true SELECT v AS x, DATE '2026-01-01' AS d",
  ],
  ['table stmt', 'SELECT k, v FROM raw.a', 'SELECT k, v, 1 AS z FROM raw.a', 'TABLE mart.t0'],
  [
    'recursive',
    'SELECT k FROM raw.a',
    'SELECT k + 1 AS k FROM raw.a',
    'WITH RECURSIVE r AS (SELECT k FROM mart.t0 UNION ALL SELECT k + 1 FROM r WHERE k < 5) SELECT max(k) AS m FROM r',
  ],
  [
    'recursive col',
    'SELECT k, v FROM raw.a',
    'SELECT k, 2 * v AS v FROM raw.a',
    'WITH RECURSIVE r AS (SELECT k, v FROM mart.t0 UNION SELECT k + 1, v FROM r WHERE k < 5) SELECT count(*) AS m FROM r',
  ],
  ['struct', "SELECT {'a': k} AS s FROM raw.a", "SELECT {'a': v} AS s FROM raw.a", 'SELECT s.a AS z FROM mart.t0'],
  [
    'struct vs table',
    "SELECT k, {'v': 100} AS b FROM raw.a",
    "SELECT k, {'v': 200} AS b FROM raw.a",
    'SELECT b.v AS z FROM mart.t0',
  ],
  [
    'struct catch',
    'SELECT k FROM raw.a',
    "SELECT k, {'w': 200} AS b FROM raw.a",
    'SELECT b.w AS z FROM mart.t0 JOIN raw.b ON true',
  ],
  [
    'struct star',
    "SELECT {'a': k} AS s FROM raw.a",
    "SELECT {'a': k, 'b': v} AS s FROM raw.a",
    'SELECT s.* FROM mart.t0',
  ],
  [
    'struct unnest',
    "SELECT {'a': k} AS s FROM raw.a",
    "SELECT {'a': k, 'b': v} AS s FROM raw.a",
    'SELECT unnest(s) FROM mart.t0',
  ],
  [
    'asof',
    'SELECT k, w FROM raw.b',
    'SELECT k - 1 AS k, w FROM raw.b',
    'SELECT a.v FROM raw.a ASOF LEFT JOIN mart.t0 AS t ON a.k >= t.k',
  ],
  [
    'asof w',
    'SELECT k, w FROM raw.b',
    'SELECT k, w FROM raw.b WHERE k > 2',
    'SELECT a.v, t.w FROM raw.a ASOF LEFT JOIN mart.t0 AS t ON a.k >= t.k',
  ],
  [
    'positional',
    'SELECT k FROM raw.a',
    'SELECT k FROM raw.a UNION ALL SELECT 7',
    'SELECT t.w FROM raw.b AS t POSITIONAL JOIN mart.t0',
  ],
  ['exclude', 'SELECT k, v FROM raw.a', 'SELECT k, v, 1 AS z FROM raw.a', 'SELECT * EXCLUDE (k) FROM mart.t0'],
  ['replace', 'SELECT k, v FROM raw.a', 'SELECT k, -v AS v FROM raw.a', 'SELECT * REPLACE (k + v AS k) FROM mart.t0'],
  ['rename', 'SELECT k, v FROM raw.a', 'SELECT k, v, 1 AS z FROM raw.a', 'SELECT * RENAME (k AS kk) FROM mart.t0'],
  ['like star', 'SELECT k, v FROM raw.a', 'SELECT k, v, 1 AS kz FROM raw.a', "SELECT * LIKE 'k%' FROM mart.t0"],
  [
    'using full',
    'SELECT k, w FROM raw.b',
    'SELECT k + 1 AS k, w FROM raw.b',
    'SELECT k FROM raw.a FULL JOIN mart.t0 USING (k)',
  ],
  [
    'using left',
    'SELECT k, w FROM raw.b',
    'SELECT k + 1 AS k, w FROM raw.b',
    'SELECT v FROM raw.a LEFT JOIN mart.t0 USING (k)',
  ],
  [
    'using catch',
    'SELECT k, w FROM raw.b',
    'SELECT k, w, 5 AS v FROM raw.b',
    'SELECT * FROM raw.a JOIN mart.t0 USING (k)',
  ],
  [
    'in tuple',
    'SELECT k, w FROM raw.b',
    'SELECT k, w + 5 AS w FROM raw.b',
    'SELECT k FROM raw.a WHERE (k, 5) IN (SELECT k, w FROM mart.t0)',
  ],
  [
    'any',
    'SELECT k FROM raw.b',
    'SELECT k + 9 AS k FROM raw.b',
    'SELECT k FROM raw.a WHERE k >= ANY (SELECT k FROM mart.t0)',
  ],
  [
    'array sub',
    'SELECT k FROM raw.b',
    'SELECT k + 9 AS k FROM raw.b',
    'SELECT list_sort(ARRAY(SELECT k FROM mart.t0)) AS l',
  ],
  [
    'lambda',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, 3 AS x FROM raw.a',
    'SELECT list_transform([1, 2], x -> x + 1) AS l FROM mart.t0',
  ],
  [
    'lambda 2',
    'SELECT k, v FROM raw.a',
    'SELECT k, -v AS v FROM raw.a',
    'SELECT list_transform([1, 2], lambda x: x + v) AS l FROM mart.t0',
  ],
  [
    'list comp',
    'SELECT k, v FROM raw.a',
    'SELECT k, -v AS v FROM raw.a',
    'SELECT [x + v FOR x IN [1, 2]] AS l FROM mart.t0',
  ],
  [
    'grouping sets',
    'SELECT k, v FROM raw.a',
    'SELECT 1 AS k, v FROM raw.a',
    'SELECT count(*) AS n FROM mart.t0 GROUP BY GROUPING SETS ((k), ())',
  ],
  [
    'cube',
    'SELECT k, v FROM raw.a',
    'SELECT 1 AS k, v FROM raw.a',
    'SELECT count(*) AS n FROM mart.t0 GROUP BY CUBE (k)',
  ],
  [
    'count col name',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, 1 AS n FROM raw.a',
    'SELECT count(*) AS n FROM mart.t0 GROUP BY k HAVING n > 1',
  ],
  [
    'group lit',
    'SELECT k, v FROM raw.a',
    "SELECT k, v, 'z' AS one FROM raw.a",
    "SELECT 'c' AS one, count(*) AS n FROM mart.t0 GROUP BY one",
  ],
  [
    'distinct on',
    'SELECT k, v FROM raw.a',
    'SELECT 1 AS k, v FROM raw.a',
    'SELECT DISTINCT ON (k) v FROM mart.t0 ORDER BY k, v',
  ],
  [
    'distinct alias',
    'SELECT k, v FROM raw.a',
    'SELECT k, v, 1 AS x FROM raw.a',
    'SELECT DISTINCT ON (x) k AS x FROM mart.t0 ORDER BY x, k',
  ],
  [
    'limit expr',
    'SELECT k FROM raw.a',
    'SELECT k + 1 AS k FROM raw.a',
    'SELECT w FROM raw.b ORDER BY w LIMIT (SELECT min(k) FROM mart.t0)',
  ],
  [
    'limit pct',
    'SELECT k FROM raw.a',
    'SELECT k FROM raw.a UNION ALL SELECT 3 UNION ALL SELECT 4',
    'SELECT k FROM mart.t0 ORDER BY k LIMIT 50%',
  ],
  ['summarize', 'SELECT k FROM raw.a', 'SELECT k, v FROM raw.a', 'SELECT count(*) AS n FROM (SUMMARIZE mart.t0)'],
  ['describe', 'SELECT k FROM raw.a', 'SELECT k, v FROM raw.a', 'SELECT count(*) AS n FROM (DESCRIBE mart.t0)'],
  ['semi', 'SELECT k FROM raw.b', 'SELECT k + 1 AS k FROM raw.b', 'SELECT v FROM raw.a SEMI JOIN mart.t0 USING (k)'],
  [
    'anti',
    'SELECT k FROM raw.b',
    'SELECT k + 1 AS k FROM raw.b',
    'SELECT v FROM raw.a AS x ANTI JOIN mart.t0 AS y ON x.k = y.k',
  ],
  [
    'cte shadow',
    'SELECT k FROM raw.a',
    'SELECT -k AS k FROM raw.a',
    'WITH w AS (SELECT k FROM mart.t0), z AS (WITH w AS (SELECT 1 AS k) SELECT * FROM w) SELECT w.k FROM w, z',
  ],
  ['string concat', 'SELECT k FROM raw.a', 'SELECT k, v FROM raw.a', "SELECT t0.k || 'x' AS z, * FROM mart.t0"],
  ['prefix alias', 'SELECT k FROM raw.a', 'SELECT -k AS k FROM raw.a', 'SELECT z: k FROM mart.t0'],
  [
    'values ref',
    'SELECT k FROM raw.a',
    'SELECT -k AS k FROM raw.a',
    'SELECT (SELECT max(x) FROM (VALUES (t0.k), (0)) AS q(x)) AS m FROM mart.t0',
  ],
  ['case', 'SELECT k AS "K" FROM raw.a', 'SELECT k FROM raw.a', 'SELECT k FROM mart.t0'],
  ['name case star', 'SELECT k AS "K" FROM raw.a', 'SELECT k FROM raw.a', 'SELECT * FROM mart.t0'],
  ['qualified schema', 'SELECT k FROM raw.a', 'SELECT -k AS k FROM raw.a', 'SELECT mart.t0.k FROM mart.t0'],
  ['getvar', 'SELECT k FROM raw.a', 'SELECT -k AS k FROM raw.a', 'SELECT list(k ORDER BY k) AS l FROM mart.t0'],
  [
    'coalesce star',
    'SELECT k, v FROM raw.a',
    'SELECT v, k FROM raw.a',
    'SELECT coalesce(*COLUMNS(*)) AS z FROM mart.t0',
  ],
  [
    'struct pack star',
    'SELECT k FROM raw.a',
    'SELECT k, v FROM raw.a',
    'SELECT struct_pack(*COLUMNS(*)) AS z FROM mart.t0',
  ],
  [
    'count distinct star',
    'SELECT k, 1 AS v FROM raw.a',
    'SELECT 1 AS k, 1 AS v FROM raw.a',
    'SELECT count(*) AS n FROM (SELECT DISTINCT * FROM mart.t0)',
  ],
  ['offset', 'SELECT k, v FROM raw.a', 'SELECT k, -v AS v FROM raw.a', 'SELECT k FROM mart.t0 ORDER BY v OFFSET 1'],
  [
    'using sample',
    'SELECT k FROM raw.a',
    'SELECT -k AS k FROM raw.a',
    'SELECT k FROM mart.t0 USING SAMPLE 100 PERCENT (bernoulli)',
  ],
];

export const TRAPS: readonly Trap[] = ROWS.map(([name, before, after, reader]) => ({ name, before, after, reader }));

/** The tables that traps stand on. */
const GROUND = {
  'bough.yml': 'name: prove\nengine:\n  type: duckdb\n  threads: 1\n',
  'data/raw/a.csv': 'k,v\n1,10\n2,20\n',
  'models/raw/a.yml': 'kind: source\nname: raw.a\nfile: data/raw/a.csv\n',
  'data/raw/b.csv': 'k,w\n2,5\n3,6\n',
  'models/raw/b.yml': 'kind: source\nname: raw.b\nfile: data/raw/b.csv\n',
} as const;

/** All traps in one project, each in a schema of its own. */
export function trapPage(text: (trap: Trap) => string): Page {
  const files: Record<string, string> = { ...GROUND };
  TRAPS.forEach((trap, index) => {
    files[`models/m${index}/t0.sql`] = `${text(trap)}\n`;
    files[`models/m${index}/t1.sql`] = `${trap.reader.replaceAll('mart.', `m${index}.`)}\n`;
  });
  return { files, operation: APPLY, expect: 'applied', again: true, loose: {} };
}
