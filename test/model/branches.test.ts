import { describe, expect, it } from 'vitest';
import { coveringRule, environmentFor, ruleBehind, ruleFor, type BranchRule } from '../../src/model/branches.ts';

const rule = (pattern: string, environment: string): BranchRule => ({
  pattern,
  environment,
  like: null,
  ttl: null,
  at: { file: 'bough.yml', line: 1, column: 1 },
});
const RULES = [
  rule('user/*', '{branch}'),
  rule('pr-*', 'proposal/{branch}'),
  rule('feature/*', 'DEV'),
  rule('dev', 'DEV'),
  rule('release/*', 'STAGING'),
  rule('feature/big', 'STAGING'),
  rule('main', 'PROD'),
];

const environmentOf = (branch: string): string | null => {
  const found = ruleFor(branch, RULES);
  return found === null ? null : environmentFor(found, branch);
};

describe('a branch', () => {
  it.each([
    ['main', 'PROD'],
    ['dev', 'DEV'],
    ['feature/a', 'DEV'],
    ['feature/team/a.b', 'DEV'],
    ['feature/big', 'STAGING'],
    ['release/1.0', 'STAGING'],
    ['user/ann/x', 'user/ann/x'],
    ['pr-7', 'proposal/pr-7'],
    ['Main', null],
    ['feature/', null],
    ['my-feature/a', null],
    ['develop', null],
  ])('%s is of %s', (branch, environment) => {
    expect(environmentOf(branch)).toBe(environment);
  });

  it('with `$&` in its name is put in as it is', () => {
    expect(environmentFor(rule('*', '{branch}'), 'a$&b')).toBe('a$&b');
  });
});

describe('an environment', () => {
  it('of one branch leads back to the rule that made it', () => {
    expect(ruleBehind('user/ann/x', RULES)).toBe(RULES[0]);
    expect(ruleBehind('proposal/pr-7', RULES)).toBe(RULES[1]);
    expect(ruleBehind('DEV', RULES)).toBeNull();
    expect(ruleBehind('other', RULES)).toBeNull();
  });
});

describe('a rule', () => {
  it('that an earlier one covers is found', () => {
    const rules = [
      rule('feature/*', 'a'),
      rule('feature/x/*', 'b'),
      rule('*', 'c'),
      rule('x/*', 'd'),
      rule('main', 'e'),
    ];
    expect(rules.map((one) => coveringRule(one, rules)?.pattern ?? null)).toEqual([null, 'feature/*', null, '*', null]);
  });
});
