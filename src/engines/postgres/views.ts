import { literal, quoteIdentifier } from '../../postgres/literal.ts';
import type { Publication, RelationName, Sql } from '../contract.ts';
import { namedRelations } from './catalog.ts';
import type { Connection } from './connection.ts';
import { BOUGH_SCHEMA, quoteName, relationKey } from './names.ts';

/** A column as far as CREATE OR REPLACE looks at it. */
interface ViewColumn {
  readonly name: string;
  readonly type: string;
  readonly collation: string;
  readonly comment: string | null;
}

/** A relation that stands, with all that a new one in its place would lose. */
export interface Standing {
  readonly kind: string;
  readonly owner: string;
  /** The owner is not the role that works here. */
  readonly foreign: boolean;
  /** `security_barrier=true` and its kin, as they are written in ALTER VIEW … SET. */
  readonly options: readonly string[];
  readonly grants: readonly Sql[];
  readonly comment: string | null;
  readonly columns: readonly ViewColumn[];
}

/** Relations that stand under these names, by `relationKey`. */
export async function standing(
  connection: Connection,
  names: readonly RelationName[],
): Promise<ReadonlyMap<string, Standing>> {
  const found = new Map<string, Standing>();
  if (names.length === 0) return found;
  const rows = await connection.rows(
    `SELECT n.nspname, c.relname, c.relkind, pg_catalog.pg_get_userbyid(c.relowner),
       pg_catalog.pg_get_userbyid(c.relowner) <> current_user, pg_catalog.obj_description(c.oid, 'pg_class'), to_json(c.reloptions), to_json(ARRAY(
         SELECT format('%s ON %s TO %s%s', g.privilege_type, c.oid::regclass, g.grantee_name, g.option) FROM (
           SELECT x.privilege_type, CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END AS grantee_name,
             CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS option
           FROM pg_catalog.aclexplode(c.relacl) AS x WHERE x.grantee <> c.relowner
         ) AS g)),
       (SELECT json_agg(json_build_array(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attcollation::text,
           pg_catalog.col_description(c.oid, a.attnum)) ORDER BY a.attnum)
         FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
     FROM ${namedRelations(names)}`,
  );
  for (const [schema, name, kind, owner, foreign, comment = null, options, grants, columns] of rows) {
    found.set(relationKey({ schema: schema ?? '', name: name ?? '' }), {
      kind: kind ?? '',
      owner: owner ?? '',
      foreign: foreign === 't',
      comment,
      options: listIn(options),
      grants: listIn(grants),
      columns: columnsIn(columns),
    });
  }
  return found;
}

/** JSON that the statement above made itself. */
const listIn = (json: string | null | undefined): readonly string[] =>
  json == null ? [] : ((JSON.parse(json) as readonly string[] | null) ?? []);

function columnsIn(json: string | null | undefined): readonly ViewColumn[] {
  if (json == null) return [];
  const found = JSON.parse(json) as readonly (readonly [string, string, string, string | null])[];
  return found.map(([name, type, collation, comment]) => ({ name, type, collation, comment }));
}

/** OR REPLACE keeps what there is and may add columns at the end; anything else needs a new view. */
export const isReplaceable = (before: Standing, after: readonly ViewColumn[]): boolean =>
  before.columns.every((column, at) => {
    const next = after[at];
    return next?.name === column.name && next.type === column.type && next.collation === column.collation;
  });

/** Whoever owns a view must be able to read what it reads. */
const readableBy = (owner: string, target: Sql): Sql => {
  const role = quoteIdentifier(owner);
  return `GRANT USAGE ON SCHEMA ${quoteIdentifier(BOUGH_SCHEMA)} TO ${role}; GRANT SELECT ON ${target} TO ${role}`;
};

type Moved = Publication['views'][number];

/** Statements that put a view over its build, and give it all that the one before had. */
export function moving(view: Moved, before: Standing | undefined, after: readonly ViewColumn[]): readonly Sql[] {
  const name = quoteName(view.name);
  const create = `VIEW ${name} AS SELECT * FROM ${view.target}`;
  const readable = before?.foreign === true ? [readableBy(before.owner, view.target)] : [];
  const comment = `COMMENT ON VIEW ${name} IS ${view.comment === null ? 'NULL' : literal(view.comment)}`;
  if (before === undefined) return [`CREATE ${create}`, ...(view.comment === null ? [] : [comment])];
  if (isReplaceable(before, after)) {
    return [...readable, `CREATE OR REPLACE ${create}`, ...(before.comment === view.comment ? [] : [comment])];
  }
  const kept = new Set(after.map((column) => column.name));
  const notes = before.columns.filter((column) => column.comment !== null && kept.has(column.name));
  return [
    ...readable,
    `DROP VIEW ${name}`,
    `CREATE ${create}`,
    ...(before.options.length === 0 ? [] : [`ALTER VIEW ${name} SET (${before.options.join(', ')})`]),
    ...before.grants.map((grant) => `GRANT ${grant}`),
    comment,
    ...notes.map(
      (column) => `COMMENT ON COLUMN ${name}.${quoteIdentifier(column.name)} IS ${literal(column.comment ?? '')}`,
    ),
    // Last, for who is no member of the owner's role may do nothing after it.
    `ALTER VIEW ${name} OWNER TO ${quoteIdentifier(before.owner)}`,
  ];
}
