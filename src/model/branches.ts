import type { Position } from './problems.ts';

/** What stands for the whole name of a git branch in the name of an environment. */
export const BRANCH = '{branch}';

/** Which environment the files of a git branch are meant for. */
export interface BranchRule {
  /** A branch, or a pattern whose `*` stands for any text. */
  readonly pattern: string;
  /** A name, or one with `{branch}`: an environment for each branch. */
  readonly environment: string;
  /** The declared environment by whose declaration such an environment goes; null where none is declared. */
  readonly like: string | null;
  /** Milliseconds without a revision after which such an environment has lapsed; null: never. */
  readonly ttl: number | null;
  readonly at: Position;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** A star stands for any text, `/` included, as in git's own refspecs. */
function matches(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text;
  return new RegExp(`^${pattern.split('*').map(escaped).join('.+')}$`, 'u').test(text);
}

/** The rule for a branch: the one that names it, else the first whose pattern fits; null where none does. */
export const ruleFor = (branch: string, rules: readonly BranchRule[]): BranchRule | null =>
  rules.find(({ pattern }) => pattern === branch) ?? rules.find(({ pattern }) => matches(pattern, branch)) ?? null;

/** The name of the environment that a rule gives a branch. */
export const environmentFor = ({ environment }: BranchRule, branch: string): string =>
  environment.replaceAll(BRANCH, () => branch);

/** The rule that made an environment of its own out of a branch's name; null for every other environment. */
export function ruleBehind(environment: string, rules: readonly BranchRule[]): BranchRule | null {
  return (
    rules.find((rule) => {
      const [before, after] = rule.environment.split(BRANCH);
      if (before === undefined || after === undefined) return false;
      if (!environment.startsWith(before) || !environment.endsWith(after)) return false;
      const branch = environment.slice(before.length, environment.length - after.length);
      return branch !== '' && environmentFor(rule, branch) === environment && ruleFor(branch, rules) === rule;
    }) ?? null
  );
}

/** The earlier rule that takes every branch which a rule's pattern fits, so that the rule never decides anything. */
export function coveringRule(rule: BranchRule, rules: readonly BranchRule[]): BranchRule | null {
  if (!rule.pattern.includes('*')) return null;
  return rules.slice(0, rules.indexOf(rule)).find(({ pattern }) => matches(pattern, rule.pattern)) ?? null;
}
