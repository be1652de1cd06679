import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresEngine } from '../../src/engines/postgres/engine.ts';
import type { EngineConfig } from '../../src/model/project.ts';
import { statement, type Database } from '../support/postgres/server.ts';
import type { Abilities, Subject } from './subject.ts';

const ABILITIES: Abilities = {
  formats: ['csv'],
  readsInPlace: false,
  types: { integer: 'integer', bigint: 'bigint', text: 'text', decimal: 'numeric(10,2)' },
  endless: 'SELECT count(*) AS n FROM (SELECT pg_sleep(600)) AS s',
};

/** Everything that a case made goes; making a database anew takes ten times as long. */
const EMPTY = `DO $$ DECLARE s text; BEGIN
  FOR s IN SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %s CASCADE', s);
  END LOOP;
  CREATE SCHEMA public;
END $$`;

type Config = Extract<EngineConfig, { type: 'postgres' }>;

export const configOf = (database: Database, more: Partial<Config> = {}): Config => ({
  type: 'postgres',
  connection: database.options,
  role: null,
  connections: 4,
  statementTimeout: 0,
  ...more,
});

export async function postgresSubject(database: Database, timezone = 'UTC'): Promise<Subject> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'bough-postgres-files-')));
  return {
    engine: postgresEngine(configOf(database), timezone),
    root,
    foreign: (sql) => statement(database.options, sql),
    abilities: ABILITIES,
    cleanup: async () => {
      rmSync(root, { recursive: true, force: true });
      await statement(database.options, EMPTY);
    },
  };
}
