import { afterEach, describe, expect, it, vi } from 'vitest';
import { environmentName } from '../../src/model/environment-name.ts';
import { EVEN_MORE_ORDERS, lines, MORE_ORDERS, named, refusal, SHOP, Subject } from './subject.ts';

const REVENUE = 'models/marts/revenue.sql';
const COUNTED = 'SELECT customer, count(*) AS orders FROM staging.orders GROUP BY customer\n';
const DAY = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

const builds = (subject: Subject): Promise<readonly string[]> =>
  subject.rows(
    'prod',
    "SELECT regexp_extract(table_name, '^[a-z]+__[a-z]+') FROM information_schema.tables WHERE table_name LIKE '%\\_\\_%' ESCAPE '\\' AND table_schema = 'bough'",
  );

describe('env delete', () => {
  it('takes the views of a branch and leaves the base alone', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('dev');
    const { result } = await subject.delete('dev');
    expect(result).toMatchObject({ environment: 'dev', moved: true });
    expect((await subject.views()).filter((name) => name.startsWith('dev'))).toEqual([]);
    expect(
      await subject.rows('prod', "SELECT 1 FROM information_schema.schemata WHERE schema_name LIKE 'dev%'"),
    ).toEqual([]);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
    for (const call of [subject.delete('dev'), subject.run('dev'), subject.rollback('dev'), subject.promote('dev')]) {
      expect((await refusal(call)).codes).toEqual(['environment-unknown']);
    }
  });

  it('is refused for a base with living branches', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    await subject.apply('dev');
    const refused = await refusal(subject.delete('prod'));
    expect(refused).toMatchObject({ exit: 1, codes: ['environment-has-branches'] });
    expect(refused.text).toContain('dev');
    await subject.delete('dev');
    expect((await subject.delete('prod')).result.moved).toBe(true);
    expect(await (await subject.workspace()).environments()).toMatchObject([
      { name: 'dev', deletedAt: expect.any(String) },
      { name: 'prod', deletedAt: expect.any(String) },
    ]);
  });

  it('lets revision numbers go on, and no rollback crosses it', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('dev');
    await subject.delete('dev');
    const { planned, result } = await subject.apply('dev');
    expect(planned.document).toMatchObject({ revision: 0, base: { environment: 'prod', revision: 1 } });
    expect(result).toMatchObject({ revision: 3, moved: true, summary: { built: 0 } });
    expect(await subject.rows('dev', 'SELECT * FROM marts.revenue')).toEqual(['ann|2', 'bob|1']);
    expect((await refusal(subject.rollback('dev'))).codes).toEqual(['nothing-to-roll-back']);
    expect((await refusal(subject.rollback('dev', 1))).codes).toEqual(['revision-unknown']);
    const history = await (await subject.workspace()).history(environmentName('dev'));
    expect(history.map(({ revision, operation }) => [revision, operation])).toEqual([
      [1, 'apply'],
      [2, 'delete'],
      [3, 'apply'],
    ]);
    expect((await subject.promote('dev')).result.moved).toBe(true);
  });

  it('of a base that comes again starts from the files', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    await subject.delete('prod');
    expect((await refusal(subject.rows('prod', 'SELECT * FROM marts.revenue'))).codes).toEqual(['environment-unknown']);
    const { planned, result } = await subject.apply('prod');
    expect(lines(planned).every((line) => line.includes(' added '))).toBe(true);
    expect(result).toMatchObject({ revision: 3, moved: true, summary: { built: 0 } });
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
  });
});

describe('gc', () => {
  it('frees what nobody can reach, and a dry run frees nothing', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('prod');
    expect(await subject.gc({})).toEqual([]);
    expect(await subject.gc({ keep: 0, dryRun: true })).toEqual(['marts.revenue']);
    expect(await builds(subject)).toHaveLength(5);
    expect(await subject.gc({ keep: 0 })).toEqual(['marts.revenue']);
    expect(await builds(subject)).toHaveLength(4);
    expect(await subject.gc({ keep: 0 })).toEqual([]);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|2', 'bob|1']);
  });

  it('spares heads and branch points whatever their age, and what branches alone still reach', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('dev');
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    expect(await subject.gc({ keep: 0 })).toEqual([]);
    expect(await subject.rows('dev', 'SELECT count(*) FROM raw.orders')).toEqual(['3']);
    expect(await subject.rows('dev', 'SELECT * FROM marts.customers')).toEqual(['ann', 'bob']);
    await subject.delete('dev');
    expect(await subject.gc({ keep: 0 })).toEqual([
      'marts.customers',
      'marts.revenue',
      'marts.revenue',
      'raw.orders',
      'staging.orders',
    ]);
    expect(await subject.rows('prod', 'SELECT count(*) FROM raw.orders')).toEqual(['4']);
  });

  it('keeps the window: a week unless said otherwise, `retention` where it says, `--keep` for once', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T10:00:00.000Z') });
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('prod');
    vi.setSystemTime(new Date('2026-03-07T10:00:00.000Z'));
    expect(await subject.gc({})).toEqual([]);
    expect(await subject.gc({ keep: 7 * DAY, dryRun: true })).toEqual([]);
    expect(await subject.gc({ keep: 5 * DAY, dryRun: true })).toEqual(['marts.revenue']);
    expect(await subject.rollback('prod')).toMatchObject({ result: { moved: true } });
    vi.setSystemTime(new Date('2026-03-08T09:00:00.000Z'));
    expect(await subject.gc({})).toEqual([]);
    await subject.close();
    subject.write({ 'bough.yml': 'name: test\nretention: 1h\n' });
    expect(await subject.gc({})).toEqual(['marts.revenue']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
  });

  it('counts the revisions of a deleted environment within the window', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T10:00:00.000Z') });
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('dev');
    await subject.delete('dev');
    vi.setSystemTime(new Date('2026-03-06T10:00:00.000Z'));
    expect(await subject.gc({})).toEqual([]);
    vi.setSystemTime(new Date('2026-03-09T10:00:00.000Z'));
    expect(await subject.gc({})).toEqual(['marts.revenue']);
  });

  it('thins revisions of data alone to the last three and one a day; run ends with it', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T08:00:00.000Z') });
    const subject = Subject.make({ ...SHOP, [REVENUE]: SHOP[REVENUE] });
    await subject.apply('prod');
    let orders = SHOP['data/orders.csv'];
    for (let hour = 0; hour < 6; hour += 1) {
      vi.setSystemTime(new Date(Date.UTC(2026, 2, 1 + Math.floor(hour / 3), 9 + hour)));
      orders += `${hour + 10},new${hour},${hour + 1}\n`;
      subject.write({ 'data/orders.csv': orders });
      await subject.run();
    }
    const history = await (await subject.workspace()).history(environmentName('prod'));
    expect(history.map(({ revision, gone }) => `${revision}${gone ? ' gone' : ''}`)).toEqual([
      '1',
      '2 gone',
      '3 gone',
      '4',
      '5',
      '6',
      '7',
    ]);
    expect(await builds(subject)).toHaveLength(4 * 5);
  });

  it('spares what a view reads, however deep', async () => {
    const subject = Subject.make({
      ...SHOP,
      'models/marts/v.sql': '/* bough\nkind: view\n*/\nSELECT customer FROM staging.orders\n',
    });
    await subject.apply('prod');
    await subject.apply('dev');
    subject.write({ 'models/staging/orders.sql': 'SELECT id, customer, amount FROM raw.orders WHERE amount > 15\n' });
    await subject.apply('prod');
    await subject.gc({ keep: 0 });
    expect(await subject.rows('dev', 'SELECT count(*) FROM marts.v')).toEqual(['3']);
    expect(await subject.rows('prod', 'SELECT count(*) FROM marts.v')).toEqual(['2']);
  });

  it('makes room for a definition to be built again: what is gone is no trap', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('prod');
    await subject.gc({ keep: 0 });
    subject.write({ [REVENUE]: SHOP[REVENUE] });
    const { result } = await subject.apply('prod');
    expect(named(result, 'built')).toEqual(['marts.revenue']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
  });

  it('leaves merges and branches of collected revisions possible', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('dev');
    subject.write({ [REVENUE]: SHOP[REVENUE], 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    subject.write({ 'data/orders.csv': EVEN_MORE_ORDERS });
    await subject.run();
    await subject.promote('dev');
    subject.write({ 'models/marts/customers.sql': 'SELECT customer FROM staging.orders\n' });
    await subject.apply('prod');
    await subject.gc({ keep: 0 });
    subject.write({
      [REVENUE]: COUNTED.replace('count(*)', 'max(id)'),
      'models/marts/customers.sql': SHOP['models/marts/customers.sql'],
    });
    await subject.apply('dev');
    const { result } = await subject.promote('dev');
    expect(result.moved).toBe(true);
    expect(await subject.rows('prod', 'SELECT count(*) FROM marts.customers')).toEqual(['5']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|3', 'bob|2', 'cat|4', 'dan|5']);
  });
});
