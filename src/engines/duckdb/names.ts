import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BuildId } from '../../model/ids.ts';
import type { RelationName, Sql } from '../contract.ts';

export const BOUGH_SCHEMA = 'bough';

export const quoteIdentifier = (identifier: string): Sql => `"${identifier.replaceAll('"', '""')}"`;
export const literal = (text: string): Sql => `'${text.replaceAll("'", "''")}'`;

/** DuckDB compares names by their ASCII letters only: `Ä` and `ä` are two tables, `A` and `a` are one. */
export const fold = (identifier: string): string =>
  /[A-Z]/.test(identifier) ? identifier.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : identifier;

/** Equal for names of one relation. */
export const relationKey = ({ schema, name }: RelationName): string => JSON.stringify([fold(schema), fold(name)]);

/** Catalogs that are always there, next to the one of the file. */
const BUILT_IN_CATALOGS: ReadonlySet<string> = new Set(['temp', 'system']);
/** What DuckDB calls a file whose own name is taken. */
const RENAMED_CATALOGS: ReadonlyMap<string, string> = new Map([
  ['main', 'main_db'],
  ['temp', 'temp_db'],
  ['system', 'system_db'],
]);

/** The path without links, also where the file does not exist yet: one file has one name in the process. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path));
    } catch {
      return path;
    }
  }
}

/** The catalog that DuckDB makes of a file: its name up to the first dot. */
export function catalogOf(path: string): string {
  const stem =
    basename(realPath(path))
      .split('.')
      .find((part) => part !== '') ?? '';
  return RENAMED_CATALOGS.get(fold(stem)) ?? stem;
}

/** How relations of one database file are written. */
export interface Names {
  readonly catalog: string;
  schema(name: string): Sql;
  relation(name: RelationName): Sql;
  build(id: BuildId | string): Sql;
}

/**
 * Where a schema bears the name of a catalog, DuckDB refuses `schema.table` as ambiguous (a file `bough.duckdb` has the
 * catalog `bough`). Only then the catalog is written too: other views must go on working when the file is renamed, or
 * attached under another name.
 */
export function namesOf(path: string): Names {
  const catalog = catalogOf(path);
  const schema = (name: string): Sql => {
    const folded = fold(name);
    const ambiguous = folded === fold(catalog) || BUILT_IN_CATALOGS.has(folded);
    return ambiguous ? `${quoteIdentifier(catalog)}.${quoteIdentifier(name)}` : quoteIdentifier(name);
  };
  const relation = (name: RelationName): Sql => `${schema(name.schema)}.${quoteIdentifier(name.name)}`;
  return { catalog, schema, relation, build: (id) => relation({ schema: BOUGH_SCHEMA, name: id }) };
}
