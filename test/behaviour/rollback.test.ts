import { describe, expect, it } from 'vitest';
import { EVEN_MORE_ORDERS, failures, lines, MORE_ORDERS, named, reasons, refusal, SHOP, Subject } from './subject.ts';

const REVENUE = 'models/marts/revenue.sql';
const COUNTED = 'SELECT customer, count(*) AS orders FROM staging.orders GROUP BY customer\n';

const revenue = (subject: Subject, environment = 'prod'): Promise<readonly string[]> =>
  subject.rows(environment, 'SELECT * FROM marts.revenue');

/** Revision 2 of prod was a promotion, revision 3 took it back. */
async function rolledBack(): Promise<Subject> {
  const subject = Subject.make();
  await subject.apply('prod');
  subject.write({ [REVENUE]: COUNTED });
  await subject.apply('dev');
  await subject.promote('dev');
  await subject.rollback('prod');
  return subject;
}

describe('rollback', () => {
  it('points back without building, and is itself a revision', async () => {
    const subject = await rolledBack();
    expect(await revenue(subject)).toEqual(['ann|40', 'bob|20']);
    const history = await (await subject.workspace()).history((await subject.workspace()).base);
    expect(history.map(({ operation, standsAt }) => [operation, standsAt])).toEqual([
      ['apply', null],
      ['promote', null],
      ['rollback', 1],
    ]);
  });

  it('is undone by neither run nor apply, not even with new data', async () => {
    const subject = await rolledBack();
    expect((await subject.run()).result.moved).toBe(false);
    const { planned, result } = await subject.apply('prod');
    expect(lines(planned)).toEqual(['marts.revenue behind - reuse']);
    expect(reasons(planned, 'marts.revenue')).toMatch(/rollback.*prod revision 3/);
    expect(result.moved).toBe(false);
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    expect(await revenue(subject)).toEqual(['ann|40', 'bob|20', 'cat|40']);
    expect(lines((await subject.apply('prod')).planned)).toEqual(['marts.revenue behind - reuse']);
    expect((await subject.apply('prod', { takeBack: true })).result.moved).toBe(true);
    expect(await revenue(subject)).toEqual(['ann|2', 'bob|1', 'cat|1']);
  });

  it('is answered by promoting again, which brings everything back', async () => {
    const subject = await rolledBack();
    const { result } = await subject.promote('dev');
    expect(result).toMatchObject({ moved: true, revision: 4, summary: { built: 0 } });
    expect(await revenue(subject)).toEqual(['ann|2', 'bob|1']);
    expect((await subject.promote('dev')).result.moved).toBe(false);
    await subject.rollback('prod');
    expect(await revenue(subject)).toEqual(['ann|40', 'bob|20']);
  });

  it('goes to what was live before, and after a rollback to what was before its target', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    for (const aggregate of ['min', 'max', 'avg']) {
      subject.write({ [REVENUE]: SHOP[REVENUE].replace('sum', aggregate) });
      await subject.apply('prod');
    }
    expect(await revenue(subject)).toEqual(['ann|20', 'bob|20']);
    await subject.rollback('prod');
    expect(await revenue(subject)).toEqual(['ann|30', 'bob|20']);
    await subject.rollback('prod');
    expect(await revenue(subject)).toEqual(['ann|10', 'bob|20']);
    await subject.rollback('prod', 4);
    expect(await revenue(subject)).toEqual(['ann|20', 'bob|20']);
    await subject.rollback('prod', 1);
    expect(await revenue(subject)).toEqual(['ann|40', 'bob|20']);
    expect(await refusal(subject.rollback('prod'))).toMatchObject({ exit: 1, codes: ['nothing-to-roll-back'] });
    expect(await refusal(subject.rollback('prod', 99))).toMatchObject({ exit: 1, codes: ['revision-unknown'] });
  });

  it('restores data as well; run skips the very snapshot that was left until a newer one comes', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    await subject.rollback('prod');
    expect(await revenue(subject)).toEqual(['ann|40', 'bob|20']);
    expect((await subject.run()).result.moved).toBe(false);
    expect((await subject.run()).result.moved).toBe(false);
    expect(await revenue(subject)).toEqual(['ann|40', 'bob|20']);
    subject.write({ 'data/orders.csv': EVEN_MORE_ORDERS });
    expect((await subject.run()).result.moved).toBe(true);
    expect(await revenue(subject)).toEqual(['ann|40', 'bob|20', 'cat|40', 'dan|50']);
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    expect(named((await subject.run()).result, 'built')).toEqual([]);
    expect(await revenue(subject)).toEqual(['ann|40', 'bob|20', 'cat|40']);
  });

  it('of data is not undone by an apply of code, either', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    await subject.rollback('prod');
    subject.write({ [REVENUE]: COUNTED });
    const { planned } = await subject.apply('prod');
    expect(planned.document.data).toEqual([]);
    expect(await revenue(subject)).toEqual(['ann|2', 'bob|1']);
    expect((await subject.run()).result.moved).toBe(false);
  });

  it('of a branch restores its branch point, and the next run does not take the one that was left', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('dev');
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    await subject.run('dev');
    expect(await revenue(subject, 'dev')).toEqual(['ann|2', 'bob|1', 'cat|1']);
    await subject.rollback('dev');
    expect(await revenue(subject, 'dev')).toEqual(['ann|2', 'bob|1']);
    expect(await subject.rows('dev', 'SELECT count(*) FROM raw.orders')).toEqual(['3']);
    expect((await subject.run('dev')).result.moved).toBe(false);
    expect(await revenue(subject, 'dev')).toEqual(['ann|2', 'bob|1']);
    subject.write({ 'data/orders.csv': EVEN_MORE_ORDERS });
    await subject.run();
    expect(failures((await subject.run('dev')).result)).toEqual([]);
    expect(await revenue(subject, 'dev')).toEqual(['ann|2', 'bob|1', 'cat|1', 'dan|1']);
  });

  it('brings a removed node back, and takes an added one away', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({
      'models/marts/customers.sql': null,
      'models/marts/first.sql': 'SELECT min(id) AS id FROM raw.orders\n',
    });
    await subject.apply('prod');
    const { result } = await subject.rollback('prod');
    expect(result).toMatchObject({ moved: true, summary: { built: 0, removed: 1 } });
    expect(await subject.views()).toContain('marts.customers');
    expect(await subject.views()).not.toContain('marts.first');
    const { planned } = await subject.apply('prod');
    expect(planned.changes).toBe(false);
    expect(lines(planned).map((line) => line.split(' ', 2).join(' '))).toEqual([
      'marts.customers behind',
      'marts.first behind',
    ]);
  });

  it('brings back what was said of a table, too', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: `/* bough\ndescription: new words\n*/\n${SHOP[REVENUE]}` });
    await subject.apply('prod');
    const comment = "SELECT comment FROM duckdb_views() WHERE schema_name = 'marts' AND view_name = 'revenue'";
    expect(await subject.rows('prod', comment)).toEqual(['new words']);
    await subject.rollback('prod');
    expect(await subject.rows('prod', comment)).toEqual(['null']);
  });

  it('of the base stands although a branch of what was taken back is promoted', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('prod');
    subject.write({ 'models/marts/customers.sql': 'SELECT customer FROM staging.orders\n' });
    await subject.apply('dev');
    await subject.rollback('prod');
    await subject.promote('dev');
    expect(await revenue(subject)).toEqual(['ann|40', 'bob|20']);
    expect(await subject.rows('prod', 'SELECT count(*) FROM marts.customers')).toEqual(['3']);
    await subject.run('dev');
    expect(await revenue(subject, 'dev')).toEqual(['ann|40', 'bob|20']);
    expect(lines((await subject.apply('dev')).planned)).toEqual(['marts.revenue behind - reuse']);
  });

  it('is refused to a revision whose builds are gone', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('prod');
    expect(await subject.gc({ keep: 0 })).toEqual(['marts.revenue']);
    expect(await refusal(subject.rollback('prod'))).toMatchObject({ exit: 1, codes: ['revision-gone'] });
    const history = await (await subject.workspace()).history((await subject.workspace()).base);
    expect(history.map(({ gone }) => gone)).toEqual([true, false]);
  });
});
