import { afterEach, describe, expect, it, vi } from 'vitest';
import { play, type Played } from './fake.ts';

afterEach(() => vi.unstubAllEnvs());

function playWith(line: string, variables: Readonly<Record<string, string>>): Promise<Played> {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return play(line.split(' '), { env: { ...variables, NO_COLOR: '1' } });
}

const planned = (refresh: boolean, takeBack = false): readonly unknown[] => ['planApply', 'dev', { refresh, takeBack }];

describe('a variable gives a flag', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly (readonly unknown[])[]]>([
    ['apply dev', { BOUGH_YES: '1' }, [planned(false), ['execute', { replan: true }]]],
    ['apply dev', { BOUGH_YES: 'true', BOUGH_REFRESH: 'on' }, [planned(true), ['execute', { replan: true }]]],
    ['plan dev', { BOUGH_TAKE_BACK: 'YES' }, [planned(false, true)]],
    ['plan dev', { BOUGH_REFRESH: '0', BOUGH_TAKE_BACK: '' }, [planned(false)]],
    ['plan dev', { BOUGH_REFRESH: 'false' }, [planned(false)]],
    ['plan dev --refresh', { BOUGH_REFRESH: 'no' }, [planned(true)]],
    ['render marts.a', { BOUGH_ENV: 'dev' }, [['render', 'marts.a', 'dev']]],
    ['render marts.a --env qa', { BOUGH_ENV: 'dev' }, [['render', 'marts.a', 'qa']]],
    ['env delete dev', { BOUGH_DRY_RUN: '1' }, [['planDelete', 'dev']]],
    [
      'rollback prod',
      { BOUGH_TO: '4', BOUGH_YES: '1' },
      [
        ['planRollback', 'prod', 4],
        ['execute', { replan: true }],
      ],
    ],
    [
      'apply dev',
      { BOUGH_YES: '1', BOUGH_MESSAGE: 'why' },
      [planned(false), ['execute', { message: 'why', replan: true }]],
    ],
  ])('bough %s with %j', async (line, variables, calls) => {
    const played = await playWith(line, variables);
    expect(played.stderr).not.toContain('error');
    expect(played.calls).toEqual(calls);
  });

  it('of every command, and nothing else', async () => {
    const played = await playWith('-C /else plan dev', {
      BOUGH_WAIT: '2m',
      BOUGH_PROFILE: 'p.yml',
      BOUGH_NONSENSE: '1',
    });
    expect(played.calls[0]).toEqual(['open', { directory: '/else', wait: 120_000, profile: '/nowhere/p.yml' }]);
  });

  it('and JSON to the errors, too', async () => {
    const { stdout } = await playWith('plan', { BOUGH_JSON: '1' });
    expect(JSON.parse(stdout)).toMatchObject({ format: 'bough.error/1' });
  });

  it.each([
    ['plan dev', { BOUGH_REFRESH: 'maybe' }, 'BOUGH_REFRESH must be 1 or 0, not `maybe`.'],
    ['plan dev', { BOUGH_WAIT: 'soon' }, 'BOUGH_WAIT'],
    ['render a.b', { BOUGH_ENV: '../x' }, 'cannot name an environment'],
    ['sql -e x', { BOUGH_FORMAT: 'xml' }, 'BOUGH_FORMAT'],
  ])('or says what is wrong with it: bough %s with %j', async (line, variables, text) => {
    const played = await playWith(line, variables);
    expect(played).toMatchObject({ exit: 64, calls: [] });
    expect(played.stderr).toContain(text);
  });

  it('as help says', async () => {
    expect((await play(['--help'])).stdout).toContain('BOUGH_YES=1');
  });
});
