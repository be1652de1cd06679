import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { environmentName } from '../../src/model/environment-name.ts';
import { SHOP, Subject } from '../behaviour/subject.ts';
import { freshDatabase, sharedServer, type Database } from '../support/postgres/server.ts';

let database: Database;
beforeAll(async () => {
  database = await freshDatabase(await sharedServer());
});
afterAll(() => database.drop());

it('a plan says how many rows to expect of what it builds, where its inputs are there', async () => {
  const subject = Subject.make({
    ...SHOP,
    'models/raw/orders.yml': `${SHOP['models/raw/orders.yml']}columns: { id: integer, customer: text, amount: integer }\n`,
    'bough.yml': `name: shop
large_build: 2
engine: { url: "postgres://postgres@127.0.0.1:${database.options.port}/${database.options.database}" }
`,
  });
  const estimated = async (environment: string) =>
    (await subject.workspace()).estimated(await subject.plan(environment));
  const first = await estimated('prod');
  expect(first.document.nodes.filter(({ rows }) => rows !== undefined)).toEqual([]);
  await subject.apply('prod');

  subject.write({
    'models/staging/orders.sql': 'SELECT id, customer, amount, 1 AS one FROM raw.orders',
    'models/marts/revenue.sql': 'SELECT customer, sum(one) AS total FROM staging.orders GROUP BY customer',
    'models/marts/customers.sql': 'SELECT DISTINCT customer FROM staging.orders LIMIT 1',
  });
  const planned = await estimated('dev');
  const rows = Object.fromEntries(planned.document.nodes.map((node) => [node.name, node.rows]));
  // Of `revenue` nobody can tell: what it reads has no column `one` yet.
  expect(rows).toMatchObject({ 'staging.orders': 3, 'marts.customers': 1 });
  expect(rows['marts.revenue']).toBeUndefined();
  expect(planned.large).toEqual(['staging.orders']);

  // A saved plan is not bound to a guess.
  const path = join(subject.root, 'plan.json');
  writeFileSync(path, JSON.stringify(planned.document));
  expect(readFileSync(path, 'utf8')).toContain('"rows":3');
  const saved = await (await subject.workspace()).planFromFile(path);
  expect(saved.document.environment).toBe(environmentName('dev'));
});
