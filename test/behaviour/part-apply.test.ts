import { describe, expect, it, vi } from 'vitest';
import { environmentName } from '../../src/model/environment-name.ts';
import type { OperationResult } from '../../src/model/plan.ts';
import { isOwn } from '../../src/workspace/planner.ts';
import { isPart } from '../support/is-part.ts';
import { MORE_ORDERS, Subject, type Files } from './subject.ts';

// What is found out is remembered, as by a Bough that was built, and files are looked at as if they had lain still.
vi.hoisted(() => vi.stubGlobal('__BOUGH_ANALYSIS__', 'tested'));
vi.mock('../../src/files/settled.ts', () => ({ isSettled: () => true }));

const CLEAN = 'models/staging/orders.sql';
const LARGE = 'models/staging/large.sql';
const BEST = 'models/marts/best.sql';
const AFTER_BEST = 'models/marts/place.sql';

/** Tables, views of views, audits that stop and that warn, and models beside them that nothing reads. */
const PROJECT: Files = {
  'data/orders.csv': 'id,customer,amount\n1,ann,10\n2,bob,20\n3,ann,30\n',
  'models/raw/orders.yml': 'kind: source\nname: raw.orders\nfile: data/orders.csv\n',
  [CLEAN]: 'SELECT id, customer, amount FROM raw.orders WHERE amount > 0\n',
  [LARGE]: '/* bough\nmaterialized: view\n*/\nSELECT id, customer, amount FROM staging.orders WHERE amount > 5\n',
  'models/staging/larger.sql': '/* bough\nmaterialized: view\n*/\nSELECT * FROM staging.large WHERE amount > 8\n',
  'models/marts/revenue.sql':
    '/* bough\naudits:\n  - not_null: customer\n*/\nSELECT customer, sum(amount) AS total FROM staging.larger GROUP BY customer\n',
  [BEST]: 'SELECT customer, total FROM marts.revenue WHERE total > 5\n',
  [AFTER_BEST]: 'SELECT customer, row_number() OVER (ORDER BY total, customer) AS place FROM marts.best\n',
  'models/other/doubtful.sql':
    '/* bough\naudits:\n  - { accepted_values: { column: customer, values: [ann] }, severity: warn }\n*/\nSELECT customer FROM raw.orders\n',
  ...Object.fromEntries(
    Array.from({ length: 25 }, (_, least) => least).map((least) => [
      `models/other/over_${least}.sql`,
      `SELECT id FROM raw.orders WHERE amount > ${least}\n`,
    ]),
  ),
};

const stem = (build: string | null): string | null => build?.replace(/_[0-9a-z]{6}$/, '') ?? null;

/** A result without what differs from one run to the next. */
const outcome = ({ revision, moved, nodes, summary, problems }: OperationResult): unknown => ({
  revision,
  moved,
  nodes: nodes.map(({ name, action, rows, build }) => ({ name, action, rows, build: stem(build) })),
  summary,
  problems,
});

/** What readers and rollbacks find: each entry with the build that it names, and what stands in the views. */
async function standing(subject: Subject, environment: string): Promise<unknown> {
  const workspace = await subject.workspace();
  const { nodes, revision } = await workspace.show(environmentName(environment));
  const entries = nodes.map(({ entry, inherited, view }) => ({ ...entry, build: stem(entry.build), inherited, view }));
  const rows = await Promise.all(
    ['marts.revenue', 'marts.place', 'staging.larger'].map((name) => subject.rows(environment, `FROM ${name}`)),
  );
  return { entries, code: revision?.code, kept: revision?.kept, rows, views: await subject.views() };
}

/** Two projects to which the same is done: one plans what moved, the other one the whole. */
class Twins {
  readonly #parts = Subject.make(PROJECT);
  readonly #whole = Subject.make(PROJECT);
  /** Plans of a part that were carried out. */
  carried = 0;

  async apply(environment = 'prod', files: Files = {}): Promise<OperationResult> {
    for (const subject of [this.#parts, this.#whole]) subject.write(files);
    const planned = await this.#parts.plan(environment);
    if (isPart(planned) && planned.changes) this.carried += 1;
    const part = await (await this.#parts.workspace()).execute(planned, { replan: true });
    const workspace = await this.#whole.workspace();
    const whole = await workspace.execute(await workspace.planApply(environmentName(environment), { whole: true }), {
      replan: true,
    });
    expect(outcome(part)).toEqual(outcome(whole));
    await this.#same(environment);
    return part;
  }

  async each(environment: string, work: (subject: Subject) => Promise<unknown>): Promise<void> {
    for (const subject of [this.#parts, this.#whole]) await work(subject);
    await this.#same(environment);
  }

  async #same(environment: string): Promise<void> {
    expect(await standing(this.#parts, environment)).toEqual(await standing(this.#whole, environment));
  }
}

const edited = (path: string, from: string, to: string): Files => ({ [path]: `${PROJECT[path]?.replace(from, to)}` });

describe('a plan of what moved, carried out', () => {
  it('does what the plan of the whole does', async () => {
    const twins = new Twins();
    await twins.apply();
    await twins.apply('prod', edited(BEST, '5', '6'));
    await twins.apply('prod', edited(CLEAN, '0', '0 -- positive'));
    await twins.apply('prod', edited(LARGE, '5', '6'));
    // Builds of the same recipe over other inputs are there now, and are looked into.
    await twins.apply('prod', edited(LARGE, '6', '5'));
    await twins.apply('prod', edited(AFTER_BEST, 'total, customer', 'total DESC, customer'));
    await twins.apply('prod', { 'models/other/new.sql': 'SELECT customer FROM marts.best, staging.larger\n' });
    await twins.apply('prod', edited(BEST, '5', '7'));
    await twins.apply('prod', { 'models/other/new.sql': null });
    // Neither the first nor one that loses a node.
    expect(twins.carried).toBe(6);
  });

  it('makes the branch that the plan of the whole makes, and brings later edits into it', async () => {
    const twins = new Twins();
    await twins.apply();
    await twins.apply('dev', edited(BEST, '5', '6'));
    await twins.apply('dev', edited(LARGE, '5', '6'));
    await twins.each('prod', (subject) => subject.promote('dev'));
    await twins.apply('feature/a', edited(AFTER_BEST, 'total,', 'total DESC,'));
    await twins.apply('feature/a', { [BEST]: PROJECT[BEST] ?? null });
    await twins.each('prod', (subject) => subject.rollback('prod'));
    await twins.apply('prod', edited(BEST, '5', '8'));
    await twins.each('prod', (subject) => {
      subject.write({ 'data/orders.csv': MORE_ORDERS });
      return subject.run();
    });
    await twins.apply('prod', edited(BEST, '5', '9'));
    await twins.apply('feature/b', edited(LARGE, '5', '7'));
    // Neither the first nor the ones after a rollback or new data, which move everything.
    expect(twins.carried).toBe(5);
  });

  it('holds nodes that can be asked for what carrying it out asks of inputs of inputs', async () => {
    const subject = Subject.make(PROJECT);
    await subject.apply('prod');
    subject.write(edited(AFTER_BEST, 'total,', 'total DESC,'));
    const planned = await subject.plan('prod');
    if (!isOwn(planned)) throw new Error('a plan has a core');
    expect(isPart(planned)).toBe(true);
    const shapes = new Map(planned.core.steps.map(({ name, target }) => [String(name), target?.identity.shape()]));
    expect(shapes.get('marts.revenue')).toBeNull();
    expect(shapes.get('marts.best')).toBeInstanceOf(Object);
    // Through views, as far as the tables behind them.
    subject.write({ 'models/marts/revenue.sql': `${PROJECT['models/marts/revenue.sql']?.replace('sum', 'max')}` });
    const below = await subject.plan('prod');
    if (!isOwn(below)) throw new Error('a plan has a core');
    const asked = below.core.steps.filter(({ target }) => target?.identity.shape() !== null).map(({ name }) => name);
    expect(asked).toEqual(expect.arrayContaining(['staging.larger', 'staging.large', 'staging.orders']));
  });

  it('tells again what an audit warns of', async () => {
    const twins = new Twins();
    await twins.apply();
    const { problems } = await twins.apply('prod', edited(BEST, '5', '6'));
    expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['warning audit-failed']);
    expect(twins.carried).toBe(1);
  });
});
