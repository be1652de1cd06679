import { posix, resolve } from 'node:path';
import type { NodeName } from '../model/ids.ts';
import type { ModelNode, Node, SeedNode } from '../model/node.ts';
import { problem, refuse, warning, type Problem } from '../model/problems.ts';
import type { Project } from '../model/project.ts';
import { bareCommon, csvOf } from './common.ts';
import { readConfig } from './config.ts';
import { NO_VARIABLES, type Variables } from './config-variables.ts';
import { listFiles } from '../files/list-files.ts';
import { readSqlModel } from './model.ts';
import { nameOfPath } from './names.ts';
import { readNodes } from './node-file.ts';
import type { Reading, Spared } from './reading.ts';
import { readText, startOf } from '../files/text-file.ts';

export interface Loaded {
  readonly project: Project;
  readonly warnings: readonly Problem[];
}

/** All that could be read of a project, and all that is wrong with it. */
export interface ReadProject {
  /** null where anything is wrong. */
  readonly project: Project | null;
  readonly nodes: ReadonlyMap<NodeName, Node>;
  readonly problems: readonly Problem[];
}

/** Reads all files of a project. Throws UserError with all problems: a broken file never makes a node vanish. */
export function loadProject(directory: string, variables: Variables = NO_VARIABLES): Loaded {
  const { project, problems } = readProject(directory, variables);
  refuse(problems);
  if (project === null) throw new Error('a project without problems must have been read');
  return { project, warnings: problems };
}

/** The same for whoever has more to say about the files: throws nothing. What is remembered of a file is not read again. */
export function readProject(directory: string, variables: Variables, spared: Spared = {}): ReadProject {
  const root = resolve(directory);
  const problems: Problem[] = [];
  const config = readConfig(root, variables, problems);
  const reading = { root, parameters: config?.parameters ?? {}, problems, ...spared };
  const models = readModels(reading);
  const nodes = [...models, ...readSeeds(models, reading)];
  const named = unique(nodes, problems);
  const sorted = problems.sort(byPlace);
  const whole = config !== null && !sorted.some((one) => one.severity === 'error');
  return {
    project: whole ? { root, config, nodes: named } : null,
    nodes: named,
    problems: sorted,
  };
}

/** The order of the files and of what stands in them; problems without a place come first. */
export function byPlace(left: Problem, right: Problem): number {
  const [one, other] = [left.at, right.at];
  if (one === undefined || other === undefined) return one === other ? 0 : one === undefined ? -1 : 1;
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}

function readModels(reading: Reading): readonly Node[] {
  const { root, problems, untouched, outside } = reading;
  const nodes: Node[] = [];
  for (const path of untouched?.models(problems) ?? listFiles(root, 'models', problems)) {
    if (outside?.has(path) === true) continue;
    const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
    if (ending !== 'sql' && ending !== 'yml' && ending !== 'yaml') continue;
    if (ending === 'sql') {
      const model = readSqlFile(path, reading);
      if (model !== null) nodes.push(model);
    } else {
      const file = readText(root, path, problems);
      if (file !== null) nodes.push(...readNodes(file, reading));
    }
  }
  return nodes;
}

function readSqlFile(path: string, reading: Reading): ModelNode | null {
  const { root, problems, untouched } = reading;
  const seen = untouched?.look(path);
  if (seen?.model) return seen.model;
  const file = readText(root, path, problems);
  if (file === null) return null;
  const before = problems.length;
  const model = readSqlModel(file, reading);
  return model === null || !seen || problems.length > before ? model : seen.keep(file, model);
}

/** CSV files under `seeds/` that no YAML file has named. */
function readSeeds(models: readonly Node[], { root, problems }: Reading): readonly SeedNode[] {
  const named = new Set(models.flatMap((node) => (node.kind === 'seed' ? [posix.normalize(node.path)] : [])));
  const seeds: SeedNode[] = [];
  for (const path of listFiles(root, 'seeds', problems)) {
    const at = startOf(path);
    if (/\.(ya?ml|sql)$/i.test(path)) {
      const hint = 'Nodes are read from models/, seeds/ holds .csv files.';
      problems.push(warning('yaml-shape', `\`${path}\` is not read.`, { at, hint }));
    }
    if (!path.toLowerCase().endsWith('.csv') || named.has(path)) continue;
    const name = nameOfPath(path, at, problems);
    if (name !== null) seeds.push({ kind: 'seed', ...bareCommon(name, at), path, csv: csvOf(undefined) });
  }
  return seeds;
}

/** Nodes by name. Engines compare names without letter case, so that two that differ in nothing else are one. */
function unique(nodes: readonly Node[], problems: Problem[]): ReadonlyMap<NodeName, Node> {
  const first = new Map<string, Node>();
  for (const node of nodes) {
    const folded = node.name.toLowerCase();
    const earlier = first.get(folded);
    if (earlier === undefined) first.set(folded, node);
    else problems.push(duplicate(earlier, node));
  }
  return new Map([...first.values()].map((node) => [node.name, node]));
}

function duplicate(earlier: Node, node: Node): Problem {
  const { file, line, column } = earlier.at;
  const place = `${file}:${line}:${column}`;
  const message =
    earlier.name === node.name
      ? `Two nodes are named \`${node.name}\`: here and at ${place}.`
      : `\`${node.name}\` and \`${earlier.name}\` (${place}) are one name: letter case makes no difference.`;
  return problem('name-duplicate', message, { at: node.at, hint: 'Rename one of them with `name:`, or remove it.' });
}
