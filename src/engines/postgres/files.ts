import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expandGlob, isGlob } from '../../files/glob.ts';
import type { Column } from '../../model/facts.ts';
import type { CsvOptions } from '../../model/node.ts';
import { problem, UserError } from '../../model/problems.ts';
import { quoteIdentifier } from '../../postgres/literal.ts';
import type { FileRead } from '../contract.ts';
import { declaredTypes } from '../declared.ts';
import { emptyFile, folderNotFile, missingFile } from '../file-problems.ts';
import type { Connection } from './connection.ts';
import { dialectOf, type Dialect } from './csv.ts';
import { checkTypes, foldColumn } from './declared.ts';

/** One file, and which of the table's columns its fields are, in their order. */
export interface CsvFile {
  readonly path: string;
  readonly dialect: Dialect;
  readonly columns: readonly string[];
}

/** Files that were looked at: what they hold together, and how each is read. */
export interface Reading {
  readonly csv: CsvOptions;
  readonly files: readonly CsvFile[];
  /** `type` as it was declared; `text` elsewhere, for nothing is guessed. */
  readonly columns: readonly Column[];
}

/** Looks at the files of a source. Throws UserError where they are not there, are no CSV, or lack declared columns. */
export async function readingOf(connection: Connection, read: FileRead): Promise<Reading> {
  const { path, csv } = sourceOf(read);
  const paths = located(read, path);
  await checkTypes(connection, read.node, read.declared);
  const files: CsvFile[] = [];
  for (const one of paths) {
    const dialect = await dialectOf(one, csv);
    if (dialect === null) {
      if (csv.header) throw emptyFile(read, one);
      continue;
    }
    refuseWide(read, dialect);
    files.push({
      path: one,
      dialect,
      columns: csv.header ? dialect.first : dialect.first.map((_, at) => `column${at}`),
    });
  }
  // The first file that has a column says how it is spelled.
  const spelled = new Map<string, string>();
  for (const name of files.flatMap((file) => file.columns)) {
    if (!spelled.has(foldColumn(name))) spelled.set(foldColumn(name), name);
  }
  const columns = [...spelled.values()].map((name) => ({ name, type: 'text' }));
  const types = declaredTypes(read.node, read.declared, columns, foldColumn);
  return {
    csv,
    files: files.map((file) => ({
      ...file,
      columns: file.columns.map((name) => spelled.get(foldColumn(name)) ?? name),
    })),
    columns: columns.map(({ name, type }) => ({ name, type: types.get(name) ?? type })),
  };
}

/** Names and types that loading the files would give. */
export async function describeReading(connection: Connection, read: FileRead): Promise<readonly Column[]> {
  const { columns } = await readingOf(connection, read);
  const list = columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteIdentifier(name)}`);
  return connection.describe(`SELECT ${list.join(', ')}`);
}

function sourceOf(read: FileRead): { readonly path: string; readonly csv: CsvOptions } {
  const { origin } = read;
  if (origin.type === 'seed') return { path: origin.seed.path, csv: origin.seed.csv };
  if (origin.type === 'call') throw refused(read, 'PostgreSQL cannot read files in a query', SOURCE);
  if (origin.load === 'view') throw refused(read, 'PostgreSQL cannot read files in place', 'Leave out `load: view`.');
  if (origin.format !== 'csv') throw refused(read, `PostgreSQL cannot load ${origin.format} files`, CONVERT);
  return { path: origin.path, csv: origin.csv };
}

const SOURCE = 'Declare the file as a source (kind: source) and read that.';
const CONVERT = 'Convert them to CSV, or keep the project on DuckDB.';

const refused = (read: FileRead, message: string, hint: string): UserError =>
  new UserError(problem('source-unreadable', `\`${read.node}\`: ${message}`, { hint }));

function located(read: FileRead, path: string): readonly string[] {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path))
    throw refused(read, 'PostgreSQL loads files of this machine only', CONVERT);
  const absolute = resolve(read.root, path);
  const status = statSync(absolute, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) throw folderNotFile(read, absolute);
  if (status !== undefined) return [absolute];
  if (!isGlob(path)) throw missingFile(read, absolute);
  const { folder, names } = expandGlob(read.root, path);
  if (names.length === 0) throw missingFile(read, absolute);
  return names.map((name) => join(folder, name));
}

function refuseWide(read: FileRead, { delimiter }: Dialect): void {
  if (Buffer.byteLength(delimiter) === 1) return;
  throw refused(read, `the delimiter \`${delimiter}\` is longer than the one byte that PostgreSQL takes`, CONVERT);
}
