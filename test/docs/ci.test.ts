import { Command } from 'commander';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, parse } from 'yaml';
import { COMMANDS } from '../../src/cli/commands/all.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/ci.md', import.meta.url)), 'utf8');
const BLOCKS = [...page.matchAll(/^```(\w+) ?(.*)\n([^]*?)^```$/gm)].map(([, language = '', path = '', text = '']) => ({
  language,
  path,
  text,
}));
const YAML = BLOCKS.filter(({ language }) => language === 'yaml');

const program = new Command('bough');
for (const define of COMMANDS) define(program, async () => {});

/** Every `bough …` of the page, without what a shell does with it. */
const LINES = [
  ...new Set([...page.matchAll(/npx --no-install bough ([^\n>&|]*)/g)].map(([, line = '']) => line.trim())),
];

interface Job {
  readonly steps?: readonly { readonly run?: string }[];
  readonly script?: readonly string[];
}
const jobs = (path: string): Readonly<Record<string, Job>> => {
  const text = YAML.find((block) => block.path === path)?.text ?? '';
  return parse(text).jobs ?? parse(text);
};
const scriptOf = ({ steps = [], script = [] }: Job | undefined = {}): string =>
  [...steps.map(({ run = '' }) => run), ...script].join('\n');

describe('docs/ci.md', () => {
  it.each(YAML)('$path is YAML without errors or warnings', ({ text }) => {
    const documents = parseAllDocuments(text);
    expect([...documents].flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  });

  it.each(BLOCKS.filter(({ language }) => language === 'sh'))(
    'the script of $path is one that sh reads',
    ({ text }) => {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );

  it('checks, scans and comments, on GitHub and on GitLab', () => {
    const github = jobs('.github/workflows/bough.yml');
    expect(scriptOf(github['check'])).toMatch(/bough secrets scan[^]*bough check --format github/);
    expect(scriptOf(github['plan'])).toMatch(/bough plan prod --format markdown > plan.md\ngh pr comment/);
    const gitlab = jobs('.gitlab-ci.yml');
    expect(scriptOf(gitlab['bough check'])).toMatch(/bough secrets scan[^]*bough check --format gitlab > gl-code/);
    expect(scriptOf(gitlab['bough plan'])).toMatch(/bough plan prod --format markdown > plan.md\ncurl/);
  });

  const known = LINES.filter(
    (line) => program.commands.some((one) => line.startsWith(`${one.name()} `)) || line === 'check',
  );

  it('names commands', () => {
    expect(LINES.filter((line) => !known.includes(line))).toEqual([]);
  });

  it.each(known)('bough %s is a command with these flags', (line) => {
    const [first = '', ...rest] = line.split(' ');
    const top = program.commands.find((one) => one.name() === first);
    const inner = top?.commands.find((one) => one.name() === rest[0]);
    const command = inner ?? top;
    expect(command?.name()).toBeDefined();
    const flags = rest.filter((word) => word.startsWith('--'));
    expect(flags.filter((flag) => !command?.options.some(({ long }) => long === flag))).toEqual([]);
  });
});
