import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMAND_LEAVES } from '../support/commands.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/commands.md', import.meta.url)), 'utf8');

/** What stands under a command's own heading, with its lines' breaks gone: help breaks them where it likes. */
const sectionOf = (name: string): string =>
  (page.split(/^## /m).find((section) => section.startsWith(`${name}\n`)) ?? '').replaceAll(/\s+/g, ' ');

describe('docs/commands.md (written by `npm run docs`)', () => {
  it('has a heading for every command, and none for one that is gone', () => {
    const headings = [...page.matchAll(/^## ([a-z ]+)$/gm)].map(([, name]) => name);
    expect(COMMAND_LEAVES.length).toBeGreaterThan(10);
    expect(new Set(headings)).toEqual(new Set(COMMAND_LEAVES.map(([name]) => name)));
  });

  it.each(COMMAND_LEAVES)(
    'describes %s with all its arguments and options, and shows its document',
    (name, command) => {
      const section = sectionOf(name);
      for (const { flags, description } of command.options) {
        expect(section).toContain(flags);
        expect(section).toContain(description);
      }
      for (const argument of command.registeredArguments) expect(section).toContain(argument.description);
      expect(section).toContain(command.description());
      expect(section).toMatch(/"format": "bough\.[a-z-]+\/1"/);
    },
  );
});
