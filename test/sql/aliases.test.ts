import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readOver } from './keys.ts';

const CATALOG = { t: ['a', 'x', 'k'] };
const VALUES = [
  '(1, 10, 1), (2, 20, 1), (3, 10, 2), (4, 40, 2), (5, 5, 3)',
  '(1, 40, 1), (2, 2, 1), (3, 30, 2), (4, 10, 2), (5, 60, 3)',
];

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
  await connection.run('CREATE SCHEMA s; CREATE TABLE s.t (a INTEGER, x INTEGER, k INTEGER)');
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function answerOver(values: string, sql: string): Promise<string> {
  await connection.run(`TRUNCATE s.t; INSERT INTO s.t VALUES ${values}`);
  return JSON.stringify((await connection.runAndReadAll(sql)).getRowsJson());
}

/** `x` is a column and an alias. */
it.each<readonly [sql: string, column: boolean]>([
  ['SELECT a AS x FROM s.t WHERE x > 15', true],
  ['SELECT a AS x FROM s.t WHERE abs(x) > 15', true],
  ['SELECT a AS y FROM s.t WHERE y > 2 ORDER BY 1', false],
  ['SELECT max(a) AS x FROM s.t GROUP BY x ORDER BY 1', true],
  ['SELECT k, count(*) AS n FROM s.t GROUP BY k, x ORDER BY 1, 2', true],
  ['SELECT a % 2 AS y, count(*) FROM s.t GROUP BY y ORDER BY 1', false],
  ['SELECT a % 2 AS y, count(*) FROM s.t GROUP BY ROLLUP (y) ORDER BY 1', false],
  ['SELECT a, -a AS x FROM s.t ORDER BY x', false],
  ['SELECT a, -a AS x FROM s.t ORDER BY x DESC NULLS LAST LIMIT 2', false],
  ['SELECT a, -a AS x FROM s.t ORDER BY (x) LIMIT 2', false],
  ['SELECT a, -a AS x FROM s.t ORDER BY x + 0 LIMIT 2', true],
  ['SELECT a, -a AS x FROM s.t ORDER BY t.x, a LIMIT 2', true],
  ['SELECT a, a::VARCHAR AS x FROM s.t ORDER BY x COLLATE nocase', true],
  ['SELECT DISTINCT -a AS x FROM s.t ORDER BY x LIMIT 2', false],
  ['SELECT k AS x, sum(a) FROM s.t GROUP BY k ORDER BY x LIMIT 2', false],
  ['SELECT *, -a AS x FROM s.t ORDER BY x LIMIT 2', true],
  ['SELECT -a AS x, * FROM s.t ORDER BY x LIMIT 2', true],
  ['SELECT -a AS x, k AS x FROM s.t ORDER BY x LIMIT 2', false],
  ['SELECT DISTINCT ON (x) a, 1 AS x FROM s.t ORDER BY a', true],
  ['SELECT k, sum(a) AS x FROM s.t GROUP BY k HAVING x > 4 ORDER BY k', true],
  ['SELECT a, -a AS x FROM s.t QUALIFY row_number() OVER (ORDER BY a) > 0 AND x > 15 ORDER BY a', true],
  ['SELECT a AS y, x AS y, y + 1 AS z FROM s.t ORDER BY a', true],
  ['SELECT x AS y, a AS y, y + 1 AS z FROM s.t ORDER BY a', true],
  ['SELECT a, (SELECT max(u.a) AS x FROM s.t u WHERE u.x > 15) AS y FROM s.t ORDER BY a', true],
])('%s', async (sql, column) => {
  const { shape } = readOver(sql, CATALOG);
  const parts = [...shape.rows, ...(shape.columns ?? []), ...shape.own];
  const used = parts.some(({ uses }) => uses.some((use) => use.type === 'column' && use.column === 'x'));
  const [left, right] = [await answerOver(VALUES[0] ?? '', sql), await answerOver(VALUES[1] ?? '', sql)];
  expect({ used, moved: left !== right && !used }).toEqual({ used: column, moved: false });
});
