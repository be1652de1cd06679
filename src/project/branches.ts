import { z } from 'zod';
import { environmentName } from '../model/environment-name.ts';
import { BRANCH, coveringRule, type BranchRule } from '../model/branches.ts';
import { nearestName } from '../model/nearest.ts';
import { printable } from '../model/printable.ts';
import { problem, UserError, type Problem } from '../model/problems.ts';
import type { YamlDocument } from '../files/yaml.ts';
import { parseDuration } from './duration.ts';
import { text } from './schemas.ts';

const target = text.describe('The environment; `{branch}` in it makes one for each branch');

/** `branches:`, from patterns to environments. */
export const branchesSchema = z.record(
  text,
  z.union([
    target,
    z.strictObject({
      environment: target.optional(),
      branch: z
        .null()
        .optional()
        .describe('What YAML makes of `{branch}` without quotes: an environment for each branch'),
      like: text.optional().describe('The declared environment whose bindings it has'),
      ttl: z.union([z.string(), z.number()]).optional().describe('How long after its last revision it lapses: `14d`'),
    }),
  ]),
);

type Written = z.infer<typeof branchesSchema>;

/** The rules in the order of the file, each checked at its place. */
export function branchesOf(written: Written, document: YamlDocument, problems: Problem[]): readonly BranchRule[] {
  const rules = Object.entries(written).map(([pattern, value]) => {
    const { environment = BRANCH, like = null, ttl } = typeof value === 'string' ? { environment: value } : value;
    return ruleOf({ pattern, environment, like, ttl }, document, problems);
  });
  for (const rule of rules) {
    const covering = coveringRule(rule, rules);
    if (covering === null) continue;
    const message = `\`${rule.pattern}\` never decides: \`${covering.pattern}\` before it takes all that it fits.`;
    problems.push(problem('branch-rule', message, { at: rule.at, hint: `Put it before \`${covering.pattern}\`.` }));
  }
  return rules;
}

/** Environments that rules name and nobody declares, where any are declared. */
export function refuseUndeclared(
  rules: readonly BranchRule[],
  environments: readonly string[],
  document: YamlDocument,
  problems: Problem[],
): void {
  if (environments.length === 0) return;
  for (const { pattern, environment, like } of rules) {
    const isOwn = environment.includes(BRANCH);
    const named = isOwn ? like : environment;
    if (named !== null && environments.includes(named)) continue;
    const near = named === null ? null : nearestName(named, environments);
    const known = `Declared: ${environments.join(', ')}.`;
    problems.push(
      problem(
        'branch-rule',
        named === null
          ? `\`${pattern}\` does not say by which declaration its environments go.`
          : `No environment \`${named}\` is declared.`,
        {
          at: document.at(['branches', pattern, isOwn ? 'like' : 'environment']),
          hint: named === null ? `Add \`like:\`. ${known}` : near === null ? known : `Did you mean \`${near}\`?`,
        },
      ),
    );
  }
}

interface WrittenRule {
  readonly pattern: string;
  readonly environment: string;
  readonly like: string | null;
  readonly ttl: string | number | undefined;
}

function ruleOf(
  { pattern, environment, like, ttl }: WrittenRule,
  document: YamlDocument,
  problems: Problem[],
): BranchRule {
  const at = document.keyAt(['branches', pattern]);
  const inside = (key: string) => document.at(['branches', pattern, key]);
  const report = (message: string, place = at, hint = 'See `branches` in docs/environments.md.'): void =>
    void problems.push(problem('branch-rule', message, { at: place, hint }));
  const strange = /[\s~^:?[\\\p{Cc}]|\.\.|@\{|\/\/|^[-/]|\/$/u.exec(pattern)?.[0];
  if (strange !== undefined)
    report(`No branch fits \`${printable(pattern)}\`: git allows no \`${printable(strange)}\` there.`);
  const isOwn = environment.includes(BRANCH);
  const wrong = nameFault(environment);
  if (wrong !== null) report(wrong, inside('environment'), `Write a name, or \`${BRANCH}\` for one environment each.`);
  const alone = ttl === undefined ? null : parseDuration(String(ttl));
  if (ttl !== undefined && (alone === null || alone === 0))
    report(`\`ttl\` must be a duration like \`12h\` or \`14d\`.`, inside('ttl'));
  if (!isOwn && ttl !== undefined)
    report(`\`${environment}\` is of many branches: it cannot lapse with one.`, inside('ttl'));
  if (!isOwn && like !== null)
    report(`\`${environment}\` has a declaration of its own.`, inside('like'), 'Remove `like`.');
  return { pattern, environment, like, ttl: isOwn ? alone : null, at };
}

function nameFault(environment: string): string | null {
  const parts = environment.split(BRANCH);
  if (parts.length > 2) return `\`${environment}\` holds \`${BRANCH}\` twice.`;
  try {
    environmentName(parts.join('x'));
    return null;
  } catch (raw) {
    if (!(raw instanceof UserError)) throw raw;
    return `${raw.message}.`;
  }
}
