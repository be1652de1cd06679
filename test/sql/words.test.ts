import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBInstance as Instance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readOver } from './keys.ts';

/** Words of the grammar that are ordinary names of columns, and some that are nothing else. */
const WORDS = ['name', 'day', 'value', 'date', 'type', 'year', 'month', 'count', 'text', 'key', 'first', 'last', 'rows']
  .concat(['range', 'time', 'timestamp', 'hour', 'format', 'comment', 'position', 'index', 'interval', 'array', 'map'])
  .concat(['struct', 'filter', 'columns', 'over', 'row', 'sets', 'ties', 'values', 'exists', 'offset', 'by', 'groups'])
  .concat(['amount', 'version', 'hash', 'minute', 'error', 'current', 'partition', 'nulls', 'both', 'sample']);

/** `t` and `u` have half of the words each, some both, some neither. */
const CATALOG = {
  t: WORDS.filter((_, index) => index % 4 < 2),
  u: WORDS.filter((_, index) => index % 4 === 1 || index % 4 === 2),
};

let instance: Instance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
  await connection.run('CREATE SCHEMA s');
  for (const [table, columns] of Object.entries(CATALOG))
    await connection.run(`CREATE TABLE s.${table} (${columns.map((name) => `"${name}" INTEGER`).join(', ')})`);
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

const word = fc.constantFrom(...WORDS);

/** Values that are made of a word; those of `alone` hold it where nothing but a column can stand. */
const alone = fc
  .constantFrom(...WORDS.filter((one) => one !== 'user'))
  .chain((name) =>
    fc.constantFrom(
      name,
      `(${name})`,
      `${name} + 1`,
      `1 - ${name}`,
      `abs(${name})`,
      `coalesce(1, ${name})`,
      `coalesce(${name}, 1)`,
      `sum(${name})`,
      `sum(1) OVER (PARTITION BY ${name})`,
      `CASE WHEN ${name} > 1 THEN 1 END`,
      `CASE ${name} WHEN 1 THEN 2 ELSE 3 END`,
      `${name} IN (1, 2)`,
      `1 IN (${name})`,
      `1 = ANY [${name}]`,
      `CAST(${name} AS VARCHAR)`,
      `${name}::VARCHAR`,
    ),
  );
const other = word.chain((name) =>
  fc.constantFrom(
    `count(*) OVER (ORDER BY ${name} DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)`,
    `count(*) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING)`,
    `first(1 ORDER BY ${name} DESC NULLS LAST)`,
    `extract(${name} FROM DATE '2026-01-01')`,
    `extract(day FROM ${name})`,
    `date_part(${name}, DATE '2026-01-01')`,
    `INTERVAL 1 ${name}`,
    `INTERVAL (${name}) day`,
    `DATE '2026-01-01' + INTERVAL (2) month`,
    `trim(BOTH 'x' FROM 'xax')`,
    `${name}(1)`,
    `${name} '1'`,
    `[x + 1 FOR x IN [1, 2] IF x > ${name}]`,
    `[${name} FOR ${name} IN [1]]`,
    `list_transform([1], lambda ${name}: ${name} + 1)`,
    `{${name}: 1}`,
    `struct_pack(${name} := 1)`,
    `1 IS NOT NULL AND ${name} IS NULL`,
    `1 AS ${name}`,
    `${name} ${name}`,
    `t.${name}`,
    `${name}.${name}`,
    `${name}[1]`,
    `x'1'::${name}`,
    `substring('abc' FROM ${name} FOR 1)`,
    `position('a' IN 'abc')`,
    `ARRAY[${name}]`,
    `MAP {1: ${name}}`,
    `TIMESTAMP WITH TIME ZONE '2026-01-01'`,
    `count(*) FILTER (WHERE ${name} > 1)`,
  ),
);
const from = fc.constantFrom('s.t', 's.t, s.u', 's.t JOIN s.u USING (day)', 's.u NATURAL JOIN s.t', 's.t AS name');
const tail = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  word.chain((name) =>
    fc.constantFrom(
      ` WHERE ${name} > 1`,
      ` GROUP BY ${name}`,
      ` GROUP BY ROLLUP (${name})`,
      ` GROUP BY GROUPING SETS ((${name}), ())`,
      ` ORDER BY ${name} DESC NULLS FIRST`,
      ` LIMIT 10 PERCENT`,
      ` OFFSET 1 ROWS`,
      ` QUALIFY row_number() OVER (ORDER BY ${name}) = 1`,
    ),
  ),
);
const query = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(value, { minLength: 1, maxLength: 2 }), from, tail)
    .map(([values, tables, rest]) => `SELECT ${values.join(', ')} FROM ${tables}${rest}`);

/** DuckDB's refusal; null where it takes the query. */
async function refusal(sql: string): Promise<string | null> {
  try {
    (await connection.prepare(sql)).destroySync();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const problemsOf = (sql: string): readonly string[] =>
  readOver(sql, CATALOG).shape.problems.map(({ message, span }) => `${message}: ${sql.slice(span.start, span.end)}`);

const RUNS = { numRuns: Number(process.env['WORDS_RUNS'] ?? 1000) };

it('no query that DuckDB takes is refused for a name', async () => {
  await fc.assert(
    fc.asyncProperty(query(fc.oneof(alone, other)), async (sql) => {
      const problems = problemsOf(sql);
      if (problems.length > 0 && (await refusal(sql)) === null)
        expect({ sql, problems }).toEqual({ sql, problems: [] });
    }),
    RUNS,
  );
});

const NAMELESS = /Referenced column "\w+" not found|Ambiguous reference to column name/;

it('a column that DuckDB misses or cannot tell is missed here too', async () => {
  await fc.assert(
    fc.asyncProperty(query(alone), async (sql) => {
      const refused = await refusal(sql);
      if (refused !== null && NAMELESS.test(refused))
        expect({ sql, problems: problemsOf(sql).length }).not.toEqual({ sql, problems: 0 });
    }),
    RUNS,
  );
});
