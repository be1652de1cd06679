import { literal, quoteIdentifier } from '../../postgres/literal.ts';
import type { Publication, RelationName } from '../contract.ts';
import type { Connection } from './connection.ts';
import { OWN_SCHEMAS } from './marker.ts';

const distinct = (relations: readonly RelationName[]): readonly string[] => [
  ...new Set(relations.map(({ schema }) => schema)),
];

const list = (names: readonly string[]): string => names.map(literal).join(', ');

type View = Publication['views'][number];

/** Schemas that were not there are written down as Bough's own. */
export async function makeSchemas(connection: Connection, views: readonly View[]): Promise<void> {
  const wanted = distinct(views.map(({ name }) => name));
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
    const like = views.find(({ name }) => name.schema === schema)?.like ?? null;
    if (like !== null) await copyPrivileges(connection, like, schema);
  }
}

/** Default privileges of Bough's role for tables, and the way into the schema for those who have them. */
async function copyPrivileges(connection: Connection, from: string, to: string): Promise<void> {
  const grantee = `CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END`;
  const option = `CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;
  const rows = await connection.texts(
    `WITH of AS (SELECT n.nspacl, n.nspowner, d.defaclacl FROM pg_catalog.pg_namespace AS n
       JOIN pg_catalog.pg_default_acl AS d ON d.defaclnamespace = n.oid AND d.defaclobjtype = 'r'
       WHERE n.nspname = ${literal(from)} AND pg_catalog.pg_get_userbyid(d.defaclrole) = current_user)
     SELECT format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT %s ON TABLES TO %s%s', ${literal(to)}, x.privilege_type,
       ${grantee}, ${option}) FROM of, pg_catalog.aclexplode(of.defaclacl) AS x
     UNION ALL SELECT format('GRANT USAGE ON SCHEMA %I TO %s%s', ${literal(to)}, ${grantee}, ${option})
     FROM of, pg_catalog.aclexplode(of.nspacl) AS x WHERE x.privilege_type = 'USAGE' AND x.grantee <> of.nspowner
       AND x.grantee IN (SELECT d.grantee FROM pg_catalog.aclexplode(of.defaclacl) AS d)`,
  );
  if (rows.length > 0) await connection.send(rows.flat().join(';\n'));
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
