import { listFiles } from '../files/list-files.ts';
import { readText, startOf } from '../files/text-file.ts';
import { readYaml } from '../files/yaml.ts';
import { asEnvironmentName, type EnvironmentName } from '../model/ids.ts';
import { problem, warning, type Position, type Problem } from '../model/problems.ts';
import { layerOf } from './layers.ts';
import { merge, settled, type Layer } from './merge.ts';

const FOLDER = 'config';

/** The files of one part: `config/training/` is the part `training`. */
export interface Part {
  readonly name: string;
  readonly base: Layer | null;
  readonly overrides: ReadonlyMap<EnvironmentName, Layer>;
  /** JSON Schema, as it is written. */
  readonly schema: { readonly value: unknown; readonly at: Position } | null;
}

type Role =
  | { readonly type: 'base' }
  | { readonly type: 'schema' }
  | { readonly type: 'override'; readonly environment: EnvironmentName };

/** What a file of a part is, by its path below the part; null: nothing that is read. */
function roleOf(path: string): Role | null {
  const match = /^(.*?)\.(ya?ml|json)$/i.exec(path);
  const [, stem = '', ending = ''] = match ?? [];
  if (stem === 'schema') return { type: 'schema' };
  if (ending.toLowerCase() === 'json') return null;
  if (stem === 'base') return { type: 'base' };
  const environment = /^(.+)\.override$/.exec(stem)?.[1];
  return environment === undefined ? null : { type: 'override', environment: asEnvironmentName(environment) };
}

/** All parts of a project; none where there is no `config/`. */
export function readParts(root: string, problems: Problem[]): ReadonlyMap<string, Part> {
  const folders = new Map<string, string[]>();
  for (const path of listFiles(root, FOLDER, problems)) {
    const [, part = '', ...rest] = path.split('/');
    if (rest.length === 0)
      notRead(path, 'Overlays stand in a folder of their part: `config/<part>/base.yaml`.', problems);
    else folders.set(part, [...(folders.get(part) ?? []), path]);
  }
  return new Map([...folders].map(([name, paths]) => [name, readPart(root, name, paths, problems)]));
}

const notRead = (path: string, hint: string, problems: Problem[]): void => {
  problems.push(warning('yaml-shape', `\`${path}\` is not read.`, { at: startOf(path), hint }));
};

const EXPECTED = 'A part has `base.yaml`, `<environment>.override.yaml` and `schema.yaml`.';

function readPart(root: string, name: string, paths: readonly string[], problems: Problem[]): Part {
  let base: Layer | null = null;
  let schema: Part['schema'] = null;
  const overrides = new Map<EnvironmentName, Layer>();
  const seen = new Map<string, string>();
  for (const path of paths) {
    const role = roleOf(path.slice(`${FOLDER}/${name}/`.length));
    if (role === null) {
      if (/\.(ya?ml|json)$/i.test(path)) notRead(path, EXPECTED, problems);
      continue;
    }
    const what = role.type === 'override' ? `override ${role.environment}` : role.type;
    const twin = seen.get(what);
    if (twin !== undefined) problems.push(twice(path, twin));
    seen.set(what, path);
    const document = readDocument(root, path, problems);
    if (document === null) continue;
    if (role.type === 'schema') schema = { value: document.value, at: document.start };
    else if (role.type === 'base') base = mapLayer(document, problems);
    else overrides.set(role.environment, mapLayer(document, problems));
  }
  return { name, base, overrides, schema };
}

const twice = (path: string, twin: string): Problem =>
  problem('overlay-invalid', `\`${path}\` and \`${twin}\` say the same thing twice.`, {
    at: startOf(path),
    hint: 'Keep one of them.',
  });

type Document = ReturnType<typeof readYaml>[number];

function readDocument(root: string, path: string, problems: Problem[]): Document | null {
  const file = readText(root, path, problems);
  if (file === null) return null;
  const [document, second] = readYaml(file, problems);
  if (second !== undefined) {
    problems.push(problem('yaml-shape', `\`${path}\` must be one document.`, { at: second.start }));
  }
  return document ?? null;
}

function mapLayer(document: Document, problems: Problem[]): Layer {
  const layer = layerOf(document, problems);
  if (layer.type === 'map' || layer.type === 'delete') return layer;
  const hint = 'Name the values: `train_days: 30`.';
  problems.push(problem('yaml-shape', 'An overlay is a map of values.', { at: document.start, hint }));
  return { type: 'map', at: document.start, over: [], whole: false, entries: new Map() };
}

/**
 * What a part says for an environment: its base, then the override of each environment of the line, which leads from
 * the root to the environment itself. null: nothing.
 */
export function layersFor(part: Part, line: readonly EnvironmentName[]): Layer | null {
  const layers = [part.base, ...line.map((environment) => part.overrides.get(environment) ?? null)];
  const [lowest, ...rest] = layers.filter((layer) => layer !== null);
  return lowest === undefined ? null : settled(rest.reduce(merge, lowest));
}
