import type { Node } from '../model/node.ts';
import { nearestName } from '../model/nearest.ts';
import { problem } from '../model/problems.ts';
import { readModel } from './model.ts';
import type { Reading } from './reading.ts';
import { readSeed, readSource } from './source.ts';
import { startOf, type TextFile } from '../files/text-file.ts';
import { readYaml, type YamlDocument } from '../files/yaml.ts';

type Read = (document: YamlDocument, reading: Reading) => Node | null;

const KINDS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['source', readSource],
  ['seed', readSeed],
  ['model', readModel],
  ['table', readModel],
  ['view', readModel],
]);

/** The nodes of a YAML file under `models/`: one, or several as a stream. */
export function readNodes(file: TextFile, reading: Reading): readonly Node[] {
  const { problems } = reading;
  const before = problems.length;
  const documents = readYaml(file, problems);
  if (documents.length === 0 && problems.length === before) {
    const hint = 'Delete it, or give it a `kind:`.';
    problems.push(problem('yaml-shape', `\`${file.path}\` holds no node.`, { at: startOf(file.path), hint }));
  }
  return documents.flatMap((document) => readNode(document, reading) ?? []);
}

function readNode(document: YamlDocument, reading: Reading): Node | null {
  const { value } = document;
  const refuse = (message: string, hint: string): null => {
    reading.problems.push(problem('yaml-shape', message, { at: document.at(['kind']), hint }));
    return null;
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('A node is a map of keys.', 'Begin with `kind: source`, `kind: seed` or `kind: model`.');
  }
  const kind: unknown = 'kind' in value ? value.kind : undefined;
  if (kind === undefined) return refuse('`kind` is missing.', 'It is `source`, `seed` or `model`.');
  if (typeof kind !== 'string') return refuse('`kind` must be text.', 'It is `source`, `seed` or `model`.');
  const read = KINDS.get(kind);
  if (read !== undefined) return read(document, reading);
  const near = nearestName(kind, [...KINDS.keys()]);
  const hint = near === null ? 'It is `source`, `seed` or `model`.' : `Did you mean \`${near}\`?`;
  return refuse(`\`${kind}\` is no kind of node.`, hint);
}
