import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Status } from '../../src/model/references.ts';
import { freshDatabase, sharedServer, statement, type Database, type Server } from '../support/postgres/server.ts';
import { refusal, SHOP, Subject, type Files } from './subject.ts';

/** Recorded code is bound to databases; what it was bound to is looked at again whenever it is used. */

let server: Server;

beforeAll(async () => {
  server = await sharedServer();
});

async function database(): Promise<Database['options']> {
  const { options, drop } = await freshDatabase(server);
  onTestFinished(drop);
  await statement(options, 'CREATE TABLE orders AS SELECT 1 AS id, 10 AS amount');
  return options;
}

const container = ({ host, port, database: name }: Database['options'], status: Status): string =>
  `{ type: postgres, host: ${host}, port: ${port}, user: postgres, database: ${name}, status: ${status} }`;

interface Wired {
  readonly status: Status;
  readonly db: string;
  readonly allow?: string;
}

const config = (environments: Readonly<Record<string, Wired>>): string => {
  const lines = Object.entries(environments).map(([name, { status, db, allow }]) => {
    const allowed = allow === undefined ? '' : `, allow: [{ reference: db, reason: ${allow} }]`;
    return `  ${name}: { base: none, status: ${status}, db: ${db}${allowed} }\n`;
  });
  return `name: test\nreferences: { db: connection, crm: { alias: db } }\nenvironments:\n${lines.join('')}`;
};

const FILES = {
  ...SHOP,
  'data/orders.csv': null,
  'models/raw/orders.yml': 'kind: source\nname: raw.orders\nconnection: crm\ntable: public.orders\n',
  'models/staging/orders.sql': 'SELECT id, amount FROM raw.orders\n',
  'models/marts/revenue.sql': 'SELECT sum(amount) AS total FROM staging.orders\n',
  'models/marts/customers.sql': null,
} as const satisfies Files;

const wired = (environments: Readonly<Record<string, Wired>>): Files => ({ 'bough.yml': config(environments) });

const make = (environments: Readonly<Record<string, Wired>>): Subject =>
  Subject.make(
    Object.fromEntries(Object.entries({ ...FILES, ...wired(environments) }).filter(([, text]) => text !== null)),
  );

describe('the guard between production and the rest, over recorded code', () => {
  it('refuses a run under a status that is not its database’s any more, and allows it with a reason', async () => {
    const db = container(await database(), 'non-production');
    const prod = { status: 'non-production', db } as const;
    const subject = make({ prod });
    await subject.apply('prod');
    await subject.run();
    const turned = { status: 'production', db } as const;
    subject.write(wired({ prod: turned }));
    await subject.close();
    const refused = await refusal(subject.run());
    expect(refused).toMatchObject({ exit: 1, codes: ['status-mismatch'] });
    expect(refused.text).toMatch(/`prod` is production, and `crm` leads to .*, which is non-production/);
    expect(refused.text).toContain('bough apply prod');
    subject.write(wired({ prod: { ...turned, allow: 'the move is under way' } }));
    await subject.close();
    expect((await subject.run()).planned.document.notes).toContain(
      'allowed here: `db` of the other status, because: the move is under way',
    );
  });

  it('refuses a promotion that would bring a database of the other status, and names both sides', async () => {
    const [mine, theirs] = [await database(), await database()];
    const qa = { status: 'non-production', db: container(mine, 'non-production') } as const;
    const wrong = { status: 'production', db: container(theirs, 'non-production') } as const;
    const subject = make({ prod: wrong, qa });
    await subject.apply('qa');
    const refused = await refusal(subject.promote('qa', { to: 'prod' }));
    expect(refused.exit).toBe(1);
    expect(new Set(refused.codes)).toEqual(new Set(['status-mismatch']));
    expect(refused.text).toContain('The code of `qa` does not fit `prod`.');
    expect(refused.text).toContain('`prod` is production');
    subject.write(wired({ prod: { ...wrong, db: container(theirs, 'production') }, qa }));
    await subject.close();
    await subject.apply('qa');
    await statement(theirs, 'UPDATE orders SET amount = 70');
    await subject.promote('qa', { to: 'prod' });
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['70']);
    expect(await subject.rows('qa', 'SELECT * FROM marts.revenue')).toEqual(['10']);
  });
});
