import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from 'pg';
import { MORE_ORDERS, refusal, SHOP, Subject } from '../behaviour/subject.ts';
import { connected, freshDatabase, sharedServer, type Database } from '../support/postgres/server.ts';

const ANN = 'granted_ann';
const BOB = 'granted_bob';
let database: Database;
let other: Client;
beforeEach(async () => {
  database = await freshDatabase(await sharedServer());
  other = await connected(database.options);
  await other.query(`CREATE ROLE ${ANN}; CREATE ROLE ${BOB}`);
});
afterEach(async () => {
  await other.query(`DROP OWNED BY ${ANN}, ${BOB}; DROP ROLE ${ANN}, ${BOB}`);
  await other.end();
  await database.drop();
});

const config = (grants: string): string =>
  `name: shop
engine: { url: "postgres://postgres@127.0.0.1:${database.options.port}/${database.options.database}" }
environments: { prod: { grants: ${grants} }, dev: {} }
`;
const customers = (grants: string): string => `/* bough\ngrants: ${grants}\n*/\n${SHOP['models/marts/customers.sql']}`;
const ORDERS = `${SHOP['models/raw/orders.yml']}columns: { id: integer, customer: text, amount: integer }\n`;

const reads = async (role: string): Promise<readonly string[]> => {
  const { rows } = await other.query(
    `SELECT schemaname || '.' || viewname AS view FROM pg_views
     WHERE has_table_privilege($1, quote_ident(schemaname) || '.' || quote_ident(viewname), 'select')
       AND has_schema_privilege($1, schemaname, 'usage') AND schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    [role],
  );
  return rows.map(({ view }) => view);
};

describe('grants of a project', () => {
  it('are those of the environment and of the node, and build nothing', async () => {
    const subject = Subject.make({
      ...SHOP,
      'models/raw/orders.yml': ORDERS,
      'bough.yml': config(`{ ${ANN}: select }`),
    });
    await subject.apply('prod');
    const all = ['marts.customers', 'marts.revenue', 'raw.orders', 'staging.orders'];
    expect([await reads(ANN), await reads(BOB)]).toEqual([all, []]);

    subject.write({ 'models/marts/customers.sql': customers(`{ ${BOB}: [select] }`) });
    const [node] = (await subject.plan('dev')).document.nodes.filter(({ change }) => change !== 'unchanged');
    expect(node).toMatchObject({ name: 'marts.customers', category: 'metadata', action: 'reuse' });
    await subject.apply('dev');
    expect([await reads(ANN), await reads(BOB)]).toEqual([all, ['dev_marts.customers']]);
    await subject.promote('dev');
    expect(await reads(BOB)).toEqual(['dev_marts.customers', 'marts.customers']);

    subject.write({ 'bough.yml': config('{}') });
    await subject.close();
    const { document, changes } = await subject.plan('prod');
    expect(changes).toBe(true);
    expect(document).toMatchObject({ summary: { build: 0 }, grants: { given: {}, taken: { [ANN]: ['select'] } } });
    // A run takes data, and who may read is no data.
    await subject.run('prod');
    expect(await reads(ANN)).toEqual(all);
    await subject.apply('prod');
    expect([await reads(ANN), await reads(BOB)]).toEqual([[], ['dev_marts.customers', 'marts.customers']]);
    await subject.rollback('prod', 1);
    expect([await reads(ANN), await reads(BOB)]).toEqual([[], ['dev_marts.customers']]);
  });

  it('to a role that there is not stop an apply and a promotion before anything is built', async () => {
    const subject = Subject.make({ ...SHOP, 'models/raw/orders.yml': ORDERS, 'bough.yml': config('{}') });
    await subject.apply('prod');
    const builds = async (): Promise<number | null> =>
      (await other.query(`SELECT FROM pg_tables WHERE schemaname = 'bough'`)).rowCount;
    const before = await builds();
    subject.write({ 'models/marts/customers.sql': `${customers('{ granted_anne: select }')}LIMIT 1\n` });
    const told = await refusal(subject.apply('dev'));
    expect(told.codes).toEqual(['role-unknown']);
    expect(told.text).toContain(`Did you mean \`${ANN}\`?`);
    expect(await builds()).toBe(before);

    await other.query('CREATE ROLE granted_anne');
    await subject.apply('dev');
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run('prod');
    await other.query('DROP OWNED BY granted_anne; DROP ROLE granted_anne');
    const built = await builds();
    expect((await refusal(subject.promote('dev'))).codes).toEqual(['role-unknown']);
    expect(await builds()).toBe(built);
  });

  it('are refused where the warehouse has no roles, each at its place', async () => {
    const bough = 'name: shop\nenvironments: { prod: { grants: { ann: select } } }\n';
    const subject = Subject.make({ 'bough.yml': bough, 'models/marts/customers.sql': customers('{ bob: select }') });
    for (const asked of [subject.plan('prod'), (await subject.workspace()).check()]) {
      const told = await refusal(asked);
      expect(told.codes).toEqual(['grants-unsupported', 'grants-unsupported']);
    }
  });

  it('are of a form', async () => {
    const odd = '{ ann: insert, bob: [], "": select }';
    const told = await refusal(Subject.make({ 'models/marts/customers.sql': customers(odd) }).plan('prod'));
    expect(told.codes).toEqual(['yaml-shape', 'yaml-shape', 'yaml-shape']);
  });
});
