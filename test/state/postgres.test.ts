import { afterAll, beforeAll } from 'vitest';
import { openPostgresState } from '../../src/state/postgres/open.ts';
import { freshDatabase, sharedServer, statement, type Database } from '../support/postgres/server.ts';
import { stateConformance } from './conformance.ts';

let database: Database;
let count = 0;
beforeAll(async () => {
  database = await freshDatabase(await sharedServer());
});
afterAll(() => database.drop());

stateConformance('PostgreSQL', async () => {
  count += 1;
  const schema = `State "${count}"`;
  const config = { type: 'postgres', connection: database.options, schema } as const;
  return {
    config,
    open: (more) => openPostgresState({ ...more, ...config, create: true }),
    remove: () => statement(database.options, `DROP SCHEMA IF EXISTS "State ""${count}""" CASCADE`),
  };
});
