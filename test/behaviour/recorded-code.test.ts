import { describe, expect, it } from 'vitest';
import { lines, SHOP, Subject } from './subject.ts';

const CUSTOMERS = 'models/marts/customers.sql';
const ORDERS = 'models/staging/orders.sql';
const STARRED = { ...SHOP, [CUSTOMERS]: 'SELECT * EXCLUDE (amount) FROM staging.orders\n' };
const SPELLED = { [CUSTOMERS]: 'SELECT id, customer FROM staging.orders\n' };
const WIDER = { [ORDERS]: SHOP[ORDERS].replace('amount FROM', 'amount, 1 AS extra FROM') };

describe('a text that means the same over the present columns', () => {
  it('is no change by itself', async () => {
    const subject = Subject.make(STARRED);
    await subject.apply('prod');
    subject.write(SPELLED);
    const { planned, result } = await subject.apply('prod');
    expect([lines(planned), planned.changes, result.moved]).toEqual([[], false, false]);
  });

  it.each(['prod', 'dev'])(
    'is recorded with what changes beside it: a run of %s builds what the files say',
    async (name) => {
      const subject = Subject.make(STARRED);
      await subject.apply('prod');
      subject.write({ ...SPELLED, ...WIDER });
      const { planned } = await subject.apply(name);
      expect(lines(planned)).toEqual(['staging.orders modified non-breaking build']);
      expect((await subject.run(name)).result).toMatchObject({ moved: false });
      expect((await subject.apply(name)).result).toMatchObject({ moved: false });
      const columns = `SELECT string_agg(name, ' ' ORDER BY cid) FROM pragma_table_info('marts.customers')`;
      expect(await subject.rows('prod', columns)).toEqual(['id customer']);
    },
  );

  it('goes along with a promotion', async () => {
    const subject = Subject.make(STARRED);
    await subject.apply('prod');
    subject.write({ ...SPELLED, ...WIDER });
    await subject.apply('dev');
    await subject.promote('dev');
    expect((await subject.run()).result).toMatchObject({ moved: false });
    expect(await subject.rows('prod', 'SELECT * FROM marts.customers')).toEqual(['1|ann', '2|bob', '3|ann']);
  });
});
