import { describe, expect, it } from 'vitest';
import { failures, lines, MORE_ORDERS, named, reasons, refusal, SHOP, Subject } from './subject.ts';

const REVENUE = 'models/marts/revenue.sql';
const CUSTOMERS = 'models/marts/customers.sql';
const COUNTED = 'SELECT customer, sum(amount) AS total, count(*) AS orders FROM staging.orders GROUP BY customer\n';
const WITH_FLAG = "SELECT DISTINCT customer, customer = 'ann' AS known FROM staging.orders\n";

/** A base, and a branch whose revenue counts orders, too. */
async function branched(): Promise<Subject> {
  const subject = Subject.make();
  await subject.apply('prod');
  subject.write({ [REVENUE]: COUNTED });
  await subject.apply('dev');
  return subject;
}

describe('promote', () => {
  it('publishes the very builds that were tested, and nothing twice', async () => {
    const subject = await branched();
    const before = await subject.rows('prod', 'SELECT * FROM marts.revenue');
    expect(before).toEqual(['ann|40', 'bob|20']);
    const { planned, result } = await subject.promote('dev');
    expect(planned.document).toMatchObject({
      environment: 'prod',
      revision: 1,
      base: { environment: 'dev', revision: 1 },
      summary: { build: 0, reuse: 4, remove: 0 },
    });
    expect(result).toMatchObject({ revision: 2, moved: true, summary: { built: 0, failed: 0 } });
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40|2', 'bob|20|1']);
    expect((await subject.promote('dev')).result).toMatchObject({ revision: 2, moved: false });
  });

  it('catches tested code up to data that moved on meanwhile; --exact refuses that', async () => {
    const subject = await branched();
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    const exact = await refusal(subject.promote('dev', { exact: true }));
    expect(exact).toMatchObject({ exit: 4, codes: ['not-exact'] });
    expect(exact.text).toContain('marts.revenue');
    const { planned, result } = await subject.promote('dev');
    expect(planned.document.notes.join()).toContain("same code, 1 table caught up to prod's data");
    expect(named(result, 'built')).toEqual(['marts.revenue']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40|2', 'bob|20|1', 'cat|40|1']);
    expect(await subject.rows('dev', 'SELECT * FROM marts.revenue')).toEqual(['ann|40|2', 'bob|20|1']);
  });

  it('gates what was caught up, and moves nothing where the gate refuses', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: `/* bough\naudits:\n  - row_count: { max: 2 }\n*/\n${COUNTED}` });
    expect(failures((await subject.apply('dev')).result)).toEqual([]);
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    const { result } = await subject.promote('dev');
    expect(failures(result)).toEqual(['audit-failed']);
    expect(result).toMatchObject({ moved: false, revision: 2 });
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20', 'cat|40']);
  });

  it('merges code that the base changed at another node', async () => {
    const subject = await branched();
    subject.write({ [REVENUE]: SHOP[REVENUE], [CUSTOMERS]: WITH_FLAG });
    await subject.apply('prod');
    const { planned, result } = await subject.promote('dev');
    expect(lines(planned).map((line) => line.split(' ')[0])).toEqual(['marts.revenue']);
    expect(result.summary.built).toBe(0);
    expect(await subject.rows('prod', 'SELECT * FROM marts.customers')).toEqual(['ann|true', 'bob|false']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40|2', 'bob|20|1']);
  });

  it('refuses a node that both sides changed differently, and names both', async () => {
    const subject = await branched();
    subject.write({ [REVENUE]: SHOP[REVENUE].replace('sum', 'max') });
    await subject.apply('prod');
    const conflict = await refusal(subject.promote('dev'));
    expect(conflict).toMatchObject({ exit: 4, codes: ['merge-conflict'] });
    expect(conflict.text).toMatch(/`marts\.revenue`.*dev changed it \(revision 1\), prod changed it \(revision 2\)/);
    expect(await subject.head('prod')).toBe(2);
  });

  it('finds no conflict where both sides made the same edit', async () => {
    const subject = await branched();
    subject.write({ [REVENUE]: `-- written by somebody else\n${COUNTED.toLowerCase()}` });
    await subject.apply('prod');
    const { result } = await subject.promote('dev');
    expect(failures(result)).toEqual([]);
    expect(result.summary.built).toBe(0);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40|2', 'bob|20|1']);
  });

  it('builds and marks a node that reads other code in the target than where it was tested', async () => {
    const subject = await branched();
    const atLeast20 = SHOP['models/staging/orders.sql'].replace('> 0', '>= 20');
    subject.write({ [REVENUE]: SHOP[REVENUE], 'models/staging/orders.sql': atLeast20 });
    await subject.apply('prod');
    expect((await refusal(subject.promote('dev', { exact: true }))).codes).toEqual(['not-exact']);
    const { planned, result } = await subject.promote('dev');
    expect(reasons(planned, 'marts.revenue')).toContain('other code');
    expect(named(result, 'built')).toEqual(['marts.revenue']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|30|1', 'bob|20|1']);
  });

  it('takes a node away that the branch removed', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [CUSTOMERS]: null });
    const { planned } = await subject.apply('dev');
    expect(lines(planned)).toEqual(['marts.customers removed - remove']);
    expect(await subject.views()).toContain('marts.customers');
    const { result } = await subject.promote('dev');
    expect(named(result, 'removed')).toEqual(['marts.customers']);
    expect(await subject.views()).not.toContain('marts.customers');
    expect(await subject.views()).toContain('marts.revenue');
    const { result: ran } = await subject.run();
    expect(ran.moved).toBe(false);
  });

  it('refuses a removal of what the base changed meanwhile', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [CUSTOMERS]: null });
    await subject.apply('dev');
    subject.write({ [CUSTOMERS]: WITH_FLAG });
    await subject.apply('prod');
    const conflict = await refusal(subject.promote('dev'));
    expect(conflict).toMatchObject({ exit: 4, codes: ['merge-conflict'] });
    expect(conflict.text).toMatch(/dev removed it/);
  });

  it('refuses a merge whose result does not fit together, with both sides named', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [CUSTOMERS]: null });
    await subject.apply('dev');
    subject.write({
      [CUSTOMERS]: SHOP[CUSTOMERS],
      'models/marts/first.sql': 'SELECT min(customer) AS c FROM marts.customers\n',
    });
    await subject.apply('prod');
    const refused = await refusal(subject.promote('dev'));
    expect(refused.exit).toBe(4);
    expect(refused.codes).toContain('merge-conflict');
    expect(refused.text).toMatch(/dev.*prod/s);
    expect(refused.text).toContain('marts.customers');
  });

  it('refuses a merge in which a column is used that the other side removed', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ 'models/marts/ids.sql': 'SELECT id FROM staging.orders\n' });
    await subject.apply('dev');
    subject.write({
      'models/marts/ids.sql': null,
      'models/staging/orders.sql': 'SELECT customer, amount FROM raw.orders WHERE amount > 0\n',
    });
    await subject.apply('prod');
    const refused = await refusal(subject.promote('dev'));
    expect(refused).toMatchObject({ exit: 4, codes: ['merge-conflict', 'column-unknown'] });
    expect(refused.text).toMatch(/dev.*prod/s);
    expect(await subject.head('prod')).toBe(2);
  });

  it('brings a new source along with its snapshot', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({
      'data/names.csv': 'customer,name\nann,Ann\n',
      'models/raw/names.yml': 'kind: source\nname: raw.names\nfile: data/names.csv\n',
      'models/marts/names.sql': 'SELECT name FROM raw.names\n',
    });
    await subject.apply('dev');
    subject.write({ 'data/names.csv': 'customer,name\nann,Ann\nbob,Bob\n' });
    const { result } = await subject.promote('dev');
    expect(result).toMatchObject({ moved: true, summary: { built: 0, failed: 0 } });
    expect(await subject.rows('prod', 'SELECT * FROM marts.names')).toEqual(['Ann']);
    await subject.run();
    expect(await subject.rows('prod', 'SELECT * FROM marts.names')).toEqual(['Ann', 'Bob']);
  });

  it('goes on from what was promoted before', async () => {
    const subject = await branched();
    await subject.promote('dev');
    subject.write({ [REVENUE]: COUNTED.replace('count(*)', 'max(amount)') });
    await subject.apply('dev');
    const { result } = await subject.promote('dev');
    expect(failures(result)).toEqual([]);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40|30', 'bob|20|20']);
  });

  it('promotes between siblings by way of the base: the second conflicts only where it must', async () => {
    const subject = await branched();
    subject.write({ [REVENUE]: SHOP[REVENUE], [CUSTOMERS]: WITH_FLAG });
    await subject.apply('other');
    await subject.promote('dev');
    expect((await subject.promote('other')).result).toMatchObject({ moved: true, summary: { built: 0 } });
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40|2', 'bob|20|1']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.customers')).toEqual(['ann|true', 'bob|false']);
  });

  it('says what stands in the way where there is nothing to promote to', async () => {
    const subject = await branched();
    expect(await refusal(subject.promote('prod'))).toMatchObject({ exit: 1, codes: ['environment-not-a-branch'] });
    const unknown = await refusal(subject.promote('deb'));
    expect(unknown).toMatchObject({ exit: 1, codes: ['environment-unknown'] });
    expect(unknown.text).toContain('dev');
  });
});
