import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asNodeName } from '../../src/model/ids.ts';
import { problem, UserError, warning } from '../../src/model/problems.ts';
import { CHANGED, node, PROD, planDocument, play, record, RESULT, UNCHANGED } from './fake.ts';

describe('asking', () => {
  it('asks on a terminal, with the whole plan above, and writes when told so', async () => {
    const { questions, calls, stderr, stdout, exit } = await play(['apply', 'dev'], { terminal: true });
    expect(questions).toEqual(['Apply this to dev?']);
    expect(calls.at(-1)).toEqual(['execute', { replan: false }]);
    expect(stderr).toContain('+SELECT a, b');
    expect(stdout).toBe('dev is at revision 1: 1 built, 4 reused.\n');
    expect(exit).toBe(0);
  });

  it('names what is large before it asks, and shows how many rows to expect', async () => {
    const name = asNodeName('marts.daily_revenue');
    const document = planDocument({ nodes: [node(name, 'modified', { rows: 12_345_678 })] });
    const planned = { ...CHANGED, document, large: [name] };
    const { questions, stderr } = await play(['apply', 'dev'], { terminal: true, planned });
    expect(questions).toEqual(['marts.daily_revenue is large: about 12,345,678 rows. Apply this to dev?']);
    expect(stderr).toContain('build  about 12,345,678 rows');
    expect((await play(['apply', 'dev'], { planned })).exit).toBe(64);
    expect((await play(['apply', 'dev', '--yes'], { planned })).exit).toBe(0);
  });

  it.each([
    ['no', 64, 'not-confirmed'],
    ['interrupted', 130, 'interrupted'],
  ] as const)('writes nothing when the answer is %s', async (answer, exit, code) => {
    const played = await play(['rollback', 'dev'], { terminal: true, answer });
    expect(played.exit).toBe(exit);
    expect(played.calls).toEqual([['planRollback', 'dev', null]]);
    expect(played.stderr).toContain(`error[${code}]`);
  });

  it.each([['apply dev'], ['run dev'], ['promote dev'], ['rollback dev'], ['env delete dev']])(
    'shows the plan and refuses with 64 where nobody can answer: bough %s',
    async (line) => {
      const { exit, calls, stderr, stdout } = await play(line.split(' '));
      expect(exit).toBe(64);
      expect(calls).toHaveLength(1);
      expect(stderr).toContain('~ marts.daily_revenue');
      expect(stderr).toContain('error[not-confirmed]');
      expect(stderr).toContain(`bough ${line} --yes`);
      expect(stdout).toBe('');
    },
  );

  it('refuses under --json without --yes, even on a terminal, in one document', async () => {
    const { exit, stdout, questions } = await play(['apply', 'dev', '--json'], { terminal: true });
    expect(JSON.parse(stdout)).toMatchObject({ format: 'bough.error/1', errors: [{ code: 'not-confirmed' }] });
    expect({ exit, questions }).toEqual({ exit: 64, questions: [] });
  });

  it('neither asks nor refuses where there is nothing to do', async () => {
    const result = { ...RESULT, moved: false, nodes: [], summary: { ...RESULT.summary, built: 0, reused: 5 } };
    const { exit, questions, stdout } = await play(['apply', 'dev'], { planned: UNCHANGED, result });
    expect({ exit, questions }).toEqual({ exit: 0, questions: [] });
    expect(stdout).toBe('Nothing to do, dev stays at revision 1: 5 reused.\n');
  });

  it('tells what it leaves alone although there is nothing to do, once', async () => {
    const planned = { ...UNCHANGED, warnings: [warning('files-differ', 'the files differ')] };
    const { stderr } = await play(['run'], { planned, result: { ...RESULT, moved: false } });
    expect(stderr.match(/the files differ/g)).toHaveLength(1);
  });

  it('announces a new environment, and a known name that is near', async () => {
    const environments = [record('prod'), record('devs'), record('dev', { deletedAt: record('dev').createdAt })];
    const asked = await play(['apply', 'dev'], { terminal: true, environments });
    expect(asked.questions).toEqual(['`dev` does not exist yet, but `devs` does. Create it?']);
    const told = await play(['apply', 'dev', '--yes'], { environments });
    expect(told.stderr).toContain('`dev` does not exist yet, but `devs` does: it is created.');
    expect(told.exit).toBe(0);
  });

  it('a dry run never asks and never writes', async () => {
    const { exit, calls, questions, stdout } = await play(['apply', 'dev', '--dry-run', '--refresh'], {
      terminal: true,
    });
    expect({ exit, questions }).toEqual({ exit: 0, questions: [] });
    expect(calls).toHaveLength(1);
    expect(stdout).toContain('Next:\n  bough apply dev --refresh\n');
  });
});

describe('results', () => {
  it('as JSON are one document, with nothing on standard error', async () => {
    const { stdout, stderr } = await play(['promote', 'dev', '--yes', '--json']);
    const { problems: _, ...rest } = RESULT;
    const nodes = RESULT.nodes.map((one) => ({ ...one, build: `bough.${one.build}` }));
    expect(JSON.parse(stdout)).toEqual({ format: 'bough.promote/1', ...rest, nodes, errors: [], warnings: [] });
    expect(stderr).toBe('');
  });

  it.each([
    [['build-failed'], 1],
    [['audit-failed'], 3],
    [['audit-failed', 'build-failed'], 1],
    [['lease-lost'], 4],
    [[], 0],
  ] as const)('with the problems %j exit with %d', async (codes, exit) => {
    const problems = codes.map((code) => problem(code, 'no'));
    const result = { ...RESULT, moved: exit === 0, problems };
    const played = await play(['run', '--yes'], { result });
    expect(played.exit).toBe(exit);
    if (exit !== 0) expect(played.stdout).toContain('Nothing was published, dev stays at revision 1');
  });

  it('say what comes next', async () => {
    expect((await play(['apply', 'dev', '--yes', '-C', 'a b'])).stderr).toContain(
      "Next:\n  bough -C 'a b' promote dev\n",
    );
  });

  it('of a refused operation are told with code, hint and exit code', async () => {
    const held = new UserError(problem('lease-held', 'prod is held by ann', { hint: 'try again later' }));
    const played = await play(['run', '--yes'], { result: () => Promise.reject(held) });
    expect(played).toMatchObject({ exit: 4, stdout: '' });
    expect(played.stderr).toContain('error[lease-held]\n  prod is held by ann\n  hint: try again later');
  });

  it('of an interrupted operation exit with 130', async () => {
    const played = await play(['run', '--yes'], {
      interrupted: true,
      result: () => Promise.reject(new Error('aborted')),
    });
    expect(played.exit).toBe(130);
    expect(played.stderr).toContain('error[interrupted]');
    expect(played.stderr).not.toContain('bug');
  });

  it('that nobody foresaw are called a bug', async () => {
    const played = await play(['run', '--yes', '--json'], { result: () => Promise.reject(new TypeError('oops')) });
    expect(played.exit).toBe(1);
    expect(played.stderr).toMatch(/bug in Bough.*\nTypeError: oops\n +at /s);
    expect(JSON.parse(played.stdout)).toMatchObject({
      format: 'bough.error/1',
      errors: [{ code: 'bug', message: 'oops' }],
    });
  });
});

describe('bough plan', () => {
  it('prints the plan and the exact next command on standard output', async () => {
    const { stdout, stderr } = await play(['plan', 'dev', '--refresh', '--take-back']);
    expect(stdout).toMatch(
      /Plan for dev: 1 to build, 4 reused, 0 to remove\.\n\nNext:\n {2}bough apply dev --refresh --take-back\n$/,
    );
    expect(stderr).toBe('');
  });

  it('lists what is kept with --all only, under an equal summary', async () => {
    const some = JSON.parse((await play(['plan', 'dev', '--json'])).stdout);
    const all = JSON.parse((await play(['plan', 'dev', '--json', '--all'])).stdout);
    expect(some.nodes.map((one: { name: string }) => one.name)).toEqual(['marts.daily_revenue']);
    expect(all).toEqual(CHANGED.document);
    expect(some.summary).toEqual(all.summary);
  });

  it('saves the document of --json --all', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bough-'));
    const { stdout } = await play(['plan', 'dev', '-o', 'saved.json'], { cwd: folder });
    expect(JSON.parse(readFileSync(join(folder, 'saved.json'), 'utf8'))).toEqual(CHANGED.document);
    expect(stdout).toContain('Next:\n  bough apply saved.json\n');
    const failed = await play(['plan', 'dev', '-o', 'missing/saved.json'], { cwd: folder });
    expect(failed.exit).toBe(1);
    expect(failed.stderr).toContain('error[write-refused]');
    expect(existsSync(join(folder, 'missing'))).toBe(false);
  });

  it.each([
    ['a changed node', planDocument({ nodes: [node('a.b', 'modified')] }), 2],
    ['new data that is taken', planDocument({ nodes: [node('a.b', 'unchanged', { action: 'build' })] }), 2],
    ['metadata', planDocument({ nodes: [node('a.b', 'modified', { category: 'metadata', action: 'reuse' })] }), 2],
    ['kept nodes', planDocument({ nodes: [node('a.b', 'unchanged')] }), 0],
    ['nodes that are behind', planDocument({ nodes: [node('a.b', 'behind')] }), 0],
    [
      'data that is not taken',
      planDocument({ data: [{ source: asNodeName('a.b'), change: 'newer data', taken: false }] }),
      0,
    ],
  ])('--exit-code with %s', async (name, document, exit) => {
    const planned = { ...CHANGED, document, kept: new Set(name === 'kept nodes' ? [asNodeName('a.b')] : []) };
    expect((await play(['plan', 'dev', '--exit-code'], { planned })).exit).toBe(exit);
    expect((await play(['plan', 'dev'], { planned })).exit).toBe(0);
  });

  it('of a new environment without changes says how to make it', async () => {
    const planned = { ...UNCHANGED, changes: true };
    const { stdout, exit } = await play(['plan', 'dev', '--exit-code'], { planned, environments: [record('prod')] });
    expect(exit).toBe(0);
    expect(stdout).toContain('No changes for dev');
    expect(stdout).toContain('To create dev:\n  bough apply dev\n');
  });

  it('shows warnings with their place', async () => {
    const at = { file: 'a.sql', line: 1, column: 2 };
    const { stdout } = await play(['plan', 'dev'], {
      planned: { ...CHANGED, warnings: [warning('view-ties', 'ties', { at })] },
    });
    expect(stdout).toContain('warning[view-ties] a.sql:1:2\n  ties\n');
  });
});

describe('bough sql', () => {
  const rows = { columns: [{ name: 'n', type: 'INTEGER' }], rows: [[1]] };

  it('is csv where no person looks, a table where one does', async () => {
    expect((await play(['sql', '-e', 'select 1'], { rows })).stdout).toBe('n\n1\n');
    expect((await play(['sql', '-e', 'select 1'], { rows, terminal: true })).stdout).toBe('n\n─\n1\n1 row\n');
  });

  it('reads standard input, statement by statement', async () => {
    const { calls } = await play(['sql', '--env', 'dev'], { input: 'select 1;\nselect\n2' });
    expect(calls).toEqual([
      ['query', 'dev', 'select 1'],
      ['query', 'dev', '\nselect\n2'],
    ]);
  });

  it('writes into a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bough-'));
    const { stdout } = await play(['sql', '-e', 'x', '-o', 'out.csv'], { rows, cwd: folder });
    expect(stdout).toBe('');
    expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe('n\n1\n');
  });

  it('is one document with --json', async () => {
    expect(JSON.parse((await play(['sql', '-e', 'x', '--json'], { rows })).stdout)).toEqual({
      format: 'bough.sql/1',
      columns: [{ name: 'n', type: 'INTEGER' }],
      rows: [{ n: 1 }],
    });
  });
});

describe('bough env and gc', () => {
  it('lists what is alive', async () => {
    const environments = [record('prod'), record('old', { deletedAt: record('old').createdAt })];
    const { stdout } = await play(['env', 'list', '--json'], { environments });
    expect(JSON.parse(stdout)).toEqual({
      format: 'bough.env-list/1',
      environments: [{ name: PROD, base: null, revision: 3, createdAt: record('prod').createdAt }],
    });
    expect((await play(['env', 'list'], { environments: [] })).stdout).toContain('bough apply prod');
  });

  const garbage = { builds: [{ id: 'a__b__1', node: asNodeName('a.b') }], revisions: 2 };

  it('shows what would be freed before it asks', async () => {
    const refused = await play(['gc', '--keep', '0'], { garbage });
    expect(refused.exit).toBe(64);
    expect(refused.stderr).toContain('- bough.a__b__1  (a.b)');
    expect(refused.calls).toEqual([['collect', { keep: 0, dryRun: true }]]);
    const freed = await play(['gc', '--keep', '0', '--yes'], { garbage });
    expect(freed.calls).toEqual([
      ['collect', { keep: 0, dryRun: true }],
      ['collect', { keep: 0, dryRun: false }],
    ]);
    expect(freed.stdout).toBe('1 build and 2 revisions freed.\n');
  });

  it('has nothing to ask where there is nothing to free', async () => {
    expect(await play(['gc'])).toMatchObject({
      exit: 0,
      stdout: 'Nothing to free.\n',
      calls: [['collect', { dryRun: true }]],
    });
  });
});
