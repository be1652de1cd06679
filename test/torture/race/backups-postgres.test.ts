import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actors, type Actor, type Operation } from '../../support/actors.ts';
import { sharedServer, statement, type Server } from '../../support/postgres/server.ts';
import { apply, collect, Projects, refusal, succeed } from '../../support/projects.ts';
import { NEW_CODE, SHOP, write } from '../../support/shop.ts';

const projects = new Projects();
const databases: string[] = [];
let server: Server;
let helper: Actor;

beforeAll(async () => {
  helper = (await actors())();
  server = await sharedServer();
});

afterAll(async () => {
  await helper.end();
  projects.clear();
  for (const name of databases) await maintain(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

const maintain = (sql: string): Promise<void> => statement({ port: server.port, database: 'postgres' }, sql);

async function database(template = 'template0'): Promise<string> {
  const name = `backup_${randomBytes(6).toString('hex')}`;
  await maintain(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  databases.push(name);
  return name;
}

const urlOf = (name: string): string => `postgres://postgres@127.0.0.1:${server.port}/${name}`;

/** Which databases the project takes for its warehouse and its state. */
const use = (directory: string, warehouse: string, state: string): void =>
  write(directory, {
    'bough.yml': `name: shop\nengine: { url: "${urlOf(warehouse)}", connections: 2 }\nstate: ${urlOf(state)}\n`,
    'models/raw/orders.yml': `${SHOP['models/raw/orders.yml']}columns: { order_id: integer, amount: integer }\n`,
  });

interface Shop {
  readonly directory: string;
  readonly warehouse: string;
  readonly state: string;
}

async function shop(): Promise<Shop> {
  const directory = await projects.make(helper, SHOP);
  const made = { directory, warehouse: await database(), state: await database() };
  use(directory, made.warehouse, made.state);
  await succeed(helper, directory, apply('prod'));
  return made;
}

async function expectRefused(directory: string, operations: readonly Operation[], code: string): Promise<void> {
  for (const operation of operations) {
    const outcome = await helper.do({ directory, operation });
    expect({ operation, refusal: refusal(outcome) }).toEqual({ operation, refusal: { exit: 5, codes: [code] } });
  }
}

describe('on PostgreSQL', () => {
  it('a state refuses the warehouse of another', async () => {
    const [mine, yours] = [await shop(), await shop()];
    write(mine.directory, NEW_CODE);
    use(mine.directory, yours.warehouse, mine.state);
    await expectRefused(mine.directory, [apply('prod'), apply('dev')], 'warehouse-foreign');
  });

  it('a backup of one of the two is refused by all that write, and of both is where one goes on', async () => {
    const { directory, warehouse, state } = await shop();
    const old = { warehouse: await database(warehouse), state: await database(state) };
    write(directory, NEW_CODE);
    await succeed(helper, directory, apply('prod'));
    write(directory, { 'models/marts/best.sql': 'SELECT min(revenue) AS revenue FROM marts.revenue\n' });
    use(directory, warehouse, old.state);
    await expectRefused(directory, [apply('prod'), apply('new')], 'recovery-impossible');
    use(directory, old.warehouse, state);
    await expectRefused(directory, [apply('prod'), apply('new'), collect], 'recovery-impossible');
    use(directory, old.warehouse, old.state);
    expect(await helper.do({ directory, operation: apply('prod') })).toMatchObject({ exit: 0, moved: true });
  });
});
