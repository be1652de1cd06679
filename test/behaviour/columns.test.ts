import { describe, expect, it } from 'vitest';
import { lines, MORE_ORDERS, named, reasons, refusal, SHOP, Subject } from './subject.ts';

const STAGING = 'models/staging/orders.sql';
const WIDER = 'SELECT id, customer, amount, amount * 2 AS twice FROM raw.orders WHERE amount > 0\n';

const READERS = {
  ...SHOP,
  'models/marts/view.sql': '/* bough\nkind: view\n*/\nSELECT customer FROM staging.orders\n',
  'models/marts/star.sql': 'SELECT * FROM staging.orders\n',
} as const;

describe('a column', () => {
  it('that is added leaves every reader that does not use it untouched, views and collections among them', async () => {
    const subject = Subject.make(READERS);
    await subject.apply('prod');
    subject.write({ [STAGING]: WIDER });
    const { planned, result } = await subject.apply('dev');
    expect(lines(planned)).toEqual([
      'marts.star indirect non-breaking build',
      'staging.orders modified non-breaking build',
    ]);
    expect(reasons(planned, 'staging.orders')).toBe('column twice added (line 1)');
    expect(reasons(planned, 'marts.view')).toContain('unaffected');
    expect(named(result, 'built')).toEqual(['marts.star', 'staging.orders']);
    await subject.promote('dev');
    await subject.delete('dev');
    await subject.gc();
    expect(await subject.rows('prod', 'SELECT * FROM marts.view')).toEqual(['ann', 'ann', 'bob']);
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    expect(named((await subject.run()).result, 'built')).toHaveLength(6);
    expect(await subject.rows('prod', 'SELECT * FROM marts.view')).toEqual(['ann', 'ann', 'bob', 'cat']);
  });

  it('that is changed builds its users and nobody else', async () => {
    const subject = Subject.make(READERS);
    await subject.apply('prod');
    subject.write({
      [STAGING]: 'SELECT id, customer, amount + 1 AS amount FROM raw.orders AS o WHERE o.amount > 0\n',
    });
    const { planned } = await subject.apply('prod');
    expect(lines(planned)).toEqual([
      'marts.revenue indirect breaking build',
      'marts.star indirect breaking build',
      'staging.orders modified breaking build',
    ]);
    expect(reasons(planned, 'marts.revenue')).toContain('amount');
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|42', 'bob|21']);
  });

  it('that is gone is an error at each place that uses it, before any build', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [STAGING]: 'SELECT id, amount FROM raw.orders WHERE amount > 0\n' });
    const refused = await refusal(subject.apply('prod'));
    expect(refused).toMatchObject({ exit: 1, codes: ['column-unknown', 'column-unknown'] });
    expect(refused.text).toContain('customer');
    expect(await subject.head('prod')).toBe(1);
  });

  it('that new data no longer has stops a run, and nothing moves', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ 'data/orders.csv': 'id,client,amount\n1,eve,1\n' });
    expect(await refusal(subject.run())).toMatchObject({ exit: 1, codes: ['column-unknown'] });
    expect((await subject.apply('prod')).planned.changes).toBe(false);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
  });

  it('that new data brings reaches those who take everything', async () => {
    const subject = Subject.make(READERS);
    await subject.apply('prod');
    subject.write({ [STAGING]: 'SELECT * FROM raw.orders\n' });
    await subject.apply('prod');
    subject.write({ 'data/orders.csv': 'id,customer,amount,city\n1,ann,10,Ulm\n' });
    await subject.run();
    expect(await subject.rows('prod', 'SELECT city FROM marts.star')).toEqual(['Ulm']);
    expect((await subject.apply('prod')).planned.changes).toBe(false);
  });
});
