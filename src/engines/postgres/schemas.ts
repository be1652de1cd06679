import { literal, quoteIdentifier } from '../../postgres/literal.ts';
import type { RelationName } from '../contract.ts';
import type { Connection } from './connection.ts';
import { OWN_SCHEMAS } from './marker.ts';

const distinct = (relations: readonly RelationName[]): readonly string[] => [
  ...new Set(relations.map(({ schema }) => schema)),
];

const list = (names: readonly string[]): string => names.map(literal).join(', ');

/** Schemas that were not there are written down as Bough's own. */
export async function makeSchemas(connection: Connection, relations: readonly RelationName[]): Promise<void> {
  const wanted = distinct(relations);
  if (wanted.length === 0) return;
  const present = await connection.texts(
    `SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname IN (${list(wanted)})`,
  );
  const there = new Set(present.flat());
  for (const schema of wanted.filter((one) => !there.has(one)).sort()) {
    await connection.send(
      `CREATE SCHEMA ${quoteIdentifier(schema)};
       INSERT INTO ${OWN_SCHEMAS} VALUES (${literal(schema)}) ON CONFLICT DO NOTHING`,
    );
  }
}

/** Catalogs that hold what lives in a schema, with the column that names it. */
const HOLDERS = [
  ['pg_class', 'relnamespace'],
  ['pg_proc', 'pronamespace'],
  ['pg_type', 'typnamespace'],
  ['pg_operator', 'oprnamespace'],
  ['pg_collation', 'collnamespace'],
  ['pg_conversion', 'connamespace'],
  ['pg_ts_config', 'cfgnamespace'],
  ['pg_ts_dict', 'dictnamespace'],
  ['pg_extension', 'extnamespace'],
  ['pg_statistic_ext', 'stxnamespace'],
] as const;

/** A schema that Bough made goes with its last relation; one that was there before, or holds anything, stays. */
export async function dropEmptySchemas(connection: Connection, drops: readonly RelationName[]): Promise<void> {
  const left = distinct(drops);
  if (left.length === 0) return;
  const used = HOLDERS.map(
    ([catalog, column]) => `NOT EXISTS (SELECT 1 FROM pg_catalog.${catalog} AS x WHERE x.${column} = n.oid)`,
  );
  const empty = await connection.texts(
    `SELECT n.nspname FROM pg_catalog.pg_namespace AS n JOIN ${OWN_SCHEMAS} AS o ON o.name = n.nspname
     WHERE n.nspname IN (${list(left)}) AND ${used.join(' AND ')} ORDER BY 1`,
  );
  for (const schema of empty.flat()) {
    await connection.send(
      `DROP SCHEMA ${quoteIdentifier(schema)}; DELETE FROM ${OWN_SCHEMAS} WHERE name = ${literal(schema)}`,
    );
  }
}
