import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readText, startOf, type TextFile } from '../files/text-file.ts';
import type { Path, YamlDocument } from '../files/yaml.ts';
import { asError, problem, type Position, type Problem } from '../model/problems.ts';
import type { ConfigFile } from './config-file.ts';
import { TYPED_CONFIG_FILE } from './find-root.ts';

type Plain = { readonly [key: string]: unknown };

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `bough.config.ts`, run and taken as what the same words in YAML would say; null, with the problems added. */
export function readTypedConfig(root: string, problems: Problem[]): ConfigFile | null {
  const file = readText(root, TYPED_CONFIG_FILE, problems);
  if (file === null) return null;
  const found = run(root, file, problems);
  if (found === null) return null;
  if (!isPlain(found)) {
    const hint = 'Write `export default defineProject({ … })`.';
    const message = `\`${TYPED_CONFIG_FILE}\` has no project as its default export.`;
    problems.push(problem('yaml-shape', message, { at: startOf(TYPED_CONFIG_FILE), hint }));
    return null;
  }
  const { teams = {}, ...project } = found;
  const value = plainOf({ name: basename(root), ...project });
  const document = documentOf(file, value, []);
  return {
    document,
    teams: Object.entries(isPlain(teams) ? teams : {}).map(([name, team]) =>
      documentOf(file, plainOf({ name, ...(isPlain(team) ? team : {}) }), ['teams', name]),
    ),
  };
}

/** The default export; null, with the problem added, where the file cannot be run. */
function run(root: string, file: TextFile, problems: Problem[]): unknown {
  const path = join(root, TYPED_CONFIG_FILE);
  try {
    // Only projects that are written in TypeScript need it.
    const { createJiti }: typeof import('jiti') = createRequire(import.meta.url)('jiti');
    const jiti = createJiti(path, { alias: ownModules(), fsCache: false, moduleCache: false, interopDefault: true });
    const exported: unknown = jiti(path);
    return isPlain(exported) && 'default' in exported ? exported['default'] : exported;
  } catch (raw) {
    const error = asError(raw);
    const [, line, column] = /bough\.config\.ts:(\d+):(\d+)/.exec(error.stack ?? '') ?? [];
    const at =
      line === undefined ? startOf(file.path) : { file: file.path, line: Number(line), column: Number(column) };
    problems.push(problem('yaml-shape', `\`${file.path}\` cannot be run: ${error.message.split('\n')[0]}.`, { at }));
    return null;
  }
}

/** What the file imports is this very Bough, wherever the project lies and whatever is installed there. */
function ownModules(): Readonly<Record<string, string>> {
  const require = createRequire(import.meta.url);
  return { bough: ownIndex(), zod: require.resolve('zod') };
}

function ownIndex(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (; folder !== dirname(folder); folder = dirname(folder)) {
    const found = ['define.js', 'define/index.ts'].map((name) => join(folder, name)).find((one) => existsSync(one));
    if (found !== undefined) return found;
  }
  throw new Error('the package is incomplete: its define module is missing');
}

/** Plain data: types of values become JSON Schemas, what is undefined goes. */
function plainOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainOf);
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.map(([key, one]) => [key, isSchema(one) ? schemaOf(one) : plainOf(one)]));
}

const isSchema = (value: unknown): value is z.ZodType => isPlain(value) && '_zod' in value;

function schemaOf(schema: z.ZodType): unknown {
  const { $schema: _version, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

function documentOf(file: TextFile, value: unknown, above: Path): YamlDocument {
  const at = (path: Path): Position => placeOf(file, [...above, ...path]);
  return { file, value, start: at([]), at, keyAt: at, scalarAt: () => null };
}

/** Where the keys of a path stand, found one after the other; of what was put together elsewhere, its nearest parent. */
function placeOf(file: TextFile, path: Path): Position {
  let offset = Math.max(0, file.text.indexOf('defineProject'));
  for (const step of path) {
    if (typeof step === 'number') continue;
    const name = step.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    const key = new RegExp(`(?<=[\\s{,])(?:${name}|'${name}'|"${name}")(?=\\s*:)`, 'g');
    key.lastIndex = offset;
    const found = key.exec(file.text);
    if (found === null) break;
    offset = found.index;
  }
  return file.positionAt(offset);
}
