import { describe, expect, it } from 'vitest';
import { failures, lines, MORE_ORDERS, named, reasons, refusal, SHOP, Subject } from './subject.ts';

const ONE_FAILS = {
  'models/marts/a.sql': 'SELECT 1 AS x\n',
  'models/marts/b.sql': "SELECT CAST('no number' AS INTEGER) AS x FROM marts.a\n",
  'models/marts/c.sql': 'SELECT x FROM marts.b\n',
  'models/marts/d.sql': 'SELECT x FROM marts.c\n',
  'models/marts/e.sql': 'SELECT x + 1 AS x FROM marts.a\n',
  'models/marts/f.sql': 'SELECT x + 1 AS x FROM marts.e\n',
} as const;

describe('builds', () => {
  it('a failed node stops its readers only; a rerun builds only what is missing; nothing is published before', async () => {
    const subject = Subject.make(ONE_FAILS);
    const { result } = await subject.apply('prod');
    expect(failures(result)).toEqual(['build-failed']);
    expect(result.problems[0]?.at).toMatchObject({ file: 'models/marts/b.sql', line: 1 });
    expect(named(result, 'built')).toEqual(['marts.a', 'marts.e', 'marts.f']);
    expect(named(result, 'failed')).toEqual(['marts.b', 'marts.c', 'marts.d']);
    expect(result).toMatchObject({ moved: false, revision: 0, summary: { built: 3, failed: 3 } });
    expect(await subject.views()).toEqual([]);
    subject.write({ 'models/marts/b.sql': 'SELECT x FROM marts.a\n' });
    const again = await subject.apply('prod');
    expect(named(again.result, 'built')).toEqual(['marts.b', 'marts.c', 'marts.d']);
    expect(again.result).toMatchObject({ moved: true, revision: 1 });
    expect(await subject.rows('prod', 'SELECT * FROM marts.f')).toEqual(['3']);
  });

  it('an error of the engine stands at its place in the file', async () => {
    const subject = Subject.make({
      ...SHOP,
      'models/marts/revenue.sql':
        '/* bough\ndescription: sums\n*/\nSELECT customer,\n  amuont AS total\nFROM staging.orders\n',
    });
    const found = await (async () => {
      try {
        return (await subject.apply('prod')).result.problems;
      } catch (error) {
        if (error instanceof Error && 'problems' in error) return error.problems;
        throw error;
      }
    })();
    expect(found).toMatchObject([{ at: { file: 'models/marts/revenue.sql', line: 5, column: 3 } }]);
  });

  it('of zero rows are builds', async () => {
    const subject = Subject.make({ ...SHOP, 'models/staging/orders.sql': 'SELECT * FROM raw.orders WHERE false\n' });
    const { result } = await subject.apply('prod');
    expect(result.nodes.find(({ name }) => name === 'staging.orders')).toMatchObject({ action: 'built', rows: 0 });
    expect(await subject.rows('prod', 'SELECT count(*) FROM marts.revenue')).toEqual(['0']);
    expect((await subject.apply('prod')).planned.changes).toBe(false);
  });

  it('are not made twice: a revert finds its old build', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ 'models/staging/orders.sql': 'SELECT * FROM raw.orders WHERE amount > 15\n' });
    expect((await subject.apply('prod')).result.summary.built).toBe(3);
    subject.write({ 'models/staging/orders.sql': SHOP['models/staging/orders.sql'] });
    expect((await subject.apply('prod')).result).toMatchObject({ moved: true, summary: { built: 0, reused: 4 } });
  });

  it('are not moved by comments, layout, letter case', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({
      'models/marts/revenue.sql':
        '-- per customer\nselect\n  customer /* who */,\n  SUM(Amount) as total\nfrom Staging.Orders AS o\ngroup by CUSTOMER\n;\n',
    });
    const { planned, result } = await subject.apply('prod');
    expect(result.summary.built).toBe(0);
    expect(lines(planned)).toEqual([]);
  });

  it('of metadata are none: what is described, owned or tagged anew is published without a build', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    const head = '/* bough\ndescription: What customers spent\nowner: ann\ntags: [money]\n*/\n';
    subject.write({ 'models/marts/revenue.sql': head + SHOP['models/marts/revenue.sql'] });
    const { planned, result } = await subject.apply('prod');
    expect(lines(planned)).toEqual(['marts.revenue modified metadata reuse']);
    expect(result).toMatchObject({ moved: true, revision: 2, summary: { built: 0 } });
    const comment = "SELECT comment FROM duckdb_views() WHERE view_name = 'revenue' AND schema_name = 'marts'";
    expect(await subject.rows('prod', comment)).toEqual(['What customers spent']);
  });

  it('follow a changed type that is declared', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    const head = '/* bough\ncolumns:\n  total: DECIMAL(12, 2)\n*/\n';
    subject.write({ 'models/marts/revenue.sql': head + SHOP['models/marts/revenue.sql'] });
    expect(named((await subject.apply('prod')).result, 'built')).toEqual(['marts.revenue']);
    expect(await subject.rows('prod', 'SELECT typeof(total), total FROM marts.revenue')).toEqual([
      'DECIMAL(12,2)|20.00',
      'DECIMAL(12,2)|40.00',
    ]);
    const source = `${SHOP['models/raw/orders.yml']}columns:\n  amount: DOUBLE\n`;
    subject.write({ 'models/raw/orders.yml': source });
    await subject.apply('prod');
    expect(await subject.rows('prod', 'SELECT DISTINCT typeof(amount) FROM raw.orders')).toEqual(['DOUBLE']);
  });

  it('take queries that end in semicolons wherever they are put', async () => {
    const head =
      "/* bough\ncolumns: { x: BIGINT }\naudits:\n  - { name: none, sql: 'SELECT * FROM marts.a WHERE x < 0;' }\n*/\n";
    const subject = Subject.make({ 'models/marts/a.sql': `${head}SELECT 1 AS x; ; -- the end` });
    const { result } = await subject.apply('prod');
    expect(failures(result)).toEqual([]);
    expect(await subject.rows('prod', 'SELECT x, typeof(x) FROM marts.a')).toEqual(['1|BIGINT']);
  });

  it('keep columns of one name apart where a type is declared', async () => {
    const subject = Subject.make({
      'models/marts/twice.sql':
        '/* bough\ncolumns:\n  a: BIGINT\n*/\nSELECT a, b AS a, c FROM (VALUES (1, 2, 3)) AS v(a, b, c)\n',
    });
    await subject.apply('prod');
    const answer = 'SELECT *, typeof(a), typeof(a_1) FROM marts.twice';
    expect(await subject.rows('prod', answer)).toEqual(['1|2|3|BIGINT|INTEGER']);
  });

  it('are read by several mentions under any alias', async () => {
    const subject = Subject.make({
      'models/marts/t.sql': 'SELECT * FROM (VALUES (1, 2), (2, 3)) AS v(a, b)\n',
      'models/marts/pairs.sql':
        'WITH t AS (SELECT a, b FROM marts.t) SELECT l.a, r.b, marts.t.a AS c FROM t AS l JOIN t AS r ON l.b = r.a, marts.t WHERE t.a = l.a\n',
      'models/marts/all.sql': 'SELECT a FROM marts.t UNION ALL (SELECT b FROM marts.t EXCEPT SELECT a FROM marts.t)\n',
    });
    await subject.apply('prod');
    expect(await subject.rows('prod', 'SELECT * FROM marts.pairs')).toEqual(['1|3|1']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.all')).toEqual(['1', '2', '3']);
  });
});

describe('views', () => {
  const LATEST = '/* bough\nkind: view\n*/\nSELECT customer, amount * 2 AS twice FROM staging.orders\n';

  it('are made anew where their inputs are, and read what the revision says', async () => {
    const subject = Subject.make({
      ...SHOP,
      'models/marts/twice.sql': LATEST,
      'models/marts/most.sql': 'SELECT max(twice) AS most FROM marts.twice\n',
    });
    const { result } = await subject.apply('prod');
    expect(result.nodes.find(({ name }) => name === 'marts.twice')).toMatchObject({ action: 'built', rows: null });
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    await subject.run();
    expect(await subject.rows('prod', 'SELECT * FROM marts.most')).toEqual(['80']);
    subject.write({ 'models/staging/orders.sql': 'SELECT id, customer, amount FROM raw.orders WHERE amount < 35\n' });
    const { planned } = await subject.apply('dev');
    expect(lines(planned)).toContain('marts.twice indirect breaking build');
    expect(await subject.rows('dev', 'SELECT max(twice) FROM marts.twice')).toEqual(['60']);
    expect(await subject.rows('dev', 'SELECT * FROM marts.most')).toEqual(['60']);
    expect(await subject.rows('prod', 'SELECT max(twice) FROM marts.twice')).toEqual(['80']);
    await subject.promote('dev');
    await subject.delete('dev');
    await subject.gc();
    expect(await subject.rows('prod', 'SELECT max(twice) FROM marts.twice')).toEqual(['60']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.most')).toEqual(['60']);
  });

  it('become tables and back', async () => {
    const subject = Subject.make({ ...SHOP, 'models/marts/twice.sql': LATEST });
    await subject.apply('prod');
    subject.write({ 'models/marts/twice.sql': LATEST.replace('view', 'table') });
    const { planned, result } = await subject.apply('prod');
    expect(named(result, 'built')).toEqual(['marts.twice']);
    expect(reasons(planned, 'marts.twice')).not.toBe('');
    expect(result.nodes.find(({ name }) => name === 'marts.twice')?.rows).toBe(3);
    subject.write({ 'models/marts/twice.sql': LATEST });
    expect((await subject.apply('prod')).result.summary.built).toBe(0);
  });

  it('with a volatile function are refused at its place', async () => {
    const subject = Subject.make({
      'models/marts/v.sql': '/* bough\nkind: view\n*/\nSELECT 1 AS a,\n  random() AS r\n',
    });
    const refused = await refusal(subject.apply('prod'));
    expect(refused).toMatchObject({ exit: 1, codes: ['view-volatile'] });
  });
});

describe('what is tied to its build', () => {
  it('causes no build by itself; readers follow the very build that they read', async () => {
    const subject = Subject.make({
      'models/marts/a.sql': 'SELECT random() AS r\n',
      'models/marts/b.sql': 'SELECT r FROM marts.a\n',
    });
    await subject.apply('prod');
    expect((await subject.apply('prod')).planned.changes).toBe(false);
    expect((await subject.run()).result.moved).toBe(false);
    expect(await subject.rows('prod', 'SELECT count(*) FROM marts.a JOIN marts.b USING (r)')).toEqual(['1']);
    subject.write({ 'models/marts/c.sql': 'SELECT r + 1 AS s FROM marts.a\n' });
    await subject.apply('dev');
    const same = 'SELECT count(*) FROM marts.a JOIN marts.b USING (r) JOIN marts.c ON s = r + 1';
    expect(await subject.rows('dev', same)).toEqual(['1']);
    const { result } = await subject.promote('dev');
    expect(result.summary.built).toBe(0);
    expect(await subject.rows('prod', same)).toEqual(['1']);
  });
});
