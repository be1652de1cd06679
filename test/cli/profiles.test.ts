import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderWith } from '../bindings/folder.ts';
import { bough, document, ensureBuilt } from '../story/command.ts';

const FILES = { 'bough.yml': 'name: x\n', 'models/a/b.sql': 'SELECT 1 AS x\n', 'profiles.yml': 'connections: {}\n' };

const planned = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const root = folderWith(files);
  await bough(root, 'plan', 'prod', '-o', 'plan.json');
  return root;
};

const refused = async (root: string, ...flags: readonly string[]): Promise<string> => {
  const { exit, stderr } = await bough(root, 'apply', 'plan.json', '--yes', ...flags);
  expect(exit).toBe(4);
  expect(stderr).toContain('error[plan-stale]');
  return stderr;
};

describe('the profile of a plan', () => {
  beforeAll(ensureBuilt);

  it('is in it, and said', async () => {
    const root = folderWith(FILES);
    const { facts, notes } = await document<{ facts: object; notes: readonly string[] }>(root, 0, 'plan', 'prod');
    expect(facts).toMatchObject({ profile: { file: 'profiles.yml', digest: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(notes).toContain('connections of profiles.yml');
  });

  it('is used by apply, though another one would be found by then', async () => {
    const root = await planned(FILES);
    writeFileSync(join(root, 'profiles-prod.yml'), 'connections: {}\n');
    expect(await bough(root, 'apply', 'plan.json', '--yes')).toMatchObject({ exit: 0 });
  });

  it('refuses when it has changed, is gone, or another one is asked for', async () => {
    const root = await planned(FILES);
    writeFileSync(join(root, 'other.yml'), 'connections: {}\n');
    expect(await refused(root, '--profile', 'other.yml')).toContain('`profiles.yml`, and `other.yml` is asked for.');
    writeFileSync(join(root, 'profiles.yml'), '# other\nconnections: {}\n');
    expect(await refused(root)).toContain('`profiles.yml`, which has changed since.');
    rmSync(join(root, 'profiles.yml'));
    expect(await refused(root)).toContain('`profiles.yml`, which cannot be read any more.');
    const { 'profiles.yml': _, ...none } = FILES;
    const bare = await planned(none);
    writeFileSync(join(bare, 'p.yml'), 'connections: {}\n');
    expect(await refused(bare, '--profile', 'p.yml')).toContain('made with no profile, and `p.yml` is asked for.');
  });

  it('is an error where the one that was asked for is not there', async () => {
    const root = folderWith(FILES);
    mkdirSync(join(root, 'folder'));
    const { exit, stderr } = await bough(join(root, 'folder'), 'plan', 'prod', '--profile', 'gone.yml');
    expect(exit).toBe(1);
    expect(stderr).toContain('`folder/gone.yml` cannot be read: it does not exist.');
  });
});

describe('a profile', () => {
  const bound = (lines: Readonly<Record<'prod' | 'dev', string>>): Readonly<Record<string, string>> => ({
    'bough.yml': [
      'name: x',
      'references: { customer_db: connection }',
      'environments:',
      `  prod: { ${lines.prod} }`,
      `  dev: { ${lines.dev} }`,
    ].join('\n'),
    'profiles.yml':
      'connections:\n  customer_db: { type: postgres, host: mine, database: m }\n  warehouse: { type: postgres, host: w, database: ww, port: 1 }\n' +
      'source_defaults:\n  postgres:\n    port: ${PORT:-5433}\n    credential: me\n',
  });

  it('stands in where an environment names a connection or leaves it out, over the defaults for its type', async () => {
    const root = folderWith(
      bound({ prod: 'customer_db: { type: postgres, host: prod-db, database: p, credential: own }', dev: '' }),
    );
    const { stdout } = await bough(root, 'resolve');
    expect(stdout.split('\n').slice(2)).toEqual(['customer_db  postgres prod-db:5433/p  postgres mine:5433/m', '']);
    const named = folderWith(bound({ prod: 'customer_db: warehouse', dev: '' }));
    expect((await bough(named, 'resolve')).stdout).toContain('postgres w:1/ww');
    expect((await bough(root, 'resolve', '--json')).stdout).toContain('"credential": "own"');
  });

  it('says where a name is none of its connections', async () => {
    const root = folderWith(bound({ prod: 'customer_db: wharehouse', dev: '' }));
    const { exit, stderr } = await bough(root, 'resolve');
    expect(exit).toBe(1);
    expect(stderr).toContain('error[connection-unknown] bough.yml:4:24');
    expect(stderr).toContain('Did you mean `warehouse`?');
  });
});
