import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/**
 * Two rules over what stands in the text: `from '…'`, `import '…'` and `import('…')` with a relative path. The direction
 * holds for every import, types included: a contract that needs its user's types is no contract. Cycles are counted
 * over what is left when TypeScript has erased `import type` and `export type`: a cycle of types has no order of
 * loading that could go wrong, and two files of one folder may well name each other's types.
 */
const src = fileURLToPath(new URL('../src', import.meta.url));

const FILES = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replaceAll('\\', '/'))
  .sort();

const IMPORT = /(?:(?:\b(?:import|export)\s+(type\s)?[^;']*?\bfrom\s*)|\bimport\s*\(?\s*)'(\.[^']+)'/g;

interface Import {
  readonly to: string;
  readonly erased: boolean;
}

const IMPORTS: ReadonlyMap<string, readonly Import[]> = new Map(
  FILES.map((file) => [
    file,
    [...readFileSync(join(src, file), 'utf8').matchAll(IMPORT)].map(([, type, path]) => ({
      to: posix.normalize(posix.join(posix.dirname(file), path ?? '')),
      erased: type !== undefined,
    })),
  ]),
);

const targets = (imports: readonly Import[]): readonly string[] => imports.map((one) => one.to);

/** A folder of `src`, or a file right under it. */
const areaOf = (file: string): string => file.split('/')[0] ?? file;

const ROOMS = [
  'apply',
  'plan',
  'identity',
  'sql',
  'project',
  'bindings',
  'files',
  'facts',
  'postgres',
  'sources',
  'engines',
  'state',
  'targets',
  'model',
];

/** What each area may import beside itself: from the edge to the core. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  model: [],
  sql: ['model'],
  files: ['model'],
  project: ['files', 'model'],
  bindings: ['files', 'model'],
  // How to speak to a PostgreSQL server, for all that do.
  postgres: ['model'],
  state: ['postgres', 'model'],
  // What other databases hold; engines take it in.
  sources: ['postgres', 'model'],
  engines: ['postgres', 'files', 'model', 'sources/contract.ts'],
  // Other databases that take rows.
  targets: ['postgres', 'model'],
  facts: ['files', 'model', 'engines/contract.ts', 'sources/contract.ts'],
  identity: ['sql', 'model'],
  plan: ['identity', 'sql', 'model', 'state/contract.ts'],
  apply: [
    'plan',
    'identity',
    'sql',
    'model',
    'state/contract.ts',
    'engines/contract.ts',
    'sources/contract.ts',
    'targets/contract.ts',
  ],
  lint: ['plan', 'bindings', 'identity', 'sql', 'model'],
  // What the command line and other programs see of it all, and the one place that puts the parts together.
  workspace: ['lint', ...ROOMS],
  define: ['model'],
  'index.ts': ['workspace', 'define', 'plan', 'model'],
  cli: ['workspace', 'lint', ...ROOMS],
};

const mayImport = (from: string, to: string): boolean =>
  areaOf(from) === areaOf(to) || (ALLOWED[areaOf(from)] ?? []).some((area) => area === areaOf(to) || area === to);

/** The first cycle of a graph as the path that closes it; null where there is none. */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    done.add(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle !== null) return cycle;
    }
    return null;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

describe('the house', () => {
  it('was seen: files, and imports between them', () => {
    expect(FILES.length).toBeGreaterThan(30);
    expect([...IMPORTS.values()].flat().length).toBeGreaterThan(100);
    expect(IMPORTS.get('cli/main.ts')).toContainEqual({ to: 'cli/process.ts', erased: false });
    expect(IMPORTS.get('model/node.ts')).toContainEqual({ to: 'model/json.ts', erased: true });
  });

  it('imports only files that exist', () => {
    const known = new Set(FILES);
    const missing = [...IMPORTS].flatMap(([file, imports]) =>
      targets(imports)
        .filter((one) => !known.has(one))
        .map((one) => `${file} → ${one}`),
    );
    expect(missing).toEqual([]);
  });

  it('has a rule for every area', () => {
    expect([...new Set(FILES.map(areaOf))].filter((area) => !(area in ALLOWED))).toEqual([]);
  });

  it('imports from the edge to the core', () => {
    const wrong = [...IMPORTS].flatMap(([file, imports]) =>
      targets(imports)
        .filter((one) => !mayImport(file, one))
        .map((one) => `${file} → ${one}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has no cycle', () => {
    const atRunTime = [...IMPORTS].map(
      ([file, imports]) => [file, targets(imports.filter((one) => !one.erased))] as const,
    );
    expect(cycleIn(new Map(atRunTime))).toBeNull();
  });

  it('would notice one', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    expect(cycleIn(graph)).toEqual(['b', 'c', 'b']);
    expect(mayImport('model/a.ts', 'sql/b.ts')).toBe(false);
    expect(mayImport('plan/a.ts', 'state/sqlite/b.ts')).toBe(false);
  });

  it('keeps drivers out of everything but the folders that need them', () => {
    const outsiders = FILES.filter(
      (file) =>
        /(?:from|import\()\s*'(?:@duckdb|libsql|pg['-])/.test(readFileSync(join(src, file), 'utf8')) &&
        !['engines/duckdb', 'state/sqlite', 'postgres', 'facts'].some((home) => dirname(file).startsWith(home)),
    );
    expect(outsiders).toEqual([]);
  });
});
