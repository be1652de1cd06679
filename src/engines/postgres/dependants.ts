import type { RelationName } from '../contract.ts';
import { namedRelations } from './catalog.ts';
import type { Connection } from './connection.ts';

/** `reader` would be lost with `of`. */
export interface Dependant {
  readonly of: RelationName;
  readonly reader: RelationName;
}

/**
 * What reads these relations: views and materialised views by their rules, functions by their bodies, tables that use
 * their row types or refer to them. PostgreSQL keeps these dependencies exactly.
 */
export async function dependants(
  connection: Connection,
  names: readonly RelationName[],
): Promise<readonly Dependant[]> {
  if (names.length === 0) return [];
  const rows = await connection.texts(
    `WITH asked AS (
       SELECT c.oid, c.reltype, n.nspname, c.relname FROM ${namedRelations(names)}
     ), found AS (
       SELECT a.nspname, a.relname, d.classid, d.objid, a.oid FROM asked AS a
       JOIN pg_catalog.pg_depend AS d ON d.deptype = 'n'
         AND ((d.refclassid = 'pg_class'::regclass AND d.refobjid = a.oid)
           OR (d.refclassid = 'pg_type'::regclass AND d.refobjid = a.reltype))
     )
     SELECT DISTINCT f.nspname, f.relname, n.nspname, c.relname FROM found AS f
     JOIN pg_catalog.pg_rewrite AS r ON f.classid = 'pg_rewrite'::regclass AND r.oid = f.objid
     JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class AND c.oid <> f.oid
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     UNION
     SELECT f.nspname, f.relname, n.nspname, c.relname FROM found AS f
     JOIN pg_catalog.pg_class AS c ON f.classid = 'pg_class'::regclass AND c.oid = f.objid AND c.oid <> f.oid
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     UNION
     SELECT f.nspname, f.relname, n.nspname, c.relname FROM found AS f
     JOIN pg_catalog.pg_constraint AS o ON f.classid = 'pg_constraint'::regclass AND o.oid = f.objid
     JOIN pg_catalog.pg_class AS c ON c.oid = o.conrelid AND c.oid <> f.oid
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     UNION
     SELECT f.nspname, f.relname, n.nspname, p.proname FROM found AS f
     JOIN pg_catalog.pg_proc AS p ON f.classid = 'pg_proc'::regclass AND p.oid = f.objid
     JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace`,
  );
  return rows.map(([schema = '', name = '', readerSchema = '', reader = '']) => ({
    of: { schema, name },
    reader: { schema: readerSchema, name: reader },
  }));
}
