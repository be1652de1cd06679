import type { RelationName } from '../contract.ts';
import type { Connection } from './connection.ts';
import { fold } from './names.ts';

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

/** Whether the referrer may read the relation: named with its schema, or alone from within that schema. */
export function mentions(referrer: Referrer, { schema, name }: RelationName): boolean {
  const [inSchema, wanted] = [fold(schema), fold(name)];
  const nearby = fold(referrer.name.schema) === inSchema || inSchema === 'main';
  return referrer.mentions.some(
    (parts) =>
      (nearby && parts[0] === wanted) || parts.some((part, index) => part === inSchema && parts[index + 1] === wanted),
  );
}
