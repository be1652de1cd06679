import type { EnvironmentName, OperationId } from '../../model/ids.ts';
import { asOperationId } from '../../model/ids.ts';
import { literal, quoteIdentifier } from '../../postgres/literal.ts';
import type { Marker } from '../contract.ts';
import type { Connection } from './connection.ts';
import { isState, UNDEFINED_TABLE } from './errors.ts';
import { BOUGH_SCHEMA, buildName } from './names.ts';

/** No build can have these names: they hold no key. */
const MARKER = buildName('$marker');
const WAREHOUSE = buildName('$warehouse');
/** Schemas that Bough made, and may drop again. */
export const OWN_SCHEMAS = buildName('$schema');

/** What projects declare of who may read views. */
export const GRANTED = buildName('$grant');

const OWN_TABLES = `
  CREATE TABLE IF NOT EXISTS ${MARKER} (environment text PRIMARY KEY, token bigint NOT NULL, operation text);
  CREATE TABLE IF NOT EXISTS ${WAREHOUSE} (id text NOT NULL);
  CREATE TABLE IF NOT EXISTS ${OWN_SCHEMAS} (name text PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS ${GRANTED} (schema text, name text, role text, privilege text, made boolean NOT NULL,
    PRIMARY KEY (schema, name, role, privilege));`;

/** null where Bough was never in this database. */
async function whereThere<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isState(error, UNDEFINED_TABLE)) return null;
    throw error;
  }
}

export const identity = (connection: Connection): Promise<string | null> =>
  whereThere(connection.text(`SELECT id FROM ${WAREHOUSE}`));

export function initialise(connection: Connection, id: string): Promise<string> {
  return connection.transaction(async () => {
    // CREATE … IF NOT EXISTS fails where two come at once.
    await connection.send(`SELECT pg_advisory_xact_lock(hashtextextended('bough.warehouse', 0))`);
    const there = await connection.text(
      `SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ${literal(BOUGH_SCHEMA)}`,
    );
    if (there === null) await connection.send(`CREATE SCHEMA ${quoteIdentifier(BOUGH_SCHEMA)}`);
    await connection.send(OWN_TABLES);
    await connection.send(
      `INSERT INTO ${WAREHOUSE} SELECT ${literal(id)} WHERE NOT EXISTS (SELECT 1 FROM ${WAREHOUSE})`,
    );
    return (await connection.text(`SELECT id FROM ${WAREHOUSE}`)) ?? id;
  });
}

export const marker = (connection: Connection, environment: EnvironmentName): Promise<Marker | null> =>
  whereThere(read(connection, environment));

async function read(connection: Connection, environment: EnvironmentName): Promise<Marker | null> {
  const [row] = await connection.rows(
    `SELECT token, operation FROM ${MARKER} WHERE environment = ${literal(environment)}`,
  );
  if (row === undefined) return null;
  const [token, operation = null] = row;
  return { token: Number(token), operation: operation === null ? null : asOperationId(operation) };
}

/** Lifts the token; false where it stands as high already. With an operation the row names it from now on. */
export async function lift(
  connection: Connection,
  environment: EnvironmentName,
  token: number,
  operation: OperationId | null,
): Promise<boolean> {
  const named = operation === null ? 'NULL' : literal(operation);
  const { count } = await connection.send(
    `INSERT INTO ${MARKER} AS m (environment, token, operation) VALUES (${literal(environment)}, ${token}, ${named})
     ON CONFLICT (environment) DO UPDATE SET token = excluded.token, operation = coalesce(excluded.operation, m.operation)
     WHERE m.token < excluded.token`,
  );
  return count > 0;
}

export function raise(connection: Connection, environment: EnvironmentName, token: number): Promise<Marker> {
  return connection.transaction(async () => {
    await lift(connection, environment, token, null);
    return (await read(connection, environment)) ?? { token, operation: null };
  });
}
