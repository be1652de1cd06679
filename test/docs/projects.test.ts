import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../src/workspace/open.ts';

interface Block {
  readonly section: string;
  readonly language: string;
  /** Where it stands in a project; '' where the page names none. */
  readonly path: string;
  readonly text: string;
}

const PAGES = ['projects.md', 'environments.md'] as const;

const BLOCKS: readonly Block[] = PAGES.flatMap((page) => {
  const text = readFileSync(fileURLToPath(new URL(`../../docs/${page}`, import.meta.url)), 'utf8');
  return text.split(/^## /m).flatMap((section) => {
    const title = `${page}: ${section.slice(0, section.indexOf('\n'))}`;
    return [...section.matchAll(/^```(\w+) ?(.*)\n([^]*?)^```$/gm)].flatMap(
      ([, language = '', path = '', shown = '']): readonly Block[] =>
        language === 'console' ? [] : [{ section: title, language, path, text: shown }],
    );
  });
});

const SECTIONS = [...new Set(BLOCKS.map((block) => block.section))];
const scratch = mkdtempSync(join(tmpdir(), 'bough-docs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { flag: 'wx' });
}

/** Data files that the page names and does not show: they must be there, whatever they hold. */
const dataFiles = (blocks: readonly Block[]): readonly string[] => {
  const shown = new Set(blocks.map((block) => block.path));
  const named = blocks.flatMap(({ text }) =>
    [...text.matchAll(/(?:^file: |read_csv\(')([^\s']+)/gm)].map(([, path = '']) => path),
  );
  return [...new Set(named)].filter((path) => !shown.has(path)).map((path) => path.replace('*', '1'));
};

describe('the pages about files', () => {
  it('shows examples in every section, and says of each where it stands', () => {
    expect(SECTIONS.length).toBeGreaterThanOrEqual(10);
    expect(BLOCKS.filter((block) => block.path === '').map((block) => block.text)).toEqual([]);
    expect(new Set(BLOCKS.map((block) => block.language))).toEqual(new Set(['yaml', 'ts', 'sql', 'csv']));
  });

  it.each(SECTIONS)('loads the project of “%s”', async (section) => {
    const root = mkdtempSync(join(scratch, 'project-'));
    const blocks = BLOCKS.filter((block) => block.section === section);
    for (const { path, text } of blocks) write(root, path, text);
    if (!blocks.some(({ path }) => path === 'bough.yml' || path === 'bough.config.ts'))
      write(root, 'bough.yml', 'name: example\n');
    for (const path of dataFiles(blocks)) write(root, path, '');
    const workspace = await openWorkspace({ directory: root });
    const { nodes, warnings } = await workspace.check();
    await workspace.close();
    // One that declares references and shows nothing that uses them is told so.
    const unused = blocks.some(({ language }) => language === 'ts') ? ['reference-unused', 'selector-floating'] : [];
    expect(warnings.filter(({ code }) => !unused.includes(code))).toEqual([]);
    expect(nodes.size > 0).toBe(blocks.some(({ path }) => /^(models|seeds)\//.test(path)));
  });
});
