import { describe, expect, it } from 'vitest';
import { lines, MORE_ORDERS, reasons, SHOP, Subject } from './subject.ts';

const REVENUE = 'models/marts/revenue.sql';
const COUNTED = 'SELECT customer, count(*) AS orders FROM staging.orders GROUP BY customer\n';
const NEW_ROWS = ['ann|2', 'bob|1'];
const OLD_ROWS = ['ann|40', 'bob|20'];

const revenue = (subject: Subject, environment = 'prod'): Promise<readonly string[]> =>
  subject.rows(environment, 'SELECT * FROM marts.revenue');

/** A promotion happened, and the files are those of a checkout that has not seen it. */
async function lagging(): Promise<Subject> {
  const subject = Subject.make();
  await subject.apply('prod');
  subject.write({ [REVENUE]: COUNTED });
  await subject.apply('dev');
  await subject.promote('dev');
  subject.write({ [REVENUE]: SHOP[REVENUE] });
  return subject;
}

describe('files that lag behind', () => {
  it('a run after a promotion that git has not merged does not take it back', async () => {
    const subject = await lagging();
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    expect(await revenue(subject)).toEqual([...NEW_ROWS, 'cat|1']);
  });

  it('an apply keeps promoted code, names the revision and counts it as no change', async () => {
    const subject = await lagging();
    const { planned, result } = await subject.apply('prod');
    expect(lines(planned)).toEqual(['marts.revenue behind - reuse']);
    expect(reasons(planned, 'marts.revenue')).toMatch(/prod revision 2/);
    expect(planned.changes).toBe(false);
    expect(result).toMatchObject({ moved: false, revision: 2 });
    expect(await revenue(subject)).toEqual(NEW_ROWS);
  });

  it('an apply of something else keeps it, too', async () => {
    const subject = await lagging();
    subject.write({ 'models/marts/customers.sql': 'SELECT customer FROM staging.orders\n' });
    const { planned } = await subject.apply('prod');
    expect(lines(planned).map((line) => line.split(' ', 2).join(' '))).toEqual([
      'marts.customers modified',
      'marts.revenue behind',
    ]);
    expect(await revenue(subject)).toEqual(NEW_ROWS);
    expect(lines((await subject.apply('prod')).planned)).toEqual(['marts.revenue behind - reuse']);
  });

  it('a new branch keeps it though it is built anew there, and the next apply does so too', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    const [path, text] = ['models/marts/big.sql', 'SELECT customer FROM marts.revenue WHERE total > 30\n'];
    subject.write({ [path]: text });
    await subject.apply('prod');
    subject.write({ [path]: null, [REVENUE]: SHOP[REVENUE].replace('sum(amount)', '2 * sum(amount)') });
    const { planned } = await subject.apply('dev');
    expect(lines(planned)).toContain('marts.big behind - build');
    expect((await subject.apply('dev')).planned.changes).toBe(false);
  });

  it('--take-back takes the files', async () => {
    const subject = await lagging();
    const { planned } = await subject.apply('prod', { takeBack: true });
    expect(lines(planned)[0]).toMatch(/^marts\.revenue modified /);
    expect(await revenue(subject)).toEqual(OLD_ROWS);
    expect((await subject.apply('prod')).planned.changes).toBe(false);
  });

  it('any other definition wins and is shown against the head', async () => {
    const subject = await lagging();
    subject.write({ [REVENUE]: SHOP[REVENUE].replace('sum', 'max') });
    const { planned } = await subject.apply('prod');
    expect(lines(planned)[0]).toMatch(/^marts\.revenue modified /);
    expect(planned.diffs.find(({ node }) => node === 'marts.revenue')?.before.trim()).toBe(COUNTED.trim());
    expect(await revenue(subject)).toEqual(['ann|30', 'bob|20']);
  });

  it('a node that was promoted and whose file is absent stays; one that was removed stays away', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({
      'models/marts/customers.sql': null,
      'models/marts/first.sql': 'SELECT min(id) AS id FROM raw.orders\n',
    });
    await subject.apply('dev');
    await subject.promote('dev');
    subject.write({ 'models/marts/customers.sql': SHOP['models/marts/customers.sql'], 'models/marts/first.sql': null });
    const { planned, result } = await subject.apply('prod');
    expect(lines(planned).map((line) => line.split(' ', 2).join(' '))).toEqual([
      'marts.customers behind',
      'marts.first behind',
    ]);
    expect(result.moved).toBe(false);
    expect(await subject.views()).toContain('marts.first');
    expect(await subject.views()).not.toContain('marts.customers');
    const taken = await subject.apply('prod', { takeBack: true });
    expect(taken.result.moved).toBe(true);
    expect(await subject.views()).toContain('marts.customers');
    expect(await subject.views()).not.toContain('marts.first');
  });

  it('a new branch from a lagging checkout has the promoted code', async () => {
    const subject = await lagging();
    subject.write({ 'models/marts/customers.sql': 'SELECT customer FROM staging.orders\n' });
    const { planned } = await subject.apply('topic');
    expect(lines(planned).map((line) => line.split(' ', 2).join(' '))).toEqual([
      'marts.customers modified',
      'marts.revenue behind',
    ]);
    expect(await revenue(subject, 'topic')).toEqual(NEW_ROWS);
    await subject.promote('topic');
    expect(await revenue(subject)).toEqual(NEW_ROWS);
  });

  it('a branch that took a new branch point with promoted code keeps that code', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ 'models/marts/customers.sql': 'SELECT customer FROM staging.orders\n' });
    await subject.apply('topic');
    subject.write({ [REVENUE]: COUNTED, 'models/marts/customers.sql': SHOP['models/marts/customers.sql'] });
    await subject.apply('dev');
    await subject.promote('dev');
    await subject.run('topic');
    expect(await revenue(subject, 'topic')).toEqual(NEW_ROWS);
    subject.write({ [REVENUE]: SHOP[REVENUE], 'models/marts/customers.sql': 'SELECT customer FROM staging.orders\n' });
    const { planned, result } = await subject.apply('topic');
    expect(lines(planned)).toEqual(['marts.revenue behind - reuse']);
    expect(reasons(planned, 'marts.revenue')).toMatch(/prod revision 2/);
    expect(result.moved).toBe(false);
    expect(await revenue(subject, 'topic')).toEqual(NEW_ROWS);
  });

  it('a new branch point by apply --refresh is no reason to take its code back, nor what is new or gone there', async () => {
    const old = { 'models/marts/old.sql': 'SELECT 1 AS a\n' } as const;
    const subject = Subject.make({ ...SHOP, ...old });
    await subject.apply('prod');
    const mine = { 'models/marts/mine.sql': 'SELECT 2 AS a\n' } as const;
    subject.write(mine);
    await subject.apply('dev');
    subject.write({
      'models/marts/mine.sql': null,
      'models/marts/old.sql': null,
      'models/marts/new.sql': 'SELECT 3 AS a\n',
      [REVENUE]: COUNTED,
    });
    await subject.apply('other');
    await subject.promote('other');
    subject.write({ ...mine, ...old, 'models/marts/new.sql': null, [REVENUE]: SHOP[REVENUE] });
    const { planned } = await subject.apply('dev', { refresh: true });
    expect(lines(planned)).toEqual([
      'marts.new behind - reuse',
      'marts.old behind - none',
      'marts.revenue behind - reuse',
    ]);
    expect(reasons(planned, 'marts.revenue')).toMatch(/branch point.*prod revision 2/);
    expect(await revenue(subject, 'dev')).toEqual(NEW_ROWS);
    await subject.promote('dev');
    expect((await subject.views()).filter((name) => name.startsWith('marts.')).toSorted()).toEqual([
      'marts.customers',
      'marts.mine',
      'marts.new',
      'marts.revenue',
    ]);
    expect(await revenue(subject)).toEqual(NEW_ROWS);
  });

  it('what the base removed does not come back through a branch that followed it', async () => {
    const old = { 'models/marts/old.sql': 'SELECT 1 AS a\n' } as const;
    const subject = Subject.make({ ...SHOP, ...old });
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('dev');
    subject.write({ [REVENUE]: SHOP[REVENUE], 'models/marts/old.sql': null });
    await subject.apply('prod');
    await subject.run('dev');
    subject.write({ [REVENUE]: COUNTED, ...old });
    const { planned, result } = await subject.apply('dev');
    expect(lines(planned)).toEqual(['marts.old behind - none']);
    expect(result.moved).toBe(false);
    expect(lines(await subject.plan('topic'))).toContain('marts.old behind - none');
    const taken = await subject.apply('dev', { takeBack: true });
    expect(lines(taken.planned)).toEqual(['marts.old added - reuse']);
    expect((await subject.apply('dev')).planned.changes).toBe(false);
  });

  it('a file that moved away and came back by hand is no lag', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('prod');
    subject.write({ [REVENUE]: SHOP[REVENUE] });
    const { planned, result } = await subject.apply('prod');
    expect(lines(planned)[0]).toMatch(/^marts\.revenue modified \S+ reuse/);
    expect(result.summary.built).toBe(0);
    expect(await revenue(subject)).toEqual(OLD_ROWS);
  });
});
