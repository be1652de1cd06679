import { describe, expect, it } from 'vitest';
import { environmentName } from '../../src/model/environment-name.ts';
import { UserError } from '../../src/model/problems.ts';

describe('names of environments', () => {
  it.each([
    'prod',
    'dev',
    'feature/a',
    'v1.2',
    'release-2026.1',
    '_x',
    'größe',
    'a'.repeat(100),
    'dependabot/npm/x-1.0.3',
  ])('allows %s', (name) => expect(environmentName(name)).toBe(name));

  it.each([
    ['', 'empty'],
    ['../x', '.'],
    ['a/../b', '.'],
    ['.hidden', '.'],
    ['a..b', '..'],
    ['a.', '.'],
    ['/a', '/'],
    ['a/', '/'],
    ['a//b', '/'],
    ['-f', '-'],
    ['a b', 'blank'],
    ['a\\b', '\\'],
    ["a'b", "'"],
    ['a"b', '"'],
    ['a\u0000b', 'control'],
    ['a\u001b[31m', 'control'],
    ['a\nb', 'control'],
    ['a\u202eb', 'control'],
    ['u\u0308', 'accents'],
    ['none', 'reserved'],
    ['Bough', 'reserved'],
    ['HEAD', 'reserved'],
    ['plan.json', 'plan file'],
    ['a'.repeat(101), 'longer'],
  ])('refuses %j and says why', (name, why) => {
    expect(() => environmentName(name)).toThrow(UserError);
    expect(() => environmentName(name)).toThrow(why);
  });

  it('never repeats a control character to the terminal', () => {
    try {
      environmentName('a\u001b[31mred\u0007');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ exit: 64, problems: [{ code: 'environment-name' }] });
      // oxlint-disable-next-line no-control-regex
      expect(String(error)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    }
  });
});
