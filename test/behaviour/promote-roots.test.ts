import { describe, expect, it } from 'vitest';
import { failures, lines, MORE_ORDERS, named, reasons, refusal, SHOP, Subject, type Files } from './subject.ts';

const REVENUE = 'models/marts/revenue.sql';
const CUSTOMERS = 'models/marts/customers.sql';
const COUNTED = 'SELECT customer, sum(amount) AS total, count(*) AS orders FROM staging.orders GROUP BY customer\n';
const WITH_FLAG = "SELECT DISTINCT customer, customer = 'ann' AS known FROM staging.orders\n";

const config = (more = ''): string => `name: test
references: { least: { kind: value, type: integer }, orders: value }
environments:
  prod: { least: 0, orders: data/orders.csv }
  qa: { base: none, least: 15, orders: data/orders.csv }
  dev: { base: none, least: 0, orders: data/sample.csv }
  try: { base: dev, least: 0, orders: data/sample.csv }
${more}`;

const PATH = 'promotion: [dev, qa, prod]\n';

const FILES = {
  ...SHOP,
  'bough.yml': config(PATH),
  'data/sample.csv': 'id,customer,amount\n1,ann,10\n',
  'models/raw/orders.yml': 'kind: source\nname: raw.orders\nfile: { reference: orders }\nformat: csv\n',
  'models/staging/orders.sql': 'SELECT id, customer, amount FROM raw.orders WHERE amount > {{ least }}\n',
} as const satisfies Files;

const totals = (subject: Subject, environment: string): Promise<readonly string[]> =>
  subject.rows(environment, 'SELECT * FROM marts.revenue');

/** What dev has, in qa and in prod. */
async function released(files: Files = FILES): Promise<Subject> {
  const subject = Subject.make(files);
  await subject.apply('dev');
  await subject.promote('dev');
  await subject.promote('qa');
  return subject;
}

describe('promotion between roots', () => {
  it('carries code, and builds it over the data and the values of the target', async () => {
    const subject = Subject.make(FILES);
    await subject.apply('dev');
    expect(await totals(subject, 'dev')).toEqual(['ann|10']);
    const { planned, result } = await subject.promote('dev');
    expect(planned.document).toMatchObject({
      environment: 'qa',
      base: { environment: 'dev', revision: 1 },
      promotion: { kind: 'root', replaced: [] },
      summary: { build: 4, reuse: 0, remove: 0 },
    });
    expect(planned.document.notes).toContain('to another root: carries code; builds 4 there');
    expect(result).toMatchObject({ environment: 'qa', revision: 1, moved: true, summary: { built: 4 } });
    expect(await totals(subject, 'qa')).toEqual(['ann|30', 'bob|20']);
    await subject.promote('qa');
    expect(await totals(subject, 'prod')).toEqual(['ann|40', 'bob|20']);
    expect((await subject.promote('qa')).result).toMatchObject({ revision: 1, moved: false });
    const [first] = await (await subject.workspace()).history(planned.document.environment);
    expect(first).toMatchObject({ operation: 'promote', from: { environment: 'dev', revision: 1 } });
  });

  it('builds what differs, and nothing else', async () => {
    const subject = await released();
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('dev');
    const { planned, result } = await subject.promote('dev');
    expect(lines(planned)).toEqual(['marts.revenue modified non-breaking build']);
    expect(reasons(planned, 'marts.revenue')).toContain('under what its references stand for in qa');
    expect(named(result, 'built')).toEqual(['marts.revenue']);
    expect(await totals(subject, 'qa')).toEqual(['ann|30|1', 'bob|20|1']);
    expect(await totals(subject, 'prod')).toEqual(['ann|40', 'bob|20']);
  });

  it('--exact refuses what would have to be built', async () => {
    const subject = await released();
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('dev');
    const exact = await refusal(subject.promote('dev', { exact: true }));
    expect(exact).toMatchObject({ exit: 4, codes: ['not-exact'] });
    expect(exact.text).toContain('promote without --exact');
    subject.write({ [REVENUE]: `/* bough\ndescription: What customers spent\n*/\n${SHOP[REVENUE]}` });
    await subject.apply('dev');
    expect((await subject.promote('dev', { exact: true })).result).toMatchObject({
      moved: true,
      summary: { built: 0 },
    });
  });

  it('takes a source that is new to the target from where it is now', async () => {
    const subject = await released();
    subject.write({
      'data/names.csv': 'customer,name\nann,Ann\n',
      'models/raw/names.yml': 'kind: source\nname: raw.names\nfile: data/names.csv\n',
      'models/marts/names.sql': 'SELECT name FROM raw.names\n',
    });
    await subject.apply('dev');
    subject.write({ 'data/names.csv': 'customer,name\nann,Ann\nbob,Bob\n' });
    expect(failures((await subject.promote('dev')).result)).toEqual([]);
    expect(await subject.rows('qa', 'SELECT * FROM marts.names')).toEqual(['Ann', 'Bob']);
    expect(await subject.rows('dev', 'SELECT * FROM marts.names')).toEqual(['Ann']);
  });

  it('leaves the target’s data as it is: `run` takes newer', async () => {
    const subject = await released();
    subject.write({ 'data/orders.csv': MORE_ORDERS, [REVENUE]: COUNTED });
    await subject.apply('dev');
    await subject.promote('dev');
    expect(await totals(subject, 'qa')).toEqual(['ann|30|1', 'bob|20|1']);
    await subject.run('qa');
    expect(await totals(subject, 'qa')).toEqual(['ann|30|1', 'bob|20|1', 'cat|40|1']);
  });

  it('gates what was built, and moves nothing where the gate refuses', async () => {
    const subject = await released();
    subject.write({ [REVENUE]: `/* bough\naudits:\n  - row_count: { max: 1 }\n*/\n${COUNTED}` });
    expect(failures((await subject.apply('dev')).result)).toEqual([]);
    const { result } = await subject.promote('dev');
    expect(failures(result)).toEqual(['audit-failed']);
    expect(result).toMatchObject({ moved: false, revision: 1 });
    expect(await totals(subject, 'qa')).toEqual(['ann|30', 'bob|20']);
  });

  it('is rolled back in the target, and brings everything again after that', async () => {
    const subject = await released();
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('dev');
    await subject.promote('dev');
    await subject.rollback('qa');
    expect(await totals(subject, 'qa')).toEqual(['ann|30', 'bob|20']);
    expect((await subject.promote('dev')).result).toMatchObject({ moved: true, summary: { built: 0 } });
    expect(await totals(subject, 'qa')).toEqual(['ann|30|1', 'bob|20|1']);
  });
});

describe('history between roots', () => {
  it('merges three ways: what only the target changed stays', async () => {
    const subject = await released();
    subject.write({ [CUSTOMERS]: WITH_FLAG });
    await subject.apply('prod');
    subject.write({ [CUSTOMERS]: SHOP[CUSTOMERS], [REVENUE]: COUNTED });
    await subject.apply('qa');
    const { planned } = await subject.promote('qa');
    expect(lines(planned)).toEqual(['marts.revenue modified non-breaking build']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.customers')).toEqual(['ann|true', 'bob|false']);
    expect(await totals(subject, 'prod')).toEqual(['ann|40|2', 'bob|20|1']);
  });

  it('refuses what both sides changed differently, names both, and goes on once they are the same', async () => {
    const subject = await released();
    subject.write({ [CUSTOMERS]: WITH_FLAG });
    await subject.apply('prod');
    subject.write({ [CUSTOMERS]: 'SELECT DISTINCT upper(customer) AS customer FROM staging.orders\n' });
    await subject.apply('qa');
    const conflict = await refusal(subject.promote('qa'));
    expect(conflict).toMatchObject({ exit: 4, codes: ['merge-conflict'] });
    expect(conflict.text).toMatch(/`marts\.customers`.*qa changed it \(revision 2\), prod changed it \(revision 2\)/);
    await subject.apply('prod');
    expect(failures((await subject.promote('qa')).result)).toEqual([]);
  });

  it('goes back the other way, and forth again', async () => {
    const subject = await released();
    subject.write({ [CUSTOMERS]: WITH_FLAG });
    await subject.apply('prod');
    subject.write({ [CUSTOMERS]: SHOP[CUSTOMERS], [REVENUE]: COUNTED });
    await subject.apply('qa');
    const { planned } = await subject.promote('prod', { to: 'qa' });
    expect(planned.document.notes).toContain('back along the promotion path');
    expect(lines(planned)).toEqual(['marts.customers modified breaking build']);
    expect(await totals(subject, 'qa')).toEqual(['ann|30|1', 'bob|20|1']);
    const forth = await subject.promote('qa');
    expect(lines(forth.planned)).toEqual(['marts.revenue modified non-breaking build']);
    expect((await subject.promote('prod', { to: 'qa' })).result.moved).toBe(false);
  });

  it('is known by way of other roots: a repair that goes back takes nobody’s revert away', async () => {
    const subject = await released();
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('dev');
    await subject.promote('dev');
    await subject.promote('qa');
    subject.write({ [REVENUE]: SHOP[REVENUE] });
    await subject.apply('dev');
    subject.write({ [REVENUE]: COUNTED, [CUSTOMERS]: WITH_FLAG });
    await subject.apply('prod');
    const { planned } = await subject.promote('prod', { to: 'dev' });
    expect(lines(planned)).toEqual(['marts.customers modified breaking build']);
  });

  it('that there is none of: FROM’s definitions replace TO’s, all are listed, and what only TO has stays', async () => {
    const subject = Subject.make(FILES);
    subject.write({ [CUSTOMERS]: WITH_FLAG, 'models/marts/own.sql': 'SELECT 1 AS one\n' });
    await subject.apply('qa');
    subject.write({ [CUSTOMERS]: SHOP[CUSTOMERS], 'models/marts/own.sql': null });
    await subject.apply('dev');
    const { planned } = await subject.promote('dev');
    expect(planned.document.promotion).toEqual({ kind: 'root', replaced: ['marts.customers'] });
    expect(planned.document.notes).toContain(
      "dev and qa never promoted to each other: 1 of qa's definitions is replaced",
    );
    expect(reasons(planned, 'marts.customers')).toContain("replaces qa's own definition");
    expect(await subject.rows('qa', 'SELECT * FROM marts.customers')).toEqual(['ann', 'bob']);
    expect(await subject.rows('qa', 'SELECT * FROM marts.own')).toEqual(['1']);
  });

  it('ends with a state: one that was started anew is another, whatever its numbers say', async () => {
    const subject = await released();
    subject.write({ [CUSTOMERS]: WITH_FLAG });
    await subject.apply('prod');
    await subject.close();
    subject.write({ '.bough/qa.db': null, '.bough/qa.duckdb': null, [CUSTOMERS]: SHOP[CUSTOMERS] });
    await subject.apply('qa');
    const { document } = (await subject.promote('qa')).planned;
    expect(document.promotion?.replaced).toEqual(['marts.customers']);
  });
});

describe('what stands in the way of a promotion between roots', () => {
  it('names both: a name that stands for nothing in the target', async () => {
    const subject = Subject.make({ ...FILES, 'bough.yml': config(PATH).replace(', least: 15', '') });
    await subject.apply('dev');
    const refused = await refusal(subject.promote('dev'));
    expect(refused.exit).toBe(1);
    expect(new Set(refused.codes)).toEqual(new Set(['reference-unmapped']));
    expect(refused.text).toContain('The code of `dev` does not fit `qa`.');
    expect(refused.text).toContain('What `least` stands for in `qa` is not known here.');
    expect(await subject.head('qa')).toBe(0);
  });

  it('names both: merged code that does not fit together', async () => {
    const subject = await released();
    subject.write({ [CUSTOMERS]: null });
    await subject.apply('qa');
    subject.write({
      [CUSTOMERS]: SHOP[CUSTOMERS],
      'models/marts/first.sql': 'SELECT min(customer) AS c FROM marts.customers\n',
    });
    await subject.apply('prod');
    const refused = await refusal(subject.promote('qa'));
    expect(refused.exit).toBe(4);
    expect(refused.codes).toContain('merge-conflict');
    expect(refused.text).toMatch(/qa.*prod/s);
  });
});

describe('roots that share a warehouse and a state', () => {
  it('promote to each other as others do, and reuse what is the same', async () => {
    const shared = config(PATH).replace(
      'qa: { base: none,',
      `qa: { base: none, engine: { path: .bough/warehouse.duckdb }, state: .bough/state.db, names: { schema: 'qa_{schema}' },`,
    );
    const subject = Subject.make({ ...FILES, 'bough.yml': shared.replace('least: 15', 'least: 0') });
    await subject.apply('qa');
    const { planned, result } = await subject.promote('qa');
    expect(planned.document).toMatchObject({ environment: 'prod', summary: { build: 0 }, promotion: { kind: 'root' } });
    expect(result).toMatchObject({ moved: true, revision: 1 });
    expect(await totals(subject, 'prod')).toEqual(['ann|40', 'bob|20']);
    expect((await subject.promote('qa')).result.moved).toBe(false);
  });
});

describe('the way that code takes', () => {
  it('is the promotion path: one step ahead, or back', async () => {
    const subject = await released();
    const skipped = await refusal(subject.promote('dev', { to: 'prod' }));
    expect(skipped).toMatchObject({ exit: 1, codes: ['promotion-path'] });
    expect(skipped.text).toContain('Before `prod`, the code of `dev` goes to `qa`: dev → qa → prod.');
    const end = await refusal(subject.promote('prod'));
    expect(end.text).toContain('bough promote prod qa');
  });

  it('is said on the command line where there is no path', async () => {
    const subject = Subject.make({ ...FILES, 'bough.yml': config() });
    await subject.apply('dev');
    const unsaid = await refusal(subject.promote('dev'));
    expect(unsaid.codes).toEqual(['promotion-path']);
    expect(unsaid.text).toContain('bough promote dev prod');
    expect((await subject.promote('dev', { to: 'prod' })).result).toMatchObject({ environment: 'prod', moved: true });
    expect((await refusal(subject.promote('dev', { to: 'dev' }))).text).toContain('to itself');
    expect((await refusal(subject.promote('dev', { to: 'pord' }))).text).toContain('Did you mean prod?');
    expect((await refusal(subject.promote('dev', { to: 'try' }))).codes).toEqual(['environment-not-a-branch']);
  });

  it('leads a branch to its base, and from there on', async () => {
    const subject = await released();
    subject.write({ [REVENUE]: COUNTED });
    await subject.apply('try');
    const astray = await refusal(subject.promote('try', { to: 'qa' }));
    expect(astray.text).toContain('bough promote try dev');
    expect((await subject.promote('try')).planned.document).toMatchObject({
      environment: 'dev',
      promotion: { kind: 'base' },
      summary: { build: 0 },
    });
    await subject.promote('dev');
    expect(await totals(subject, 'qa')).toEqual(['ann|30|1', 'bob|20|1']);
  });

  it('is closed to roots beside the path', async () => {
    const beside = config('promotion: [qa, prod]\n');
    const subject = Subject.make({ ...FILES, 'bough.yml': beside });
    await subject.apply('dev');
    const refused = await refusal(subject.promote('dev', { to: 'prod' }));
    expect(refused.text).toContain('`dev` is no part of the promotion path that leads to `prod`: qa → prod.');
  });
});
