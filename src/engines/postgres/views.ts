import { literal, quoteIdentifier } from '../../postgres/literal.ts';
import type { Publication, RelationName, Sql } from '../contract.ts';
import { namedRelations } from './catalog.ts';
import type { Connection } from './connection.ts';
import { BOUGH_SCHEMA, quoteName, relationKey } from './names.ts';

/** A relation that stands, as far as CREATE OR REPLACE looks at it. */
export interface Standing {
  readonly kind: string;
  readonly owner: string;
  /** The owner is not the role that works here. */
  readonly foreign: boolean;
  readonly comment: string | null;
  /** Name, type, its modifier and collation of each column; one text each, for they are only compared. */
  readonly columns: readonly string[];
}

/** All else that a view made anew in its place would lose. */
export interface Details {
  /** `security_barrier=true` and its kin, as they are written in ALTER VIEW … SET. */
  readonly options: readonly string[];
  readonly grants: readonly Sql[];
  readonly notes: readonly { readonly column: string; readonly comment: string }[];
}

/** Relations that stand under these names, by `relationKey`. There may be thousands, of which most only move. */
export async function standing(
  connection: Connection,
  names: readonly RelationName[],
): Promise<ReadonlyMap<string, Standing>> {
  const found = new Map<string, Standing>();
  if (names.length === 0) return found;
  const rows = await connection.rows(
    `SELECT n.nspname, c.relname, c.relkind, pg_catalog.pg_get_userbyid(c.relowner),
       pg_catalog.pg_get_userbyid(c.relowner) <> current_user, d.description,
       (SELECT json_agg(json_build_array(a.attname, a.atttypid, a.atttypmod, a.attcollation)::text ORDER BY a.attnum)
         FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
     FROM ${namedRelations(names)} LEFT JOIN pg_catalog.pg_description AS d
       ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0`,
  );
  for (const [schema, name, kind, owner, foreign, comment = null, columns] of rows) {
    found.set(relationKey({ schema: schema ?? '', name: name ?? '' }), {
      kind: kind ?? '',
      owner: owner ?? '',
      foreign: foreign === 't',
      comment,
      columns: listIn(columns),
    });
  }
  return found;
}

/** Of the views that have to be made anew; by `relationKey`. */
export async function detailsOf(
  connection: Connection,
  names: readonly RelationName[],
): Promise<ReadonlyMap<string, Details>> {
  const found = new Map<string, Details>();
  if (names.length === 0) return found;
  const rows = await connection.rows(
    `SELECT n.nspname, c.relname, to_json(c.reloptions), to_json(ARRAY(
         SELECT format('%s ON %s TO %s%s', g.privilege_type, c.oid::regclass, g.grantee_name, g.option) FROM (
           SELECT x.privilege_type, CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END AS grantee_name,
             CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS option
           FROM pg_catalog.aclexplode(c.relacl) AS x WHERE x.grantee <> c.relowner
         ) AS g)),
       (SELECT json_agg(json_build_array(a.attname, d.description) ORDER BY a.attnum)
         FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_description AS d
           ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = a.attnum
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
     FROM ${namedRelations(names)}`,
  );
  for (const [schema, name, options, grants, notes] of rows) {
    found.set(relationKey({ schema: schema ?? '', name: name ?? '' }), {
      options: listIn(options),
      grants: listIn(grants),
      notes: notesIn(notes),
    });
  }
  return found;
}

/** JSON that the statements above made themselves. */
const listIn = (json: string | null | undefined): readonly string[] =>
  json == null ? [] : ((JSON.parse(json) as readonly string[] | null) ?? []);

function notesIn(json: string | null | undefined): Details['notes'] {
  if (json == null) return [];
  const found = JSON.parse(json) as readonly (readonly [string, string])[];
  return found.map(([column, comment]) => ({ column, comment }));
}

/** OR REPLACE keeps what there is and may add columns at the end; anything else needs a new view. */
export const isReplaceable = (before: Standing, after: readonly string[]): boolean =>
  before.columns.every((column, at) => after[at] === column);

/** Whoever owns a view must be able to read what it reads. */
const readableBy = (owner: string, target: Sql): Sql => {
  const role = quoteIdentifier(owner);
  return `GRANT USAGE ON SCHEMA ${quoteIdentifier(BOUGH_SCHEMA)} TO ${role}; GRANT SELECT ON ${target} TO ${role}`;
};

type Moved = Publication['views'][number];

/** Statements that put a view over its build where nothing has to be made anew. */
export function moving(view: Moved, before: Standing | undefined): readonly Sql[] {
  const name = quoteName(view.name);
  const create = `VIEW ${name} AS SELECT * FROM ${view.target}`;
  if (before === undefined) return [`CREATE ${create}`, ...(view.comment === null ? [] : [commentOn(view)])];
  return [
    ...readability(view, before),
    `CREATE OR REPLACE ${create}`,
    ...(before.comment === view.comment ? [] : [commentOn(view)]),
  ];
}

/** Statements that make a view anew over a build with other columns, and give it all that the one before had. */
export function renewing(view: Moved, before: Standing, details: Details, after: readonly string[]): readonly Sql[] {
  const name = quoteName(view.name);
  const kept = new Set(after.map(nameIn));
  return [
    ...readability(view, before),
    `DROP VIEW ${name}`,
    `CREATE VIEW ${name} AS SELECT * FROM ${view.target}`,
    ...(details.options.length === 0 ? [] : [`ALTER VIEW ${name} SET (${details.options.join(', ')})`]),
    ...details.grants.map((grant) => `GRANT ${grant}`),
    commentOn(view),
    ...details.notes
      .filter(({ column }) => kept.has(column))
      .map(({ column, comment }) => `COMMENT ON COLUMN ${name}.${quoteIdentifier(column)} IS ${literal(comment)}`),
    // Last, for who is no member of the owner's role may do nothing after it.
    `ALTER VIEW ${name} OWNER TO ${quoteIdentifier(before.owner)}`,
  ];
}

const nameIn = (column: string): string => (JSON.parse(column) as readonly [string])[0];

const commentOn = ({ name, comment }: Moved): Sql =>
  `COMMENT ON VIEW ${quoteName(name)} IS ${comment === null ? 'NULL' : literal(comment)}`;

const readability = ({ target }: Moved, { foreign, owner }: Standing): readonly Sql[] =>
  foreign ? [readableBy(owner, target)] : [];
