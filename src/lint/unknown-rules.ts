import type { RuleSettings } from '../model/project.ts';
import { unknownRule, type Fault } from './about-rules.ts';

/** Rules that `check:` sets and that do not exist. */
export const unknownRules = (settings: RuleSettings): readonly Fault[] =>
  [...settings].flatMap(([id, { at }]) => unknownRule(id, at) ?? []);
