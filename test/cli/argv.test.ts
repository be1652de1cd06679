import { describe, expect, it } from 'vitest';
import { play } from './fake.ts';

const EXECUTED = ['execute', { replan: true }] as const;
const NOTHING = { refresh: false, takeBack: false };

describe('a command line becomes a call', () => {
  it.each<[string, readonly (readonly unknown[])[]]>([
    ['plan dev', [['planApply', 'dev', NOTHING]]],
    ['plan feature/a --refresh --take-back', [['planApply', 'feature/a', { refresh: true, takeBack: true }]]],
    ['apply dev --yes', [['planApply', 'dev', NOTHING], EXECUTED]],
    ['--yes apply dev', [['planApply', 'dev', NOTHING], EXECUTED]],
    ['apply dev --dry-run', [['planApply', 'dev', NOTHING]]],
    ['apply dev --refresh --yes', [['planApply', 'dev', { refresh: true, takeBack: false }], EXECUTED]],
    [
      'apply plans/a.json --yes',
      [
        ['planFromFile', '/nowhere/plans/a.json'],
        ['execute', { replan: false }],
      ],
    ],
    [
      'apply /tmp/a.JSON --yes',
      [
        ['planFromFile', '/tmp/a.JSON'],
        ['execute', { replan: false }],
      ],
    ],
    [
      'apply dev --yes -m why',
      [
        ['planApply', 'dev', NOTHING],
        ['execute', { message: 'why', replan: true }],
      ],
    ],
    ['run --yes', [['planRun', 'prod'], EXECUTED]],
    ['run dev --yes', [['planRun', 'dev'], EXECUTED]],
    ['promote dev --yes', [['planPromote', 'dev', null, { exact: false }], EXECUTED]],
    ['promote dev staging --exact --yes', [['planPromote', 'dev', 'staging', { exact: true }], EXECUTED]],
    ['rollback prod --yes', [['planRollback', 'prod', null], EXECUTED]],
    ['rollback prod --to 4 --yes', [['planRollback', 'prod', 4], EXECUTED]],
    ['env delete dev --yes', [['planDelete', 'dev'], EXECUTED]],
    ['env delete dev --dry-run', [['planDelete', 'dev']]],
    ['env show dev', [['show', 'dev']]],
    ['env history dev', [['history', 'dev']]],
    ['render marts.a --env dev', [['render', 'marts.a', 'dev']]],
    ['sql -e x', [['query', 'prod', 'x']]],
    [
      'sql --env dev -e x;y',
      [
        ['query', 'dev', 'x'],
        ['query', 'dev', 'y'],
      ],
    ],
    ['gc --dry-run', [['collect', { dryRun: true }]]],
    ['gc --keep 0 --dry-run', [['collect', { keep: 0, dryRun: true }]]],
    ['gc --keep 7d --yes', [['collect', { keep: 604_800_000, dryRun: true }]]],
    [
      '-C /else plan dev',
      [
        ['open', { directory: '/else' }],
        ['planApply', 'dev', NOTHING],
      ],
    ],
    [
      'plan -C sub dev',
      [
        ['open', { directory: '/nowhere/sub' }],
        ['planApply', 'dev', NOTHING],
      ],
    ],
    [
      'plan dev --wait 2m',
      [
        ['open', { directory: '/nowhere', wait: 120_000 }],
        ['planApply', 'dev', NOTHING],
      ],
    ],
    ['plan dev --wait=0', [['planApply', 'dev', NOTHING]]],
    ['init', [['init', '/nowhere', 'shop', null]]],
    ['-C new init empty', [['init', '/nowhere/new', 'empty', null]]],
  ])('bough %s', async (line, calls) => {
    const played = await play(line.split(' '));
    expect(played.calls).toEqual(calls);
    expect(played.exit).toBe(0);
  });
});

describe('what is wrong with a command line is said, with exit 64 and nothing done', () => {
  it.each([
    ['plna dev', 'did you mean plan?'],
    ['plan dev --refesh', 'did you mean --refresh?'],
    ['plan dev --jsn', 'did you mean --json?'],
    ['plan dev extra', 'Too many arguments'],
    ['plan', 'needs the name of an environment'],
    ['apply', 'needs the name of an environment'],
    ['promote', "'FROM'"],
    ['rollback', "'ENV'"],
    ['rollback prod --to 0', 'number of a revision'],
    ['rollback prod --to x', 'number of a revision'],
    ['plan dev --wait soon', 'a number and a unit'],
    ['gc --keep 7', 'a number and a unit'],
    ['sql --format xml -e x', 'Allowed choices'],
    ['sql --json --format csv -e x', '--json'],
    ['sql --json -o x.csv -e x', '--json'],
    ['sql --json -e x;y', 'one statement'],
    ['render marts.a', '--env'],
    ['env', 'Which one?'],
    ['env lst', 'did you mean list?'],
    ['plan ../x', 'cannot name an environment'],
    ['env delete bough', 'reserved'],
    ['plan plan.json', 'cannot name an environment'],
    ['run plan.json', 'cannot name an environment'],
    ['apply plan.json --refresh', 'as it is'],
    ['plan dev -o plan.txt', '.json'],
    ['doctr', 'Unknown command'],
  ])('bough %s', async (line, text) => {
    const played = await play(line.split(' '));
    expect(played).toMatchObject({ exit: 64, calls: [] });
    const [told, other] = line.includes('--json') ? [played.stdout, played.stderr] : [played.stderr, played.stdout];
    expect(told).toContain(text);
    expect(told).toMatch(/error\[(usage|environment-name)\]|"code": "usage"/);
    expect(other).toBe('');
  });

  it.each(['', 'a\u0000b', 'a\nb', 'a'.repeat(300)])('refuses %j as an environment', async (name) => {
    expect(await play(['plan', name])).toMatchObject({ exit: 64, calls: [] });
  });

  it('says it as JSON where that was asked for', async () => {
    const { stdout, stderr, exit } = await play(['plna', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      format: 'bough.error/1',
      errors: [
        {
          code: 'usage',
          message: "Unknown command 'plna'",
          file: null,
          line: null,
          column: null,
          hint: 'did you mean plan?',
        },
      ],
    });
    expect({ stderr, exit }).toEqual({ stderr: '', exit: 64 });
  });
});

describe('help', () => {
  it('is what bough says without arguments', async () => {
    const { stdout, exit } = await play([]);
    expect(exit).toBe(0);
    expect(stdout).toContain('promote [options] <FROM> [TO]');
    expect(stdout).toMatch(/130 {2}interrupted/);
  });

  it.each([
    'init',
    'check',
    'plan',
    'apply',
    'run',
    'promote',
    'rollback',
    'sql',
    'env',
    'env list',
    'env show',
    'env history',
    'env delete',
    'render',
    'gc',
  ])('of %s has examples, exit codes and the flags of every command', async (command) => {
    const { stdout, exit } = await play([...command.split(' '), '--help']);
    expect(exit).toBe(0);
    expect(stdout).toContain(`$ bough `);
    expect(stdout).toMatch(/Exit codes:\n +0 {2}done/);
    expect(stdout).toContain('--directory <DIR>');
  });

  it('tells the version', async () => {
    expect(await play(['--version'])).toMatchObject({ stdout: '1.2.3\n', exit: 0 });
  });
});
