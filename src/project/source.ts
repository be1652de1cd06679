import { isForeignWord } from '../model/foreign-version.ts';
import type { FileFormat, Origin, SeedNode, SourceNode } from '../model/node.ts';
import { problem } from '../model/problems.ts';
import type { Mention } from '../model/references.ts';
import { commonOf, csvOf, nameOf } from './common.ts';
import { foreignOrigin } from './foreign.ts';
import { checkFile } from './missing-file.ts';
import type { Reading } from './reading.ts';
import { seedSchema, sourceSchema, type WrittenSource } from './schemas.ts';
import { checkShape } from '../files/shape.ts';
import type { YamlDocument } from '../files/yaml.ts';

/** A YAML document of kind `source`. */
export function readSource(document: YamlDocument, reading: Reading): SourceNode | null {
  const { problems } = reading;
  const written = checkShape(document, sourceSchema, problems);
  if (written === null) return null;
  const name = nameOf(written, document, problems);
  const origin = originOf(written, document, reading);
  if (name === null || origin === null) return null;
  const mentions = mentionsOf(written, ['connection', 'file', 'table', 'version'], document);
  const common = commonOf(name, written, document, document.start, problems);
  return { kind: 'source', ...common, ...(mentions.length === 0 ? {} : { mentions }), origin };
}

export const isReference = (value: object | string | undefined): value is { readonly reference: string } =>
  typeof value === 'object' && 'reference' in value && typeof value.reference === 'string';

type Named = 'connection' | 'file' | 'table' | 'version';

/** References that a source or seed names. */
function mentionsOf(
  written: Pick<WrittenSource, Named>,
  keys: readonly Named[],
  document: YamlDocument,
): readonly Mention[] {
  return keys.flatMap((as) => {
    const value = written[as];
    const named = as === 'connection' && typeof value === 'string' ? { reference: value } : value;
    return isReference(named) ? [{ name: named.reference, as, at: document.at([as]) }] : [];
  });
}

/** What is written; of a reference it is not known before an environment binds it. */
const literalOf = (value: string | { readonly reference: string } | undefined): string | undefined =>
  isReference(value) ? '' : value;

/** A YAML document of kind `seed`, which names or describes a CSV file. */
export function readSeed(document: YamlDocument, reading: Reading): SeedNode | null {
  const { problems } = reading;
  const written = checkShape(document, seedSchema, problems);
  if (written === null) return null;
  const name = nameOf(written, document, problems);
  const { file } = written;
  const path = literalOf(file) ?? '';
  const local = isReference(file) || isFile(path, document, reading);
  if (!isReference(file) && !/\.(csv|tsv)$/i.test(path)) {
    const hint = 'Read other files as a source: `kind: source`.';
    problems.push(
      problem('yaml-shape', '`file` of a seed must end in .csv or .tsv.', { at: document.at(['file']), hint }),
    );
  }
  if (name === null || !local) return null;
  const common = commonOf(name, written, document, document.start, problems);
  const mentions = mentionsOf(written, ['file'], document);
  const csv = csvOf(written.csv, delimiterOf(path));
  return { kind: 'seed', ...common, ...(mentions.length === 0 ? {} : { mentions }), path, csv };
}

const FILE_ONLY = ['format', 'csv', 'load'] as const;
const TABLE_ONLY = ['pin', 'version'] as const;
const ROWS = ['file', 'table', 'query'] as const;

function originOf(written: WrittenSource, document: YamlDocument, reading: Reading): Origin | null {
  const refuse = (path: readonly string[], message: string, hint?: string): null => {
    reading.problems.push(
      problem('yaml-shape', message, { at: document.at(path), ...(hint === undefined ? {} : { hint }) }),
    );
    return null;
  };
  const { connection, file, pin = false } = written;
  const version = isReference(written.version) ? '' : (written.version ?? null);
  const [rows, second] = ROWS.filter((key) => written[key] !== undefined);
  if (rows === undefined) return refuse([], 'A source needs `file` or `table`, or `query` beside `connection`.');
  if (second !== undefined) return refuse([second], `A source has \`${rows}\` or \`${second}\`, not both.`);
  const misplaced = (rows === 'file' ? TABLE_ONLY : FILE_ONLY).filter((key) => written[key] !== undefined);
  for (const key of misplaced) refuse([key], `\`${key}\` belongs to a source that reads a ${OTHER[rows]}.`);
  if (misplaced.length > 0) return null;
  const table = literalOf(written.table) ?? null;
  if (connection !== undefined) {
    const key = rows === 'file' ? 'file' : written.pin === undefined ? null : 'pin';
    if (key === null) return foreignOrigin({ ...written, connection }, table, document, reading.problems);
    return refuse([key], `\`${key}\` has no meaning beside \`connection\`: it is a table that is read, and copied.`);
  }
  if (rows === 'query') return refuse(['query'], '`query` needs `connection`: a query of this warehouse is a model.');
  if (version !== null && (typeof version !== 'string' || isForeignWord(version))) {
    const hint = 'Beside `table` alone it is a query whose one value tells whether the table has changed.';
    return refuse(['version'], 'This `version` needs `connection`.', hint);
  }
  if (table !== null) return { type: 'table', table, pin, version };
  return file === undefined ? null : fileOrigin(file, written, document, reading);
}

/** What keys that are out of place belong to. */
const OTHER = { file: 'table', table: 'file', query: 'file' } as const;

function fileOrigin(
  file: NonNullable<WrittenSource['file']>,
  written: WrittenSource,
  document: YamlDocument,
  reading: Reading,
): Origin | null {
  const { problems } = reading;
  const path = literalOf(file) ?? '';
  if (!isReference(file) && !isFile(path, document, reading)) return null;
  const format = written.format ?? formatOf(path);
  if (format === null && isReference(file)) {
    const at = document.at(['file']);
    const hint = 'Say it: `format: csv`, `parquet` or `json`.';
    problems.push(problem('yaml-shape', 'The format of a file that a reference names is not known.', { at, hint }));
    return null;
  }
  if (format === null) {
    const hint = 'Known endings: .csv, .tsv, .parquet, .json, .jsonl, .ndjson. Else say it: `format: csv`.';
    const at = document.at(['file']);
    problems.push(problem('yaml-shape', `The format of \`${path}\` cannot be told from its ending.`, { at, hint }));
    return null;
  }
  if (format !== 'csv' && written.csv !== undefined) {
    problems.push(problem('yaml-shape', `\`csv\` has no meaning for a ${format} file.`, { at: document.at(['csv']) }));
    return null;
  }
  const csv = csvOf(written.csv, delimiterOf(path));
  return { type: 'file', path, format, csv, load: written.load ?? 'copy' };
}

const FORMATS: Readonly<Record<string, FileFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  parquet: 'parquet',
  json: 'json',
  jsonl: 'json',
  ndjson: 'json',
};

function formatOf(path: string): FileFormat | null {
  const match = /\.(\w+?)(\.gz)?$/.exec(path.toLowerCase());
  const format = FORMATS[match?.[1] ?? ''] ?? null;
  return format === 'parquet' && match?.[2] !== undefined ? null : format;
}

const delimiterOf = (path: string): string | null => (/\.tsv(\.gz)?$/i.test(path) ? '\t' : null);

/** Reports a file that is missing; false where the path is none. */
function isFile(path: string, document: YamlDocument, reading: Reading): boolean {
  const at = document.at(['file']);
  if (!/^[A-Za-z][A-Za-z0-9+-]+:\/\//.test(path)) {
    checkFile(path, at, reading);
    return true;
  }
  const hint = 'Give a path relative to the project.';
  reading.problems.push(problem('yaml-shape', 'Remote files are not available yet.', { at, hint }));
  return false;
}
