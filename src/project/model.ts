import type { NodeName } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import type { ModelNode, SqlText } from '../model/node.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';
import type { Mention } from '../model/references.ts';
import { exportOf } from './export.ts';
import { bareCommon, commonOf, nameOf, type Common } from './common.ts';
import { findHead } from './head.ts';
import { nameOfPath, writtenName } from './names.ts';
import { usedParameters } from './parameters.ts';
import type { Reading } from './reading.ts';
import { headSchema, isOff, modelSchema, type WrittenHead } from './schemas.ts';
import { isReference } from './source.ts';
import { checkShape } from '../files/shape.ts';
import { sqlTextAt } from './sql-text.ts';
import { startOf, type TextFile } from '../files/text-file.ts';
import { readYaml, type Path, type YamlDocument } from '../files/yaml.ts';

type Parameters = ModelNode['parameters'];

/** A YAML document of kind `model`, `table` or `view`. */
export function readModel(document: YamlDocument, reading: Reading): ModelNode | null {
  const { problems, parameters } = reading;
  const written = checkShape(document, modelSchema, problems);
  if (written === null) return null;
  const name = nameOf(written, document, problems);
  if (name === null) return null;
  const sql = sqlTextAt(document, ['sql'], problems);
  const common = commonOf(name, written, document, document.start, problems);
  return modelOf({ common, sql, written, document, parameters }, problems);
}

/** A SQL file; null, with the problems added, where its head or its name is broken. */
export function readSqlModel(file: TextFile, reading: Reading): ModelNode | null {
  const { problems, parameters } = reading;
  const head = findHead(file, problems);
  const at = startOf(file.path);
  if (head === 'broken') return null;
  if (head === null) {
    const name = nameOfPath(file.path, at, problems);
    return name === null ? null : bareModel(name, file, parameters);
  }
  const before = problems.length;
  const [document] = readYaml(file, problems, head);
  if (problems.length > before) return null;
  const sql = sqlAfter(file, head.after);
  if (document === undefined) {
    const name = nameOfPath(file.path, at, problems);
    return name === null ? null : { ...bareModel(name, file, parameters), sql };
  }
  const written = checkShape(document, headSchema, problems);
  if (written === null) return null;
  const name = headName(written, document, problems);
  if (name === null) return null;
  const common = commonOf(name, written, document, at, problems);
  return modelOf({ common, sql, written, document, parameters }, problems);
}

const headName = (written: WrittenHead, document: YamlDocument, problems: Problem[]): NodeName | null =>
  written.name === undefined
    ? nameOfPath(document.file.path, startOf(document.file.path), problems)
    : writtenName(written.name, document.at(['name']), problems);

function sqlAfter(file: TextFile, offset: number): SqlText {
  const { line, column } = file.positionAt(offset);
  return { text: file.text.slice(offset), file: file.path, line, column, indent: 0 };
}

const wholeText = (file: TextFile): SqlText => ({ text: file.text, file: file.path, line: 1, column: 1, indent: 0 });

const bareModel = (name: NodeName, file: TextFile, parameters: Parameters): ModelNode => ({
  kind: 'model',
  ...bareCommon(name, startOf(file.path)),
  materialized: 'table',
  sql: wholeText(file),
  clock: 'follow',
  storage: {},
  ...usedParameters(wholeText(file), [], parameters),
  dependsOn: [],
  opaque: false,
  cutoff: 'on',
});

interface Parts {
  readonly common: Common;
  readonly sql: SqlText;
  readonly written: WrittenHead;
  readonly document: YamlDocument;
  readonly parameters: Parameters;
}

function modelOf({ common, sql, written, document, parameters }: Parts, problems: Problem[]): ModelNode {
  const used = usedParameters(sql, common.audits, parameters);
  const exported = exportOf(written, document, problems);
  const stored = storageMentions(written.storage ?? {}, document);
  const mentions = [...(used.mentions ?? []), ...(exported?.mentions ?? []), ...stored];
  return {
    kind: 'model',
    ...common,
    materialized: materializedOf(written, document, problems),
    sql,
    clock: written.clock ?? 'follow',
    storage: written.storage ?? {},
    parameters: used.parameters,
    ...(mentions.length === 0 ? {} : { mentions }),
    dependsOn: (written.depends_on ?? []).flatMap(
      (name, index) => writtenName(name, document.at(['depends_on', index]), problems) ?? [],
    ),
    opaque: written.opaque ?? false,
    cutoff: isOff(written.cutoff) ? 'off' : 'on',
    ...(exported === null ? {} : { export: exported.export }),
  };
}

/** References in place of values, however deep they stand. */
function storageMentions(value: Json, document: YamlDocument, path: Path = []): readonly Mention[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isReference(value) && Object.keys(value).length === 1)
    return [{ name: value.reference, as: 'storage', path: path.map(String), at: document.at(['storage', ...path]) }];
  const step = (key: string): string | number => (Array.isArray(value) ? Number(key) : key);
  return Object.entries(value).flatMap(([key, inner]) => storageMentions(inner, document, [...path, step(key)]));
}

function materializedOf(written: WrittenHead, document: YamlDocument, problems: Problem[]): 'table' | 'view' {
  const { kind = 'model', materialized } = written;
  if (kind === 'model') return materialized ?? 'table';
  if (materialized !== undefined && materialized !== kind) {
    const at: Position = document.at(['materialized']);
    const hint = 'Leave one of the two out.';
    problems.push(
      problem('yaml-shape', `\`kind\` says ${kind} and \`materialized\` says ${materialized}.`, { at, hint }),
    );
  }
  return kind;
}
