import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { boughWith, ensureBuilt, type Ended } from '../story/command.ts';

const PASSWORD = ['blue-', 'moose-', '77'].join('');
const SETTING = `user: ann\n${['pass', 'word'].join('')}: ${PASSWORD}\n`;
const QUIET = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith('GIT_'))
    .map((name) => [name, undefined]),
);

interface Place {
  readonly root: string;
  readonly scan: (...argv: readonly string[]) => Promise<Ended>;
  readonly git: (...args: readonly string[]) => string;
  readonly write: (path: string, text: string) => void;
}

function place(): Place {
  const root = mkdtempSync(join(tmpdir(), 'bough-secrets-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return {
    root,
    scan: (...argv) => boughWith(QUIET, root, 'secrets', 'scan', ...argv),
    git: (...args) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root, encoding: 'utf8' }),
    write: (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
  };
}

function repository(): Place {
  const made = place();
  made.git('init', '-q', '-b', 'main');
  made.write('README.md', '# Shop\n');
  made.git('add', '-A');
  made.git('commit', '-q', '-m', 'one');
  return made;
}

const HINT =
  '  hint: Take it out and change it: whoever reads the repository knows it. If it is none: `bough-ignore secret-in-file REASON`.\n';
const FOUND = `error[secret-in-file] crm.yml:2:11
  This looks like a secret: password, bl… (13 characters).
`;
const EXCERPT = `    2 | ${['pass', 'word'].join('')}: ***
      |           ^
`;

describe('bough secrets scan', () => {
  beforeAll(ensureBuilt);

  it('is silent but for a count where there is none', async () => {
    const { scan } = repository();
    expect(await scan()).toEqual({ exit: 0, stdout: '', stderr: '1 file, 0.0 MB: 0 findings.\n' });
    expect(JSON.parse((await scan('--json')).stdout)).toEqual({
      format: 'bough.secrets-scan/1',
      files: 1,
      bytes: 7,
      findings: [],
      skipped: [],
    });
  });

  it('shows the place in a file, what to do, and nothing of the secret but how it begins', async () => {
    const { scan, write, git } = repository();
    write('crm.yml', SETTING);
    const told = { exit: 1, stdout: `${FOUND}${EXCERPT}${HINT}\n`, stderr: '2 files, 0.0 MB: 1 finding.\n' };
    expect(await scan()).toEqual(told);
    git('add', '-A');
    expect(await scan()).toEqual(told);
    const { stdout } = await scan('--json');
    expect(JSON.parse(stdout).findings).toEqual([
      {
        code: 'secret-in-file',
        file: 'crm.yml',
        kind: 'password',
        line: 2,
        column: 11,
        shown: 'bl… (13 characters)',
        commit: null,
      },
    ]);
    expect(stdout).not.toContain(PASSWORD);
  });

  it('looks into what is named, even where git ignores it, and from where one stands', async () => {
    const { scan, write, root } = repository();
    write('.gitignore', '*.yml\n');
    write('config/crm.yml', SETTING);
    expect((await scan()).exit).toBe(0);
    expect((await scan('config')).exit).toBe(0);
    expect((await scan('config/crm.yml')).stdout).toContain('config/crm.yml:2:11');
    expect((await boughWith(QUIET, dirname(root), '-C', root, 'secrets', 'scan', 'config/crm.yml')).exit).toBe(1);
    expect(await scan('nowhere.yml')).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'error[file-unreadable]\n  There is no file `nowhere.yml`.\n',
    });
  });

  it('looks into what is staged, as it is staged', async () => {
    const { scan, write, git } = repository();
    write('crm.yml', SETTING);
    expect((await scan('--staged')).exit).toBe(0);
    git('add', '-A');
    write('crm.yml', 'user: ann\n');
    expect(await scan('--staged')).toEqual({
      exit: 1,
      stdout: `${FOUND}${HINT}\n`,
      stderr: '1 file, 0.0 MB: 1 finding.\n',
    });
    git('add', '-A');
    expect((await scan('--staged')).exit).toBe(0);
  });

  it('finds in the history what was committed and removed, and in a range what that brings', async () => {
    const { scan, write, git } = repository();
    write('crm.yml', SETTING);
    write('certs/client.pem', '');
    git('add', '-A');
    git('commit', '-q', '-m', 'two');
    const commit = git('rev-parse', 'HEAD').trim();
    git('rm', '-q', 'crm.yml', 'certs/client.pem');
    git('commit', '-q', '-m', 'three');
    expect((await scan()).exit).toBe(0);
    const since = commit.slice(0, 12);
    const told = `error[never-commit-name] certs/client.pem:1:1
  \`certs/client.pem\` is in git, in the history since ${since}: private key.
  hint: rewrite the history, or change what it held; and name it in .gitignore

error[secret-in-file] crm.yml:2:11
  This looks like a secret, in the history since ${since}: password, bl… (13 characters).
  hint: Change it: whoever reads the repository knows it, though it may be gone from the files.

`;
    expect(await scan('--history')).toEqual({ exit: 1, stdout: told, stderr: '3 files, 0.0 MB: 2 findings.\n' });
    expect(await scan('--range', 'HEAD~2..HEAD')).toMatchObject({ exit: 1, stdout: told });
    expect((await scan('--range', 'HEAD~1..HEAD')).exit).toBe(0);
    expect(JSON.parse((await scan('--history', '--json')).stdout).findings).toMatchObject([{ commit }, { commit }]);
  });

  it('refuses what cannot be looked into', async () => {
    const { scan, root } = repository();
    const refused = async (...argv: readonly string[]): Promise<string> => {
      const { exit, stdout, stderr } = await scan(...argv);
      expect({ argv, exit, stdout }).toEqual({ argv, exit: 64, stdout: '' });
      return stderr;
    };
    expect(await refused('--staged', '--history')).toContain('Only one of PATHS, --history, --range and --staged');
    expect(await refused('--history', 'README.md')).toContain('Only one of PATHS');
    expect(await refused('--range', 'nowhere..HEAD')).toMatch(/git log: fatal: .*nowhere/);
    expect(await refused('--range', '--output=written')).toContain('`--output=written` is no range of commits.');
    expect(await refused('--range', '')).toContain('`` is no range of commits.');
    expect(existsSync(join(root, 'written'))).toBe(false);
    expect(await refused('--stagd')).toContain('--staged');
  });

  it('looks into all files where there is no repository, and says that there is no history', async () => {
    const { scan, write } = place();
    write('deep/er/crm.yml', SETTING);
    write('node_modules/x/crm.yml', SETTING);
    expect((await scan()).stdout).toContain('deep/er/crm.yml:2:11');
    for (const flag of ['--history', '--staged']) {
      const { exit, stderr } = await scan(flag);
      expect({ flag, exit }).toEqual({ flag, exit: 64 });
      expect(stderr).toContain('lies in no git repository');
      expect(stderr).toContain('Only a git repository has a history and an index');
    }
  });
});
