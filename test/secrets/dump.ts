import type { PostgresOptions } from '../../src/model/project.ts';
import { connected } from '../support/postgres/server.ts';
import type { Evidence } from './canary.ts';

const TABLES = `SELECT format('SELECT %L AS place, t::text AS row FROM %I.%I AS t', schemaname || '.' || tablename, schemaname, tablename) AS read
  FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`;
/** What a dump would hold beside rows: views and comments; and what servers show of those who are connected. */
const DEFINITIONS = `SELECT schemaname || '.' || viewname AS place, definition AS row FROM pg_views WHERE schemaname <> 'pg_catalog'
  UNION ALL SELECT 'comment', description FROM pg_description WHERE objoid >= 16384
  UNION ALL SELECT 'activity', concat_ws(' ', application_name, query) FROM pg_stat_activity WHERE datname = current_database()`;

interface Row {
  readonly place: string;
  readonly row: string;
}

/** All rows of all tables of a database, and what is defined there. */
export async function dumpOf(options: PostgresOptions): Promise<readonly Evidence[]> {
  const client = await connected(options);
  try {
    const { rows: tables } = await client.query<{ readonly read: string }>(TABLES);
    const rows: Row[] = [];
    for (const sql of [...tables.map(({ read }) => read), DEFINITIONS])
      rows.push(...(await client.query<Row>(sql)).rows);
    return rows.map(({ place, row }) => ({ where: `PostgreSQL, ${place}`, content: row }));
  } finally {
    await client.end();
  }
}
