import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listed, scanFiles, scanHistory, scanStaged, type Scanned } from '../../src/lint/secrets/scan.ts';
import { openWorkspace } from '../../src/workspace/open.ts';

const PASSWORD = ['hunter', '2hunter', '2'].join('');
const KEY = ['pass', 'word'].join('');

interface Repo {
  readonly root: string;
  readonly git: (...args: readonly string[]) => string;
  readonly write: (path: string, text: string | Buffer) => void;
  readonly commit: () => string;
}

const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));

function repository(): Repo {
  const root = mkdtempSync(join(tmpdir(), 'bough-scan-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root, env, encoding: 'utf8' });
  git('init', '-q', '-b', 'main');
  const write = (path: string, text: string | Buffer): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const commit = (): string => {
    git('add', '-A', '-f');
    git('commit', '-q', '--allow-empty', '-m', 'x');
    return git('rev-parse', 'HEAD').trim();
  };
  return { root, git, write, commit };
}

const told = ({ leaks }: Scanned): readonly string[] =>
  leaks.map(
    ({ rule, path, line, column, commit }) => `${rule} ${path}:${line}:${column} ${commit?.slice(0, 7) ?? '-'}`,
  );

describe('the history', () => {
  it('holds what was committed and removed, told with the first commit that had it', async () => {
    const { root, git, write, commit } = repository();
    commit();
    write('a/ü b.yml', `x: 1\n${KEY}: ${PASSWORD}\n`);
    write('big.bin', Buffer.from(`\0${KEY}: ${PASSWORD}`));
    const first = commit();
    write('a/ü b.yml', `x: 2\n\n${KEY}: ${PASSWORD}\n`);
    write('.env', 'X=1\n');
    const second = commit();
    git('rm', '-q', '.env', 'a/ü b.yml');
    commit();
    const found = await scanHistory({ cwd: root, env });
    expect(told(found)).toEqual(
      [
        `secret-in-file a/ü b.yml:2:11 ${first.slice(0, 7)}`,
        `never-commit-name .env:1:1 ${second.slice(0, 7)}`,
      ].toSorted((one, other) => Number(one.startsWith('s')) - Number(other.startsWith('s'))),
    );
    expect(JSON.stringify(found)).not.toContain(PASSWORD);
    expect(found.leaks.map(({ shown }) => shown)).toContain(`hu… (${PASSWORD.length} characters)`);
    expect(told(await scanHistory({ cwd: root, env }, ['HEAD~1..HEAD']))).toEqual([]);
    expect(told(await scanFiles(root, (await listed({ cwd: root, env })) ?? []))).toEqual([]);
  });

  it('holds what only a merge brought, and what other branches have', async () => {
    const { root, git, write, commit } = repository();
    write('a.yml', 'x: 1\n');
    commit();
    git('checkout', '-q', '-b', 'side');
    write('b.yml', 'y: 1\n');
    commit();
    git('checkout', '-q', 'main');
    write('c.yml', 'z: 1\n');
    commit();
    git('merge', '-q', '--no-commit', 'side');
    write('d.yml', `${KEY}: ${PASSWORD}\n`);
    const merge = commit();
    git('checkout', '-q', '--orphan', 'other');
    git('rm', '-r', '-f', '-q', '.');
    write('e.yml', `# other\n${KEY}: ${PASSWORD}\n`);
    const other = commit();
    const found = told(await scanHistory({ cwd: root, env })).toSorted();
    expect(found).toEqual([
      `secret-in-file d.yml:1:11 ${merge.slice(0, 7)}`,
      `secret-in-file e.yml:2:11 ${other.slice(0, 7)}`,
    ]);
  });

  it('may be empty, many files long, and full of large ones', async () => {
    const { root, write, commit } = repository();
    expect(told(await scanHistory({ cwd: root, env }))).toEqual([]);
    for (let index = 0; index < 300; index += 1) write(`f/${index}.yml`, `a: ${index}\n${'x'.repeat(index * 100)}\n`);
    write('f/300.yml', `${KEY}: ${PASSWORD}\n`);
    commit();
    const found = await scanHistory({ cwd: root, env });
    expect(found.files).toBe(301);
    expect(told(found)).toHaveLength(1);
  });
});

describe('what is staged', () => {
  it('counts as it is staged, not as the file is by now', async () => {
    const { root, git, write } = repository();
    write('a.yml', `${KEY}: ${PASSWORD}\n`);
    write('b.yml', 'x: 1\n');
    git('add', '-A');
    write('a.yml', 'x: 1\n');
    write('b.yml', `${KEY}: ${PASSWORD}\n`);
    expect(told(await scanStaged({ cwd: root, env }))).toEqual(['secret-in-file a.yml:1:11 -']);
  });
});

describe('files as git lists them', () => {
  const leaks = async (root: string): Promise<readonly string[]> =>
    told(await scanFiles(root, (await listed({ cwd: root, env })) ?? []));

  it('are found whatever they are called, and whatever they are', async () => {
    const { root, git, write } = repository();
    const other = repository();
    other.write('inside.yml', `${KEY}: ${PASSWORD}\n`);
    other.commit();
    const names = ['ü b.yml', 'a"b\\c.yml', 'line\nbreak.yml', '-n.yml', ':(top)x.yml'];
    for (const name of names) write(name, `${KEY}: ${PASSWORD}\n# ${name.length}\n`);
    write('elsewhere/real.yml', `${KEY}: ${PASSWORD}\n`);
    write('.gitignore', 'elsewhere\n');
    symlinkSync('elsewhere/real.yml', join(root, 'link.yml'));
    symlinkSync('elsewhere', join(root, 'folder'));
    symlinkSync('nowhere', join(root, 'dangling.yml'));
    git('add', '-A');
    git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', other.root, 'sub');
    write('gone.yml', `${KEY}: ${PASSWORD}\n`);
    git('add', 'gone.yml');
    rmSync(join(root, 'gone.yml'));
    const found = names.map((name) => `secret-in-file ${name}:1:11 -`);
    expect(await leaks(root)).toEqual(expect.arrayContaining(found));
    expect(await leaks(root)).toHaveLength(found.length);
    expect((await scanStaged({ cwd: root, env })).leaks).toHaveLength(6);
  });

  it('are passed over where they are no text, however large, without being read whole', async () => {
    const { root, write } = repository();
    write('huge.bin', '');
    truncateSync(join(root, 'huge.bin'), 3 * 1024 ** 3);
    write('data.csv', `${KEY}: ${PASSWORD}\n`.padEnd(2000, 'x'));
    const found = await scanFiles(root, (await listed({ cwd: root, env })) ?? [], { largest: 1000 });
    expect({ files: found.files, skipped: found.skipped, leaks: found.leaks }).toEqual({
      files: 0,
      skipped: ['data.csv'],
      leaks: [],
    });
  });

  it('are no reason to be silent where git fails', async () => {
    const { root, write } = repository();
    write('bough.yml', 'name: x\n');
    write('.git/index', 'broken');
    const workspace = await openWorkspace({ directory: root, variables: env });
    const { warnings } = await workspace.check();
    await workspace.close();
    expect(warnings.map(({ code, message }) => `${code} ${message}`).join()).toMatch(
      /^file-unreadable Git does not say which files it tracks, so no secrets were looked for in them: git ls-files: /,
    );
    expect(await listed({ cwd: root, env })).toBe(null);
  });
});

describe('check', () => {
  it('tells of secrets and names in files that git tracks, without a comment that says otherwise', async () => {
    const { root, git, write } = repository();
    write('bough.yml', 'name: x\n');
    write('models/a/b.sql', `SELECT 1 AS x -- ${KEY}='${PASSWORD}'\n`);
    write('models/a/c.sql', `SELECT 1 AS x -- ${KEY}='${PASSWORD}' -- bough-ignore secret-in-file of a test server\n`);
    write('README.md', `${KEY}='${PASSWORD}' # bough-ignore secret-in-file of a test server\n`);
    write('certs/a.pem', 'x');
    write('untracked.yml', `${KEY}: ${PASSWORD}\n`);
    git('add', 'bough.yml', 'models', 'README.md', 'certs');
    const workspace = await openWorkspace({ directory: root, variables: env });
    const failed = await workspace.check().then(
      () => [],
      (error) => error.problems,
    );
    await workspace.close();
    const found = failed.map(({ code, at }: { code: string; at: { file: string } }) => `${code} ${at.file}`);
    expect(found).toEqual(['never-commit-name certs/a.pem', 'secret-in-file models/a/b.sql']);
  });
});
