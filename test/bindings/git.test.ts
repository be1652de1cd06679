import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { checkoutOf, type Checkout } from '../../src/bindings/checkout.ts';
import { destinationOf } from '../../src/bindings/destination.ts';
import { masked } from '../../src/model/masked.ts';
import { parseTags, tagsOf, type Tags } from '../../src/bindings/tags.ts';
import type { BranchRule } from '../../src/model/branches.ts';
import { asEnvironmentName } from '../../src/model/ids.ts';
import { UserError } from '../../src/model/problems.ts';

const AT = { file: 'bough.yml', line: 1, column: 1 };
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bough-git-')));
const repository = join(folder, 'repository');
/** What a process sees, without anything that a pipeline may have set. */
const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_CEILING_DIRECTORIES: folder };
const AUTHOR = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'init.defaultBranch=main'];

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', [...AUTHOR, ...args], { cwd, env, encoding: 'utf8' }).trim();

beforeAll(() => {
  mkdirSync(repository);
  git(repository, 'init', '--quiet');
  git(repository, 'commit', '--quiet', '--allow-empty', '-m', 'one');
  git(repository, 'tag', 'v1.0.0');
  git(repository, 'commit', '--quiet', '--allow-empty', '-m', 'two');
  git(repository, 'tag', '-a', 'v1.1.0', '-m', 'annotated');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the checkout', () => {
  const checkout = (cwd: string, variables: Record<string, string> = {}): Promise<Checkout> =>
    checkoutOf(cwd, { ...env, ...variables });
  const branch = (name: string, variable: string | null = null, proposed = false): Checkout => ({
    type: 'branch',
    branch: name,
    variable,
    proposed,
  });

  it('is of the branch that git has checked out, from any folder of it, also before the first commit', async () => {
    const inside = join(repository, 'a/b');
    mkdirSync(inside, { recursive: true });
    expect(await checkout(inside)).toEqual(branch('main'));
    const young = mkdtempSync(join(folder, 'young-'));
    git(young, 'init', '--quiet', '-b', 'feature/a');
    expect(await checkout(young)).toEqual(branch('feature/a'));
  });

  it('of a worktree is its own, whatever a git hook says', async () => {
    const worktree = join(folder, 'worktree');
    git(repository, 'worktree', 'add', '--quiet', '-b', 'dev', worktree);
    expect(await checkout(worktree)).toEqual(branch('dev'));
    expect(await checkout(worktree, { GIT_DIR: join(repository, '.git') })).toEqual(branch('dev'));
    expect(await checkout(worktree, { GITHUB_HEAD_REF: 'other' })).toEqual(branch('dev'));
  });

  describe('without a branch', () => {
    const detached = join(folder, 'detached');
    beforeAll(() => void git(repository, 'worktree', 'add', '--quiet', '--detach', detached, 'v1.0.0'));

    it('is detached', async () => {
      expect(await checkout(detached)).toEqual({
        type: 'detached',
        commit: git(repository, 'rev-parse', '--short', 'v1.0.0'),
      });
    });

    it.each([
      [{ CI_COMMIT_BRANCH: 'main' }, branch('main', 'CI_COMMIT_BRANCH')],
      [
        { GITHUB_REF: 'refs/heads/dev', GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'dev' },
        branch('dev', 'GITHUB_REF_NAME'),
      ],
      [{ BUILD_SOURCEBRANCH: 'refs/heads/release/1' }, branch('release/1', 'BUILD_SOURCEBRANCH')],
      [
        {
          GITHUB_HEAD_REF: 'feature/a',
          GITHUB_REF: 'refs/pull/1/merge',
          GITHUB_REF_TYPE: 'branch',
          GITHUB_REF_NAME: '1/merge',
        },
        branch('feature/a', 'GITHUB_HEAD_REF', true),
      ],
      [{ BITBUCKET_BRANCH: 'x', BITBUCKET_PR_ID: '7' }, branch('x', 'BITBUCKET_BRANCH', true)],
      [{ BUILDKITE_BRANCH: 'x', BUILDKITE_PULL_REQUEST: 'false' }, branch('x', 'BUILDKITE_BRANCH')],
      [{ CHANGE_BRANCH: 'x', BRANCH_NAME: 'PR-1' }, branch('x', 'CHANGE_BRANCH', true)],
    ])('is what the pipeline says: %o', async (variables, expected) => {
      expect(await checkout(detached, variables)).toEqual(expected);
    });

    it.each([
      [{ GITHUB_REF: 'refs/tags/v1', GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1' }, 'detached'],
      [{ BUILD_SOURCEBRANCH: 'refs/pull/1/merge' }, 'detached'],
      [{ CI_COMMIT_BRANCH: '' }, 'detached'],
      [{ CI_COMMIT_BRANCH: 'a', CIRCLE_BRANCH: 'b' }, 'ambiguous'],
    ])('is not guessed: %o', async (variables, type) => {
      expect((await checkout(detached, variables)).type).toBe(type);
    });
  });

  it('is none outside of a repository, and without git', async () => {
    expect(await checkout(folder)).toEqual({ type: 'no-repository' });
    expect(await checkout(repository, { PATH: folder })).toEqual({ type: 'no-git' });
  });
});

describe('the destination of a checkout', () => {
  const rule = (pattern: string, environment: string): BranchRule => ({
    pattern,
    environment,
    like: null,
    ttl: null,
    at: AT,
  });
  const rules = [rule('main', 'PROD'), rule('feature/*', 'DEV'), rule('user/*', '{branch}')];
  const of = (branch: string, proposed = false): unknown => {
    const variable = proposed ? 'GITHUB_HEAD_REF' : null;
    return destinationOf({ type: 'branch', branch, variable, proposed }, rules, asEnvironmentName('PROD'));
  };
  const refused = (call: () => unknown): string => {
    try {
      return JSON.stringify(call());
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return error.problems.map(({ code, message, hint }) => `${code}: ${message} ${hint}`).join();
    }
  };

  it('is what the rules say', () => {
    expect(of('main')).toEqual({ environment: 'PROD', branch: 'main', variable: null });
    expect(of('feature/a', true)).toMatchObject({ environment: 'DEV', variable: 'GITHUB_HEAD_REF' });
    expect(of('user/ann')).toMatchObject({ environment: 'user/ann' });
  });

  it('is refused where nobody said it', () => {
    expect(refused(() => of('mian'))).toBe(
      'branch-unmapped: The branch `mian` is of no environment. Did you mean `main`? Add it to `branches` in bough.yml, or name the environment.',
    );
    expect(refused(() => of('topic/x'))).toContain('Mapped are main, feature/*, user/*.');
    expect(refused(() => of('user/a+b'))).toContain(
      'gives no environment: `user/a+b` cannot name an environment: it holds `+`',
    );
  });

  it('of a proposal is never the base: whoever proposes chooses the name of the branch', () => {
    expect(refused(() => of('main', true))).toContain('is only proposed, by whomever, and would act on `PROD`');
  });

  it.each([
    [{ type: 'detached', commit: 'abc' }, 'HEAD is detached at abc'],
    [{ type: 'no-git' }, 'not installed'],
    [{ type: 'no-repository' }, 'no git repository'],
    [{ type: 'failed', message: 'dubious ownership' }, 'dubious ownership'],
    [
      {
        type: 'ambiguous',
        named: [
          { variable: 'A', branch: 'a' },
          { variable: 'B', branch: 'b' },
        ],
      },
      'A=a, B=b',
    ],
  ] as const)('is refused without a branch: %o', (checkout, message) => {
    expect(refused(() => destinationOf(checkout, rules, asEnvironmentName('PROD')))).toContain(message);
  });
});

describe('tags', () => {
  const tags = (address: string, timeout = 10_000, variables: Record<string, string> = {}): Promise<Tags> =>
    tagsOf({ address, at: AT }, { root: repository, env: { ...env, ...variables }, timeout });
  const problemOf = async (asked: Promise<Tags>): Promise<string> => {
    const found = await asked;
    return found.ok ? JSON.stringify(found.tags) : `${found.problem.message} ${found.problem.hint}`;
  };
  const expected = (): readonly unknown[] => [
    { name: 'v1.0.0', commit: git(repository, 'rev-parse', 'v1.0.0') },
    { name: 'v1.1.0', commit: git(repository, 'rev-parse', 'v1.1.0^{commit}') },
  ];

  it('of a path or URL are read by git, annotated ones with the commit in the end', async () => {
    const bare = join(folder, 'bare.git');
    git(folder, 'clone', '--quiet', '--bare', repository, bare);
    for (const address of ['.', repository, `file://${repository}`, '../bare.git', bare]) {
      expect(await tags(address)).toEqual({ ok: true, tags: expected() });
    }
    expect(await tags('.', 10_000, { GIT_DIR: folder })).toEqual({ ok: true, tags: expected() });
  });

  it('of nothing are none', () => expect(parseTags('')).toEqual([]));

  it.each([
    ['transformer', 'neither the URL of a repository nor a path'],
    ['--upload-pack=x', 'neither the URL of a repository nor a path'],
    ['ext::sh -c x/y', 'neither the URL of a repository nor a path'],
    ['./missing', 'There is no folder `./missing`'],
    ['./a', 'cannot be read'],
  ])('of %s cannot be read, and why is told', async (address, message) => {
    mkdirSync(join(repository, 'a'), { recursive: true });
    expect(await problemOf(tags(address))).toContain(message);
  });

  it('are not waited for for ever, and credentials are in no message', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void silent.close());
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const late = await problemOf(tags(`http://user:s3cret@127.0.0.1:${port}/x.git?token=s3cret`, 300));
    expect(late).toContain(`\`http://***@127.0.0.1:${port}/x.git?***\` did not answer within 0.3 seconds`);
    expect(late).not.toContain('s3cret');
  });

  it("of a server that is not there or asks for a password fail with git's own words", async () => {
    const refused = await problemOf(tags('http://user:s3cret@127.0.0.1:1/x.git'));
    expect(refused).toMatch(/cannot be read: unable to access/);
    expect(refused).not.toContain('s3cret');
  });

  it('need git', async () => {
    expect(await problemOf(tags('.', 10_000, { PATH: folder }))).toContain('`git` is not installed');
  });
});

describe('masked', () => {
  it('takes out what stands before @ and after ? of any address', () => {
    expect(masked("fatal: unable to access 'https://a:b@h/x?t=1/': no")).toBe(
      "fatal: unable to access 'https://***@h/x?***': no",
    );
    expect(masked('git@host:path and ssh://git:pw@host/p')).toBe('git@host:path and ssh://***@host/p');
  });
});
