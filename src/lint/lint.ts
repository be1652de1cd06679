import type { Problem } from '../model/problems.ts';
import { problemOf, type Rule, type Subject } from './rule.ts';
import { RULES } from './rules.ts';

/** What the rules find, rule by rule. Pure. */
export const lint = (subject: Subject, rules: readonly Rule[] = RULES): readonly Problem[] =>
  rules.flatMap((rule) => rule.find(subject).map((finding) => problemOf(rule, finding)));
