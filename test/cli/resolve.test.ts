import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bough, ensureBuilt } from '../story/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'bough-resolve-'));
const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd,
    encoding: 'utf8',
  }).trim();

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A database for production, another for everybody else, and a transformer that both take from releases. */
const PROJECT = `name: customers
references:
  customer_db: { kind: connection, type: postgres }
  transformer_version: { kind: release, repository: ./transformer }
  train_days: { kind: value, type: integer }
environments:
  prod:
    status: production
    customer_db:
      type: postgres
      name: CustomerDB_Prod
      host: prod-db.internal
      port: 5432
      database: customer_production
      status: production
      credential: db_reader
    transformer_version: { tags: V*.*.*-prod, releases: stable }
    train_days: 365
  dev:
    status: non-production
    customer_db:
      type: postgres
      name: CustomerDB_Dev
      host: dev-db.internal
      port: 5432
      database: customer_dev
      status: non-production
      credential: db_reader
    transformer_version: { tags: V*.*.*-dev, releases: stable }
    train_days: 30
`;

describe('bough resolve', () => {
  const transformer = join(folder, 'transformer');
  beforeAll(() => {
    ensureBuilt();
    write('bough.yml', PROJECT);
    mkdirSync(transformer);
    git(transformer, 'init', '--quiet', '-b', 'main');
    for (const tag of ['V0.9.9-prod', 'V1.0.0-prod', 'V1.0.9-dev', 'V1.1.0-dev', 'V1.2.0-dev-rc.1', 'V2.0.0']) {
      git(transformer, 'commit', '--quiet', '--allow-empty', '-m', tag);
      git(transformer, 'tag', tag);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('prints every reference of every environment side by side', async () => {
    expect(await bough(folder, 'resolve')).toEqual({
      exit: 0,
      stderr: '',
      stdout: `
reference            prod                                                dev
───────────────────  ──────────────────────────────────────────────────  ──────────────────────────────────────────
customer_db          postgres prod-db.internal:5432/customer_production  postgres dev-db.internal:5432/customer_dev
transformer_version  V1.0.0-prod                                         V1.1.0-dev
train_days           365                                                 30
`.slice(1),
    });
  });

  it('says the commit of a tag, for programs', async () => {
    const { stdout } = await bough(folder, 'resolve', '--env', 'dev', '--json');
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ format: 'bough.resolve/1', errors: [], warnings: [] });
    expect(document.environments.map(({ name }: { name: string }) => name)).toEqual(['dev']);
    expect(document.environments[0].references).toContainEqual({
      name: 'transformer_version',
      kind: 'release',
      selector: { pattern: 'V*.*.*-dev', releases: 'stable', repository: './transformer' },
      tag: 'V1.1.0-dev',
      commit: git(transformer, 'rev-parse', 'V1.1.0-dev'),
    });
  });

  it('warns of tags that nearly fit, and goes on', async () => {
    git(transformer, 'tag', 'v2.0.5.prod');
    const { exit, stderr, stdout } = await bough(folder, 'resolve', '--env', 'prod');
    expect(exit).toBe(0);
    expect(stdout).toContain('V1.0.0-prod');
    expect(stderr).toContain('warning[release-near-miss] bough.yml:17:26');
    expect(stderr).toContain('`v2.0.5.prod` has `.prod` where `-prod` must stand');
    git(transformer, 'tag', '--delete', 'v2.0.5.prod');
  });

  it('lists what was seen, and why each was dropped, where nothing fits; the rest is shown all the same', async () => {
    write('bough.yml', PROJECT.replace('V*.*.*-dev', 'V*.*.*-qa').replace('V*.*.*-prod', 'V1.0.0-production'));
    const { exit, stderr, stdout } = await bough(folder, 'resolve');
    write('bough.yml', PROJECT);
    expect(exit).toBe(1);
    expect(stdout).toMatch(/transformer_version\s+— \(V1\.0\.0-production\)\s+— \(V\*\.\*\.\*-qa\)/);
    expect(stdout).toContain('365');
    expect(stderr).toContain('error[release-unmatched] bough.yml:29:26');
    expect(stderr).toContain('No tag fits `V*.*.*-qa` that is stable: `transformer_version` in `dev` has no release.');
    expect(stderr).toContain('`V2.0.0` has no `-qa`; ');
    expect(stderr).toContain('`V1.2.0-dev-rc.1` has `-dev-rc.` where `-qa` must stand');
    expect(stderr).toContain('hint: Seen: `V2.0.0`; `V1.0.0-prod`; `V1.0.9-dev`;');
  });

  it('refuses two tags of one number and different commits', async () => {
    git(transformer, 'commit', '--quiet', '--allow-empty', '-m', 'other');
    git(transformer, 'tag', 'v1.1.0-dev');
    const { exit, stderr } = await bough(folder, 'resolve', '--env', 'dev');
    git(transformer, 'tag', '--delete', 'v1.1.0-dev');
    expect(exit).toBe(1);
    expect(stderr).toContain('`V1.1.0-dev` and `v1.1.0-dev` are one release by number, and of different commits');
  });

  it('shows no password of an address, neither in what is wrong nor in the lines of the file', async () => {
    const address = 'http://ada:s3cret@127.0.0.1:1/transformer.git?token=s3cret';
    write('bough.yml', PROJECT.replaceAll('releases: stable', `releases: stable, repository: '${address}'`));
    for (const flags of [[], ['--json']]) {
      const { exit, stdout, stderr } = await bough(folder, 'resolve', ...flags);
      expect(exit).toBe(1);
      expect(stdout + stderr).toContain('http://***@127.0.0.1:1/transformer.git?***');
      expect(stdout + stderr).not.toContain('s3cret');
    }
    write('bough.yml', PROJECT);
  });

  it('says once what is wrong with a repository, and what with an environment', async () => {
    write('bough.yml', PROJECT.replace('./transformer', 'transformer'));
    const lost = await bough(folder, 'resolve');
    write('bough.yml', PROJECT);
    expect(lost.exit).toBe(1);
    expect(lost.stderr.match(/release-repository/g)).toHaveLength(1);
    expect(lost.stderr).toContain('`transformer` is neither the URL of a repository nor a path');
    const wrong = await bough(folder, 'resolve', '--env', 'prdo');
    expect(wrong).toMatchObject({ exit: 1, stdout: '' });
    expect(wrong.stderr).toContain('Did you mean `prod`?');
  });

  it("takes the project's own tags where no repository is named", async () => {
    write('bough.yml', PROJECT.replace(', repository: ./transformer', ''));
    expect((await bough(folder, 'resolve')).stderr).toContain(
      "The tags of the project's own repository cannot be read",
    );
    git(folder, 'init', '--quiet', '-b', 'main');
    const none = await bough(folder, 'resolve', '--env', 'dev');
    expect(none.stderr).toContain('The repository has no tags here');
    git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'one');
    git(folder, 'tag', '-a', 'v3.0.0-dev', '-m', 'annotated');
    const { stdout } = await bough(folder, 'resolve', '--env', 'dev', '--json');
    write('bough.yml', PROJECT);
    const commit = git(folder, 'rev-parse', 'HEAD');
    expect(stdout).toContain(`"tag": "v3.0.0-dev",\n          "commit": "${commit}"`);
  });

  it('has nothing to say of a project that declares nothing', async () => {
    write('bough.yml', 'name: x\n');
    expect((await bough(folder, 'resolve')).stdout).toBe('The project declares no references.\n');
    write('bough.yml', 'name: x\nreferences: { days: value }\n');
    expect((await bough(folder, 'resolve')).stdout).toBe('1 reference, and no environment is declared.\n');
  });
});
