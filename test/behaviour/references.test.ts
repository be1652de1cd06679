import { describe, expect, it } from 'vitest';
import { lines, refusal, SHOP, Subject } from './subject.ts';

const config = (days: { prod: number; dev: number }, more = ''): string => `name: test
references:
  least: { kind: value, type: integer }
  unused: { kind: value, type: integer }
  orders: value
environments:
  prod: { least: ${days.prod}, unused: ${days.prod}, orders: data/orders.csv }
  dev: { least: ${days.dev}, unused: ${days.dev}, orders: data/orders_dev.csv${more} }
`;

const FILES = {
  ...SHOP,
  'bough.yml': config({ prod: 0, dev: 15 }),
  'data/orders_dev.csv': 'id,customer,amount\n1,ann,10\n2,bob,20\n',
  'models/raw/orders.yml': 'kind: source\nname: raw.orders\nfile: { reference: orders }\nformat: csv\n',
  'models/staging/orders.sql': 'SELECT id, customer, amount FROM raw.orders WHERE amount > {{ least }}\n',
};

describe('references', () => {
  it('stand for what each environment says: values in SQL, files of sources', async () => {
    const subject = Subject.make(FILES);
    await subject.apply('prod');
    await subject.apply('dev');
    expect(await subject.rows('prod', 'SELECT count(*) FROM staging.orders')).toEqual(['3']);
    expect(await subject.rows('dev', 'SELECT id FROM staging.orders')).toEqual(['2']);
  });

  it('move the keys of what uses them, and of nothing else', async () => {
    const subject = Subject.make(FILES);
    await subject.apply('prod');
    subject.write({ 'bough.yml': config({ prod: 0, dev: 1 }) });
    await subject.close();
    expect((await subject.plan('prod')).document.summary.build).toBe(0);
    subject.write({ 'bough.yml': config({ prod: 5, dev: 15 }) });
    await subject.close();
    const { document } = await subject.plan('prod');
    const moved = document.nodes.filter(({ action }) => action === 'build').map(({ name }) => name);
    expect(moved).toEqual(['staging.orders', 'marts.customers', 'marts.revenue']);
  });

  it('are the target’s when code is promoted', async () => {
    const subject = Subject.make(FILES);
    await subject.apply('prod');
    subject.write({
      'models/staging/orders.sql': 'SELECT id, customer, amount, {{ least }} AS least FROM raw.orders\n',
    });
    await subject.apply('dev');
    expect(await subject.rows('dev', 'SELECT DISTINCT least FROM staging.orders')).toEqual(['15']);
    await subject.promote('dev');
    expect(await subject.rows('prod', 'SELECT DISTINCT least FROM staging.orders')).toEqual(['0']);
    expect(await subject.rows('prod', 'SELECT count(*) FROM staging.orders')).toEqual(['3']);
    // Nothing is left to promote, though the two environments differ in all their values.
    expect((await subject.plan('dev')).changes).toBe(false);
  });

  it('name the file of a seed; the code is one in all environments', async () => {
    const subject = Subject.make({
      ...FILES,
      'bough.yml': config({ prod: 0, dev: 0 }),
      'models/raw/orders.yml': 'kind: seed\nname: raw.orders\nfile: { reference: orders }\n',
    });
    await subject.apply('prod');
    await subject.apply('dev');
    expect(await subject.rows('prod', 'SELECT count(*) FROM raw.orders')).toEqual(['3']);
    expect(await subject.rows('dev', 'SELECT count(*) FROM raw.orders')).toEqual(['2']);
    const again = await subject.plan('dev');
    expect([again.changes, again.document.nodes.every(({ change }) => change === 'unchanged')]).toEqual([false, true]);
  });

  it('of an environment that is new are no change of any other', async () => {
    const subject = Subject.make(FILES);
    await subject.apply('prod');
    await subject.apply('dev');
    const stage = '  stage: { base: none, least: 25, unused: 1, orders: data/orders.csv }\n';
    subject.write({ 'bough.yml': config({ prod: 0, dev: 15 }) + stage });
    await subject.close();
    for (const name of ['prod', 'dev']) {
      const planned = await subject.plan(name);
      expect(planned.changes).toBe(false);
      expect(lines(planned)).toEqual([]);
    }
    // Code that was recorded before there was a `stage` is bound by what the configuration says of it.
    await subject.promote('prod', { to: 'stage' });
    expect(await subject.rows('stage', 'SELECT id FROM staging.orders')).toEqual(['3']);
    subject.write({ 'bough.yml': config({ prod: 0, dev: 15 }) });
    await subject.close();
    expect((await subject.plan('prod')).changes).toBe(false);
    // What an environment stands for that was known before is carried as ever.
    subject.write({ 'bough.yml': config({ prod: 5, dev: 15 }) + stage });
    await subject.close();
    expect(lines(await subject.plan('dev'))).toEqual(['staging.orders indirect metadata reuse']);
  });

  it('stay what they were for `run`, whatever the files say now', async () => {
    const subject = Subject.make(FILES);
    await subject.apply('prod');
    subject.write({ 'bough.yml': config({ prod: 25, dev: 15 }), 'data/orders.csv': 'id,customer,amount\n9,zoe,1\n' });
    await subject.close();
    await subject.run('prod');
    expect(await subject.rows('prod', 'SELECT id FROM staging.orders')).toEqual(['9']);
  });

  it('are refused before anything is planned: a name that nothing binds, an environment that nobody declared', async () => {
    const subject = Subject.make({ ...FILES, 'bough.yml': config({ prod: 0, dev: 1 }).replace('least: 0, ', '') });
    const missing = await refusal(subject.plan('prod'));
    expect(missing.codes).toEqual(['reference-unmapped']);
    expect((await refusal(subject.plan('dve'))).text).toContain('Did you mean `dev`?');
  });

  it('to containers of the other status are refused at apply, and allowed with a reason that plans show', async () => {
    const wired = (more: string): string => `name: test
references: { db: connection }
environments:
  prod: { status: production, db: { type: postgres, host: prod, status: production } }
  dev: { status: non-production, db: { type: postgres, host: prod, status: production }${more} }
`;
    const subject = Subject.make({ ...SHOP, 'bough.yml': wired('') });
    expect((await refusal(subject.plan('dev'))).codes).toEqual(['status-mismatch']);
    subject.write({ 'bough.yml': wired(', allow: [{ reference: db, reason: reads a replica }]') });
    await subject.close();
    const { document } = await subject.plan('dev');
    expect(document.notes).toEqual(['allowed here: `db` of the other status, because: reads a replica']);
  });

  it('to a service that the engine cannot read are told as that', async () => {
    const source = 'kind: source\nname: raw.orders\nconnection: { type: mongo, host: crm }\ntable: orders\n';
    const subject = Subject.make({ ...SHOP, 'models/raw/orders.yml': source });
    const told = await refusal(subject.plan('prod'));
    expect(told.codes).toEqual(['connection-unsupported']);
    expect(told.text).toContain('mongo');
  });
});
