import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Node } from '../../src/model/node.ts';
import { UserError, type Problem } from '../../src/model/problems.ts';
import { loadProject, type Loaded } from '../../src/project/index.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** An empty folder that goes with the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'bough-project-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A project on disk; `bough.yml` holds a name unless it is given. */
export function project(files: Files): string {
  const root = folder();
  for (const [path, content] of Object.entries({ 'bough.yml': 'name: test\n', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

export const load = (files: Files): Loaded => loadProject(project(files));

/** The node of a name in a project that must load. */
export function nodeOf(files: Files, name: string): Node {
  const node = [...load(files).project.nodes.values()].find((one) => one.name === name);
  if (node === undefined) throw new Error(`${name} was not loaded`);
  return node;
}

/** Problems as lines: `file:line:column code message | hint`. */
export const lines = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ at, severity, code, message, hint }) => {
    const place = at === undefined ? '' : `${at.file}:${at.line}:${at.column} `;
    return `${place}${severity === 'warning' ? 'warning ' : ''}${code} ${message}${hint === undefined ? '' : ` | ${hint}`}`;
  });

/** What a call refuses with. */
export function refusal(call: () => unknown): readonly string[] {
  try {
    call();
  } catch (raw) {
    if (raw instanceof UserError) return lines(raw.problems);
    throw raw;
  }
  return [];
}

export const problemsOf = (files: Files): readonly string[] => {
  const root = project(files);
  return refusal(() => loadProject(root));
};

/** One file that is wrong, and all that is said of it. */
export type Case = readonly [what: string, path: string, content: string, expected: readonly string[]];

export const check = (path: string, content: string): readonly string[] => problemsOf({ [path]: content });
