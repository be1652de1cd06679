import { describe, expect, it } from 'vitest';
import type { OperationResult } from '../../src/model/plan.ts';
import { environmentName } from '../../src/model/environment-name.ts';
import { EVEN_MORE_ORDERS, MORE_ORDERS, SHOP, Subject, type Files } from './subject.ts';

const ORDERS = 'data/orders.csv';
const STAGING = 'models/staging/orders.sql';
const SHUFFLED = 'id,customer,amount\n3,ann,30\n1,ann,10\n2,bob,20\n';
const OTHER_AMOUNT = SHOP[ORDERS].replace('20', '21');

/** What an operation did with each node, reused ones left out. */
const acted = (result: OperationResult): object =>
  Object.fromEntries(
    result.nodes.filter(({ action }) => action !== 'reused').map(({ name, action }) => [name, action]),
  );

/** Applies, edits, applies with new data: what the second apply did. Nothing may be left to do after it. */
async function after(edit: Files, before: Files = {}): Promise<{ readonly subject: Subject; readonly done: object }> {
  const subject = Subject.make({ ...SHOP, ...before });
  await subject.apply('prod');
  subject.write(edit);
  const { result } = await subject.apply('prod', { refresh: true });
  expect(result.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect((await subject.plan('prod')).changes).toBe(false);
  return { subject, done: acted(result) };
}

const ALL_KEPT = {
  'raw.orders': 'built',
  'staging.orders': 'kept',
  'marts.revenue': 'kept',
  'marts.customers': 'kept',
};

describe('early cutoff keeps', () => {
  it('everything below a source that was delivered in another order', async () => {
    const { subject, done } = await after({ [ORDERS]: SHUFFLED });
    expect(done).toEqual(ALL_KEPT);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
  });

  it('what does not use the column that changed', async () => {
    const { subject, done } = await after({ [ORDERS]: OTHER_AMOUNT });
    expect(done).toEqual({
      'raw.orders': 'built',
      'staging.orders': 'built',
      'marts.revenue': 'built',
      'marts.customers': 'kept',
    });
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|21']);
  });

  it('readers of a filter that drops no row', async () => {
    const { done } = await after({ [STAGING]: 'SELECT id, customer, amount FROM raw.orders WHERE amount >= 10\n' });
    expect(done).toEqual({ 'staging.orders': 'built', 'marts.revenue': 'kept', 'marts.customers': 'kept' });
  });

  it('readers of an expression that gives the same values, and builds those of one that does not', async () => {
    const before = { [STAGING]: 'SELECT id, upper(customer) AS customer, amount FROM raw.orders\n' };
    const same = { [STAGING]: 'SELECT id, upper(trim(customer)) AS customer, amount FROM raw.orders\n' };
    const other = { [STAGING]: 'SELECT id, lower(customer) AS customer, amount FROM raw.orders\n' };
    expect((await after(same, before)).done).toEqual({
      'staging.orders': 'built',
      'marts.revenue': 'kept',
      'marts.customers': 'kept',
    });
    expect((await after(other, before)).done).toMatchObject({ 'marts.revenue': 'built', 'marts.customers': 'built' });
  });

  it('what counts rows only, whatever is in them', async () => {
    const count = { 'models/marts/volume.sql': 'SELECT count(*) AS orders FROM staging.orders\n' };
    const { done } = await after({ [ORDERS]: OTHER_AMOUNT }, count);
    expect(done).toMatchObject({ 'staging.orders': 'built', 'marts.volume': 'kept' });
  });

  it('what reads a view over tables that came out the same', async () => {
    const view = '/* bough\nkind: view\n*/\nSELECT id, customer, amount FROM raw.orders\n';
    expect((await after({ [ORDERS]: SHUFFLED }, { [STAGING]: view })).done).toEqual({
      ...ALL_KEPT,
      'staging.orders': 'built',
    });
    expect((await after({ [ORDERS]: OTHER_AMOUNT }, { [STAGING]: view })).done).toMatchObject({
      'staging.orders': 'built',
      'marts.revenue': 'built',
      'marts.customers': 'kept',
    });
  });

  it('a view whose tables were kept', async () => {
    const view = { 'models/marts/big.sql': '/* bough\nkind: view\n*/\nSELECT * FROM marts.revenue WHERE total > 20\n' };
    const { subject, done } = await after({ [ORDERS]: SHUFFLED }, view);
    expect(done).toEqual({ ...ALL_KEPT, 'marts.big': 'kept' });
    expect(await subject.rows('prod', 'SELECT * FROM marts.big')).toEqual(['ann|40']);
  });

  it('what tying to the build would cost', async () => {
    const ranked = 'SELECT *, row_number() OVER (ORDER BY amount) AS place FROM raw.orders\n';
    const reader = { 'models/marts/first.sql': 'SELECT customer FROM staging.orders WHERE place = 1\n' };
    const touched = { [STAGING]: ranked.replace('AS place', 'AS place, 1 AS one') };
    expect((await after(touched, { [STAGING]: ranked, ...reader })).done).toMatchObject({
      'staging.orders': 'built',
      'marts.first': 'kept',
    });
  });

  it('a node whose two inputs move one after the other', async () => {
    const both = {
      'data/names.csv': 'customer,name\nann,Ann\nbob,Bob\n',
      'models/raw/names.yml': 'kind: source\nname: raw.names\nfile: data/names.csv\n',
      'models/marts/named.sql': 'SELECT name, amount FROM staging.orders JOIN raw.names USING (customer)\n',
    };
    const { subject, done } = await after({ [ORDERS]: SHUFFLED }, both);
    expect(done).toMatchObject({ 'marts.named': 'kept' });
    subject.write({ 'data/names.csv': 'customer,name\nbob,Bob\nann,Ann\n' });
    expect(acted((await subject.run()).result)).toEqual({ 'raw.names': 'built', 'marts.named': 'kept' });
    subject.write({
      'data/names.csv': 'customer,name\nbob,Bob\nann,Anna\n',
      [ORDERS]: SHOP[ORDERS].replace('3,', '9,'),
    });
    expect(acted((await subject.run()).result)).toMatchObject({ 'marts.named': 'built', 'marts.revenue': 'kept' });
    expect(await subject.rows('prod', 'SELECT * FROM marts.named')).toEqual(['Anna|10', 'Anna|30', 'Bob|20']);
  });
});

describe('early cutoff builds', () => {
  it('what depends on the order of rows', async () => {
    const first = { 'models/marts/first.sql': 'SELECT first(customer) AS customer FROM staging.orders\n' };
    const { done } = await after({ [STAGING]: SHOP[STAGING].replace('> 0', '> 1') }, first);
    expect(done).toMatchObject({ 'marts.first': 'built', 'marts.revenue': 'kept' });
  });

  it('what reads two views of which one stands over the table as it was', async () => {
    const view = (sql: string): string => `/* bough\nkind: view\n*/\n${sql}\n`;
    const before = {
      // Nobody uses what it takes of the table that moves: it keeps its build, which names the older one.
      'models/marts/past.sql': view('WITH o AS (SELECT amount FROM staging.orders) SELECT 1 AS one FROM raw.orders'),
      'models/marts/present.sql': view('WITH o AS (SELECT one FROM marts.past) SELECT amount FROM staging.orders'),
      'models/marts/both.sql': 'SELECT count(*) AS rows, max(one) AS one FROM marts.past CROSS JOIN marts.present\n',
    };
    const less = { [STAGING]: 'SELECT id, customer, amount FROM raw.orders WHERE amount > 10\n' };
    const { subject, done } = await after(less, before);
    expect(done).toMatchObject({ 'marts.present': 'built', 'marts.both': 'built' });
    expect(done).not.toHaveProperty('marts.past');
    expect(await subject.rows('prod', 'SELECT * FROM marts.both')).toEqual(['6|1']);
  });

  it('what reads a view that may give something else from the same tables', async () => {
    const ranked =
      '/* bough\nkind: view\n*/\nSELECT *, row_number() OVER (ORDER BY customer) AS place FROM raw.orders\n';
    const reader = { 'models/marts/first.sql': 'SELECT id FROM staging.orders WHERE place = 1\n' };
    const { done } = await after({ [ORDERS]: SHUFFLED }, { [STAGING]: ranked, ...reader });
    expect(done).toMatchObject({ 'staging.orders': 'built', 'marts.first': 'built', 'marts.revenue': 'kept' });
  });

  it('what sees values that only look the same', async () => {
    const floats = { [STAGING]: 'SELECT id, customer, 0.0::DOUBLE AS amount FROM raw.orders\n' };
    const negative = { [STAGING]: "SELECT id, customer, '-0.0'::DOUBLE AS amount FROM raw.orders\n" };
    expect((await after(negative, floats)).done).toEqual({ 'staging.orders': 'built', 'marts.revenue': 'built' });
    const typed = { [STAGING]: 'SELECT id, customer, 0.0::FLOAT AS amount FROM raw.orders\n' };
    expect((await after(typed, floats)).done).toEqual({ 'staging.orders': 'built', 'marts.revenue': 'built' });
  });

  it('what duplicates would change', async () => {
    const twice = { [ORDERS]: 'id,customer,amount\n1,ann,10\n2,bob,20\n3,bob,20\n' };
    const once = { [ORDERS]: 'id,customer,amount\n1,ann,10\n2,ann,10\n3,bob,20\n' };
    expect((await after(twice, once)).done).toMatchObject({ 'marts.revenue': 'built', 'marts.customers': 'built' });
  });

  it('a node whose own code or clock moved too', async () => {
    const own = { 'models/marts/revenue.sql': `${SHOP['models/marts/revenue.sql']} HAVING sum(amount) > 0\n` };
    expect((await after({ [ORDERS]: SHUFFLED, ...own })).done).toMatchObject({ 'marts.revenue': 'built' });
    const clock = { 'models/marts/now.sql': 'SELECT customer, now() AS at FROM staging.orders\n' };
    expect((await after({ [ORDERS]: SHUFFLED }, clock)).done).toMatchObject({ 'marts.now': 'built' });
  });

  it('everything where it is switched off, in the project or in a model', async () => {
    const off = { 'bough.yml': 'name: test\ncutoff: off\n' };
    expect(Object.values((await after({ [ORDERS]: SHUFFLED }, off)).done)).toEqual(Array(4).fill('built'));
    const model = { 'models/marts/revenue.sql': `/* bough\ncutoff: off\n*/\n${SHOP['models/marts/revenue.sql']}` };
    expect((await after({ [ORDERS]: SHUFFLED }, model)).done).toEqual({ ...ALL_KEPT, 'marts.revenue': 'built' });
  });
});

describe('a build that was kept', () => {
  it('is what the next plan finds, in the environment and in its branches', async () => {
    const { subject } = await after({ [ORDERS]: SHUFFLED });
    subject.write({ 'models/marts/top.sql': 'SELECT max(total) AS top FROM marts.revenue\n' });
    expect(acted((await subject.apply('dev')).result)).toEqual({ 'marts.top': 'built' });
    expect(await subject.rows('dev', 'SELECT * FROM marts.top')).toEqual(['40']);
    expect(acted((await subject.promote('dev')).result)).toEqual({});
    expect((await subject.plan('prod')).changes).toBe(false);
  });

  it('is compared by what it was bound to, after its first inputs are gone', async () => {
    const { subject } = await after({ [ORDERS]: SHUFFLED });
    await subject.gc();
    subject.write({ [ORDERS]: SHOP[ORDERS].replace('1,ann', '7,ann') });
    expect(acted((await subject.run()).result)).toMatchObject({ 'marts.revenue': 'kept', 'marts.customers': 'kept' });
    await subject.gc();
    subject.write({ [ORDERS]: MORE_ORDERS });
    expect(acted((await subject.run()).result)).toMatchObject({ 'marts.revenue': 'built', 'marts.customers': 'built' });
    expect(await subject.rows('prod', 'SELECT * FROM marts.customers')).toEqual(['ann', 'bob', 'cat']);
  });

  it('is in the history of its revision', async () => {
    const { subject } = await after({ [ORDERS]: SHUFFLED });
    const [first, second] = await (await subject.workspace()).history(environmentName('prod'));
    expect(first?.kept).toEqual([]);
    expect([...(second?.kept ?? [])].sort()).toEqual(['marts.customers', 'marts.revenue', 'staging.orders']);
  });

  it('is kept where a promotion catches up with newer data', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ 'models/marts/names.sql': 'SELECT DISTINCT upper(customer) AS name FROM staging.orders\n' });
    await subject.apply('dev');
    subject.write({ [ORDERS]: OTHER_AMOUNT });
    await subject.run('prod');
    const { result } = await subject.promote('dev');
    expect(acted(result)).toEqual({ 'marts.names': 'kept' });
    expect(await subject.rows('prod', 'SELECT * FROM marts.names')).toEqual(['ANN', 'BOB']);
  });

  it('is said to be possible by the plan, and that alone', async () => {
    const subject = Subject.make();
    expect((await subject.plan('prod')).atMost).toBe(false);
    await subject.apply('prod');
    subject.write({ 'models/marts/revenue.sql': `${SHOP['models/marts/revenue.sql']} HAVING sum(amount) > 0\n` });
    expect((await subject.plan('prod')).atMost).toBe(false);
    subject.write({ [ORDERS]: EVEN_MORE_ORDERS });
    expect((await subject.plan('prod', { refresh: true })).atMost).toBe(true);
  });
});

describe('a model that is not deterministic', () => {
  const lots = 'SELECT id,\n  random() AS lot, sum(amount::DOUBLE) AS total\nFROM raw.orders GROUP BY id\n';
  const files = { [STAGING]: lots, 'models/marts/revenue.sql': 'SELECT avg(lot) AS lot FROM staging.orders\n' };
  const edit = { [STAGING]: lots.replace('AS lot', 'AS lot, 1 AS one') };
  const only = { ...files, 'models/marts/customers.sql': 'SELECT sum(total) AS total FROM staging.orders\n' };

  it('is told with the construct, its place and what to do, and its readers are built', async () => {
    const subject = Subject.make({ ...SHOP, ...only });
    await subject.apply('prod');
    subject.write(edit);
    const { result } = await subject.apply('prod');
    expect(acted(result)).toEqual({ 'staging.orders': 'built', 'marts.revenue': 'built' });
    expect(result.moved).toBe(true);
    expect(result.problems).toEqual([
      {
        code: 'not-deterministic',
        severity: 'warning',
        message: '`staging.orders` gave other data from the same input: it depends on random().',
        at: { file: STAGING, line: 2, column: 3 },
        hint: expect.stringContaining('derived from the data'),
      },
    ]);
  });

  it('is a gate where the project says so', async () => {
    const subject = Subject.make({ ...SHOP, ...only, 'bough.yml': 'name: test\ndeterminism: error\n' });
    await subject.apply('prod');
    subject.write(edit);
    const { result } = await subject.apply('prod');
    expect(result.moved).toBe(false);
    expect(result.problems.map(({ code, severity }) => [code, severity])).toEqual([['not-deterministic', 'error']]);
    expect(await subject.head('prod')).toBe(1);
  });

  it('is found where the order of the rows decides, even if nothing reads it', async () => {
    const first = { 'models/marts/first.sql': 'SELECT first(customer) AS customer FROM raw.orders\n' };
    const shuffled = { [ORDERS]: 'id,customer,amount\n2,bob,20\n3,ann,30\n1,ann,10\n' };
    const subject = Subject.make({ ...SHOP, ...first });
    await subject.apply('prod');
    subject.write(shuffled);
    const { result } = await subject.run();
    expect(acted(result)).toMatchObject({ 'marts.first': 'built', 'marts.revenue': 'kept' });
    expect(result.problems.map(({ code, at }) => [code, at?.file])).toEqual([
      ['not-deterministic', 'models/marts/first.sql'],
    ]);
  });
});
