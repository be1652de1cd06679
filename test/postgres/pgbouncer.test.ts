import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresEngine } from '../../src/engines/postgres/engine.ts';
import { openPostgresState } from '../../src/state/postgres/open.ts';
import { engineConformance } from '../engines/conformance.ts';
import { configOf, postgresSubject } from '../engines/postgres-subject.ts';
import { codesOf, patience } from '../engines/subject.ts';
import { stateConformance } from '../state/conformance.ts';
import { NO_PGBOUNCER, pgbouncer, type Pooler } from '../support/postgres/pgbouncer.ts';
import { freshDatabase, sharedServer, statement, type Database } from '../support/postgres/server.ts';

const why = NO_PGBOUNCER === null ? '' : ` (${NO_PGBOUNCER})`;

describe.skipIf(NO_PGBOUNCER !== null)(`behind PgBouncer in transaction mode${why}`, () => {
  let database: Database;
  let pooler: Pooler;
  beforeAll(async () => {
    database = await freshDatabase(await sharedServer());
    pooler = await pgbouncer(database.options.port, 'transaction');
  });
  afterAll(async () => {
    await pooler.end();
    await database.drop();
  });
  const behind = () => ({ ...database.options, port: pooler.port });

  engineConformance('PostgreSQL', async () => ({
    ...(await postgresSubject(database)),
    engine: postgresEngine(configOf(database, { connection: behind() }), 'UTC'),
  }));

  let count = 0;
  stateConformance('PostgreSQL', async () => {
    count += 1;
    const schema = `state_${count}`;
    const config = { type: 'postgres', connection: behind(), schema } as const;
    return {
      config,
      open: (more) => openPostgresState({ ...more, ...config, create: true }),
      remove: () => statement(database.options, `DROP SCHEMA IF EXISTS ${schema} CASCADE`),
    };
  });
});

describe.skipIf(NO_PGBOUNCER !== null)(`behind PgBouncer in statement mode${why}`, () => {
  it('warehouse and state say at once that they need transactions', async () => {
    const database = await freshDatabase(await sharedServer());
    const pooler = await pgbouncer(database.options.port, 'statement');
    const connection = { ...database.options, port: pooler.port };
    const engine = postgresEngine(configOf(database, { connection }), 'UTC');
    expect(await codesOf(engine.open('write', patience()))).toEqual(['pooler-unsupported']);
    const state = await openPostgresState({ type: 'postgres', connection, schema: 'bough_state', create: true });
    expect(await codesOf(state.environments())).toEqual(['pooler-unsupported']);
    await state.close();
    await pooler.end();
    await database.drop();
  });
});
