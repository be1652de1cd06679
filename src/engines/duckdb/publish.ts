import type { Problem } from '../../model/problems.ts';
import { UserError, problem } from '../../model/problems.ts';
import type { Publication, Published, RelationName } from '../contract.ts';
import { existing, schemas } from './catalog.ts';
import type { Connection } from './connection.ts';
import { readersOf, referrers } from './dependants.ts';
import { lift, ownSchemas } from './marker.ts';
import type { Names } from './names.ts';
import { fold, literal, relationKey } from './names.ts';

/** Statements sent in one text: half the price of one by one. */
const BATCH = 200;

/** Moves the views of one environment, with its marker, in one transaction. */
export async function publish(connection: Connection, names: Names, publication: Publication): Promise<Published> {
  try {
    return await connection.transaction(() => move(connection, names, publication));
  } catch (error) {
    await refuseTables(connection, publication);
    throw error;
  }
}

async function move(connection: Connection, names: Names, publication: Publication): Promise<Published> {
  const { environment, token, operation, drops, views } = publication;
  if (!(await lift(connection, names, environment, token, operation))) return 'fenced';
  await refuseDependants(connection, publication);
  await runAll(
    connection,
    drops.map((name) => `DROP VIEW IF EXISTS ${names.relation(name)};`),
  );
  await makeSchemas(
    connection,
    names,
    views.map(({ name }) => name),
  );
  await runAll(
    connection,
    views.map(({ name, target, comment }) => {
      const view = names.relation(name);
      const note = comment === null ? '' : `\nCOMMENT ON VIEW ${view} IS ${literal(comment)};`;
      return `CREATE OR REPLACE VIEW ${view} AS SELECT * FROM ${target};${note}`;
    }),
  );
  await dropEmptySchemas(connection, names, drops);
  return 'published';
}

async function runAll(connection: Connection, statements: readonly string[]): Promise<void> {
  for (let start = 0; start < statements.length; start += BATCH) {
    await connection.run(statements.slice(start, start + BATCH).join('\n'));
  }
}

const distinctSchemas = (relations: readonly RelationName[]): readonly string[] => [
  ...new Map(relations.map(({ schema }) => [fold(schema), schema])).values(),
];

/** Schemas that were not there are written down as Bough's own. */
async function makeSchemas(connection: Connection, names: Names, relations: readonly RelationName[]): Promise<void> {
  const present = new Set((await schemas(connection)).map(fold));
  for (const schema of distinctSchemas(relations).filter((one) => !present.has(fold(one)))) {
    await connection.run(
      `CREATE SCHEMA ${names.schema(schema)}; INSERT OR IGNORE INTO ${ownSchemas(names)} VALUES (${literal(fold(schema))})`,
    );
  }
}

/** A schema that Bough made goes with its last relation; one that was there before, or holds anything, stays. */
async function dropEmptySchemas(connection: Connection, names: Names, drops: readonly RelationName[]): Promise<void> {
  if (drops.length === 0) return;
  const own = new Set((await connection.texts(`FROM ${ownSchemas(names)}`)).flat());
  const left = new Set(drops.map(({ schema }) => fold(schema)));
  const made = (await schemas(connection)).filter((schema) => own.has(fold(schema)) && left.has(fold(schema)));
  for (const schema of made) {
    // Asked first: a refused DROP would end the transaction.
    if (!(await isEmpty(connection, schema))) continue;
    await connection.run(
      `DROP SCHEMA ${names.schema(schema)}; DELETE FROM ${ownSchemas(names)} WHERE name = ${literal(fold(schema))}`,
    );
  }
}

const HOLDERS = [
  'duckdb_tables',
  'duckdb_views',
  'duckdb_sequences',
  'duckdb_types',
  'duckdb_functions',
  'duckdb_indexes',
];

async function isEmpty(connection: Connection, schema: string): Promise<boolean> {
  const where = `WHERE database_name = current_database() AND schema_name = ${literal(schema)}`;
  const rows = HOLDERS.map((holder) => `SELECT schema_name FROM ${holder}() ${where}`).join(' UNION ALL ');
  return (await connection.text(`SELECT count(*) FROM (${rows})`)) === '0';
}

/** Views of others that read a view which goes. Those which only move stay good. */
async function refuseDependants(connection: Connection, { drops, views }: Publication): Promise<void> {
  if (drops.length === 0) return;
  const ours = new Set([...drops, ...views.map(({ name }) => name)].map(relationKey));
  const foreign = (await referrers(connection)).filter(({ name }) => !ours.has(relationKey(name)));
  const readers = readersOf(foreign);
  const problems = drops.flatMap((name) => readers(name).map((reader) => readBy(name, reader)));
  throwAll(problems);
}

/** Bough moves views only. Where a table stands in the place of one, it is named, whatever error it made. */
async function refuseTables(connection: Connection, { drops, views }: Publication): Promise<void> {
  const standing = await existing(connection, [...drops, ...views.map(({ name }) => name)]);
  throwAll(standing.filter(({ kind }) => kind === 'table').map(({ name }) => inTheWay(name)));
}

const shown = ({ schema, name }: RelationName): string => `\`${schema}.${name}\``;

const readBy = (name: RelationName, reader: RelationName): Problem =>
  problem('dependants-exist', `${shown(name)} cannot be removed: ${shown(reader)} reads it`, {
    hint: `Drop or change ${shown(reader)} first.`,
  });

const inTheWay = (name: RelationName): Problem =>
  problem('object-in-the-way', `${shown(name)} is a table that Bough did not make, and a view must go there`, {
    hint: 'Rename or drop the table, or give the node another name.',
  });

function throwAll([first, ...rest]: readonly Problem[]): void {
  if (first !== undefined) throw new UserError([first, ...rest]);
}
