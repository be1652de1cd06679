import { describe, expect, it } from 'vitest';
import { failures, lines, MORE_ORDERS, SHOP, Subject } from './subject.ts';

const REVENUE = 'models/marts/revenue.sql';
const audited = (audits: string, sql: string = SHOP[REVENUE]): string => `/* bough\naudits:\n${audits}*/\n${sql}`;

const passed = (subject: Subject): readonly string[] =>
  subject.events.splice(0).flatMap((event) => (event.type === 'audit-passed' ? [event.audit] : []));

describe('audits', () => {
  it.each([
    [
      'not_null',
      '  - not_null: total\n',
      'SELECT customer, nullif(sum(amount), 20) AS total FROM staging.orders GROUP BY 1\n',
    ],
    ['unique', '  - unique: total\n', 'SELECT customer, 1 AS total FROM staging.orders GROUP BY customer\n'],
    ['accepted_values', '  - accepted_values: { column: customer, values: [ann, "o\'neill"] }\n', undefined],
    ['row_count', '  - row_count: { min: 3 }\n', undefined],
    ['sql', '  - { name: rich, sql: "SELECT * FROM marts.revenue WHERE total > 30" }\n', undefined],
  ])('%s that fails leaves every pointer as it was', async (_, audits, sql) => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({
      [REVENUE]: audited(audits, sql),
      'models/marts/customers.sql': 'SELECT customer FROM staging.orders\n',
    });
    const { result } = await subject.apply('prod');
    expect(failures(result)).toEqual(['audit-failed']);
    expect(result.problems[0]?.at).toMatchObject({ file: REVENUE, line: 3 });
    expect(result).toMatchObject({ moved: false, revision: 1 });
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
    expect(await subject.rows('prod', 'SELECT count(*) FROM marts.customers')).toEqual(['2']);
  });

  it('with severity warn are told and let pass', async () => {
    const subject = Subject.make();
    subject.write({ [REVENUE]: audited('  - { row_count: { min: 3 }, severity: warn }\n') });
    const { result } = await subject.apply('prod');
    expect(result.problems).toMatchObject([{ code: 'audit-failed', severity: 'warning' }]);
    expect(result).toMatchObject({ moved: true, revision: 1 });
  });

  it('that changed run although nothing is built; what has passed is not run again', async () => {
    const subject = Subject.make({ ...SHOP, [REVENUE]: audited('  - not_null: total\n') });
    await subject.apply('prod');
    expect(passed(subject)).toEqual(['not_null (total)']);
    await subject.apply('prod');
    expect(passed(subject)).toEqual([]);
    subject.write({ [REVENUE]: audited('  - not_null: total\n  - unique: customer\n') });
    const { planned, result } = await subject.apply('prod');
    expect(lines(planned)).toEqual(['marts.revenue modified metadata reuse']);
    expect(result.summary.built).toBe(0);
    expect(passed(subject)).toEqual(['unique (customer)']);
    subject.write({ [REVENUE]: audited('  - not_null: total\n  - unique: customer\n  - row_count: { max: 1 }\n') });
    expect(failures((await subject.apply('prod')).result)).toEqual(['audit-failed']);
    expect(await subject.head('prod')).toBe(2);
  });

  it('that failed run again at the next try', async () => {
    const subject = Subject.make({ ...SHOP, [REVENUE]: audited('  - row_count: { min: 3 }\n') });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const { result } = await subject.apply('prod');
      expect(failures(result)).toEqual(['audit-failed']);
      expect(result.summary.built).toBe(attempt === 0 ? 4 : 0);
    }
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    expect((await subject.apply('prod')).result.moved).toBe(true);
  });

  it('gate new data, too', async () => {
    const subject = Subject.make({ ...SHOP, [REVENUE]: audited('  - row_count: { max: 2 }\n') });
    await subject.apply('prod');
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    const { result } = await subject.run();
    expect(failures(result)).toEqual(['audit-failed']);
    expect(await subject.rows('prod', 'SELECT count(*) FROM raw.orders')).toEqual(['3']);
  });

  it('in SQL can read other nodes, and run again where those changed', async () => {
    const sql =
      '  - name: complete\n    sql: SELECT * FROM staging.orders o WHERE o.customer NOT IN (SELECT customer FROM marts.revenue)\n';
    const subject = Subject.make({
      ...SHOP,
      [REVENUE]: audited(sql, "SELECT 'ann' AS customer, 1 AS total UNION ALL SELECT 'bob', 2\n"),
    });
    await subject.apply('prod');
    expect(passed(subject)).toEqual(['complete']);
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    const { planned, result } = await subject.run();
    expect(lines(planned)).not.toContain('marts.revenue unchanged - build');
    expect(failures(result)).toEqual(['audit-failed']);
  });

  it('on sources, seeds and columns are audits like others', async () => {
    const subject = Subject.make({
      ...SHOP,
      'models/raw/orders.yml': `${SHOP['models/raw/orders.yml']}columns:\n  id: { type: INTEGER, audits: [not_null, unique] }\n`,
    });
    await subject.apply('prod');
    expect(passed(subject)).toEqual(['not_null (id)', 'unique (id)']);
    subject.write({ 'data/orders.csv': `${SHOP['data/orders.csv']}3,eve,5\n` });
    expect(failures((await subject.run()).result)).toEqual(['audit-failed']);
  });

  it('that cannot run are an error at their place, and move nothing', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: audited('  - not_null: nothing_of_the_kind\n') });
    const { result } = await subject.apply('prod');
    expect(failures(result)).toEqual(['audit-error']);
    expect(result.problems[0]?.at).toMatchObject({ file: REVENUE, line: 3 });
    expect(result.moved).toBe(false);
  });
});
