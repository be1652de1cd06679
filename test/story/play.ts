import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Workspace } from '../../src/workspace/contract.ts';
import type { ResultSet } from '../../src/engines/contract.ts';
import type { Json } from '../../src/model/json.ts';
import type { OperationResult, PlanDocument } from '../../src/model/plan.ts';
import type { Revision } from '../../src/state/contract.ts';
import { openWorkspace } from '../../src/workspace/open.ts';
import { bough, document, ensureBuilt } from './command.ts';
import { expected, rowSet } from './rows.ts';

const SHOP = fileURLToPath(new URL('../../examples/shop', import.meta.url));
const REVENUE = 'marts.daily_revenue';
const CLEANED = 'staging.orders_cleaned';

let folder = '';

type Applied = Pick<OperationResult, 'revision' | 'nodes' | 'summary' | 'moved'>;
interface History {
  readonly revisions: readonly {
    readonly revision: number;
    readonly operation: string;
    readonly at: string;
    readonly by: string;
    readonly from: { readonly environment: string; readonly revision: number } | null;
    readonly message: string | null;
  }[];
}
interface Errors {
  readonly format: string;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

const plan = (...argv: readonly string[]): Promise<PlanDocument> => document(folder, 0, 'plan', ...argv);
const done = (...argv: readonly string[]): Promise<Applied> => document(folder, 0, ...argv, '--yes');
const refused = (exit: number, ...argv: readonly string[]): Promise<Errors> => document(folder, exit, ...argv);

/** Looks into the project without a process of its own, and leaves it closed. */
async function look<T>(use: (workspace: Workspace) => Promise<T>): Promise<T> {
  const workspace = await openWorkspace({ directory: folder });
  try {
    return await use(workspace);
  } finally {
    await workspace.close();
  }
}

const query = (statement: string): Promise<ResultSet> =>
  look((workspace) => workspace.query(workspace.base, statement));

const field = (value: Json): string =>
  value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** What readers of prod find in a table. */
async function rows(table: string): Promise<readonly string[]> {
  const { columns, rows: found } = await query(`SELECT * FROM ${table}`);
  const csv = [columns.map(({ name }) => name), ...found.map((row) => row.map(field))];
  return rowSet(csv.map((row) => row.join(',')).join('\n'));
}

/** What the shell prints. */
async function shellRows(table: string, ...where: readonly string[]): Promise<readonly string[]> {
  const ended = await bough(folder, 'sql', ...where, '-e', `select * from ${table}`);
  expect(ended).toMatchObject({ exit: 0, stderr: '' });
  return rowSet(ended.stdout);
}

/** Names of all that stands in the warehouse: builds and views. */
async function relations(): Promise<readonly string[]> {
  const { rows: found } = await query(
    "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', 'pg_catalog')",
  );
  return found.map(String).sort();
}

const revisions = (): Promise<readonly Revision[]> => look((workspace) => workspace.history(workspace.base));

const take = (step: string): void =>
  cpSync(join(SHOP, 'steps', step), folder, { recursive: true, filter: (path) => !path.endsWith('orders_day2.csv') });

/** Every file of the folder with a hash of its content; but for the lock table that SQLite's readers share. */
function everyFile(): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => statSync(join(folder, path)).isFile() && !path.endsWith('.db-shm'),
  );
  return Object.fromEntries(
    files.sort().map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ]),
  );
}

/** Where the story is played. */
export interface Stage {
  /** Makes the shop's folder into a project of that warehouse. */
  readonly prepare: (folder: string) => Promise<void>;
  /** Brings what the files deliver to where the project reads it; left out where it reads the files. */
  readonly deliver?: (folder: string) => Promise<void>;
  /** Whether the same rows in another order are another delivery. */
  readonly orderCounts: boolean;
  readonly clear: () => Promise<void>;
}

/** Every step stands on the one before: after a failure the others would tell nothing. */
function set({ prepare, clear, deliver }: Stage): void {
  let broken = false;
  beforeAll(async () => {
    ensureBuilt();
    folder = mkdtempSync(join(tmpdir(), 'bough-story-'));
    cpSync(SHOP, folder, { recursive: true, filter: (path) => !path.includes('/steps') && !path.includes('.bough') });
    await prepare(folder);
    await deliver?.(folder);
  });
  beforeEach((context) => {
    context.skip(broken);
    context.onTestFailed(() => {
      broken = true;
    });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await clear();
  });
}

/** The story of the shop, from the first table to the last. */
export function play(stage: Stage): void {
  set(stage);
  const deliver = async (): Promise<void> => stage.deliver?.(folder);

  it('1: a first apply builds and publishes; again, nothing is to do', async () => {
    const first = await done('apply', 'prod', '-m', 'first');
    expect(first).toMatchObject({ format: 'bough.apply/1', environment: 'prod', revision: 1, moved: true });
    expect(first.summary).toEqual({ built: 2, kept: 0, reused: 0, removed: 0, failed: 0 });
    expect(first.nodes.map(({ name, action, rows: count }) => [name, action, count])).toEqual([
      ['raw.orders', 'built', 10],
      [CLEANED, 'built', 9],
    ]);
    expect(await rows(CLEANED)).toEqual(expected('1_orders_cleaned'));
    for (const again of [await done('apply', 'prod'), await done('run')]) {
      expect(again.summary).toMatchObject({ built: 0, reused: 2, failed: 0 });
      expect(again).toMatchObject({ revision: 1, moved: false });
    }
  });

  it('2: new data comes by run, new code by apply, and the plan tells them apart', async () => {
    appendFileSync(join(folder, 'data/orders.csv'), readFileSync(join(SHOP, 'steps/2/data/orders_day2.csv')));
    take('2');
    await deliver();
    const both = await plan('prod', '--refresh');
    expect(both.data).toEqual([{ source: 'raw.orders', change: 'newer data', taken: true }]);
    expect(both.nodes.map(({ name, change, action }) => [name, change, action])).toEqual([
      ['raw.orders', 'unchanged', 'build'],
      [CLEANED, 'unchanged', 'build'],
      [REVENUE, 'added', 'build'],
    ]);
    const ran = await done('run');
    expect(ran).toMatchObject({ format: 'bough.run/1', revision: 2, summary: { built: 2, failed: 0 } });
    expect(await rows(CLEANED)).toEqual(expected('2_orders_cleaned'));
    expect(await relations()).not.toContain(REVENUE);

    const planned = await plan('prod');
    expect(planned).toMatchObject({ revision: 2, base: null, data: [], summary: { build: 1, reuse: 2, remove: 0 } });
    expect(planned.nodes).toMatchObject([{ name: REVENUE, change: 'added', category: null, action: 'build' }]);
    expect(planned.nodes[0]?.build).toMatch(/^bough\.marts__daily_revenue__[0-9a-f]{12}$/);
    const applied = await done('apply', 'prod', '-m', 'revenue per day');
    expect(applied).toMatchObject({ revision: 3, summary: { built: 1, reused: 2 } });
    expect(await rows(CLEANED)).toEqual(expected('2_orders_cleaned'));
    expect(await rows(REVENUE)).toEqual(expected('2_daily_revenue_of_cleaned'));
  });

  it('3: a run never deploys and says that the files differ; apply deploys', async () => {
    take('3');
    await deliver();
    const ran = await bough(folder, 'run', '--yes');
    expect(ran.exit).toBe(0);
    expect(`${ran.stdout}${ran.stderr}`).toMatch(/files differ.*marts\.daily_revenue/s);
    expect(await rows(REVENUE)).toEqual(expected('2_daily_revenue_of_cleaned'));
    const applied = await done('apply', 'prod', '-m', 'updates');
    expect(applied).toMatchObject({ revision: 4, summary: { built: 3, reused: 2 } });
    expect(await rows('staging.orders_merged')).toEqual(expected('3_orders_merged'));
    expect(await rows(REVENUE)).toEqual(expected('3_daily_revenue_of_merged'));
  });

  it('4: a new branch equals its base: no changes', async () => {
    const planned = await plan('dev');
    expect(planned).toMatchObject({ environment: 'dev', revision: 0, base: { environment: 'prod', revision: 4 } });
    expect(planned).toMatchObject({ nodes: [], data: [], summary: { build: 0, reuse: 5, remove: 0 } });
    const ended = await bough(folder, 'plan', 'dev', '--exit-code');
    expect(ended.exit).toBe(0);
    expect(`${ended.stdout}${ended.stderr}`).toMatch(/no changes/i);
  });

  it('5: one column more is one node to build; the others are reused', async () => {
    take('5');
    const planned = await plan('dev');
    expect(planned.nodes).toHaveLength(1);
    expect(planned.nodes[0]).toMatchObject({ name: REVENUE, change: 'modified', action: 'build' });
    expect(planned.nodes[0]).toMatchObject({ category: 'non-breaking' });
    expect(planned.nodes[0]?.reasons).toEqual([expect.stringContaining('column unique_customers added')]);
    expect(planned.summary).toEqual({ build: 1, reuse: 4, remove: 0 });
    const all: PlanDocument = await plan('dev', '--all');
    expect(all.nodes).toHaveLength(5);
    expect(all.summary).toEqual(planned.summary);
    expect((await bough(folder, 'plan', 'dev', '--exit-code')).exit).toBe(2);
  });

  it('6: a dry run writes nothing anywhere; apply writes one table and leaves prod alone', async () => {
    const before = await relations();
    const files = everyFile();
    const dry: PlanDocument = await document(folder, 0, 'apply', 'dev', '--dry-run');
    expect(dry.summary).toEqual({ build: 1, reuse: 4, remove: 0 });
    expect(everyFile()).toEqual(files);

    const applied = await done('apply', 'dev', '-m', 'unique customers');
    expect(applied).toMatchObject({ environment: 'dev', revision: 1, summary: { built: 1, reused: 4 } });
    const build = applied.nodes.find(({ action }) => action === 'built')?.build;
    expect((await relations()).filter((name) => !before.includes(name))).toEqual([build, 'dev_marts.daily_revenue']);
    expect(await rows('dev_marts.daily_revenue')).toEqual(expected('4_daily_revenue_dev'));
    expect(await rows(REVENUE)).toEqual(expected('3_daily_revenue_of_merged'));
  });

  it('7: in the shell of dev, project names mean the tables of dev', async () => {
    expect(await shellRows(REVENUE, '--env', 'dev')).toEqual(expected('4_daily_revenue_dev'));
    expect(await shellRows(CLEANED, '--env', 'dev')).toEqual(expected('2_orders_cleaned'));
    expect(await shellRows(REVENUE)).toEqual(expected('3_daily_revenue_of_merged'));
  });

  it('8: a plan whose files changed since is refused as stale', async () => {
    await plan('prod', '-o', 'plan.json');
    const before = {
      relations: await relations(),
      revisions: await revisions(),
    };
    appendFileSync(join(folder, 'models/marts/daily_revenue.sql'), '\nHAVING count(*) > 0\n');
    const { format, errors } = await refused(4, 'apply', 'plan.json', '--yes');
    expect(format).toBe('bough.error/1');
    expect(errors.map(({ code }) => code)).toEqual(['plan-stale']);
    take('5');
    appendFileSync(join(folder, 'models/raw/orders.yml'), 'owner: the cash desk\n');
    expect((await refused(4, 'apply', 'plan.json', '--yes')).errors.map(({ code }) => code)).toEqual(['plan-stale']);
    cpSync(join(SHOP, 'models/raw/orders.yml'), join(folder, 'models/raw/orders.yml'));
    await deliver();
    expect(await relations()).toEqual(before.relations);
    expect(await revisions()).toEqual(before.revisions);
  });

  it('9: a promotion builds nothing and publishes the very tables that were tested', async () => {
    const files = everyFile();
    const dry: PlanDocument = await document(folder, 0, 'promote', 'dev', '--dry-run');
    expect(dry).toMatchObject({ environment: 'prod', revision: 4, summary: { build: 0, reuse: 5, remove: 0 } });
    expect(everyFile()).toEqual(files);
    const before = (await relations()).filter((name) => name.startsWith('bough.'));
    const promoted = await done('promote', 'dev', '-m', 'tested in dev');
    expect(promoted).toMatchObject({ format: 'bough.promote/1', environment: 'prod', revision: 5, moved: true });
    expect(promoted.summary).toMatchObject({ built: 0, failed: 0 });
    expect((await relations()).filter((name) => name.startsWith('bough.'))).toEqual(before);
    expect(await rows(REVENUE)).toEqual(expected('4_daily_revenue_dev'));
  });

  it('10: what was tested is what runs: nothing to do', async () => {
    expect(await plan('prod')).toMatchObject({ nodes: [], data: [], summary: { build: 0, reuse: 5, remove: 0 } });
    expect(await done('run')).toMatchObject({ revision: 5, moved: false, summary: { built: 0, failed: 0 } });
  });

  it('11: one command takes it back, and neither run nor apply undoes that', async () => {
    const back = await done('rollback', 'prod', '-m', 'numbers look odd');
    expect(back).toMatchObject({ format: 'bough.rollback/1', revision: 6, moved: true, summary: { built: 0 } });
    expect(await rows(REVENUE)).toEqual(expected('3_daily_revenue_of_merged'));

    const { revisions: all } = await document<History>(folder, 0, 'env', 'history', 'prod');
    const told = [...all].sort((left, right) => left.revision - right.revision);
    expect(told.map(({ revision, operation, message }) => [revision, operation, message])).toEqual([
      [1, 'apply', 'first'],
      [2, 'run', null],
      [3, 'apply', 'revenue per day'],
      [4, 'apply', 'updates'],
      [5, 'promote', 'tested in dev'],
      [6, 'rollback', 'numbers look odd'],
    ]);
    expect(told.map(({ from }) => from)).toEqual([null, null, null, null, { environment: 'dev', revision: 1 }, null]);
    for (const { by, at } of told) {
      expect(by).not.toBe('');
      expect(new Date(at).toISOString()).toBe(at);
    }

    const behind = await plan('prod');
    expect(behind.nodes).toMatchObject([{ name: REVENUE, change: 'behind', category: null, action: 'reuse' }]);
    expect(behind.nodes[0]?.reasons.join()).toContain('6');
    expect((await bough(folder, 'plan', 'prod', '--exit-code')).exit).toBe(0);
    for (const command of [['run'], ['apply', 'prod']]) {
      expect(await done(...command)).toMatchObject({ revision: 6, moved: false, summary: { built: 0 } });
    }
    expect(await rows(REVENUE)).toEqual(expected('3_daily_revenue_of_merged'));

    expect(await done('promote', 'dev')).toMatchObject({ revision: 7, moved: true, summary: { built: 0 } });
    expect(await rows(REVENUE)).toEqual(expected('4_daily_revenue_dev'));
    expect(await done('rollback', 'prod')).toMatchObject({ revision: 8, moved: true, summary: { built: 0 } });
    expect(await rows(REVENUE)).toEqual(expected('3_daily_revenue_of_merged'));
  });

  it('12: deleting dev takes its views away; gc frees what nobody can reach, and no more', async () => {
    await done('env', 'delete', 'dev');
    const views = (await relations()).filter((name) => !name.startsWith('bough.'));
    expect(views).toEqual([REVENUE, 'raw.orders', 'raw.orders_updates', CLEANED, 'staging.orders_merged']);
    const list = await document<{ environments: readonly { name: string }[] }>(folder, 0, 'env', 'list');
    expect(list.environments.map(({ name }) => name)).toEqual(['prod']);

    const freed = await document<{ builds: readonly { node: string }[] }>(folder, 0, 'gc', '--keep', '0', '--yes');
    expect(freed).toMatchObject({ format: 'bough.gc/1' });
    expect(freed.builds.map(({ node }) => node).sort()).toEqual([REVENUE, REVENUE, 'raw.orders', CLEANED]);
    const builds = (await relations()).filter((name) => /^bough\..*__/.test(name));
    expect(builds.map((name) => name.split('__').slice(0, 2).join('__'))).toEqual([
      'bough.marts__daily_revenue',
      'bough.raw__orders',
      'bough.raw__orders_updates',
      'bough.staging__orders_cleaned',
      'bough.staging__orders_merged',
    ]);
    expect(await rows(REVENUE)).toEqual(expected('3_daily_revenue_of_merged'));
    expect(await rows(CLEANED)).toEqual(expected('2_orders_cleaned'));
    expect(await document(folder, 0, 'gc', '--keep', '0', '--yes')).toMatchObject({ builds: [] });
  });

  it('and a second delivery of the same orders in another order builds nothing', async () => {
    const file = join(folder, 'data/orders.csv');
    const [header = '', ...orders] = readFileSync(file, 'utf8').trimEnd().split('\n');
    writeFileSync(file, `${[header, ...orders.toReversed()].join('\n')}\n`);
    await deliver();
    const ran = await done('run');
    const loaded = stage.orderCounts ? ['raw.orders'] : [];
    expect(ran.nodes.filter(({ action }) => action === 'built').map(({ name }) => name)).toEqual(loaded);
    const kept = stage.orderCounts ? { built: 1, kept: 3, reused: 1 } : { built: 0, kept: 0, reused: 5 };
    expect(ran.summary).toEqual({ ...kept, removed: 0, failed: 0 });
    expect(await rows(REVENUE)).toEqual(expected('3_daily_revenue_of_merged'));
    expect(await plan('prod', '--refresh')).toMatchObject({ data: [], summary: { build: 0 } });
  });
}
