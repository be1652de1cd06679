import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boughWith, ensureBuilt, type Ended } from '../story/command.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bough-rides-')));
const QUIET = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^(GIT_|N_ESTIMATORS)/.test(name))
    .map((name) => [name, undefined]),
);
const bough = (...argv: readonly string[]): Promise<Ended> => boughWith(QUIET, folder, ...argv);
const rows = async (statement: string): Promise<string> => (await bough('sql', '-e', statement)).stdout;
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });

/** A team's own schemas for each environment beside one that all share, branches for each, and values by overlays. */
const FILES: Readonly<Record<string, string>> = {
  'bough.yml': `name: rides
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
  user/*: { environment: '{branch}', like: DEV, ttl: 14d }
environments:
  PROD: { status: production }
  STAGING: { status: non-production }
  DEV: { status: non-production }
`,
  'config/training/base.yaml': 'train_days: 30\nmodel:\n  n_estimators: 100\n  learning_rate: 0.1\n  max_depth: 6\n',
  'config/training/PROD.override.yaml': 'train_days: 365\nmodel:\n  n_estimators: ${N_ESTIMATORS}\n',
  'config/training/STAGING.override.yaml': 'model:\n  learning_rate: 0.05\n',
  'config/training/DEV.override.yaml': 'train_days: 7\nmodel:\n  max_depth: 3\n',
  'hub/.env': 'N_ESTIMATORS=500\n',
  'models/SHARED_DATA/days.sql': "SELECT CAST('2026-01-01' AS DATE) AS day\n",
  'models/FEATURE_STORE/features.sql': 'SELECT day, {{ training.train_days }} AS train_days FROM SHARED_DATA.days\n',
  'models/MODEL_REGISTRY/models.sql': `SELECT {{ training.model.n_estimators }} AS n_estimators,
  {{ training.model.learning_rate }} AS learning_rate, {{ training.model.max_depth }} AS max_depth,
  count(*) AS days
FROM FEATURE_STORE.features
`,
  'models/PUDO/rides.sql': 'SELECT days, max_depth FROM MODEL_REGISTRY.models\n',
};

describe('a project with schemas for each environment and branches for each', () => {
  beforeAll(() => {
    ensureBuilt();
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    symlinkSync('hub/.env', join(folder, '.env'));
    git('init', '--quiet', '-b', 'main');
    git('add', '.');
    git('commit', '--quiet', '-m', 'one');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('builds each environment from its branch, in its own schemas and with its own values', async () => {
    expect((await bough('apply', '--yes')).exit).toBe(0);
    for (const [branch, environment] of [
      ['dev', 'DEV'],
      ['feature/a', 'DEV'],
      ['staging', 'STAGING'],
      ['release/1.0', 'STAGING'],
    ] as const) {
      git('checkout', '--quiet', '-b', branch);
      const { exit, stderr } = await bough('apply', '--yes');
      expect([exit, stderr]).toEqual([0, expect.stringContaining(`The branch ${branch} is of ${environment}.`)]);
    }
    const schemas = `SELECT DISTINCT table_schema FROM information_schema.views
      WHERE table_schema SIMILAR TO '.*_(PROD|DEV|STAGING)|SHARED.*' ORDER BY ALL`;
    expect((await rows(schemas)).trim().split('\n').slice(1)).toEqual([
      'FEATURE_STORE_DEV',
      'FEATURE_STORE_PROD',
      'MODEL_REGISTRY_DEV',
      'MODEL_REGISTRY_PROD',
      'MODEL_REGISTRY_STAGING',
      'PUDO_DEV',
      'PUDO_PROD',
      'SHARED_DATA',
    ]);
    expect(await rows('SELECT train_days FROM FEATURE_STORE_PROD.features')).toBe('train_days\n365\n');
    expect(await rows('SELECT train_days FROM FEATURE_STORE_DEV.features')).toBe('train_days\n7\n');
    expect(await rows('SELECT n_estimators, learning_rate, max_depth FROM MODEL_REGISTRY_PROD.models')).toBe(
      'n_estimators,learning_rate,max_depth\n500,0.1,6\n',
    );
    expect(await rows('SELECT max_depth FROM MODEL_REGISTRY_DEV.models')).toBe('max_depth\n3\n');
    expect(await rows('SELECT n_estimators, learning_rate, max_depth FROM MODEL_REGISTRY_STAGING.models')).toBe(
      'n_estimators,learning_rate,max_depth\n500,0.05,6\n',
    );
    expect(await rows('SELECT count(*) AS n FROM SHARED_DATA.days')).toBe('n\n1\n');
  });

  it('gives a person of a branch the values of the environment that it is like', async () => {
    git('checkout', '--quiet', '-b', 'user/ann');
    expect((await bough('apply', '--yes')).stderr).toContain('The branch user/ann is of user/ann.');
    const { stdout } = await bough('sql', '--env', 'user/ann', '-e', 'SELECT train_days FROM FEATURE_STORE.features');
    expect(stdout).toBe('train_days\n7\n');
    expect((await bough('env', 'list')).stdout).toMatch(/user\/ann\s+PROD\s+1\s+\S+ \S+\s+\S+ \S+Z\n/);
  });
});
