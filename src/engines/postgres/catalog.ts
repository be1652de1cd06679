import type { BuildId } from '../../model/ids.ts';
import { literal } from '../../postgres/literal.ts';
import type { Existing, RelationName } from '../contract.ts';
import type { Connection } from './connection.ts';
import { BOUGH_SCHEMA } from './names.ts';

/** FROM clause of the relations with these names: `c` of pg_class, `n` of pg_namespace. A list in IN would be searched. */
export function namedRelations(names: readonly RelationName[]): string {
  const rows = new Set(names.map(({ schema, name }) => `(${literal(schema)}::name, ${literal(name)}::name)`));
  return `(VALUES ${[...rows].join(', ')}) AS asked (schema, name)
    JOIN pg_catalog.pg_namespace AS n ON n.nspname = asked.schema
    JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = asked.name`;
}

/** Tables, partitioned and foreign ones, and materialised views hold rows; what is left holds a query. */
const KIND = `CASE WHEN c.relkind = 'v' THEN 'view' ELSE 'table' END`;
const RELATIONS = `c.relkind IN ('r', 'p', 'f', 'm', 'v')`;

export async function existing(connection: Connection, names: readonly RelationName[]): Promise<readonly Existing[]> {
  if (names.length === 0) return [];
  const rows = await connection.texts(
    `SELECT n.nspname, c.relname, ${KIND} FROM ${namedRelations(names)} WHERE ${RELATIONS}`,
  );
  return rows.map(([schema = '', name = '', kind]) => ({
    name: { schema, name },
    kind: kind === 'view' ? 'view' : 'table',
  }));
}

/** Names of all relations beside the builds, and of these. */
export async function standing(connection: Connection): Promise<readonly string[]> {
  const rows = await connection.texts(
    `SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = ${literal(BOUGH_SCHEMA)} AND ${RELATIONS}`,
  );
  return rows.flat();
}

/** Those of the builds that exist, with their kind. */
export async function standingBuilds(
  connection: Connection,
  builds: readonly BuildId[],
): Promise<ReadonlyMap<string, 'table' | 'view'>> {
  const found = await existing(
    connection,
    builds.map((name) => ({ schema: BOUGH_SCHEMA, name })),
  );
  return new Map(found.map(({ name, kind }) => [name.name, kind]));
}

export async function missing(connection: Connection, builds: readonly BuildId[]): Promise<readonly BuildId[]> {
  const present = await standingBuilds(connection, builds);
  return builds.filter((id) => !present.has(id));
}
