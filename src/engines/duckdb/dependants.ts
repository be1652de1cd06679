import type { RelationName } from '../contract.ts';
import type { Connection } from './connection.ts';
import { fold, relationKey } from './names.ts';

/** A view or macro and the dotted names that stand in its text, folded. */
export interface Referrer {
  readonly name: RelationName;
  readonly mentions: readonly (readonly string[])[];
}

/**
 * Everything in the database that could read a relation. DuckDB keeps no dependencies of views and drops a table under
 * them without a word, so their texts are searched; a name that only looks alike errs on the side of keeping.
 */
export async function referrers(connection: Connection): Promise<readonly Referrer[]> {
  const rows = await connection.texts(
    `SELECT schema_name, view_name, sql FROM duckdb_views() WHERE NOT internal AND database_name = current_database()
     UNION ALL SELECT schema_name, function_name, macro_definition FROM duckdb_functions()
     WHERE NOT internal AND macro_definition IS NOT NULL AND database_name = current_database()`,
  );
  return rows.map(([schema = '', name = '', sql = '']) => ({
    name: { schema, name },
    mentions: dottedNames(sql),
  }));
}

const IDENTIFIER = String.raw`(?:"(?:[^"]|"")*"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`;
const DOTTED = new RegExp(String.raw`'(?:[^']|'')*'|${IDENTIFIER}(?:\s*\.\s*${IDENTIFIER})*`, 'g');
const ONE = new RegExp(IDENTIFIER, 'g');

/** `a.b."C d"` gives `['a', 'b', 'c d']`. String literals are passed over. */
export function dottedNames(sql: string): readonly (readonly string[])[] {
  return (sql.match(DOTTED) ?? []).filter((text) => !text.startsWith("'")).map(partsOf);
}

const partsOf = (dotted: string): readonly string[] =>
  (dotted.match(ONE) ?? []).map((part) => fold(part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));

/** Who may read a relation: names it with its schema, or alone from within that schema (or from anywhere, in `main`). */
export function readersOf(all: readonly Referrer[]): (relation: RelationName) => readonly RelationName[] {
  const readers = new Map<string, Set<RelationName>>();
  const add = (schema: string, name: string, reader: RelationName): void => {
    const key = relationKey({ schema, name });
    readers.set(key, (readers.get(key) ?? new Set()).add(reader));
  };
  for (const { name: reader, mentions } of all) {
    for (const parts of mentions) {
      const [first = ''] = parts;
      add(reader.schema, first, reader);
      add('main', first, reader);
      parts.forEach((part, index) => add(part, parts[index + 1] ?? '', reader));
    }
  }
  return ({ schema, name }) => [...(readers.get(relationKey({ schema, name })) ?? [])];
}
