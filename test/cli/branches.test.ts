import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boughWith, ensureBuilt, type Ended } from '../story/command.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bough-branches-')));
/** As on a person's own machine: no pipeline says anything. */
const QUIET = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^(GIT_|GITHUB_|CI|BITBUCKET_|BUILD|CIRCLE|CHANGE_|BRANCH_NAME|SYSTEM_)/.test(name))
    .map((name) => [name, undefined]),
);
const AUTHOR = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];

const git = (...args: readonly string[]): string =>
  execFileSync('git', [...AUTHOR, ...args], { cwd: folder, encoding: 'utf8' });
const bough = (...argv: readonly string[]): Promise<Ended> => boughWith(QUIET, folder, ...argv);

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const RULES = `name: shop
base: PROD
names:
  schema: '{schema}_{ENV}'
  shared: [SHARED_DATA]
branches:
  dev: DEV
  feature/*: DEV
  staging: STAGING
  release/*: STAGING
  main: PROD
  user/*: { environment: '{branch}', ttl: 14d }
`;

describe('a project whose branches are mapped', () => {
  beforeAll(async () => {
    ensureBuilt();
    write('bough.yml', RULES);
    write('models/FEATURE_STORE/orders.sql', 'SELECT 1 AS id, day FROM SHARED_DATA.days\n');
    write('models/SHARED_DATA/days.sql', 'SELECT 7 AS day\n');
    git('init', '--quiet', '-b', 'main');
    git('add', '.');
    git('commit', '--quiet', '-m', 'one');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('applies where the branch says, and says where that is', async () => {
    const done = await bough('apply', '--yes');
    expect(done).toMatchObject({ exit: 0 });
    expect(done.stderr).toContain('The branch main is of PROD.');
    git('checkout', '--quiet', '-b', 'feature/a');
    write('models/FEATURE_STORE/orders.sql', 'SELECT 2 AS id, day FROM SHARED_DATA.days\n');
    const planned = await bough('plan');
    expect(planned.stderr).toBe('The branch feature/a is of DEV.\n');
    expect(planned.stdout).toContain('bough apply DEV');
    const document = JSON.parse((await bough('plan', '--json')).stdout);
    expect(document).toMatchObject({ environment: 'DEV', base: { environment: 'PROD' } });
    await bough('apply', '--yes');
    const shown = JSON.parse((await bough('env', 'show', 'DEV', '--json')).stdout);
    expect(shown.nodes.map(({ view }: { view: string | null }) => view)).toEqual(['FEATURE_STORE_DEV.orders', null]);
    expect((await bough('sql', '-e', 'SELECT id FROM FEATURE_STORE_DEV.orders')).stdout).toBe('id\n2\n');
    expect((await bough('sql', '-e', 'SELECT id FROM FEATURE_STORE_PROD.orders')).stdout).toBe('id\n1\n');
    expect((await bough('sql', '-e', 'SELECT day FROM SHARED_DATA.days')).stdout).toBe('day\n7\n');
  });

  it('has an environment each for branches that want one', async () => {
    git('checkout', '--quiet', '-b', 'user/ann');
    expect((await bough('plan')).stderr).toBe('The branch user/ann is of user/ann.\n');
    git('checkout', '--quiet', '-b', 'staging');
    expect((await bough('plan')).stderr).toBe('The branch staging is of STAGING.\n');
  });

  it('takes the environment that is named, whatever the branch', async () => {
    expect(await bough('plan', 'DEV')).toMatchObject({ exit: 0, stderr: '' });
  });

  it('refuses a branch that nobody mapped, and a checkout without one', async () => {
    git('checkout', '--quiet', '-b', 'topic');
    expect(await bough('apply', '--yes')).toMatchObject({
      exit: 1,
      stdout: '',
      stderr:
        'error[branch-unmapped]\n  The branch `topic` is of no environment.\n' +
        '  hint: Mapped are dev, feature/*, staging, release/*, main, user/*. Add it to `branches` in bough.yml, or name the environment.\n',
    });
    git('checkout', '--quiet', '--detach');
    const detached = await bough('plan');
    expect(detached).toMatchObject({ exit: 1, stdout: '' });
    expect(detached.stderr).toMatch(/Git has no branch checked out: HEAD is detached at [0-9a-f]+\./);
    expect((await bough('plan', '--json')).stdout).toContain('"code": "branch-unknown"');
  });

  it('asks the pipeline where the checkout is detached, and says so', async () => {
    const told = await boughWith({ ...QUIET, CI_COMMIT_BRANCH: 'release/1.0' }, folder, 'plan');
    expect(told).toMatchObject({ exit: 0, stderr: 'The branch release/1.0 (CI_COMMIT_BRANCH) is of STAGING.\n' });
    const proposed = await boughWith({ ...QUIET, GITHUB_HEAD_REF: 'main' }, folder, 'apply', '--yes');
    expect(proposed).toMatchObject({ exit: 1, stdout: '' });
    expect(proposed.stderr).toContain('is only proposed');
  });
});
