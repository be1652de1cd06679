import { z } from 'zod';
import type { YamlDocument } from '../files/yaml.ts';
import { RULE_LEVELS, type RuleSettings } from '../model/project.ts';

/** `off` is `false` for those who write YAML of another version. */
export const ruleLevel = z.union([z.enum(RULE_LEVELS), z.literal(false)]);

/** Which rules there are is for `bough check` to say. */
export const checkSchema = z.strictObject({ rules: z.record(z.string(), ruleLevel).optional() });

export const rulesOf = (written: z.infer<typeof checkSchema> | undefined, document: YamlDocument): RuleSettings =>
  new Map(
    Object.entries(written?.rules ?? {}).map(([id, level]) => [
      id,
      { level: level === false ? 'off' : level, at: document.keyAt(['check', 'rules', id]) },
    ]),
  );
