import { describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/model/problems.ts';
import type { Planned } from '../../src/workspace/contract.ts';
import { environmentName } from '../../src/model/environment-name.ts';
import { isPart } from '../support/is-part.ts';
import { MORE_ORDERS, Subject, type Files } from './subject.ts';

// What is found out is remembered, as by a Bough that was built, and files are looked at as if they had lain still.
vi.hoisted(() => vi.stubGlobal('__BOUGH_ANALYSIS__', 'tested'));
vi.mock('../../src/files/settled.ts', () => ({ isSettled: () => true }));

const CLEAN = 'models/staging/orders.sql';
const LAST = 'models/marts/best.sql';

/** A chain, and beside it models that read nothing of it. */
const PROJECT: Files = {
  'data/orders.csv': 'id,customer,amount\n1,ann,10\n2,bob,20\n3,ann,30\n',
  'models/raw/orders.yml': 'kind: source\nname: raw.orders\nfile: data/orders.csv\n',
  [CLEAN]: 'SELECT id, customer, amount FROM raw.orders WHERE amount > 0\n',
  'models/marts/revenue.sql': 'SELECT customer, sum(amount) AS total FROM staging.orders GROUP BY customer\n',
  [LAST]: '/* bough\naudits:\n  - unique: customer\n*/\nSELECT customer, total FROM marts.revenue WHERE total > 5\n',
  'models/marts/place.sql': 'SELECT customer, row_number() OVER (ORDER BY total) AS place FROM marts.best\n',
  'models/other/ids.sql': `/* bough
audits:
  - { name: cleaned, sql: 'SELECT id FROM other.ids WHERE id NOT IN (SELECT id FROM staging.orders)' }
*/
SELECT id FROM raw.orders
`,
  'models/other/count.sql': 'SELECT count(*) AS entries FROM other.ids\n',
  'models/other/today.sql': 'SELECT current_date AS day\n',
  ...Object.fromEntries(
    [10, 20, 30, 40].map((least) => [
      `models/other/over_${least}.sql`,
      `SELECT id FROM raw.orders WHERE amount > ${least}\n`,
    ]),
  ),
};

const told = ({ document, diffs, warnings, kept, atMost, changes }: Planned): unknown => ({
  document,
  diffs,
  warnings,
  kept: [...kept].sort(),
  atMost,
  changes,
});

/** Plans, and plans the whole; whether a part was enough. */
async function shown(subject: Subject, environment = 'prod'): Promise<boolean> {
  const part = await subject.plan(environment);
  const whole = await (await subject.workspace()).planApply(environmentName(environment), { whole: true });
  expect(isPart(whole)).toBe(false);
  expect(told(part)).toEqual(told(whole));
  return isPart(part);
}

async function applied(): Promise<Subject> {
  const subject = Subject.make(PROJECT);
  await subject.apply('prod');
  return subject;
}

describe('a plan of what moved', () => {
  it('plans nothing again where nothing moved', async () => {
    const subject = await applied();
    expect(await shown(subject)).toBe(true);
    await subject.close();
    expect(await shown(subject)).toBe(true);
  });

  it.each<[string, boolean, Files]>([
    ['a comment', true, { [CLEAN]: `${PROJECT[CLEAN]}-- clean\n` }],
    ['the last filter', true, { [LAST]: `${PROJECT[LAST]?.replace('5', '6')}` }],
    [
      'a column that nobody reads',
      true,
      { [CLEAN]: 'SELECT id, customer, amount, 1 AS one FROM raw.orders WHERE amount > 0\n' },
    ],
    ['what it holds to be unique', true, { [LAST]: `${PROJECT[LAST]?.replace('customer\n', 'total\n')}` }],
    ['what is said of it', true, { [LAST]: `${PROJECT[LAST]?.replace('audits', 'owner: ann\naudits')}` }],
    ['a filter at the beginning', true, { [CLEAN]: `${PROJECT[CLEAN]?.replace('0', '1')}` }],
    ['what it reads', true, { [LAST]: `${PROJECT[LAST]?.replace('WHERE', ', other.count WHERE')}` }],
    ['a new file', true, { 'models/other/new.sql': 'SELECT 1 AS one\n' }],
    [
      'a new file that is read at once',
      true,
      {
        'models/a/first.sql': 'SELECT id FROM other.over_40\n',
        [LAST]: `${PROJECT[LAST]?.replace('WHERE', ', a.first WHERE')}`,
      },
    ],
    ['a file that a query reads', true, { 'models/other/count.sql': "SELECT count(*) AS n FROM 'data/orders.csv'\n" }],
    ['a file that is gone', false, { 'models/other/count.sql': null }],
    ['another name', false, { 'models/other/count.sql': '/* bough\nname: other.counted\n*/\nSELECT 1 AS one\n' }],
    ['the names of views', false, { 'bough.yml': "name: test\nnames: { schema: '{schema}_{ENV}' }\n" }],
    ['newer data', true, { 'data/orders.csv': MORE_ORDERS }],
    [
      'the columns of a source',
      false,
      { 'models/raw/orders.yml': `${PROJECT['models/raw/orders.yml']}columns: { id: BIGINT }\n` },
    ],
  ])('gives the plan of the whole after an edit: %s', async (_what, part, files) => {
    const subject = await applied();
    subject.write(files);
    await subject.close();
    expect(await shown(subject)).toBe(part);
    await shown(subject, 'dev');
    await subject.apply('prod');
    expect(await shown(subject)).toBe(true);
  });

  it('gives it where what was never applied is gone again', async () => {
    const subject = await applied();
    subject.write({
      'models/other/new.sql': 'SELECT 1 AS one\n',
      'models/other/newer.sql': 'SELECT one FROM other.new\n',
    });
    await shown(subject);
    subject.write({ 'models/other/newer.sql': null });
    await shown(subject);
    subject.write({ 'models/other/new.sql': null });
    await shown(subject);
    subject.write({ 'models/other/count.sql': null, 'models/other/new.sql': 'SELECT 1 AS one\n' });
    await shown(subject);
  });

  it('gives it where the files lack a model that a branch has got', async () => {
    const subject = await applied();
    await subject.apply('dev');
    subject.write({ 'models/other/new.sql': 'SELECT 1 AS one\n' });
    await subject.apply('prod');
    await subject.apply('dev', { refresh: true });
    subject.write({ 'models/other/new.sql': null });
    await shown(subject, 'dev');
    subject.write({ [LAST]: `${PROJECT[LAST]?.replace('WHERE', ', other.count WHERE')}` });
    await shown(subject, 'dev');
  });

  it('gives it for a branch, after what was done to its base, and where the files are behind', async () => {
    const subject = await applied();
    subject.write({ [LAST]: `${PROJECT[LAST]?.replace('5', '6')}` });
    await subject.apply('dev');
    expect(await shown(subject, 'dev')).toBe(true);
    expect(await shown(subject)).toBe(true);
    await subject.promote('dev');
    for (const name of ['dev', 'prod']) await shown(subject, name);
    subject.write({ [LAST]: `${PROJECT[LAST]}` });
    for (const name of ['dev', 'prod']) await shown(subject, name);
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    for (const name of ['dev', 'prod', 'feature/a']) await shown(subject, name);
    await subject.rollback('prod');
    for (const name of ['dev', 'prod', 'feature/a']) await shown(subject, name);
  });

  it.each<[string, Files]>([
    ['an unknown table', { [CLEAN]: 'SELECT id, customer FROM raw.order\n' }],
    ['a circle', { 'models/other/ids.sql': 'SELECT entries AS id FROM other.count\n' }],
    [
      'a circle through what is outside',
      {
        'models/other/over_10.sql': 'SELECT id FROM marts.place, other.over_20\n',
        [CLEAN]: 'SELECT * FROM other.over_10\n',
      },
    ],
    ['a name that there is already', { 'models/new.sql': '/* bough\nname: Other.Over_20\n*/\nSELECT 1 AS id\n' }],
    ['a column that is gone', { [CLEAN]: 'SELECT id, amount FROM raw.orders WHERE amount > 0\n' }],
  ])('refuses what the whole refuses: %s', async (_what, files) => {
    const subject = await applied();
    await shown(subject);
    subject.write(files);
    const refusal = async (whole: boolean): Promise<unknown> =>
      (await subject.workspace()).planApply(environmentName('prod'), { whole }).then(
        () => expect.fail('nothing was refused'),
        (error: unknown) => (error instanceof UserError ? error.problems : error),
      );
    const whole = await refusal(true);
    expect(whole).toBeInstanceOf(Array);
    expect(await refusal(false)).toEqual(whole);
  });
});
