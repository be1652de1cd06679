import { nearestName } from '../model/nearest.ts';
import type { Finding, RuleInfo } from './rule.ts';
import { RULES } from './rules.ts';

/** What is found of the rules' own settings and comments, not of the project. */
export const IGNORE_INCOMPLETE: RuleInfo = {
  id: 'ignore-incomplete',
  severity: 'error',
  summary: 'A comment that ignores something names the rule and says why.',
  why: 'In a year nobody knows whether the reason still holds. Such a comment ignores nothing.',
};

export const IGNORE_UNUSED: RuleInfo = {
  id: 'ignore-unused',
  severity: 'warning',
  summary: 'A comment that ignores something has something to ignore.',
  why: 'What it was for is gone; left there, it hides the next mistake on that line.',
};

export const RULE_UNKNOWN: RuleInfo = {
  id: 'rule-unknown',
  severity: 'error',
  summary: 'Rules that `check:` sets and comments ignore exist.',
  why: 'A misspelt id sets or ignores nothing, and nobody notices.',
};

/** Every rule, in the order of the docs. */
export const ALL_RULES: readonly RuleInfo[] = [...RULES, RULE_UNKNOWN, IGNORE_INCOMPLETE, IGNORE_UNUSED];
export const RULE_IDS: readonly string[] = ALL_RULES.map(({ id }) => id);

/** A finding under a rule of this file. */
export interface Fault {
  readonly rule: RuleInfo;
  readonly finding: Finding;
}

/** null where there is such a rule. */
export function unknownRule(id: string, at: Finding['at']): Fault | null {
  if (RULE_IDS.includes(id)) return null;
  const near = nearestName(id, RULE_IDS);
  const hint = near === null ? 'The rules are listed in docs/rules.md.' : `Did you mean \`${near}\`?`;
  return { rule: RULE_UNKNOWN, finding: { message: `There is no rule \`${id}\`.`, at, hint } };
}
