import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openOutsides } from '../../src/bindings/open-outsides.ts';
import { findSecret } from '../../src/bindings/secrets/find.ts';
import { asEnvironmentName } from '../../src/model/ids.ts';
import type { Problem } from '../../src/model/problems.ts';
import { loadConfig } from '../../src/project/index.ts';
import { folderWith } from './folder.ts';

interface Where {
  readonly files?: Readonly<Record<string, string>>;
  /** `secrets:` of bough.yml. */
  readonly declared?: object;
  readonly environment?: Readonly<Record<string, string>>;
  readonly name?: string;
}

/** The value and who gave it, or what is wrong. */
async function found({ files = {}, declared = {}, environment = {}, name = 'db-reader' }: Where): Promise<string> {
  const root = folderWith({ ...files, 'bough.yml': JSON.stringify({ name: 'x', secrets: declared }) });
  const outsides = await openOutsides({ root, environment, home: join(root, 'home'), profile: null });
  const problems: Problem[] = [];
  const { secrets } = loadConfig(root);
  const providers = outsides.providers(asEnvironmentName('dev'));
  const given = await findSecret(name, providers, problems, secrets.get(name) ?? null);
  expect(inspect([given, outsides, providers, problems], { depth: 20, showHidden: true })).not.toContain('s3cret');
  if (given !== null) return `${given.secret.reveal()} from ${given.from.replaceAll(root, '')}`;
  return problems
    .map(({ message, at }) => `${at?.file ?? '-'}:${at?.line ?? '-'} ${message.replaceAll(root, '')}`)
    .join();
}

const node = (script: string): readonly string[] => [process.execPath, '-e', script];

describe('secrets', () => {
  it('are found by their names: in the process, in env files, in a named file, in a mounted folder', async () => {
    const files = { '.env': 'DB_READER=s3cret-env\n', 'run/DB_READER': 's3cret-mount\n', own: 's3cret-own\r\n' };
    const environment = { BOUGH_SECRETS: 'run' };
    expect(await found({ files, environment: { DB_READER: 's3cret-own-env' } })).toBe(
      's3cret-own-env from the variable `DB_READER`',
    );
    expect(await found({ files: { ...files, '.env.dev': 'db-reader=s3cret-dev' }, environment })).toMatch(
      /^s3cret-(dev|env) /,
    );
    expect(
      await found({ files: { ...files, '.env': '' }, environment: { ...environment, DB_READER_FILE: 'own' } }),
    ).toBe('s3cret-own from the file `/own`');
    expect(await found({ files: { ...files, '.env': '' }, environment })).toBe(
      's3cret-mount from the file `/run/DB_READER`',
    );
    expect(await found({})).toBe('-:- Nothing says what the secret `db-reader` is.');
    expect(await found({ environment: { DB_READER_FILE: 'gone' } })).toBe(
      '-:- The file that `DB_READER_FILE` names cannot be read: it does not exist.',
    );
  });

  it('come from where they are declared, and from nowhere else', async () => {
    const environment = { DB_READER: 's3cret-wrong', OTHER: 's3cret-other' };
    expect(await found({ declared: { 'db-reader': { env: 'OTHER' } }, environment })).toMatch(/^s3cret-other /);
    expect(await found({ declared: { 'db-reader': { file: 'f' } }, files: { f: 's3cret-f' }, environment })).toMatch(
      /^s3cret-f /,
    );
    expect(await found({ declared: { 'db-reader': { file: 'f' } }, files: { f: '\n' }, environment })).toMatch(
      /it is empty/,
    );
    expect(await found({ declared: { 'db-reader': { env: 'GONE' } }, environment })).toBe(
      'bough.yml:1 The variable `GONE`, which holds the secret `db-reader`, is not set.',
    );
  });

  it('are printed by commands, which are run without a shell unless that is declared', async () => {
    const exec = node('console.log("s3cret-" + process.argv.length)');
    expect(await found({ declared: { 'db-reader': { exec } } })).toMatch(/^s3cret-1 /);
    expect(await found({ declared: { 'db-reader': { exec: 'echo "s3cret  $HOME" \'x y\'' } } })).toMatch(
      /^s3cret {2}\$HOME x y from the command `echo`/,
    );
    expect(await found({ declared: { 'db-reader': { exec: 'echo s3cret | tr 3 4', shell: true } } })).toMatch(
      /^s4cret /,
    );
    await expect(found({ declared: { 'db-reader': { exec: 'echo x | tr 3 4' } } })).rejects.toThrow('without a shell');
  });

  it('are told of where their command fails, and nothing that it printed', async () => {
    const failing = (script: string, more: object = {}): Promise<string> =>
      found({ declared: { 'db-reader': { exec: node(script), ...more } } });
    const known = 'console.log("s3cret-out"); console.error("denied: s3cret-out token=abc"); process.exit(3)';
    expect(await failing(known)).toMatch(/ended with 3: denied: \[secret\] token=\*\*\*\.$/);
    expect(await failing('')).toMatch(/printed nothing/);
    expect(await failing('setInterval(() => {}, 1000)', { timeout: '300ms' })).toMatch(/did not end within 0\.3 s/);
    expect(await found({ declared: { 'db-reader': { exec: 'no-such-command-here' } } })).toMatch(/is not installed/);
  });

  it('are asked for once from a command, and each time from elsewhere', async () => {
    const root = folderWith({ file: 'first-value' });
    const count = join(root, 'count');
    const at = { file: 'bough.yml', line: 1, column: 1 };
    const { providers } = await openOutsides({ root, environment: process.env, home: root, profile: null });
    const all = providers(null);
    const command = node(`require('fs').appendFileSync(${JSON.stringify(count)}, 'x'); console.log('value')`);
    const [file = '', ...args] = command;
    const exec = { type: 'exec', command: [file, ...args], timeout: 10_000, at } as const;
    await Promise.all([1, 2].map(() => findSecret('one', all, [], exec)));
    expect(existsSync(count) && readFileSync(count, 'utf8')).toBe('x');
    const declared = { type: 'file', path: 'file', at } as const;
    expect((await findSecret('two', all, [], declared))?.secret.reveal()).toBe('first-value');
    writeFileSync(join(root, 'file'), 'second-value');
    expect((await findSecret('two', all, [], declared))?.secret.reveal()).toBe('second-value');
  });
});
