import type { BuildId } from '../../model/ids.ts';
import type { Existing, RelationName } from '../contract.ts';
import type { Connection } from './connection.ts';
import { DuckdbError } from './errors.ts';
import type { Names } from './names.ts';
import { BOUGH_SCHEMA, fold, literal, relationKey } from './names.ts';

const list = (names: Iterable<string>): string => [...names].map(literal).join(', ');

/** Tables and views in these schemas. */
async function standing(connection: Connection, schemas: readonly string[]): Promise<readonly Existing[]> {
  if (schemas.length === 0) return [];
  const where = `WHERE database_name = current_database() AND NOT internal AND schema_name IN (${list(schemas)})`;
  const rows = await connection.texts(
    `SELECT schema_name, table_name, 'table' FROM duckdb_tables() ${where}
     UNION ALL SELECT schema_name, view_name, 'view' FROM duckdb_views() ${where}`,
  );
  return rows.map(([schema = '', name = '', kind]) => ({
    name: { schema, name },
    kind: kind === 'view' ? 'view' : 'table',
  }));
}

/** Builds that exist, with their kind. */
export async function standingBuilds(connection: Connection): Promise<ReadonlyMap<string, 'table' | 'view'>> {
  return new Map((await standing(connection, [BOUGH_SCHEMA])).map(({ name, kind }) => [name.name, kind]));
}

/** Looking through the catalog costs as much as it holds; looking at a relation costs a fifth of a millisecond. */
const MANY = 500;

export async function missing(
  connection: Connection,
  names: Names,
  builds: readonly BuildId[],
): Promise<readonly BuildId[]> {
  if (builds.length === 0) return [];
  if (builds.length <= MANY && (await allStand(connection, names, builds))) return [];
  const present = await standingBuilds(connection);
  return builds.filter((id) => !present.has(id));
}

/** false where one of them cannot be read, whatever the reason. */
async function allStand(connection: Connection, names: Names, builds: readonly BuildId[]): Promise<boolean> {
  try {
    await connection.run(builds.map((id) => `FROM ${names.build(id)} LIMIT 0;`).join('\n'));
    return true;
  } catch (error) {
    if (error instanceof DuckdbError) return false;
    throw error;
  }
}

export async function schemas(connection: Connection): Promise<readonly string[]> {
  const rows = await connection.texts(
    `SELECT schema_name FROM duckdb_schemas() WHERE database_name = current_database()`,
  );
  return rows.flat();
}

export async function existing(connection: Connection, names: readonly RelationName[]): Promise<readonly Existing[]> {
  if (names.length === 0) return [];
  const asked = new Set(names.map(relationKey));
  const askedSchemas = new Set(names.map(({ schema }) => fold(schema)));
  const present = (await schemas(connection)).filter((schema) => askedSchemas.has(fold(schema)));
  return (await standing(connection, present)).filter(({ name }) => asked.has(relationKey(name)));
}
