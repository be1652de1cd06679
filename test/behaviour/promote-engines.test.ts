import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { freshDatabase, sharedServer, type Server } from '../support/postgres/server.ts';
import { failures, lines, refusal, SHOP, Subject } from './subject.ts';

/** A root on DuckDB with its state in a file, one on PostgreSQL with its state there. */

let server: Server;

beforeAll(async () => {
  server = await sharedServer();
});

const REVENUE = 'models/marts/revenue.sql';
const CUSTOMERS = 'models/marts/customers.sql';
const COUNTED = 'SELECT customer, sum(amount) AS total, count(*) AS orders FROM staging.orders GROUP BY customer\n';
const SOURCE = `${SHOP['models/raw/orders.yml']}columns: { id: integer, amount: integer }\n`;

it('code goes from a DuckDB to a PostgreSQL and back, from state to state', async () => {
  const { options, drop } = await freshDatabase(server);
  onTestFinished(drop);
  const url = `postgres://postgres@127.0.0.1:${options.port}/${options.database}`;
  const config = `name: test
environments:
  prod: { engine: { url: "${url}" }, state: "${url}" }
  dev: { base: none }
promotion: [dev, prod]
`;
  const subject = Subject.make({ ...SHOP, 'bough.yml': config, 'models/raw/orders.yml': SOURCE });
  onTestFinished(() => subject.close());
  await subject.apply('dev');
  const { planned, result } = await subject.promote('dev');
  expect(planned.document).toMatchObject({ promotion: { kind: 'root', replaced: [] }, summary: { build: 4 } });
  expect(failures(result)).toEqual([]);
  const totals = (environment: string): Promise<readonly string[]> =>
    subject.rows(environment, 'SELECT * FROM marts.revenue');
  expect(await totals('prod')).toEqual(['ann|40', 'bob|20']);
  subject.write({ [REVENUE]: COUNTED });
  await subject.apply('dev');
  const second = await subject.promote('dev');
  expect(lines(second.planned)).toEqual(['marts.revenue modified non-breaking build']);
  expect(await totals('prod')).toEqual(['ann|40|2', 'bob|20|1']);
  subject.write({ [CUSTOMERS]: 'SELECT DISTINCT upper(customer) AS customer FROM staging.orders\n' });
  await subject.apply('prod');
  expect(lines((await subject.promote('prod', { to: 'dev' })).planned)).toEqual([
    'marts.customers modified breaking build',
  ]);
  expect(await subject.rows('dev', 'SELECT * FROM marts.customers')).toEqual(['ANN', 'BOB']);
  expect((await subject.promote('dev')).result.moved).toBe(false);
  await subject.rollback('prod', 1);
  expect(await totals('prod')).toEqual(['ann|40', 'bob|20']);
});

it('a state that cannot be asked is no part of the history; one that must be asked is told', async () => {
  const { options, drop } = await freshDatabase(server);
  const url = `postgres://postgres@127.0.0.1:${options.port}/${options.database}`;
  const config = `name: test
environments:
  prod: {}
  qa: { base: none }
  dev: { base: none, engine: { url: "${url}" }, state: "${url}" }
promotion: [dev, qa, prod]
`;
  const subject = Subject.make({ ...SHOP, 'bough.yml': config, 'models/raw/orders.yml': SOURCE });
  onTestFinished(() => subject.close());
  await subject.apply('dev');
  await subject.promote('dev');
  await subject.promote('qa');
  await subject.close();
  await drop();
  subject.write({ [REVENUE]: COUNTED });
  await subject.apply('qa');
  const { planned } = await subject.promote('qa');
  expect(lines(planned)).toEqual(['marts.revenue modified non-breaking build']);
  expect(planned.document.notes.join()).toContain('the history of dev could not be read');
  expect((await refusal(subject.promote('dev'))).codes).toEqual(['state-unavailable']);
});
