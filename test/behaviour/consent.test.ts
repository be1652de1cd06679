import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bough, document, ensureBuilt } from '../story/command.ts';
import { MORE_ORDERS, refusal, SHOP, Subject } from './subject.ts';

interface Errors {
  readonly errors: readonly { readonly code: string; readonly message: string; readonly hint: string | null }[];
}

const REVENUE = 'models/marts/revenue.sql';
const COUNTED = 'SELECT customer, count(*) AS orders FROM staging.orders GROUP BY customer\n';

beforeAll(ensureBuilt);

async function codes(root: string, exit: number, ...argv: readonly string[]): Promise<readonly string[]> {
  const { errors } = await document<Errors>(root, exit, ...argv);
  return errors.map(({ code }) => code);
}

/** A base; the files and the data differ from it. */
async function differing(): Promise<Subject> {
  const subject = Subject.make();
  await subject.apply('prod');
  subject.write({ [REVENUE]: COUNTED, 'data/orders.csv': MORE_ORDERS });
  await subject.close();
  return subject;
}

describe('asking', () => {
  it('without a terminal and --yes: the plan is shown, nothing is written, exit 64', async () => {
    const subject = await differing();
    const apply = await bough(subject.root, 'apply', 'prod');
    expect(apply.exit).toBe(64);
    expect(apply.stderr).toContain('marts.revenue');
    expect(apply.stderr).toContain('bough apply prod --yes');
    expect(apply.stdout).toBe('');
    expect((await bough(subject.root, 'run')).exit).toBe(64);
    expect(await codes(subject.root, 64, 'apply', 'new')).toEqual(['not-confirmed']);
    expect(await subject.head('prod')).toBe(1);
    expect(await subject.head('new')).toBe(0);
    await subject.apply('dev');
    await subject.close();
    for (const argv of [
      ['promote', 'dev'],
      ['rollback', 'dev', '--to', '1'],
      ['env', 'delete', 'dev'],
    ]) {
      const ended = await bough(subject.root, ...argv);
      // A rollback to where the environment stands has nothing to ask about.
      expect(ended.exit).toBe(argv[0] === 'rollback' ? 0 : 64);
    }
    expect(await subject.head('prod')).toBe(1);
    expect(await subject.head('dev')).toBe(1);
  });

  it('is not needed where nothing would be written', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    await subject.close();
    for (const argv of [['apply', 'prod'], ['run'], ['gc']]) {
      expect((await bough(subject.root, ...argv)).exit).toBe(0);
    }
  });

  it('a dry run of an environment that does not exist says so, and --yes says so, too', async () => {
    const subject = await differing();
    await subject.apply('feature');
    await subject.close();
    const applied = await bough(subject.root, 'apply', 'featrue', '--yes');
    expect(applied.exit).toBe(0);
    expect(applied.stderr).toMatch(/featrue.*does not exist yet.*feature/);
  });

  it('misspelt environments that are read are an error with the nearest name; bad names are misuse', async () => {
    const subject = await differing();
    const { errors } = await document<Errors>(subject.root, 1, 'run', 'prdo', '--yes');
    expect(errors).toMatchObject([{ code: 'environment-unknown', hint: expect.stringContaining('prod') }]);
    expect(await codes(subject.root, 64, 'apply', '../x', '--yes')).toEqual(['environment-name']);
  });
});

describe('exit codes', () => {
  it('1 where a node failed, 3 where a gate refused, 4 where sides conflict; the output says that nothing moved', async () => {
    const subject = await differing();
    await subject.apply('dev');
    await subject.close();
    subject.write({ [REVENUE]: "SELECT CAST('x' AS INTEGER) AS a\n" });
    expect(await document(subject.root, 1, 'apply', 'prod', '--yes')).toMatchObject({
      moved: false,
      revision: 1,
      summary: { failed: 1 },
      errors: [{ code: 'build-failed', file: REVENUE, line: 1 }],
    });
    subject.write({ [REVENUE]: `/* bough\naudits:\n  - row_count: { min: 9 }\n*/\n${COUNTED}` });
    expect(await document(subject.root, 3, 'apply', 'prod', '--yes')).toMatchObject({
      moved: false,
      errors: [{ code: 'audit-failed', file: REVENUE, line: 3 }],
    });
    const told = await bough(subject.root, 'apply', 'prod', '--yes');
    expect(`${told.stdout}${told.stderr}`).toMatch(/nothing was published/i);
    subject.write({ [REVENUE]: SHOP[REVENUE].replace('sum', 'max') });
    expect(await document(subject.root, 0, 'apply', 'prod', '--yes')).toMatchObject({ moved: true, revision: 2 });
    expect(await codes(subject.root, 4, 'promote', 'dev', '--yes')).toEqual(['merge-conflict']);
    expect(await codes(subject.root, 4, 'promote', 'dev', '--dry-run')).toEqual(['merge-conflict']);
  });
});

describe('a saved plan', () => {
  it('does what it says', async () => {
    const subject = await differing();
    const planned = await bough(subject.root, 'plan', 'prod', '-o', 'plan.json');
    expect(planned.stdout).toContain('bough apply plan.json');
    const saved: unknown = JSON.parse(readFileSync(join(subject.root, 'plan.json'), 'utf8'));
    expect(saved).toEqual(await document(subject.root, 0, 'plan', 'prod', '--all'));
    expect(await document(subject.root, 0, 'apply', 'plan.json', '--yes')).toMatchObject({
      format: 'bough.apply/1',
      revision: 2,
      summary: { built: 1, reused: 3 },
    });
    expect(await codes(subject.root, 4, 'apply', 'plan.json', '--yes')).toEqual(['plan-stale']);
  });

  it('that was edited, cut short, or comes from another version is refused', async () => {
    const subject = await differing();
    await bough(subject.root, 'plan', 'prod', '-o', 'plan.json');
    const path = join(subject.root, 'plan.json');
    const text = readFileSync(path, 'utf8');
    const cases = [
      [text.replace('"revision": 1', '"revision": 0'), 'plan-edited'],
      [text.replace('bough.plan/1', 'bough.plan/2'), 'plan-unreadable'],
      [text.slice(0, text.length / 2), 'plan-unreadable'],
      ['', 'plan-unreadable'],
      ['[]', 'plan-unreadable'],
      ['{"format":"bough.plan/1"}', 'plan-edited'],
    ] as const;
    const workspace = await subject.workspace();
    for (const [content, code] of cases) {
      writeFileSync(path, content);
      expect(await refusal(workspace.planFromFile(path))).toMatchObject({ exit: 1, codes: [code] });
    }
    expect((await refusal(workspace.planFromFile(join(subject.root, 'no.json')))).codes).toEqual(['plan-unreadable']);
    await subject.close();
    expect(await codes(subject.root, 1, 'apply', 'plan.json', '--yes')).toEqual(['plan-edited']);
    expect(await subject.head('prod')).toBe(1);
  });

  it('is stale once its environment has moved on, even where nothing would be left to do', async () => {
    const subject = await differing();
    await bough(subject.root, 'plan', 'prod', '-o', 'plan.json');
    await subject.apply('prod');
    await subject.close();
    expect(await codes(subject.root, 4, 'apply', 'plan.json', '--yes')).toEqual(['plan-stale']);
  });

  it('of new facts is stale once newer ones have come', async () => {
    const subject = await differing();
    await bough(subject.root, 'plan', 'prod', '--refresh', '-o', 'plan.json');
    subject.write({ 'data/orders.csv': SHOP['data/orders.csv'] });
    expect(await codes(subject.root, 4, 'apply', 'plan.json', '--yes')).toEqual(['plan-stale']);
    subject.write({ 'data/orders.csv': MORE_ORDERS });
    expect(await document(subject.root, 0, 'apply', 'plan.json', '--yes')).toMatchObject({ revision: 2 });
    expect(await subject.rows('prod', 'SELECT count(*) FROM raw.orders')).toEqual(['4']);
  });

  it('of a branch that is not there yet makes it from that very branch point', async () => {
    const subject = await differing();
    await bough(subject.root, 'plan', 'dev', '-o', 'plan.json');
    await subject.run();
    await subject.close();
    const applied = await document<{ revision: number }>(subject.root, 0, 'apply', 'plan.json', '--yes');
    expect(applied.revision).toBe(1);
    expect(await subject.rows('dev', 'SELECT count(*) FROM raw.orders')).toEqual(['3']);
  });
});

describe('reading', () => {
  it('before anything was applied writes nothing', async () => {
    const subject = Subject.make();
    expect((await bough(subject.root, 'plan', 'prod')).exit).toBe(0);
    expect((await bough(subject.root, 'env', 'list')).exit).toBe(0);
    expect((await bough(subject.root, 'check')).exit).toBe(0);
    expect(await codes(subject.root, 1, 'run', '--yes')).toEqual(['environment-unknown']);
    expect(existsSync(join(subject.root, '.bough/warehouse.duckdb'))).toBe(false);
    expect(await subject.head('prod')).toBe(0);
  });

  it('of a broken project names everything that is wrong, and a broken file stops the plan', async () => {
    const subject = Subject.make({
      ...SHOP,
      'models/marts/one.sql': 'SELECT * FROM staging.order\n',
      'models/marts/two.yml': 'kind: model\nsqll: SELECT 1\n',
      'models/marts/three.sql': 'SELECT (1\n',
    });
    const { errors } = await document<{ errors: readonly { file: string }[] }>(subject.root, 1, 'plan', 'prod');
    expect([...new Set(errors.map(({ file }) => file))].sort()).toContain('models/marts/two.yml');
    subject.write({ 'models/marts/two.yml': null });
    const rest = await document<{ errors: readonly object[] }>(subject.root, 1, 'plan', 'prod');
    expect(rest.errors).toMatchObject([
      {
        code: 'table-unknown',
        file: 'models/marts/one.sql',
        line: 1,
        column: 15,
        hint: expect.stringContaining('staging.orders'),
      },
      { code: 'sql-syntax', file: 'models/marts/three.sql', line: 1 },
    ]);
  });
});
