import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lines, named, reasons, SHOP, Subject } from './subject.ts';

const MODELS = {
  'models/marts/day.sql': 'SELECT current_date AS day\n',
  'models/marts/moment.sql': 'SELECT now() AS moment\n',
  'models/marts/loose.sql': '/* bough\nclock: ignore\n*/\nSELECT now() AS moment\n',
  'models/marts/fixed.sql': 'SELECT 1 AS a\n',
  'models/marts/age.sql': "SELECT day - DATE '2026-01-01' AS age FROM marts.day\n",
} as const;

const at = (time: string): void => {
  vi.setSystemTime(new Date(time));
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  at('2026-03-01T10:00:00.000Z');
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the clock', () => {
  it('is one instant for a whole revision', async () => {
    const subject = Subject.make(MODELS);
    await subject.apply('prod');
    expect(await subject.rows('prod', 'SELECT day FROM marts.day')).toEqual(['2026-03-01']);
    expect(await subject.rows('prod', "SELECT moment = '2026-03-01 10:00:00+00' FROM marts.moment")).toEqual(['true']);
    at('2026-03-01T11:00:00.000Z');
    expect((await subject.apply('prod')).planned.changes).toBe(false);
  });

  it('rebuilds the timestamp family at each run, the date family each day, and nothing that ignores it', async () => {
    const subject = Subject.make(MODELS);
    await subject.apply('prod');
    at('2026-03-01T18:00:00.000Z');
    const second = await subject.run();
    expect(named(second.result, 'built')).toEqual(['marts.moment']);
    expect(reasons(second.planned, 'marts.moment')).toContain('clock');
    at('2026-03-02T00:30:00.000Z');
    const next = await subject.run();
    expect(named(next.result, 'built')).toEqual(['marts.age', 'marts.day', 'marts.moment']);
    expect(await subject.rows('prod', 'SELECT age FROM marts.age')).toEqual(['60']);
  });

  it('is another in each build where it is ignored: readers of it are built beside the new one', async () => {
    const subject = Subject.make({
      ...MODELS,
      'models/marts/reader.sql': 'SELECT moment FROM marts.loose\n',
      'models/marts/entries.sql': 'SELECT count(*) AS entries FROM marts.loose\n',
    });
    await subject.apply('prod');
    subject.write({ 'models/marts/loose.sql': '/* bough\nclock: ignore\n*/\nSELECT now() AS moment, 1 AS one\n' });
    const { result } = await subject.apply('prod');
    expect(named(result, 'built')).toEqual(['marts.loose', 'marts.reader']);
    expect(result.problems).toEqual([]);
    const both = 'SELECT moment = (SELECT moment FROM marts.reader) FROM marts.loose';
    expect(await subject.rows('prod', both)).toEqual(['true']);
  });

  it('writes no revision where nobody reads it', async () => {
    const subject = Subject.make({ 'models/marts/fixed.sql': 'SELECT 1 AS a\n' });
    await subject.apply('prod');
    at('2026-03-05T10:00:00.000Z');
    expect((await subject.run()).result).toMatchObject({ moved: false, revision: 1 });
  });

  it('has its day in the time zone of the project', async () => {
    const subject = Subject.make({ ...MODELS, 'bough.yml': 'name: test\ntimezone: Asia/Tokyo\n' });
    at('2026-03-01T14:00:00.000Z');
    await subject.apply('prod');
    expect(await subject.rows('prod', 'SELECT day FROM marts.day')).toEqual(['2026-03-01']);
    at('2026-03-01T15:30:00.000Z');
    expect(named((await subject.run()).result, 'built')).toContain('marts.day');
    expect(await subject.rows('prod', 'SELECT day FROM marts.day')).toEqual(['2026-03-02']);
  });

  it('of a branch is that of its branch point until the next run', async () => {
    const subject = Subject.make(MODELS);
    await subject.apply('prod');
    at('2026-03-04T10:00:00.000Z');
    subject.write({ 'models/marts/age.sql': "SELECT day - DATE '2026-02-01' AS age FROM marts.day\n" });
    await subject.apply('dev');
    expect(await subject.rows('dev', 'SELECT age FROM marts.age')).toEqual(['28']);
    await subject.run();
    expect(await subject.rows('dev', 'SELECT age FROM marts.age')).toEqual(['28']);
    await subject.run('dev');
    expect(await subject.rows('dev', 'SELECT age FROM marts.age')).toEqual(['31']);
  });

  it('of new code is that of the head: an apply does not move the day', async () => {
    const subject = Subject.make(MODELS);
    await subject.apply('prod');
    at('2026-03-04T10:00:00.000Z');
    subject.write({ 'models/marts/new.sql': 'SELECT today() AS day, day AS other FROM marts.day\n' });
    await subject.apply('prod');
    expect(await subject.rows('prod', 'SELECT * FROM marts.new')).toEqual(['2026-03-01|2026-03-01']);
    await subject.apply('prod', { refresh: true });
    expect(await subject.rows('prod', 'SELECT * FROM marts.new')).toEqual(['2026-03-04|2026-03-04']);
  });

  it('taken back by a rollback stays there for that day, and goes on with the next', async () => {
    const subject = Subject.make(MODELS);
    await subject.apply('prod');
    at('2026-03-02T10:00:00.000Z');
    await subject.run();
    await subject.rollback('prod');
    at('2026-03-02T15:00:00.000Z');
    await subject.run();
    expect(await subject.rows('prod', 'SELECT day FROM marts.day')).toEqual(['2026-03-01']);
    at('2026-03-03T10:00:00.000Z');
    await subject.run();
    expect(await subject.rows('prod', 'SELECT day FROM marts.day')).toEqual(['2026-03-03']);
  });

  it('does not change the name of a column that has none of its own', async () => {
    const subject = Subject.make({ 'models/marts/bare.sql': 'SELECT current_date, now()\n' });
    await subject.apply('prod');
    const columns =
      "SELECT string_agg(column_name, ',' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_schema = 'marts'";
    expect(await subject.rows('prod', columns)).toEqual(['current_date,now()']);
  });
});

describe('parameters', () => {
  it('rebuild what uses them, and nothing else', async () => {
    const files = {
      ...SHOP,
      'bough.yml': 'name: test\nparameters:\n  least: 0\n  unused: 1\n',
      'models/staging/orders.sql': 'SELECT * FROM raw.orders WHERE amount > {{ least }}\n',
      'models/marts/other.sql': 'SELECT id FROM raw.orders\n',
    };
    const subject = Subject.make(files);
    await subject.apply('prod');
    subject.write({ 'bough.yml': 'name: test\nparameters:\n  least: 0\n  unused: 2\n' });
    expect((await subject.apply('prod')).planned.changes).toBe(false);
    subject.write({ 'bough.yml': 'name: test\nparameters:\n  least: 25\n  unused: 2\n' });
    const ran = await subject.run();
    expect(ran.result.moved).toBe(false);
    const { planned, result } = await subject.apply('prod');
    expect(named(result, 'built')).toEqual(['marts.customers', 'marts.revenue', 'staging.orders']);
    expect(lines(planned)).toContain('staging.orders modified breaking build');
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|30']);
    await subject.rollback('prod');
    expect((await subject.run()).result.moved).toBe(false);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
  });
});
