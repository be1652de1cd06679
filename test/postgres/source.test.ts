import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UserError, type Problem } from '../../src/model/problems.ts';
import { guardedRole } from '../support/postgres/guarded.ts';
import { connected, freshDatabase, sharedServer, statement, type Database } from '../support/postgres/server.ts';
import { failures, lines, refusal, Subject, type Files } from '../behaviour/subject.ts';

/** Another database with orders and their items, of which each order has two. */
const TABLES = `
  CREATE TABLE orders (id integer PRIMARY KEY, customer text, amount numeric(10,2), updated_at timestamptz DEFAULT now());
  CREATE TABLE items (id integer, part integer);
  INSERT INTO orders VALUES (1, 'ann', 10), (2, 'bob', 20), (3, 'ann', 30);
  INSERT INTO items SELECT g, p FROM generate_series(1, 3) AS g, generate_series(1, 2) AS p`;

const ORDERS = 'kind: source\nname: raw.orders\nconnection: shop_db\ntable: public.orders\n';

const MODELS: Files = {
  'models/raw/orders.yml': ORDERS,
  'models/raw/items.yml':
    'kind: source\nname: raw.items\nconnection: shop_db\nquery: |\n  SELECT id, part\n  FROM items\n',
  'models/marts/revenue.sql': 'SELECT customer, sum(amount) AS total FROM raw.orders GROUP BY customer\n',
  'models/marts/parts.sql':
    'SELECT o.id, count(*) AS parts FROM raw.orders AS o JOIN raw.items AS i ON i.id = o.id GROUP BY o.id\n',
};

const REVENUE = 'SELECT customer, total FROM marts.revenue';

/** Lines of a project whose warehouse is elsewhere. */
type Engine = (warehouse: Database) => string;

const ENGINES: readonly (readonly [name: string, engine: Engine])[] = [
  ['DuckDB', () => ''],
  [
    'PostgreSQL',
    ({ options }) => `engine: { url: "postgres://postgres@127.0.0.1:${options.port}/${options.database}" }\n`,
  ],
];

describe.each(ENGINES)('another database as source, on %s', (_name, engine) => {
  let warehouse: Database;
  let database: Database;
  beforeAll(async () => {
    warehouse = await freshDatabase(await sharedServer());
  });
  afterAll(() => warehouse.drop());
  beforeEach(async () => {
    database = await freshDatabase(await sharedServer());
    await run(TABLES);
  });
  afterEach(async () => {
    await database.drop();
    await statement(warehouse.options, 'DROP SCHEMA IF EXISTS bough, raw, marts, dev_marts, dev_raw CASCADE');
  });

  const run = (sql: string): Promise<void> => statement(database.options, sql);

  const config = (connection = 'user: postgres'): string => {
    const { port, database: name } = database.options;
    const shop = `shop_db: { type: postgres, host: 127.0.0.1, port: ${port}, database: ${name}, ${connection} }`;
    return `name: test
${engine(warehouse)}references:
  shop_db: { kind: connection, type: postgres }
environments:
  prod:
    ${shop}
  dev:
    ${shop}
`;
  };

  const project = (files: Files = {}): Subject => Subject.make({ 'bough.yml': config(), ...MODELS, ...files });

  it('is copied, and again only where its rows are others', async () => {
    const subject = project();
    const { result } = await subject.apply('prod');
    expect(result.summary).toMatchObject({ built: 4, failed: 0 });
    await left(database);
    expect(await subject.rows('prod', REVENUE)).toEqual(['ann|40.00', 'bob|20.00']);
    await run(
      `DELETE FROM orders WHERE id = 1; INSERT INTO orders SELECT 1, 'ann', 10, updated_at FROM orders LIMIT 1`,
    );
    expect((await subject.run()).result).toMatchObject({ moved: false, summary: { built: 0 } });
    await run('UPDATE orders SET amount = 11 WHERE id = 1');
    expect((await subject.plan('prod')).document.data).toEqual([]);
    const { planned, result: ran } = await subject.run();
    expect(planned.document.data).toEqual([{ source: 'raw.orders', change: 'newer data', taken: true }]);
    expect(ran.nodes.map(({ name, action }) => `${name} ${action}`).sort()).toEqual([
      'marts.parts kept',
      'marts.revenue built',
      'raw.items reused',
      'raw.orders built',
    ]);
    expect(await subject.rows('prod', REVENUE)).toEqual(['ann|41.00', 'bob|20.00']);
    expect(
      existsSync(join(subject.root, '.bough')) ? readdirSync(join(subject.root, '.bough')) : [],
    ).not.toContainEqual(expect.stringContaining('import'));
  });

  it('stays in a branch what it was, and goes when nobody can reach it', async () => {
    const subject = project();
    await subject.apply('prod');
    subject.write({ 'models/marts/revenue.sql': 'SELECT customer, max(amount) AS total FROM raw.orders GROUP BY 1\n' });
    await run('UPDATE orders SET amount = 99 WHERE id = 3');
    const { result } = await subject.apply('dev');
    expect(result.summary).toMatchObject({ built: 1, reused: 3 });
    await subject.run('prod');
    expect(await subject.rows('dev', REVENUE)).toEqual(['ann|30.00', 'bob|20.00']);
    expect(await subject.rows('prod', REVENUE)).toEqual(['ann|109.00', 'bob|20.00']);
    expect(await subject.gc()).toEqual([]);
    await subject.delete('dev');
    expect(await subject.gc()).toContain('raw.orders');
  });

  it('is seen as of one moment, the one that was planned', async () => {
    const subject = project();
    const planned = await subject.plan('prod');
    await run(`INSERT INTO orders VALUES (4, 'cat', 40); INSERT INTO items VALUES (4, 1), (4, 2)`);
    const workspace = await subject.workspace();
    expect((await workspace.execute(planned)).summary).toMatchObject({ built: 4, failed: 0 });
    expect(await subject.rows('prod', 'SELECT * FROM marts.parts')).toEqual(['1|2', '2|2', '3|2']);
    await subject.run();
    expect(await subject.rows('prod', 'SELECT * FROM marts.parts')).toEqual(['1|2', '2|2', '3|2', '4|2']);
  });

  it('is looked at again where the moment is lost, and refused where it holds something else', async () => {
    const subject = project();
    const planned = await subject.plan('prod');
    await cutOff(database);
    const workspace = await subject.workspace();
    expect((await workspace.execute(planned)).summary).toMatchObject({ built: 4, failed: 0 });
    await run('UPDATE orders SET amount = 11 WHERE id = 1');
    const next = await workspace.planRun(planned.document.environment);
    await cutOff(database);
    await run('UPDATE orders SET amount = 12 WHERE id = 1');
    const refused = await workspace.execute(next);
    expect(failures(refused)).toEqual(['source-changed']);
    expect(refused.moved).toBe(false);
    expect(await subject.rows('prod', REVENUE)).toEqual(['ann|40.00', 'bob|20.00']);
    await subject.run();
    expect(await subject.rows('prod', REVENUE)).toEqual(['ann|42.00', 'bob|20.00']);
  });

  it('is known by what its author promises', async () => {
    const subject = project({ 'models/raw/orders.yml': `${ORDERS}version: { max: [updated_at, id] }\n` });
    await subject.apply('prod');
    await run('UPDATE orders SET amount = 11 WHERE id = 1');
    expect((await subject.run()).result.moved).toBe(false);
    await run(`UPDATE orders SET updated_at = now() + interval '1 day' WHERE id = 1`);
    expect((await subject.run()).result.summary).toMatchObject({ built: 2, kept: 1 });
    await run(`UPDATE orders SET updated_at = now() + interval '2 days' WHERE id = 1`);
    // No reader uses that column.
    expect((await subject.run()).result.summary).toMatchObject({ built: 1, kept: 2 });
  });

  it('is known by a query of its author, or by nothing at all', async () => {
    const version = 'version: SELECT count(*) FROM orders\n';
    const subject = project({
      'models/raw/orders.yml': `${ORDERS}${version}`,
      'models/raw/items.yml': `${MODELS['models/raw/items.yml']}version: live\n`,
    });
    await subject.apply('prod');
    const { result } = await subject.run();
    expect(result.nodes.filter(({ action }) => action === 'built').map(({ name }) => name)).toEqual(['raw.items']);
    subject.write({ 'models/raw/orders.yml': `${ORDERS}version: SELECT id FROM orders\n` });
    expect((await refusal(subject.plan('prod'))).text).toContain('gives one value; this one gave 3 rows');
  });

  it('tells what is wrong, where it is and what to do', async () => {
    const told = async (orders: string, items = MODELS['models/raw/items.yml'] ?? null): Promise<string> =>
      placed(project({ 'models/raw/orders.yml': orders, 'models/raw/items.yml': items }).plan('prod'));
    expect(await told(ORDERS.replace('public.orders', 'public.order'))).toMatch(
      /models\/raw\/orders\.yml:1:1.*relation "public.order" does not exist.*Did you mean `public.orders`\?/s,
    );
    const broken = ORDERS.replace('table: public.orders', 'query: |\n  SELECT id,\n    custmer\n  FROM orders');
    expect(await told(broken)).toMatch(/models\/raw\/orders\.yml:6:5.*column "custmer" does not exist/s);
    await run(`CREATE TABLE odd (id integer, addr inet, spans int4range[], total numeric)`);
    if (engine(warehouse) === '') {
      const odd = await told(ORDERS.replace('public.orders', 'odd'));
      expect(odd).toMatch(/column `addr`.*`inet`.*query: SELECT …, addr::text AS addr/s);
      expect(odd).toMatch(/`spans`.*`int4range\[\]`.*spans::text\[\].*`total`.*`numeric`.*total::numeric\(38, 9\)/s);
    }
    const role = `nobody_${database.options.database}`;
    await run(`CREATE ROLE ${role} LOGIN`);
    const subject = Subject.make({ ...MODELS, 'bough.yml': config(`user: ${role}`) });
    const denied = await refusal(subject.plan('prod'));
    expect(denied.text).toMatch(/permission denied for table items.*GRANT.*permission denied for table orders/s);
    await subject.close();
    await run(`DROP ROLE ${role}`);
  });

  it('says once which connection it could not make, and shows no password', async () => {
    const role = await guardedRole(database, 'reader', 'right-pass');
    await run(`GRANT SELECT ON orders, items TO ${role}`);
    const subject = Subject.make({ ...MODELS, 'bough.yml': config(`user: ${role}, credential: reader_pass`) });
    subject.write({ '.env': 'READER_PASS=wrong-pass\n' });
    const wrong = await placed(subject.plan('prod'));
    expect(wrong.match(/cannot be reached/g)).toHaveLength(1);
    expect(wrong).toMatch(/bough\.yml:\d+:14.*password authentication failed.*`reader_pass` that `credential:` names/s);
    expect(wrong).not.toContain('wrong-pass');
    await subject.close();
    subject.write({ '.env': 'READER_PASS=right-pass\n' });
    expect((await subject.apply('prod')).result.summary).toMatchObject({ built: 4 });
    await subject.close();
    await run(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  it('leaves all as it was where the server goes midway, and goes on with the next command', async () => {
    await run('INSERT INTO orders SELECT g, repeat(md5(g::text), 40) FROM generate_series(10, 3009) AS g');
    const endless = `query: SELECT id, pg_sleep(CASE WHEN id = 3009 THEN 600 END)::text AS customer, amount FROM orders`;
    const subject = project({
      'models/raw/orders.yml': `${ORDERS.replace('table: public.orders', endless)}\nversion: live\n`,
    });
    const planned = await subject.plan('prod');
    const workspace = await subject.workspace();
    const executing = workspace.execute(planned);
    await cutOff(database, 'COPY (SELECT c0, c1, c2');
    const result = await executing;
    expect(failures(result)).toContain('connection-failed');
    expect(result.moved).toBe(false);
    subject.write({ 'models/raw/orders.yml': ORDERS });
    expect((await subject.apply('prod')).result.summary).toMatchObject({ failed: 0 });
    expect(await subject.rows('prod', 'SELECT count(*) FROM raw.orders')).toEqual(['3003']);
    expect(lines(await subject.plan('prod'))).toEqual([]);
  });
});

/** What a call was refused with, each with its place. */
async function placed(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => null,
    (raw: unknown) => raw,
  );
  if (!(error instanceof UserError)) throw new Error('nothing was refused', { cause: error });
  const text = ({ at, message, hint }: Problem): string => `${at?.file}:${at?.line}:${at?.column} ${message} ${hint}`;
  return error.problems.map(text).join('\n');
}

/** Waits until Bough has no session in a database any more. */
async function left({ options }: Database): Promise<void> {
  const client = await connected({ ...options, database: 'postgres' });
  const sessions = `SELECT 1 FROM pg_stat_activity WHERE datname = '${options.database}' AND application_name = 'bough'`;
  while ((await client.query(sessions)).rowCount !== 0);
  await client.end();
}

/** Ends the session that Bough has in a database, as soon as it does what begins with `doing`. */
async function cutOff({ options }: Database, doing = ''): Promise<void> {
  const client = await connected({ ...options, database: 'postgres' });
  const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = '${options.database}' AND application_name = 'bough' AND query LIKE '${doing}%'`;
  while ((await client.query(end)).rowCount === 0);
  await client.end();
}
