import { afterAll, beforeAll } from 'vitest';
import { freshDatabase, sharedServer, type Database } from '../support/postgres/server.ts';
import { engineConformance } from './conformance.ts';
import { postgresSubject } from './postgres-subject.ts';

let database: Database;
beforeAll(async () => {
  database = await freshDatabase(await sharedServer());
});
afterAll(() => database.drop());

engineConformance('PostgreSQL', () => postgresSubject(database));
