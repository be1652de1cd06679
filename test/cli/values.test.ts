import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderWith } from '../bindings/folder.ts';
import { bough, document, ensureBuilt } from '../story/command.ts';

const FILES = {
  'bough.yml': 'name: shop\n',
  'config/training/base.yaml': 'days: 30\nrate: 0.1\nunused: 1\n',
  'config/training/dev.override.yaml': 'days: 7\n',
  'models/marts/days.sql': 'SELECT {{ training.days }} AS days\n',
  'models/marts/rate.sql': 'SELECT {{ training.rate }} AS rate\n',
  'models/marts/reader.sql': 'SELECT days + 1 AS more FROM marts.days\n',
};

interface Planned {
  readonly nodes: readonly { readonly name: string; readonly change: string; readonly action: string }[];
}

const plan = async (root: string, ...argv: readonly string[]): Promise<readonly string[]> =>
  (await document<Planned>(root, 0, ...argv)).nodes.map(({ name, change, action }) => `${name} ${change} ${action}`);

const apply = (root: string, environment: string): Promise<object> => document(root, 0, 'apply', environment, '--yes');

async function query(root: string, environment: string, sql: string): Promise<unknown> {
  const { stdout } = await bough(root, 'sql', '--env', environment, '--format', 'json', '-e', sql);
  return JSON.parse(stdout);
}

const days = (root: string, environment: string): Promise<unknown> =>
  query(root, environment, 'select days, more from marts.days, marts.reader');

describe('a value of an overlay', () => {
  beforeAll(ensureBuilt);

  it('is what its environment says, and moves the models that use it alone', async () => {
    const root = folderWith(FILES);
    await apply(root, 'prod');
    expect(await plan(root, 'plan', 'dev')).toEqual(['marts.days indirect build', 'marts.reader indirect build']);
    await apply(root, 'dev');
    expect(await days(root, 'prod')).toEqual([{ days: 30, more: 31 }]);
    expect(await days(root, 'dev')).toEqual([{ days: 7, more: 8 }]);
  });

  it('moves nothing where no model uses it', async () => {
    const root = folderWith(FILES);
    await apply(root, 'prod');
    writeFileSync(join(root, 'config/training/base.yaml'), 'days: 30\nrate: 0.1\nunused: 2\nmore: [1, 2]\n');
    expect(await plan(root, 'plan', 'prod')).toEqual([]);
    writeFileSync(join(root, 'config/training/base.yaml'), '# moved\n\nunused: 2\nrate: 0.10\ndays: 30\n');
    expect(await plan(root, 'plan', 'prod')).toEqual([]);
    writeFileSync(join(root, 'config/training/base.yaml'), 'days: 30\nrate: 0.2\n');
    expect(await plan(root, 'plan', 'prod')).toEqual(['marts.rate indirect build']);
  });

  it('stays with its environment at a promotion, and goes along where the files changed it for the target', async () => {
    const root = folderWith(FILES);
    await apply(root, 'prod');
    await apply(root, 'dev');
    expect(await plan(root, 'promote', 'dev', '--dry-run')).toEqual([]);
    writeFileSync(join(root, 'models/marts/days.sql'), 'SELECT {{ training.days }} AS days, 1 AS one\n');
    await apply(root, 'dev');
    await document(root, 0, 'promote', 'dev', '--yes');
    expect(await query(root, 'prod', 'select * from marts.days')).toEqual([{ days: 30, one: 1 }]);
    writeFileSync(join(root, 'config/training/base.yaml'), 'days: 60\nrate: 0.1\n');
    await apply(root, 'dev');
    expect(await days(root, 'dev')).toEqual([{ days: 7, more: 8 }]);
    await document(root, 0, 'promote', 'dev', '--yes');
    expect(await days(root, 'prod')).toEqual([{ days: 60, more: 61 }]);
    expect(await plan(root, 'plan', 'prod')).toEqual([]);
  });

  it('is not overrun by a branch that never changed it', async () => {
    const root = folderWith(FILES);
    await apply(root, 'prod');
    writeFileSync(join(root, 'models/marts/days.sql'), 'SELECT {{ training.days }} AS days, 1 AS one\n');
    await apply(root, 'dev');
    writeFileSync(join(root, 'models/marts/days.sql'), FILES['models/marts/days.sql']);
    writeFileSync(join(root, 'config/training/prod.override.yaml'), 'days: 400\n');
    await apply(root, 'prod');
    await document(root, 0, 'promote', 'dev', '--yes');
    expect(await query(root, 'prod', 'select * from marts.days')).toEqual([{ days: 400, one: 1 }]);
  });

  it('can come from a variable, and only what a model uses is kept', async () => {
    const root = folderWith({
      ...FILES,
      'config/training/base.yaml': 'days: ${DAYS}\nrate: ${RATE:-0.5}\nunused: ${CANARY}\n',
      '.env': 'CANARY=canary-in-the-mine\nDAYS=11\n',
      '.env.dev': 'DAYS=12\n',
      'config/training/dev.override.yaml': 'other: "${CANARY}"\n',
    });
    await apply(root, 'prod');
    await apply(root, 'dev');
    expect(await days(root, 'prod')).toEqual([{ days: 11, more: 12 }]);
    expect(await days(root, 'dev')).toEqual([{ days: 12, more: 13 }]);
    await bough(root, 'plan', 'dev', '-o', 'plan.json');
    const kept = readdirSync(join(root, '.bough'), { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    const files = [...kept.map((one) => join(one.parentPath, one.name)), join(root, 'plan.json')];
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect(readFileSync(file).includes('canary-in-the-mine')).toBe(false);
  });

  it('is missed only in the environment that needs it', async () => {
    const root = folderWith({
      ...FILES,
      'config/training/prod.override.yaml': 'days: ${PROD_DAYS:?see the runbook}\n',
    });
    rmSync(join(root, 'config/training/base.yaml'));
    writeFileSync(join(root, 'config/training/base.yaml'), 'days: 30\nrate: 0.1\n');
    const { exit, stderr } = await bough(root, 'plan', 'prod');
    expect(exit).toBe(1);
    expect(stderr).toContain('error[variable-missing] config/training/prod.override.yaml:1:7');
    expect(stderr).toContain('The variable `PROD_DAYS` is not set: see the runbook.');
    expect(await plan(root, 'plan', 'dev')).toContain('marts.days added build');
  });

  it('says where a name is none, and what was meant', async () => {
    const root = folderWith({ ...FILES, 'models/marts/rate.sql': 'SELECT {{ training.rat }} AS rate\n' });
    const { stderr, exit } = await bough(root, 'check');
    expect(exit).toBe(1);
    expect(stderr).toContain('models/marts/rate.sql:1:8');
    expect(stderr).toContain('did you mean `training.rate`?');
  });
});
