import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { environmentName } from '../../src/model/environment-name.ts';
import type { State } from '../../src/state/contract.ts';
import { openWorkspace } from '../../src/workspace/open.ts';
import { MORE_ORDERS, refusal, SHOP, Subject } from './subject.ts';

const ONE = { 'models/marts/one.sql': 'SELECT 1 AS a\n' } as const;

async function viewOf(subject: Subject, environment: string, node: string): Promise<string> {
  const { nodes } = await (await subject.workspace()).show(environmentName(environment));
  return nodes.find(({ entry }) => entry.node === node)?.view ?? 'none';
}

describe('names of views', () => {
  it('of environments with alike names never collide', async () => {
    const subject = Subject.make(ONE);
    await subject.apply('prod');
    const names = ['feature/a', 'feature-a', 'feature_a', 'Feature_a', 'FEATURE_A', 'feature.a'];
    for (const [index, name] of names.entries()) {
      subject.write({ 'models/marts/one.sql': `SELECT ${index + 2} AS a\n` });
      await subject.apply(name);
    }
    const views = new Set<string>();
    for (const [index, name] of names.entries()) {
      const view = await viewOf(subject, name, 'marts.one');
      views.add(view.toLowerCase());
      const quoted = view
        .split('.')
        .map((part) => `"${part}"`)
        .join('.');
      expect(await subject.rows('prod', `SELECT a FROM ${quoted}`)).toEqual([`${index + 2}`]);
      expect(await subject.rows(name, 'SELECT a FROM marts.one')).toEqual([`${index + 2}`]);
    }
    expect(views.size).toBe(names.length);
    expect(await viewOf(subject, 'feature_a', 'marts.one')).toBe('feature_a_marts.one');
  });

  it('that two environments would share are refused, with both owners named', async () => {
    const subject = Subject.make({
      'models/eu_marts/t.sql': 'SELECT 1 AS a\n',
      'models/marts/t.sql': 'SELECT 1 AS a\n',
    });
    await subject.apply('prod');
    subject.write({ 'models/eu_marts/t.sql': 'SELECT 2 AS a\n' });
    await subject.apply('dev');
    subject.write({ 'models/eu_marts/t.sql': 'SELECT 1 AS a\n', 'models/marts/t.sql': 'SELECT 3 AS a\n' });
    const refused = await refusal(subject.apply('dev_eu'));
    expect(refused).toMatchObject({ exit: 1, codes: ['view-name-taken'] });
    expect(refused.text).toMatch(/dev_eu_marts\.t.*eu_marts\.t.*dev/s);
    expect(await subject.head('dev_eu')).toBe(0);
    expect(await subject.rows('dev', 'SELECT * FROM eu_marts.t')).toEqual(['2']);
  });

  it('of a branch that the base itself would use are refused', async () => {
    const subject = Subject.make({
      'models/marts/t.sql': 'SELECT 1 AS a\n',
      'models/dev_marts/t.sql': 'SELECT 9 AS a\n',
    });
    await subject.apply('prod');
    subject.write({ 'models/marts/t.sql': 'SELECT 2 AS a\n' });
    expect((await refusal(subject.apply('dev'))).codes).toEqual(['view-name-taken']);
    expect(await subject.rows('prod', 'SELECT * FROM dev_marts.t')).toEqual(['9']);
  });

  it('that a rollback needs, and that have gone to another environment meanwhile, stop it', async () => {
    const files = { 'models/dev_marts/t.sql': 'SELECT 9 AS a\n', 'models/marts/t.sql': 'SELECT 1 AS a\n' };
    const subject = Subject.make(files);
    await subject.apply('prod');
    subject.write({ 'models/dev_marts/t.sql': null });
    await subject.apply('prod');
    subject.write({ 'models/marts/t.sql': 'SELECT 2 AS a\n' });
    await subject.apply('dev');
    expect((await refusal(subject.rollback('prod'))).codes).toEqual(['view-name-taken']);
    expect(await subject.rows('dev', 'SELECT * FROM marts.t')).toEqual(['2']);
    await subject.delete('dev');
    expect((await subject.rollback('prod')).result.moved).toBe(true);
    expect(await subject.rows('prod', 'SELECT * FROM dev_marts.t')).toEqual(['9']);
  });

  it('move between nodes in one step: drops go before creates', async () => {
    const subject = Subject.make({ 'models/marts/Total.sql': 'SELECT 1 AS a\n' });
    await subject.apply('prod');
    subject.write({ 'models/marts/Total.sql': null, 'models/marts/total.sql': 'SELECT 2 AS a\n' });
    const { result } = await subject.apply('prod');
    expect(result.moved).toBe(true);
    expect(await subject.rows('prod', 'SELECT * FROM marts.total')).toEqual(['2']);
    await subject.rollback('prod');
    expect(await subject.rows('prod', 'SELECT * FROM marts.total')).toEqual(['1']);
  });

  it('of nodes with blanks, quotes and keywords are quoted everywhere', async () => {
    const subject = Subject.make({
      'models/a.yml': 'kind: model\nname: order.select\nsql: SELECT 1 AS "from"\n',
      'models/b.yml':
        'kind: model\nname: "my schema.my table"\nsql: SELECT "from" + 1 AS "a b" FROM "order"."select"\n',
    });
    await subject.apply('prod');
    expect(await subject.rows('prod', 'SELECT "a b" FROM "my schema"."my table"')).toEqual(['2']);
    subject.write({ 'models/a.yml': 'kind: model\nname: order.select\nsql: SELECT 5 AS "from"\n' });
    await subject.apply('dev');
    expect(await subject.rows('dev', 'SELECT "a b" FROM "my schema"."my table"')).toEqual(['6']);
  });

  it('longer than the engine allows are shortened, and still told apart', async () => {
    const long = 'a'.repeat(90);
    const subject = Subject.make({
      'models/x.yml': `kind: model\nname: ${long}.${long}1\nsql: SELECT 1 AS a\n---\nkind: model\nname: ${long}.${long}2\nsql: SELECT a + 1 AS a FROM ${long}.${long}1\n`,
    });
    await subject.apply('prod');
    expect(await subject.rows('prod', `SELECT a FROM ${long}.${long}2`)).toEqual(['2']);
    const builds = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'bough'";
    for (const name of await subject.rows('prod', builds)) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
  });
});

const T = {
  'models/marts/one.sql': 'SELECT 1 AS a\n',
  'models/marts/two.sql': 'SELECT a + 1 AS a FROM marts.one\n',
  'models/SHARED_DATA/days.sql': 'SELECT 7 AS n\n',
} as const;
const project = (names: string): { 'bough.yml': string } => ({ 'bough.yml': `name: test\n${names}` });

describe('templates of names', () => {
  it('name the views of every environment, the base too; shared schemas stay as they are', async () => {
    const subject = Subject.make({ ...T, ...project("names: { schema: '{schema}_{ENV}', shared: [SHARED_DATA] }\n") });
    await subject.apply('prod');
    expect(await subject.views()).toEqual(['SHARED_DATA.days', 'marts_PROD.one', 'marts_PROD.two']);
    subject.write({ 'models/marts/one.sql': 'SELECT 5 AS a\n' });
    await subject.apply('dev');
    expect(await subject.views()).toEqual([
      'SHARED_DATA.days',
      'marts_DEV.one',
      'marts_DEV.two',
      'marts_PROD.one',
      'marts_PROD.two',
    ]);
    expect(await subject.rows('prod', 'SELECT * FROM marts_DEV.two')).toEqual(['6']);
    expect(await viewOf(subject, 'dev', 'marts.one')).toBe('marts_DEV.one');
  });

  it('that change move every view in the next apply, in one step, and leave nothing behind', async () => {
    const subject = Subject.make(T);
    await subject.apply('prod');
    subject.write({ 'models/marts/two.sql': 'SELECT a + 2 AS a FROM marts.one\n' });
    await subject.apply('dev');
    await subject.close();
    subject.write(project("names: { schema: '{schema}_{ENV}' }\n"));
    const planned = await subject.plan('prod');
    expect(planned.document.notes.join()).toContain('views get other names');
    expect(planned.document.views).toContainEqual({ node: 'marts.one', from: 'marts.one', to: 'marts_PROD.one' });
    expect(planned.changes).toBe(true);
    expect((await subject.apply('prod')).result).toMatchObject({ moved: true, revision: 2 });
    expect(await subject.views()).toEqual([
      'SHARED_DATA_PROD.days',
      'dev_marts.two',
      'marts_PROD.one',
      'marts_PROD.two',
    ]);
    await subject.apply('dev');
    expect(await subject.views()).toEqual([
      'SHARED_DATA_PROD.days',
      'marts_DEV.two',
      'marts_PROD.one',
      'marts_PROD.two',
    ]);
    const schemas = "SELECT schema_name FROM information_schema.schemata WHERE schema_name IN ('marts', 'dev_marts')";
    expect(await subject.rows('prod', schemas)).toEqual([]);
    expect((await subject.apply('prod')).result.moved).toBe(false);
    await subject.close();
    subject.write(project(''));
    await subject.apply('prod');
    expect(await subject.views()).toEqual(['SHARED_DATA.days', 'marts.one', 'marts.two', 'marts_DEV.two']);
  });

  it('are code: run, promote, rollback and delete leave the names that stand', async () => {
    const subject = Subject.make({
      ...SHOP,
      'models/marts/Total.sql': 'SELECT sum(amount) AS a FROM staging.orders\n',
    });
    await subject.apply('prod');
    await subject.close();
    subject.write({ ...project("names: { schema: '{schema}_{ENV}' }\n"), 'data/orders.csv': MORE_ORDERS });
    const before = await subject.views();
    await subject.run();
    expect(await subject.views()).toEqual(before);
    expect(await subject.rows('prod', 'SELECT * FROM marts.total')).toEqual(['100']);
    subject.write({ 'models/marts/Total.sql': 'SELECT max(amount) AS a FROM staging.orders\n' });
    await subject.apply('dev');
    await subject.promote('dev');
    expect(await subject.rows('prod', 'SELECT * FROM marts.total')).toEqual(['40']);
    expect(await subject.views()).toEqual([...before, 'marts_DEV.Total'].sort());
    await subject.rollback('prod');
    expect(await subject.rows('prod', 'SELECT * FROM marts.total')).toEqual(['100']);
    await subject.close();
    subject.write(project(''));
    await subject.delete('dev');
    expect(await subject.views()).toEqual(before);
  });

  it('give a changed node of a shared schema no view in a branch, and its readers see it all the same', async () => {
    const subject = Subject.make({ ...T, ...project('names: { shared: [shared_data] }\n') });
    await subject.apply('prod');
    subject.write({ 'models/SHARED_DATA/days.sql': 'SELECT 8 AS n\n' });
    const { planned } = await subject.apply('dev');
    expect(planned.document.notes).toEqual([
      'SHARED_DATA.days gets no view in dev: only a root writes the views of a shared schema',
    ]);
    expect(await subject.views()).toEqual(['SHARED_DATA.days', 'marts.one', 'marts.two']);
    expect(await subject.rows('dev', 'SELECT * FROM SHARED_DATA.days')).toEqual(['8']);
    expect(await subject.rows('prod', 'SELECT * FROM SHARED_DATA.days')).toEqual(['7']);
    await subject.promote('dev');
    expect(await subject.rows('prod', 'SELECT * FROM SHARED_DATA.days')).toEqual(['8']);
  });

  it('that make two names of one are refused before any write', async () => {
    const files = { 'models/a_prod/t.sql': 'SELECT 1 AS a\n', 'models/a/t.sql': 'SELECT 2 AS a\n' };
    const subject = Subject.make({ ...files, ...project("names: { schema: '{schema}_{env}', shared: [a_prod] }\n") });
    const refused = await refusal(subject.apply('prod'));
    expect(refused.codes).toEqual(['view-name-taken']);
    expect(refused.text).toContain('`a_prod.t`');
    expect(await subject.head('prod')).toBe(0);
  });

  it('that swap two names do so in one step', async () => {
    const files = { 'models/a_b/t.sql': 'SELECT 1 AS a\n', 'models/a/t.sql': 'SELECT 2 AS a\n' };
    const subject = Subject.make({ ...files, ...project("names: { schema: '{schema}_b', shared: [a_b_b] }\n") });
    await subject.apply('prod');
    expect(await subject.rows('prod', 'SELECT * FROM a_b.t')).toEqual(['1']);
    expect(await subject.views()).toEqual(['a_b.t', 'a_b_b.t']);
    await subject.close();
    subject.write(project(''));
    await subject.apply('prod');
    expect(await subject.views()).toEqual(['a.t', 'a_b.t']);
  });

  it('a saved plan does not hold after they changed', async () => {
    const subject = Subject.make(T);
    await subject.apply('prod');
    subject.write({ 'models/marts/one.sql': 'SELECT 5 AS a\n' });
    const path = join(subject.root, 'plan.json');
    writeFileSync(path, JSON.stringify((await subject.plan('prod')).document));
    await subject.close();
    subject.write(project("names: { schema: '{schema}_{ENV}' }\n"));
    expect((await refusal((await subject.workspace()).planFromFile(path))).codes).toEqual(['plan-stale']);
  });
});

describe("objects that are not Bough's", () => {
  it('are not those that Bough made while the command looked', async () => {
    const subject = Subject.make(ONE);
    await subject.apply('prod');
    subject.write({ 'models/marts/one.sql': 'SELECT 2 AS a\n' });
    await subject.apply('prod');
    await subject.close();
    let asked = 0;
    // What the state said before it slept, and after.
    const state = (real: State): State => ({
      ...real,
      viewOwners: async (names) => ((asked += 1) > 1 ? real.viewOwners(names) : []),
    });
    const workspace = await openWorkspace({ directory: subject.root }, { state });
    const planned = await workspace.planRollback(environmentName('prod'), 1);
    asked = 0;
    expect((await workspace.execute(planned)).moved).toBe(true);
    expect(asked).toBe(2);
    await workspace.close();
  });

  it('are all named before any write where they stand in the way', async () => {
    const subject = Subject.make();
    await subject.elsewhere(
      'CREATE SCHEMA marts; CREATE TABLE marts.revenue (a INTEGER); CREATE VIEW marts.CUSTOMERS AS SELECT 1 AS a',
    );
    const refused = await refusal(subject.apply('prod'));
    expect(refused).toMatchObject({ exit: 1, codes: ['object-in-the-way', 'object-in-the-way'] });
    expect(refused.text).toMatch(/marts\.customers/i);
    expect(refused.text).toContain('marts.revenue');
    expect(await subject.head('prod')).toBe(0);
    expect(
      await subject.rows('prod', "SELECT table_name FROM information_schema.tables WHERE table_name LIKE '%orders%'"),
    ).toEqual([]);
    await subject.elsewhere('DROP TABLE marts.revenue; DROP VIEW marts.customers');
    expect((await subject.apply('prod')).result.moved).toBe(true);
  });

  it('that read a view which goes stop the operation and are named; nothing is dropped with them', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    await subject.elsewhere('CREATE SCHEMA other; CREATE VIEW other.mine AS SELECT * FROM marts.customers');
    subject.write({ 'models/marts/customers.sql': null });
    const refused = await refusal(subject.apply('prod'));
    expect(refused.codes).toEqual(['dependants-exist']);
    expect(refused.text).toContain('other.mine');
    expect(await subject.rows('prod', 'SELECT * FROM other.mine')).toEqual(['ann', 'bob']);
    expect(await subject.head('prod')).toBe(1);
    await subject.elsewhere('DROP VIEW other.mine');
    expect((await subject.apply('prod')).result).toMatchObject({ moved: true, revision: 2 });
  });

  it('a view that somebody dropped comes back with the next change of its node', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    await subject.elsewhere('DROP VIEW marts.revenue');
    subject.write({ 'models/marts/revenue.sql': SHOP['models/marts/revenue.sql'].replace('sum', 'max') });
    await subject.apply('prod');
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|30', 'bob|20']);
    expect(await subject.views()).toContain('marts.revenue');
  });
});
