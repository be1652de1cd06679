import type { Problem } from '../model/problems.ts';
import { ignoring } from './ignoring.ts';
import { problemOf, type Finding, type Rule, type RuleInfo, type Subject } from './rule.ts';
import { RULES } from './rules.ts';
import { unknownRules } from './unknown-rules.ts';

/** What the rules find, each as the project sets it, without what comments ignore. Pure. */
export function lint(subject: Subject, rules: readonly Rule[] = RULES): readonly Problem[] {
  const settings = subject.project.config.rules;
  const told = (rule: RuleInfo, find: () => readonly Finding[]): readonly Problem[] => {
    const level = settings.get(rule.id)?.level;
    if (level === 'off') return [];
    const severity = level === undefined ? rule.severity : level === 'warn' ? 'warning' : 'error';
    return find().map((finding) => problemOf({ ...rule, severity }, finding));
  };
  const found = rules.flatMap((rule) => told(rule, () => rule.find(subject)));
  const { kept, faults } = ignoring(found, subject.texts);
  const ofSettings = [...unknownRules(settings), ...faults].flatMap(({ rule, finding }) => told(rule, () => [finding]));
  return [...kept, ...ofSettings];
}
