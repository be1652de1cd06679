import { expect, it } from 'vitest';
import { ALL_RULES } from '../../src/lint/about-rules.ts';
import type { RuleInfo } from '../../src/lint/rule.ts';
import { GOLDEN } from '../lint/golden.ts';

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;

function example({ id }: RuleInfo): string {
  const golden = GOLDEN.find(({ rule }) => rule === id);
  const path = golden?.told[0]?.split(':')[0] ?? '';
  const [place, hint] = golden?.told[0]?.split(' | ') ?? [];
  const [at = '', severity = '', ...message] = (place ?? '').split(' ');
  return `${fenced(path.endsWith('.sql') ? 'sql' : 'yaml', golden?.files[path] ?? '')}
${fenced('text', `${severity}[${id}] ${at}\n  ${message.join(' ')}\n  hint: ${hint}`)}`;
}

const section = (rule: RuleInfo): string =>
  `## ${rule.id}\n\n*${rule.severity}.* ${rule.summary}\n\n${rule.why}\n\n${example(rule)}`;

const PAGE = `# Rules of \`bough check\`

<!-- Written by test/docs/rules.test.ts from the rules and their examples: change them, then run \`npm run docs:rules\`. -->

A rule finds what can be read and is wrong all the same, or probably wrong. What cannot be read has [codes](commands.md#errors)
of its own, and no rule. Ids stay as they are: settings, comments and pipelines name them.

| rule | severity | what it wants |
|---|---|---|
${ALL_RULES.map(({ id, severity, summary }) => `| [\`${id}\`](#${id}) | ${severity} | ${summary.replaceAll('|', '\\|')} |`).join('\n')}

## Settings

In \`bough.yml\` each rule is \`off\`, \`warn\` or \`error\`; the others are as the table says. Errors end \`bough check\` with exit
code 1, warnings do not.

${fenced('yaml', 'check:\n  rules:\n    select-star: error\n    reference-unused: off')}
A comment ignores one rule for its own line, or, where it stands alone, for the next; it has to say why:

${fenced('sql', 'SELECT * FROM raw.events -- bough-ignore select-star the loader decides what an event has')}
${fenced('yaml', 'references:\n  # bough-ignore reference-unused the training script reads it\n  train_days: value')}
${ALL_RULES.map(section).join('\n')}`;

it('docs/rules.md is what the rules say (npm run docs:rules writes it)', async () => {
  await expect(PAGE).toMatchFileSnapshot('../../docs/rules.md');
});
