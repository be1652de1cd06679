import { statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Column } from '../../model/facts.ts';
import type { CsvOptions } from '../../model/node.ts';
import type { FileRead, Sql } from '../contract.ts';
import type { Connection } from './connection.ts';
import { csvArguments, findBrokenLine, hiddenDelimiter, structOf } from './csv.ts';
import { declaredTypes } from '../declared.ts';
import { checkTypes, selectCast } from './declared.ts';
import { DuckdbError } from './errors.ts';
import { emptyFile, folderNotFile, missingFile } from '../file-problems.ts';
import { readingError } from './file-errors.ts';
import { fold, literal } from './names.ts';
import { describe } from './query.ts';

const isUrl = (path: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
const isPattern = (path: string): boolean => /[*?[]/.test(path);
const escapePattern = (path: string): string => path.replaceAll(/[*?[]/g, '[$&]');

interface Located {
  /** What the engine is given: absolute, with the root's own special characters escaped in a pattern. */
  readonly path: string;
  readonly pattern: boolean;
}

/** Finds the file; throws where it is not there. Patterns are left to the engine. */
function locate(read: FileRead, path: string): Located {
  if (isUrl(path)) return { path, pattern: isPattern(path) };
  const absolute = resolve(read.root, path);
  const status = statSync(absolute, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) throw folderNotFile(read, absolute);
  if (status !== undefined) {
    if (status.size === 0 && csvOf(read)?.header === true) throw emptyFile(read, absolute);
    return { path: absolute, pattern: false };
  }
  if (!isPattern(path)) throw missingFile(read, absolute);
  return { path: isAbsolute(path) ? path : join(escapePattern(resolve(read.root)), path), pattern: true };
}

function csvOf(read: FileRead): CsvOptions | null {
  const { origin } = read;
  if (origin.type === 'seed') return origin.seed.csv;
  return origin.type === 'file' && origin.format === 'csv' ? origin.csv : null;
}

export const pathOf = ({ origin }: FileRead): string => (origin.type === 'seed' ? origin.seed.path : origin.path);

/**
 * Options that hold for every format. Folders named `key=value` become columns, but only those of the pattern: where
 * the project itself lies must not change its data.
 */
function common(read: FileRead, { pattern }: Located): readonly string[] {
  const outside = /[\\/][^\\/]*=/.test(resolve(read.root));
  return [...(pattern ? ['union_by_name = true'] : []), ...(outside ? ['hive_partitioning = false'] : [])];
}

/** Every record is looked at: keys that only later ones have would otherwise be dropped in silence. */
const JSON_DETECTION = ['sample_size = -1', 'maximum_sample_files = 2147483647'];

/** The query that reads the files, with declared types forced. */
export async function readingQuery(connection: Connection, read: FileRead): Promise<Sql> {
  const located = locate(read, pathOf(read));
  await checkTypes(connection, read.node, read.declared);
  try {
    return await (read.origin.type === 'call'
      ? callQuery(connection, read, located)
      : fileQuery(connection, read, located));
  } catch (error) {
    throw await explained(connection, error, read, located);
  }
}

/** Names and types that loading the files would give. */
export async function describeReading(connection: Connection, read: FileRead): Promise<readonly Column[]> {
  return describe(connection, await readingQuery(connection, read));
}

async function fileQuery(connection: Connection, read: FileRead, located: Located): Promise<Sql> {
  const csv = csvOf(read);
  if (csv !== null) return csvQuery(connection, read, located, csv);
  const options = common(read, located);
  if (read.origin.type === 'file' && read.origin.format === 'json')
    return jsonQuery(connection, read, located, options);
  const from = call('read_parquet', located, options);
  return selectCast(from, declaredTypes(read.node, read.declared, await describe(connection, `FROM ${from}`), fold));
}

const call = (reader: string, { path }: Located, options: readonly string[]): Sql =>
  `${reader}(${[literal(path), ...options].join(', ')})`;

async function csvQuery(connection: Connection, read: FileRead, located: Located, csv: CsvOptions): Promise<Sql> {
  const options = common(read, located);
  const from = call('read_csv', located, [...csvArguments(csv, new Map()), ...options]);
  const present = await describe(connection, `FROM ${from}`);
  const delimiter = hiddenDelimiter(
    csv,
    present.map((column) => column.name),
  );
  if (delimiter !== null) return csvQuery(connection, read, located, { ...csv, delimiter });
  const types = declaredTypes(read.node, read.declared, present, fold);
  return `SELECT * FROM ${call('read_csv', located, [...csvArguments(csv, types), ...options])}`;
}

/** Types of JSON are given, not cast to: a number that was read as a DOUBLE has lost its digits already. */
async function jsonQuery(
  connection: Connection,
  read: FileRead,
  located: Located,
  options: readonly string[],
): Promise<Sql> {
  const from = call('read_json', located, [...JSON_DETECTION, ...options]);
  const present = await describe(connection, `FROM ${from}`);
  const types = declaredTypes(read.node, read.declared, present, fold);
  if (types.size === 0) return `SELECT * FROM ${from}`;
  const columns = structOf(new Map(present.map(({ name, type }) => [name, types.get(name) ?? type])));
  return `SELECT * FROM ${call('read_json', located, [`columns = ${columns}`, ...options])}`;
}

/** The reading expression as the user wrote it in a model, with its path made absolute. */
async function callQuery(connection: Connection, read: FileRead, located: Located): Promise<Sql> {
  if (read.origin.type !== 'call') throw new Error('not a reading expression');
  const from = withPath(read.origin.call, read.origin.path, located.path);
  return selectCast(from, declaredTypes(read.node, read.declared, await describe(connection, `FROM ${from}`), fold));
}

/** Replaces the string literal that is the path. A search path would not do: the engine looks in its own folder first. */
export function withPath(expression: string, path: string, absolute: string): Sql {
  let replaced = false;
  const text = expression.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, (quoted) => {
    const value = quoted.slice(1, -1).replaceAll(quoted.charAt(0).repeat(2), quoted.charAt(0));
    if (value !== path || replaced) return quoted;
    replaced = true;
    return literal(absolute);
  });
  if (!replaced) throw new Error(`the path \`${path}\` does not stand in \`${expression}\``);
  return text;
}

async function explained(connection: Connection, error: unknown, read: FileRead, located: Located): Promise<unknown> {
  const csv = csvOf(read);
  const sniffed = error instanceof DuckdbError && error.message.includes('CSV parsing dialect');
  const line = sniffed && csv !== null ? await findBrokenLine(connection, literal(located.path), csv) : null;
  return readingError(line === null ? error : new DuckdbError('Invalid Input', line, null, error), read, located.path);
}
