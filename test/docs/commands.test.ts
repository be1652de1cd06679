import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/all.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/commands.md', import.meta.url)), 'utf8');

/** What stands under a command's own heading, with its lines' breaks gone: help breaks them where it likes. */
const sectionOf = (name: string): string =>
  (page.split(/^## /m).find((section) => section.startsWith(`${name}\n`)) ?? '').replaceAll(/\s+/g, ' ');

function leavesOf(command: Command, above: readonly string[]): readonly (readonly [string, Command])[] {
  return command.commands.flatMap((one): readonly (readonly [string, Command])[] => {
    const path = [...above, one.name()];
    return one.commands.length === 0 ? [[path.join(' '), one]] : leavesOf(one, path);
  });
}

const program = new Command('bough');
for (const define of COMMANDS) define(program, async () => {});
const LEAVES = leavesOf(program, []);

describe('docs/commands.md (written by `npm run docs`)', () => {
  it('has a heading for every command, and none for one that is gone', () => {
    const headings = [...page.matchAll(/^## ([a-z ]+)$/gm)].map(([, name]) => name);
    expect(LEAVES.length).toBeGreaterThan(10);
    expect(new Set(headings)).toEqual(new Set(LEAVES.map(([name]) => name)));
  });

  it.each(LEAVES)('describes %s with all its arguments and options, and shows its document', (name, command) => {
    const section = sectionOf(name);
    for (const { flags, description } of command.options) {
      expect(section).toContain(flags);
      expect(section).toContain(description);
    }
    for (const argument of command.registeredArguments) expect(section).toContain(argument.description);
    expect(section).toContain(command.description());
    expect(section).toMatch(/"format": "bough\.[a-z-]+\/1"/);
  });
});
