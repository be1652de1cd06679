import { describe, expect, it } from 'vitest';
import { environmentName } from '../../src/model/environment-name.ts';
import { lines, MORE_ORDERS, named, reasons, refusal, SHOP, Subject } from './subject.ts';

const REVENUE = 'models/marts/revenue.sql';
const COUNTED = 'SELECT customer, count(*) AS orders FROM staging.orders GROUP BY customer\n';

async function branched(): Promise<Subject> {
  const subject = Subject.make();
  await subject.apply('prod');
  subject.write({ [REVENUE]: COUNTED });
  await subject.apply('dev');
  return subject;
}

describe('a branch', () => {
  it('is created even where nothing differs, with its branch point and no view', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    const { planned, result } = await subject.apply('dev');
    expect(lines(planned)).toEqual([]);
    expect(planned.document).toMatchObject({ revision: 0, base: { environment: 'prod', revision: 1 } });
    expect(result).toMatchObject({ moved: true, revision: 1, summary: { built: 0 } });
    expect((await subject.views()).filter((name) => name.startsWith('dev'))).toEqual([]);
    expect((await subject.apply('dev')).result).toMatchObject({ moved: false, revision: 1 });
  });

  it('has views for what differs only; what is unchanged resolves to the branch point while the base moves on', async () => {
    const subject = await branched();
    expect((await subject.views()).filter((name) => name.startsWith('dev'))).toEqual(['dev_marts.revenue']);
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    expect(await subject.rows('dev', 'SELECT count(*) FROM staging.orders')).toEqual(['3']);
    expect(await subject.rows('prod', 'SELECT count(*) FROM staging.orders')).toEqual(['4']);
    const shown = await (await subject.workspace()).show(environmentName('dev'));
    expect(shown.nodes.map(({ entry, inherited, view }) => [entry.node, inherited, view])).toEqual([
      ['marts.customers', true, null],
      ['marts.revenue', false, 'dev_marts.revenue'],
      ['raw.orders', true, null],
      ['staging.orders', true, null],
    ]);
  });

  it('keeps its facts when code is applied, and lists what is newer as not taken', async () => {
    const subject = await branched();
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    subject.write({ [REVENUE]: COUNTED.replace('orders', 'n') });
    const { planned } = await subject.apply('dev');
    expect(planned.document.data).toEqual([{ source: 'raw.orders', change: 'newer data', taken: false }]);
    expect(planned.document.base).toEqual({ environment: 'prod', revision: 1 });
    expect(await subject.rows('dev', 'SELECT * FROM marts.revenue')).toEqual(['ann|2', 'bob|1']);
  });

  it('takes a new branch point by run: its own changes stay, the rest follows', async () => {
    const subject = await branched();
    subject.write({
      'data/orders.csv': MORE_ORDERS,
      [REVENUE]: SHOP[REVENUE],
      'models/marts/customers.sql': 'SELECT upper(customer) AS customer FROM staging.orders\n',
    });
    await subject.apply('prod', { refresh: true });
    const { planned, result } = await subject.run('dev');
    expect(planned.document).toMatchObject({ operation: 'run', base: { environment: 'prod', revision: 2 } });
    expect(named(result, 'built')).toEqual(['marts.revenue']);
    expect(await subject.rows('dev', 'SELECT * FROM marts.revenue')).toEqual(['ann|2', 'bob|1', 'cat|1']);
    expect(await subject.rows('dev', 'SELECT DISTINCT customer FROM marts.customers')).toEqual(['ANN', 'BOB', 'CAT']);
    expect((await subject.run('dev')).result.moved).toBe(false);
  });

  it('takes new code and new facts together by apply --refresh', async () => {
    const subject = await branched();
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    subject.write({ [REVENUE]: COUNTED.replace('count(*)', 'max(amount)') });
    const { planned } = await subject.apply('dev', { refresh: true });
    expect(planned.document.base).toEqual({ environment: 'prod', revision: 2 });
    expect(await subject.rows('dev', 'SELECT * FROM marts.revenue')).toEqual(['ann|30', 'bob|20', 'cat|40']);
  });

  it('that changed nothing of its own follows its base by run', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    await subject.apply('dev');
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    expect((await subject.run('dev')).result).toMatchObject({ moved: true, revision: 2, summary: { built: 0 } });
    expect(await subject.rows('dev', 'SELECT count(*) FROM raw.orders')).toEqual(['4']);
  });

  it('loses its view where its code equals the base again', async () => {
    const subject = await branched();
    subject.write({ [REVENUE]: SHOP[REVENUE] });
    const { planned, result } = await subject.apply('dev');
    expect(lines(planned).map((line) => line.split(' ', 2).join(' '))).toEqual(['marts.revenue modified']);
    expect(result.summary.built).toBe(0);
    expect((await subject.views()).filter((name) => name.startsWith('dev'))).toEqual([]);
    expect(await subject.rows('dev', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
  });

  it('of an empty base has the facts of the day and can be promoted into it', async () => {
    const subject = Subject.make();
    const { planned } = await subject.apply('dev');
    expect(planned.document.base).toEqual({ environment: 'prod', revision: 0 });
    expect(await subject.head('prod')).toBe(0);
    expect((await subject.views()).filter((name) => !name.startsWith('dev_'))).toEqual([]);
    const { result } = await subject.promote('dev');
    expect(result).toMatchObject({ environment: 'prod', revision: 1, moved: true, summary: { built: 0 } });
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
    expect((await subject.apply('prod')).planned.changes).toBe(false);
  });

  it('names nodes as its own: a removed one is an error, never the one of the base', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ 'models/marts/customers.sql': null });
    await subject.apply('dev');
    const refused = await refusal(subject.rows('dev', 'SELECT * FROM marts.customers'));
    expect(refused).toMatchObject({ exit: 1, codes: ['node-removed'] });
    expect(refused.text).toContain('marts.customers');
    expect(await subject.rows('prod', 'SELECT * FROM marts.customers')).toEqual(['ann', 'bob']);
    for (const written of ['MARTS.Customers', '"marts"."customers"']) {
      expect((await refusal(subject.rows('dev', `SELECT * FROM ${written}`))).codes).toEqual(['node-removed']);
    }
  });

  it('names nodes in any place of a statement; other names pass through', async () => {
    const subject = await branched();
    const joined = `WITH r AS (SELECT * FROM marts.revenue)
      SELECT r.customer, (SELECT count(*) FROM staging.orders o WHERE o.customer = r.customer) FROM r`;
    expect(await subject.rows('dev', joined)).toEqual(['ann|2', 'bob|1']);
    expect(await subject.rows('dev', 'SELECT marts.revenue.orders FROM marts.revenue')).toEqual(['1', '2']);
    expect(await subject.rows('dev', 'SELECT orders FROM dev_marts.revenue')).toEqual(['1', '2']);
    expect(await subject.rows('prod', 'SELECT orders FROM dev_marts.revenue')).toEqual(['1', '2']);
    expect(await subject.rows('dev', 'SELECT count(*) FROM (VALUES (1), (2)) AS v(x)')).toEqual(['2']);
    const missing = await refusal(subject.rows('dev', 'SELECT * FROM marts.revenu'));
    expect(missing).toMatchObject({ exit: 1, codes: ['engine-error'] });
    expect(missing.text).toContain('marts.revenue');
  });

  it('cannot be written to by a query', async () => {
    const subject = await branched();
    for (const statement of [
      'CREATE TABLE x AS SELECT 1 AS a',
      'DROP VIEW marts.revenue',
      'DELETE FROM marts.revenue',
    ]) {
      expect((await refusal(subject.rows('dev', statement))).exit).toBe(1);
    }
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
  });

  it('that shares a query with another has one build with it', async () => {
    const subject = await branched();
    const { planned, result } = await subject.apply('twin');
    expect(result.summary.built).toBe(0);
    expect(reasons(planned, 'marts.revenue')).toMatch(/query changed|column/);
    const builds =
      "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'marts\\_\\_revenue%' ESCAPE '\\'";
    expect(await subject.rows('prod', builds)).toHaveLength(2);
  });

  it('misspelt where it is read is an error with the nearest name', async () => {
    const subject = await branched();
    const workspace = await subject.workspace();
    const reads = [
      subject.rows('dve', 'SELECT 1'),
      workspace.show(environmentName('dve')),
      workspace.history(environmentName('dve')),
      workspace.render('marts.revenue', environmentName('dve')),
      workspace.planRun(environmentName('dve')),
      workspace.planRollback(environmentName('dve'), null),
      workspace.planDelete(environmentName('dve')),
    ];
    for (const read of reads) {
      const refused = await refusal(read);
      expect(refused).toMatchObject({ exit: 1, codes: ['environment-unknown'] });
      expect(refused.text).toContain('Did you mean dev?');
    }
  });
});
