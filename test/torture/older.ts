import { renameSync, rmSync } from 'node:fs';
import Libsql from 'libsql';
import type { PostgresOptions } from '../../src/model/project.ts';
import type { Dialect } from '../../src/state/relational/database.ts';
import { migrations } from '../../src/state/relational/migrations.ts';
import { sqliteDialect } from '../../src/state/sqlite/database.ts';
import { connected } from '../support/postgres/server.ts';

/** The schema that the first Bough had: everything else came by migrations. */
const FIRST = 1;

const statements = (dialect: Dialect): readonly string[] =>
  migrations.slice(0, FIRST).flatMap((migration) => migration(dialect));

/** A state file with the same rows, as far as an older schema has a place for them. */
export function olderSqlite(path: string): void {
  const draft = `${path}.older`;
  const database = new Libsql(draft);
  for (const one of statements(sqliteDialect)) database.exec(one);
  database.exec(`ATTACH '${path}' AS newer`);
  const names = (sql: string): readonly string[] =>
    database
      .prepare(sql)
      .all()
      .map((row) => (row as { readonly name: string }).name);
  for (const table of names(`SELECT name FROM main.sqlite_master WHERE type = 'table'`)) {
    const columns = names(`SELECT name FROM pragma_table_info('${table}')`).join(', ');
    database.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM newer.${table}`);
  }
  database.exec(`UPDATE main.meta SET schema = ${FIRST}; DETACH newer`);
  database.close();
  for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  renameSync(draft, path);
}

export async function olderPostgres(options: PostgresOptions): Promise<void> {
  const client = await connected(options);
  const names = async (text: string): Promise<readonly string[]> =>
    (await client.query<{ readonly name: string }>(text)).rows.map(({ name }) => name);
  await client.query(
    'ALTER SCHEMA bough_state RENAME TO newer; CREATE SCHEMA bough_state; SET search_path = bough_state',
  );
  for (const one of statements({ ...sqliteDialect, clustered: '' }))
    await client.query(one.replaceAll(/\bTEXT\b/g, 'TEXT COLLATE "C"'));
  for (const table of await names(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'bough_state'`)) {
    const found = await names(
      `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'bough_state' AND table_name = '${table}'`,
    );
    const columns = found.join(', ');
    await client.query(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM newer.${table}`);
  }
  await client.query(`UPDATE meta SET schema = ${FIRST}; DROP SCHEMA newer CASCADE`);
  await client.end();
}
