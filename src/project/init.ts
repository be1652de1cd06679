import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { nearestName } from '../model/nearest.ts';
import { printable } from '../model/printable.ts';
import { asError, problem, UserError, type Problem } from '../model/problems.ts';
import { CONFIG_FILE } from './find-root.ts';
import { listFiles } from '../files/list-files.ts';

export const TEMPLATES = ['shop', 'empty'] as const;
export type Template = (typeof TEMPLATES)[number];

export interface Initialised {
  /** Relative to the folder, sorted. */
  readonly files: readonly string[];
}

const EMPTY_CONFIG = `# models/<schema>/<name>.sql   a query, built as a table; other tables are named as they are: FROM raw.orders
# models/<schema>/<name>.yml   a source: kind: source, file: data/orders.csv
# seeds/<schema>/<name>.csv    a small table that lives in git
# .bough/ holds the warehouse, the state and caches; it keeps itself out of git.
`;

/**
 * Writes a new project into a folder, which is made where it is missing; the project is named like the folder unless
 * said otherwise. Throws UserError, before the first write, with every file that is already there.
 *
 * @example await initProject('/home/me/shop', 'shop', null);
 */
export async function initProject(directory: string, template: string, name: string | null): Promise<Initialised> {
  const files = filesOf(template);
  const config = stringify({ name: nameOf(directory, name) });
  files.set(CONFIG_FILE, `${files.get(CONFIG_FILE) ?? ''}${config}`);
  for (const [path, text] of files) files.set(path, withSchema(path, text));
  const paths = [...files.keys()].sort();
  refuseExisting(directory, paths);
  try {
    for (const path of paths) await write(join(directory, path), files.get(path) ?? '');
  } catch (raw) {
    const message = `The project cannot be written: ${asError(raw).message}.`;
    throw new UserError(problem('write-refused', message, { hint: 'Choose another folder.' }), { cause: raw });
  }
  return { files: paths };
}

/** Tells editors what a YAML file may hold. The schema lies in `.bough/`, which the command line fills. */
function withSchema(path: string, text: string): string {
  const kind = path === CONFIG_FILE ? 'project' : /^models\/.*\.ya?ml$/.test(path) ? 'nodes' : null;
  if (kind === null) return text;
  const schema = posix.relative(posix.dirname(path), `.bough/schema/${kind}.json`);
  return `# yaml-language-server: $schema=${schema}\n${text}`;
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { flag: 'wx' });
}

function filesOf(template: string): Map<string, string> {
  const known = TEMPLATES.find((one) => one === template);
  if (known !== undefined) return FILES[known]();
  const near = nearestName(template, TEMPLATES);
  const hint = near === null ? `Templates: ${TEMPLATES.join(', ')}.` : `Did you mean \`${near}\`?`;
  throw new UserError(problem('usage', `There is no template \`${printable(template)}\`.`, { hint }));
}

function nameOf(directory: string, name: string | null): string {
  const chosen = name ?? basename(resolve(directory));
  if (/\S/.test(chosen)) return chosen;
  throw new UserError(problem('usage', 'The name of a project cannot be empty.', { hint: 'Give it a name.' }));
}

function refuseExisting(directory: string, paths: readonly string[]): void {
  const hint = 'Nothing was written. Move it away, or choose another folder.';
  const inTheWay = new Set(paths.flatMap((path) => obstacle(directory, path) ?? []));
  const problems: readonly Problem[] = [...inTheWay].map((path) =>
    problem('write-refused', `\`${printable(path)}\` is already there.`, { hint }),
  );
  const [first, ...rest] = problems;
  if (first !== undefined) throw new UserError([first, ...rest]);
}

/** The file that is already there, or that stands where a folder must be. */
function obstacle(directory: string, path: string): string | null {
  const steps = path.split('/');
  for (let count = 0; count < steps.length; count += 1) {
    const folder = join(directory, ...steps.slice(0, count));
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    if (!stats.isDirectory()) return folder;
  }
  return existsSync(join(directory, path)) ? join(directory, path) : null;
}

const emptyFiles = (): Map<string, string> =>
  new Map([
    [CONFIG_FILE, EMPTY_CONFIG],
    ['models/.gitkeep', ''],
    ['seeds/.gitkeep', ''],
  ]);

/** The shop as it stands before its story begins, with its own name taken out of the config. */
function shopFiles(): Map<string, string> {
  const folder = exampleFolder();
  const paths = ['data', 'models'].flatMap((part) => listFiles(folder, part, []));
  const files = new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  const config = readFileSync(join(folder, CONFIG_FILE), 'utf8');
  return files.set(CONFIG_FILE, config.replace(/^name:.*\n?/m, ''));
}

/** `examples/shop` of this very package, which lies above the sources and above the bundle alike. */
function exampleFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (; folder !== dirname(folder); folder = dirname(folder)) {
    const example = resolve(folder, 'examples/shop');
    if (existsSync(join(example, CONFIG_FILE))) return example;
  }
  throw new Error('the package is incomplete: examples/shop is missing');
}

const FILES = { shop: shopFiles, empty: emptyFiles } as const satisfies Record<Template, () => Map<string, string>>;
