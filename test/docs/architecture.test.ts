import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const PATHS = [...new Set([...page.matchAll(/`((?:src|test)\/[\w./-]*)`/g)].map(([, path = '']) => path))];

/** `Name` (`src/file.ts`), or `name` in `src/file.ts`: said to stand there. */
const PLACED = [...page.matchAll(/`(\w+)`(?: of the engine)?\s+(?:in|\()\s*`(src\/[\w./-]+\.ts)`/g)].map(
  ([, name = '', path = '']) => ({ name, path }),
);

describe('docs/architecture.md', () => {
  it('names files and folders that exist', () => {
    expect(PATHS.length).toBeGreaterThan(30);
    expect(PATHS.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('names what these files hold', () => {
    expect(PLACED.length).toBeGreaterThan(15);
    const holds = ({ name, path }: { name: string; path: string }): boolean =>
      new RegExp(`export (?:async )?(?:function|const|class|interface|type) ${name}\\b`).test(
        readFileSync(join(root, path), 'utf8'),
      );
    expect(PLACED.filter((one) => !holds(one))).toEqual([]);
  });

  it('tells of every area that holds code', () => {
    const areas = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .filter((area) => readdirSync(join(root, 'src', area)).length > 0);
    const rows = page.slice(page.indexOf('## Who may import whom'));
    expect(areas.filter((area) => !rows.includes(`\`${area}\``))).toEqual([]);
  });
});
