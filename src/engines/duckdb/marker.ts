import type { EnvironmentName, OperationId } from '../../model/ids.ts';
import { asOperationId } from '../../model/ids.ts';
import type { Marker } from '../contract.ts';
import type { Connection } from './connection.ts';
import { Conflict, DuckdbError } from './errors.ts';
import type { Names } from './names.ts';
import { BOUGH_SCHEMA, literal } from './names.ts';

/** No build can have these names: they hold no key. */
const MARKER = '$marker';
const WAREHOUSE = '$warehouse';
const SCHEMAS = '$schema';

/** Bough's own tables, as statements that do no harm where they exist. */
export const ownTables = (names: Names): string => `
  CREATE SCHEMA IF NOT EXISTS ${names.schema(BOUGH_SCHEMA)};
  CREATE TABLE IF NOT EXISTS ${names.build(MARKER)} (environment VARCHAR PRIMARY KEY, token BIGINT NOT NULL, operation VARCHAR);
  CREATE TABLE IF NOT EXISTS ${names.build(WAREHOUSE)} (id VARCHAR NOT NULL);
  CREATE TABLE IF NOT EXISTS ${names.build(SCHEMAS)} (name VARCHAR PRIMARY KEY);`;

/** Schemas that Bough made, and may drop again. */
export const ownSchemas = (names: Names): string => names.build(SCHEMAS);

/** null where Bough was never in this warehouse. Asking the catalog first would cost as much as there are tables. */
async function whereThere<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DuckdbError && error.kind === 'Catalog') return null;
    throw error;
  }
}

export const identity = (connection: Connection, names: Names): Promise<string | null> =>
  whereThere(connection.text(`SELECT id FROM ${names.build(WAREHOUSE)}`));

export function initialise(connection: Connection, names: Names, id: string): Promise<string> {
  const table = names.build(WAREHOUSE);
  return connection.transaction(async () => {
    await connection.run(ownTables(names));
    await connection.run(`INSERT INTO ${table} SELECT ${literal(id)} WHERE NOT EXISTS (FROM ${table})`);
    return (await connection.text(`SELECT id FROM ${table}`)) ?? id;
  });
}

export const marker = (connection: Connection, names: Names, environment: EnvironmentName): Promise<Marker | null> =>
  whereThere(read(connection, names, environment));

async function read(connection: Connection, names: Names, environment: EnvironmentName): Promise<Marker | null> {
  const [row] = await connection.rows(
    `SELECT token, operation FROM ${names.build(MARKER)} WHERE environment = ${literal(environment)}`,
  );
  if (row === undefined) return null;
  const [token, operation] = row;
  return { token: Number(token), operation: typeof operation === 'string' ? asOperationId(operation) : null };
}

/** Lifts the token; false where it stands as high already. With an operation the row names it from now on. */
export async function lift(
  connection: Connection,
  names: Names,
  environment: EnvironmentName,
  token: number,
  operation: OperationId | null,
): Promise<boolean> {
  const table = names.build(MARKER);
  const named = operation === null ? '' : `, operation = ${literal(operation)}`;
  const where = `WHERE environment = ${literal(environment)}`;
  if (await connection.changed(`UPDATE ${table} SET token = ${token}${named} ${where} AND token < ${token}`))
    return true;
  const first = `${literal(environment)}, ${token}, ${operation === null ? 'NULL' : literal(operation)}`;
  try {
    return await connection.changed(`INSERT INTO ${table} SELECT ${first} WHERE NOT EXISTS (FROM ${table} ${where})`);
  } catch (error) {
    // Another transaction made the row meanwhile; this one cannot see it yet.
    throw error instanceof DuckdbError && error.kind === 'Constraint' ? new Conflict(error) : error;
  }
}

export function raise(
  connection: Connection,
  names: Names,
  environment: EnvironmentName,
  token: number,
): Promise<Marker> {
  return connection.transaction(async () => {
    await lift(connection, names, environment, token, null);
    return (await read(connection, names, environment)) ?? { token, operation: null };
  });
}
