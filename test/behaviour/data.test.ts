import { appendFileSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failures, lines, MORE_ORDERS, named, refusal, SHOP, Subject } from './subject.ts';

const ORDERS = 'data/orders.csv';

describe('a file source', () => {
  it('that is touched but equal rebuilds nothing; new content rebuilds what reads it', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    const path = join(subject.root, ORDERS);
    const later = new Date(Date.now() + 60_000);
    utimesSync(path, later, later);
    expect((await subject.run()).result).toMatchObject({ moved: false, summary: { built: 0, reused: 4 } });
    rmSync(path);
    writeFileSync(path, SHOP[ORDERS]);
    expect((await subject.run()).result.moved).toBe(false);
    subject.write({ [ORDERS]: MORE_ORDERS });
    const { planned, result } = await subject.run();
    expect(lines(planned)).toEqual([
      'marts.customers unchanged - build',
      'marts.revenue unchanged - build',
      'raw.orders unchanged - build',
      'staging.orders unchanged - build',
    ]);
    expect(planned.document.data).toEqual([{ source: 'raw.orders', change: 'newer data', taken: true }]);
    expect(result.summary.built).toBe(4);
    subject.write({ [ORDERS]: SHOP[ORDERS] });
    expect((await subject.run()).result).toMatchObject({ moved: true, summary: { built: 0, reused: 4 } });
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
  });

  it('changed in place with its size and time kept is still seen', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    const path = join(subject.root, ORDERS);
    const { atime, mtime } = statSync(path);
    const other = readFileSync(path, 'utf8').replace('30', '31');
    rmSync(path);
    writeFileSync(path, other);
    utimesSync(path, atime, mtime);
    await subject.run();
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|41', 'bob|20']);
  });

  it('newer than what an apply keeps is listed as not taken', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [ORDERS]: MORE_ORDERS });
    const planned = await subject.plan('prod');
    expect(planned.document.data).toEqual([{ source: 'raw.orders', change: 'newer data', taken: false }]);
    expect(planned.changes).toBe(false);
    const fresh = await subject.plan('prod', { refresh: true });
    expect(fresh.document.data).toEqual([{ source: 'raw.orders', change: 'newer data', taken: true }]);
    expect(fresh.document.summary).toEqual({ build: 4, reuse: 0, remove: 0 });
  });

  it('replaced between plan and load: its build is discarded, and a command that planned by itself plans anew', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [ORDERS]: MORE_ORDERS });
    const workspace = await subject.workspace();
    const planned = await workspace.planRun(workspace.base);
    appendFileSync(join(subject.root, ORDERS), '5,dan,50\n');
    const seen = await workspace.execute(planned);
    expect(failures(seen)).toEqual(['source-changed']);
    expect(seen.moved).toBe(false);
    expect(await subject.rows('prod', 'SELECT count(*) FROM raw.orders')).toEqual(['3']);
    const unseen = await workspace.execute(planned, { replan: true });
    expect(unseen).toMatchObject({ moved: true, revision: 2 });
    expect(await subject.rows('prod', 'SELECT count(*) FROM raw.orders')).toEqual(['5']);
  });

  it('whose definition moved takes a new snapshot at an apply', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({
      'data/other.csv': 'id,customer,amount\n9,zoe,90\n',
      'models/raw/orders.yml': 'kind: source\nname: raw.orders\nfile: data/other.csv\n',
    });
    const { planned } = await subject.apply('prod');
    expect(lines(planned)).toContain('raw.orders modified breaking build');
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['zoe|90']);
    await subject.rollback('prod');
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
  });

  it('that is missing when new data is wanted is an error at its place', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [ORDERS]: null });
    const refused = await refusal(subject.run());
    expect(refused).toMatchObject({ exit: 1, codes: ['source-missing'] });
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20']);
  });

  it('given as a glob is keyed by all of its files', async () => {
    const subject = Subject.make({
      ...SHOP,
      'data/orders/1.csv': SHOP[ORDERS],
      'models/raw/orders.yml': "kind: source\nname: raw.orders\nfile: 'data/orders/*.csv'\n",
    });
    await subject.apply('prod');
    subject.write({ 'data/orders/2.csv': 'id,customer,amount\n4,cat,40\n' });
    expect((await subject.run()).result.summary.built).toBe(4);
    expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|40', 'bob|20', 'cat|40']);
    subject.write({ 'data/orders/2.csv': null });
    expect((await subject.run()).result).toMatchObject({ moved: true, summary: { built: 0 } });
  });

  it('with `load: view` is read in place, live, and never copied', async () => {
    const subject = Subject.make({ ...SHOP, 'models/raw/orders.yml': `${SHOP['models/raw/orders.yml']}load: view\n` });
    const { planned } = await subject.apply('prod');
    expect(planned.document.data.map(({ source }) => source)).toEqual(['raw.orders']);
    const kinds =
      "SELECT table_type FROM information_schema.tables WHERE table_name LIKE 'raw\\_\\_orders%' ESCAPE '\\'";
    expect(await subject.rows('prod', kinds)).toEqual(['VIEW']);
    subject.write({ [ORDERS]: MORE_ORDERS });
    expect(await subject.rows('prod', 'SELECT count(*) FROM raw.orders')).toEqual(['4']);
    expect(await subject.rows('prod', 'SELECT count(*) FROM staging.orders')).toEqual(['3']);
    const { planned: ran, result } = await subject.run();
    expect(ran.document.data[0]?.change).toContain('live');
    expect(named(result, 'built')).toContain('staging.orders');
    expect(await subject.rows('prod', 'SELECT count(*) FROM staging.orders')).toEqual(['4']);
  });
});

describe('files that a model reads directly', () => {
  it('are sources of their own, pinned by content', async () => {
    const subject = Subject.make({
      'data/rates.csv': 'currency,rate\nEUR,1\n',
      'models/marts/rates.sql': "SELECT currency, rate FROM read_csv('data/rates.csv')\n",
      'models/marts/plain.sql': "SELECT count(*) AS n FROM 'data/rates.csv'\n",
    });
    await subject.apply('prod');
    expect((await subject.views()).toSorted()).toEqual(['marts.plain', 'marts.rates']);
    subject.write({ 'data/rates.csv': 'currency,rate\nEUR,1\nUSD,2\n' });
    subject.write({ 'models/marts/rates.sql': "SELECT currency FROM read_csv('data/rates.csv')\n" });
    await subject.apply('dev');
    expect(await subject.rows('dev', 'SELECT * FROM marts.rates')).toEqual(['EUR']);
    subject.write({ 'models/marts/rates.sql': "SELECT currency, rate FROM read_csv('data/rates.csv')\n" });
    expect((await subject.run()).result.moved).toBe(true);
    expect(await subject.rows('prod', 'SELECT * FROM marts.rates')).toEqual(['EUR|1', 'USD|2']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.plain')).toEqual(['2']);
  });

  it('are missed where they are missing', async () => {
    const subject = Subject.make({ 'models/marts/rates.sql': "SELECT * FROM read_csv('data/nothing.csv')\n" });
    const refused = await refusal(subject.apply('prod'));
    expect(refused.exit).toBe(1);
    expect(refused.codes).toEqual(['source-missing']);
  });
});

describe('a seed', () => {
  it('is a source that the project carries itself', async () => {
    const subject = Subject.make({
      'seeds/ref/countries.csv': 'code,name\nde,Germany\n',
      'models/marts/names.sql': 'SELECT name FROM ref.countries\n',
    });
    await subject.apply('prod');
    expect(await subject.rows('prod', 'SELECT * FROM marts.names')).toEqual(['Germany']);
    subject.write({ 'seeds/ref/countries.csv': 'code,name\nde,Germany\nfr,France\n' });
    expect((await subject.run()).result.moved).toBe(true);
    expect(await subject.rows('prod', 'SELECT * FROM marts.names')).toEqual(['France', 'Germany']);
  });
});

describe('a table that another tool fills', () => {
  const TABLE = {
    'models/raw/events.yml': 'kind: source\nname: raw.events\ntable: landing.events\n',
    'models/marts/n.sql': 'SELECT count(*) AS n FROM raw.events\n',
  } as const;

  async function filled(files: Readonly<Record<string, string>>): Promise<Subject> {
    const subject = Subject.make(files);
    await subject.elsewhere('CREATE SCHEMA landing; CREATE TABLE landing.events AS SELECT 1 AS a');
    await subject.apply('prod');
    return subject;
  }

  const builds = (subject: Subject): Promise<readonly string[]> =>
    subject.rows(
      'prod',
      "SELECT regexp_extract(table_name, '^[a-z]+__[a-z]+') || ' ' || table_type FROM information_schema.tables WHERE table_name LIKE '%\\_\\_%' ESCAPE '\\' AND table_schema = 'bough'",
    );

  it('is read in place, never copied; it is live: every run takes it anew', async () => {
    const subject = await filled(TABLE);
    expect(await builds(subject)).toEqual(['marts__n BASE TABLE']);
    expect(await subject.rows('prod', 'SELECT * FROM raw.events')).toEqual(['1']);
    await subject.elsewhere('INSERT INTO landing.events VALUES (2)');
    expect(await subject.rows('prod', 'SELECT count(*) FROM raw.events')).toEqual(['2']);
    const { planned, result } = await subject.run();
    expect(planned.document.data[0]).toMatchObject({ source: 'raw.events', taken: true });
    expect(planned.document.data[0]?.change).toContain('not pinned');
    expect(named(result, 'built')).toEqual(['marts.n']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.n')).toEqual(['2']);
    expect((await subject.apply('prod')).planned.changes).toBe(false);
  });

  it('is not pinned in a branch, and the plan of what reads it there says so', async () => {
    const subject = await filled(TABLE);
    await subject.elsewhere('INSERT INTO landing.events VALUES (2)');
    subject.write({ 'models/marts/n.sql': 'SELECT count(*) AS n, 1 AS one FROM raw.events\n' });
    const { planned } = await subject.apply('dev');
    expect(planned.document.notes.join()).toMatch(/raw\.events is live/);
    expect(await subject.rows('dev', 'SELECT * FROM marts.n')).toEqual(['2|1']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.n')).toEqual(['1']);
    expect((await subject.promote('dev', { exact: true })).result.summary.built).toBe(0);
    expect(await subject.rows('prod', 'SELECT * FROM marts.n')).toEqual(['2|1']);
  });

  it('under its own name gets no view over itself', async () => {
    const subject = await filled({
      'models/landing/events.yml': 'kind: source\nname: landing.events\ntable: landing.events\n',
      'models/marts/n.sql': 'SELECT count(*) AS n FROM landing.events\n',
    });
    expect(await subject.views()).toEqual(['marts.n']);
    subject.write({ 'models/marts/n.sql': 'SELECT count(*) + 1 AS n FROM landing.events\n' });
    await subject.apply('dev');
    expect(await subject.rows('dev', 'SELECT * FROM marts.n')).toEqual(['2']);
    expect(await subject.rows('dev', 'SELECT * FROM landing.events')).toEqual(['1']);
    expect((await subject.promote('dev')).result.moved).toBe(true);
    expect(await subject.rows('prod', 'SELECT * FROM landing.events')).toEqual(['1']);
  });

  it('with `version:` is new only where the token is', async () => {
    const version = `${TABLE['models/raw/events.yml']}version: SELECT max(a) FROM landing.events\n`;
    const subject = await filled({ ...TABLE, 'models/raw/events.yml': version });
    expect((await subject.run()).result.moved).toBe(false);
    await subject.elsewhere('INSERT INTO landing.events VALUES (1)');
    expect((await subject.run()).result.moved).toBe(false);
    await subject.elsewhere('INSERT INTO landing.events VALUES (2)');
    expect((await subject.run()).result.summary.built).toBe(1);
    expect(await subject.rows('prod', 'SELECT * FROM marts.n')).toEqual(['3']);
    expect((await subject.run()).result.moved).toBe(false);
  });

  it('with `version:` that moves between plan and load is planned anew', async () => {
    const version = `${TABLE['models/raw/events.yml']}version: SELECT max(a) FROM landing.events\n`;
    const subject = await filled({ ...TABLE, 'models/raw/events.yml': version });
    await subject.elsewhere('INSERT INTO landing.events VALUES (2)');
    const workspace = await subject.workspace();
    const planned = await workspace.planRun(workspace.base);
    await subject.elsewhere('INSERT INTO landing.events VALUES (3)');
    expect(failures(await workspace.execute(planned))).toEqual(['source-changed']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.n')).toEqual(['1']);
    expect((await workspace.execute(planned, { replan: true })).moved).toBe(true);
    expect(await subject.rows('prod', 'SELECT * FROM marts.n')).toEqual(['3']);
  });

  it('with `pin: true` is copied once for each token, and a branch keeps what its base read', async () => {
    const pinned = `${TABLE['models/raw/events.yml']}version: SELECT max(a) FROM landing.events\npin: true\n`;
    const subject = await filled({ ...TABLE, 'models/raw/events.yml': pinned });
    expect(await builds(subject)).toEqual(['marts__n BASE TABLE', 'raw__events BASE TABLE']);
    await subject.elsewhere('INSERT INTO landing.events VALUES (2)');
    subject.write({ 'models/marts/n.sql': 'SELECT count(*) * 100 AS n FROM raw.events\n' });
    await subject.apply('dev');
    expect(await subject.rows('dev', 'SELECT * FROM marts.n')).toEqual(['100']);
    expect(await subject.rows('prod', 'SELECT count(*) FROM raw.events')).toEqual(['1']);
    await subject.run();
    expect(await subject.rows('prod', 'SELECT * FROM marts.n')).toEqual(['2']);
    await subject.rollback('prod');
    expect(await subject.rows('prod', 'SELECT * FROM marts.n')).toEqual(['1']);
    expect(await subject.rows('prod', 'SELECT count(*) FROM raw.events')).toEqual(['1']);
  });

  it('with `pin: true` and no version is a new copy at each run', async () => {
    const subject = await filled({ ...TABLE, 'models/raw/events.yml': `${TABLE['models/raw/events.yml']}pin: true\n` });
    await subject.elsewhere('INSERT INTO landing.events VALUES (2)');
    expect((await subject.apply('prod')).planned.changes).toBe(false);
    expect((await subject.run()).result.summary.built).toBe(2);
    expect(await subject.rows('prod', 'SELECT * FROM marts.n')).toEqual(['2']);
  });

  it('that is not there is an error that names it', async () => {
    const subject = Subject.make(TABLE);
    const refused = await refusal(subject.apply('prod'));
    expect(refused).toMatchObject({ exit: 1, codes: ['source-missing'] });
    expect(refused.text).toContain('landing.events');
  });
});
