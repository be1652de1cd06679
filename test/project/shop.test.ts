import { cpSync, readFileSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, expect, it } from 'vitest';
import type { Node } from '../../src/model/node.ts';
import { loadProject } from '../../src/project/index.ts';
import { folder } from './projects.ts';

const SHOP = fileURLToPath(new URL('../../examples/shop', import.meta.url));
const EXPECTED = fileURLToPath(new URL('../story/expected', import.meta.url));
const ORDER = [
  'raw.orders',
  'raw.orders_updates',
  'staging.orders_cleaned',
  'staging.orders_merged',
  'marts.daily_revenue',
];

let database: DuckDBInstance;
beforeAll(async () => {
  database = await DuckDBInstance.create(':memory:');
});

/** Runs a project by hand: each node's SQL as it stands, inputs first. */
async function build(root: string): Promise<DuckDBConnection> {
  const { project, warnings } = loadProject(root);
  expect(warnings).toEqual([]);
  const connection = await database.connect();
  const nodes = ORDER.flatMap((name) => [...project.nodes.values()].filter((node) => node.name === name));
  expect(nodes).toHaveLength(project.nodes.size);
  for (const node of nodes) {
    await connection.run(`CREATE SCHEMA IF NOT EXISTS ${node.name.split('.')[0] ?? ''}`);
    await connection.run(`CREATE OR REPLACE TABLE ${node.name} AS ${queryOf(node, root)}`);
  }
  return connection;
}

function queryOf(node: Node, root: string): string {
  if (node.kind === 'model') return node.sql.text;
  const path = node.kind === 'seed' ? node.path : node.origin.type === 'file' ? node.origin.path : '';
  const types = node.columns.map(({ name, type }) => `'${name}': '${type ?? ''}'`).join(', ');
  return `SELECT * FROM read_csv('${join(root, path)}', types = {${types}})`;
}

const rowsOf = async (connection: DuckDBConnection, query: string): Promise<readonly string[]> => {
  const reader = await connection.runAndReadAll(query);
  return reader
    .getRowsJson()
    .map((row) => row.map((value) => number(value)).join('|'))
    .sort();
};

const number = (value: unknown): string => {
  const text = String(value);
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
};

/** The table holds the rows of the expected file, as a set, under the same columns in the same order. */
async function expectTable(connection: DuckDBConnection, table: string, file: string): Promise<void> {
  const [header = ''] = readFileSync(join(EXPECTED, file), 'utf8').split('\n');
  const columns = await connection.runAndReadAll(`DESCRIBE ${table}`);
  expect(columns.getRowsJson().map((row) => row[0])).toEqual(header.trim().split(','));
  const expected = await rowsOf(connection, `FROM read_csv('${join(EXPECTED, file)}')`);
  expect(await rowsOf(connection, `FROM ${table}`)).toEqual(expected);
}

it('gives the tables of the story at each of its steps', async () => {
  const root = folder();
  const step = (number: number): void => cpSync(join(SHOP, 'steps', String(number)), root, { recursive: true });
  cpSync(SHOP, root, { recursive: true, filter: (path) => !path.includes('/steps') && !path.includes('.bough') });
  await expectTable(await build(root), 'staging.orders_cleaned', '1_orders_cleaned.csv');

  step(2);
  appendFileSync(join(root, 'data/orders.csv'), readFileSync(join(root, 'data/orders_day2.csv')));
  const second = await build(root);
  await expectTable(second, 'staging.orders_cleaned', '2_orders_cleaned.csv');
  await expectTable(second, 'marts.daily_revenue', '2_daily_revenue_of_cleaned.csv');

  step(3);
  const third = await build(root);
  await expectTable(third, 'staging.orders_merged', '3_orders_merged.csv');
  await expectTable(third, 'marts.daily_revenue', '3_daily_revenue_of_merged.csv');

  step(5);
  await expectTable(await build(root), 'marts.daily_revenue', '4_daily_revenue_dev.csv');
});

it('cleans what the story’s data does not show', async () => {
  const root = folder();
  cpSync(SHOP, root, { recursive: true, filter: (path) => !path.includes('/steps') && !path.includes('.bough') });
  cpSync(join(SHOP, 'steps/2/models'), join(root, 'models'), { recursive: true });
  writeFileSync(
    join(root, 'data/orders.csv'),
    'order_id,customer_id,order_date,status,revenue,items\n' +
      'A,C1,2026-01-01 10:00:00,cancelled,5.00,1\n' +
      'B,,2026-01-01 10:00:00, pending ,-5.00,-1\n' +
      'A,C1,2026-01-01 09:00:00,completed,7.00,2\n',
  );
  const connection = await build(root);
  expect(await rowsOf(connection, 'FROM staging.orders_cleaned')).toEqual([
    'A|C1|2026-01-01|10:00:00|CANCELLED|5|1|0',
    'B|UNKNOWN|2026-01-01|10:00:00|PENDING|null|0|1',
  ]);
  expect(await rowsOf(connection, 'FROM marts.daily_revenue')).toEqual(['2026-01-01|1|0|1|0|null|0|1']);
});
