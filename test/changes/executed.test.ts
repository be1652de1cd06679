import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeName } from '../../src/model/ids.ts';
import { judge, MODEL, readerName } from './judge.ts';
import { sideOf, TABLES, type Pair, type Side, type Tables } from './pair.ts';
import { CHAPTERS } from './pairs/index.ts';

/** Values by the start of a type, made of the number of a row; of other types there are none. */
const VALUES: readonly (readonly [type: RegExp, value: string])[] = [
  [/^(?:INTEGER|BIGINT)$/, '(i * 7) % 5'],
  [/^(?:DECIMAL|DOUBLE)/, '((i * 3) % 7)::DECIMAL(9, 2) - 1.5'],
  [/^VARCHAR$/, "['paid', 'Open', 'gone'][i % 3 + 1]"],
  [/^VARCHAR\[\]$/, "[chr(97 + i::INTEGER), 'x']"],
  [/^TIMESTAMP$/, "TIMESTAMP '2026-11-01 10:00:00' + INTERVAL (i) DAY"],
];

/** Differs from run to run whatever is kept. */
const VOLATILE = /\b(?:random|uuid|now|current_\w+|sample|tablesample)\b/i;

interface Content {
  readonly types: unknown;
  readonly rows: readonly string[];
}

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function fill(tables: Tables): Promise<void> {
  for (const [name, columns] of Object.entries(tables)) {
    const values = columns.split(/,(?![^(]*\))/).map((column) => {
      const type = column.trim().replace(/^\S+\s+/, '');
      return VALUES.find(([start]) => start.test(type))?.[1] ?? 'NULL';
    });
    await connection.run(`CREATE SCHEMA IF NOT EXISTS "${name.split('.')[0] ?? ''}"`);
    await connection.run(`CREATE TABLE ${name} (${columns})`);
    await connection.run(`INSERT INTO ${name} SELECT ${values.join(', ')} FROM range(8) r(i)`);
  }
}

/** What DuckDB makes of a query; null where it refuses it. */
async function contentOf(name: NodeName, sql: string): Promise<Content | null> {
  try {
    await connection.run(`CREATE TABLE ${name} AS ${sql}`);
  } catch {
    return null;
  }
  const described = await connection.runAndReadAll(`DESCRIBE ${name}`);
  const read = await connection.runAndReadAll(`SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ${name}`);
  const rows = read.getRowsJson().map((row) => JSON.stringify(row));
  return { types: described.getRowsJson().map(([column, type]) => [column, type]), rows: rows.toSorted() };
}

async function builtOf(pair: Pair, side: Side): Promise<ReadonlyMap<NodeName, Content | null>> {
  const tables = { ...TABLES, ...pair.tables, ...side.tables };
  await connection.run("ATTACH ':memory:' AS built");
  await connection.run('USE built');
  await fill(tables);
  await connection.run('CREATE SCHEMA IF NOT EXISTS shop');
  const contents = new Map([[MODEL, await contentOf(MODEL, side.sql)]]);
  for (const [index, { sql }] of (pair.readers ?? []).entries()) {
    contents.set(readerName(index), await contentOf(readerName(index), sql));
  }
  await connection.run('USE memory');
  await connection.run('DETACH built');
  return contents;
}

/** Nodes that a plan keeps although the model was edited. */
function keptIn(pair: Pair): readonly NodeName[] {
  const { steps, problems } = judge(pair);
  if (problems.some(({ severity }) => severity === 'error')) return [];
  return [...steps.values()].filter(({ action }) => action !== 'build').map(({ name }) => name);
}

const isPlain = (side: Side): boolean => side.head === undefined && !VOLATILE.test(side.sql);

const pairs = CHAPTERS.flatMap((chapter) => chapter.pairs).filter(
  (pair) => pair.dialect === undefined && isPlain(sideOf(pair.before)) && isPlain(sideOf(pair.after)),
);

describe('what a plan keeps is what DuckDB would build', () => {
  let compared = 0;
  it.each(pairs.map((pair) => [pair.title, pair] as const))('%s', async (_, pair) => {
    const before = await builtOf(pair, sideOf(pair.before));
    const after = await builtOf(pair, sideOf(pair.after));
    for (const name of keptIn(pair)) {
      const was = before.get(name) ?? null;
      if (was === null) continue;
      compared++;
      expect(after.get(name), name).toEqual(was);
    }
  });

  it('compares many', () => expect(compared).toBeGreaterThan(60));
});
