import type { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Publication, Session } from '../../src/engines/contract.ts';
import type { Grant } from '../../src/model/grants.ts';
import { connected, freshDatabase, sharedServer, type Database } from '../support/postgres/server.ts';
import { postgresSubject } from './postgres-subject.ts';
import { never, patience, publication, relation, table, type Subject } from './subject.ts';

// Roles belong to the server, which other test files use too.
const READERS = 'grants_readers';
const ODD = 'grants "Odd" one';

let database: Database;
let subject: Subject;
let session: Session;
let other: Client;
beforeAll(async () => {
  database = await freshDatabase(await sharedServer());
  const client = await connected(database.options);
  await client.query(`CREATE ROLE ${READERS}; CREATE ROLE "grants ""Odd"" one"`);
  await client.end();
});
afterAll(async () => {
  const client = await connected(database.options);
  await client.query(`DROP OWNED BY ${READERS}, "grants ""Odd"" one"; DROP ROLE ${READERS}, "grants ""Odd"" one"`);
  await client.end();
  await database.drop();
});
beforeEach(async () => {
  subject = await postgresSubject(database);
  session = await subject.engine.open('write', patience());
  await session.initialise('w');
  other = await connected(database.options);
  await session.build(table('a__t__1', 'SELECT 1 AS n'), never);
  await session.build(table('a__t__2', `SELECT 'x' AS other, 2 AS n`), never);
});
afterEach(async () => {
  await other.end();
  await session.close();
  await subject.cleanup();
});

const grantTo = (...roles: readonly string[]): readonly Grant[] =>
  roles.map((role) => ({ role, privileges: ['select'], at: { file: 'bough.yml', line: 1, column: 1 } }));

interface Wanted {
  readonly build: string;
  readonly to?: readonly string[];
  readonly like?: string;
}

function publishing(token: number, wanted: Readonly<Record<string, Wanted>>, ...drop: readonly string[]): Publication {
  const names = Object.fromEntries(Object.entries(wanted).map(([name, { build }]) => [name, build]));
  const plain = publication(subject.engine, token, names, { drop });
  const views = plain.views.map((view) => {
    const { to = [], like = null } = wanted[`${view.name.schema}.${view.name.name}`] ?? {};
    return { ...view, grants: grantTo(...to), like };
  });
  return { ...plain, views };
}

const can = async (role: string, view: string): Promise<readonly boolean[]> => {
  const { schema } = relation(view);
  const { rows } = await other.query({
    text: 'SELECT has_schema_privilege($1, $2, $3), has_table_privilege($1, $4, $5)',
    values: [role, schema, 'usage', view, 'select'],
    rowMode: 'array',
  });
  return rows[0] ?? [];
};
const YES = [true, true];

describe('grants on PostgreSQL', () => {
  it('let a role into the schema and read the view, also where the view is made anew', async () => {
    await session.publish(publishing(1, { 'marts.a': { build: 'a__t__1', to: [READERS, ODD] } }));
    expect([await can(READERS, 'marts.a'), await can(ODD, 'marts.a')]).toEqual([YES, YES]);
    await session.publish(publishing(2, { 'marts.a': { build: 'a__t__2', to: [READERS, ODD] } }));
    expect([await can(READERS, 'marts.a'), await can(ODD, 'marts.a')]).toEqual([YES, YES]);
  });

  it('go when they are declared no more, and the way into the schema with the last of them', async () => {
    const both = { build: 'a__t__1', to: [READERS] };
    await session.publish(publishing(1, { 'marts.a': both, 'marts.b': both }));
    await session.publish(publishing(2, { 'marts.a': { build: 'a__t__1' } }));
    expect([await can(READERS, 'marts.a'), await can(READERS, 'marts.b')]).toEqual([[true, false], YES]);
    await session.publish(publishing(3, { 'marts.a': { build: 'a__t__1' } }, 'marts.b'));
    expect(await can(READERS, 'marts.a')).toEqual([false, false]);
  });

  it('leave what somebody else granted, declared or not', async () => {
    await session.publish(publishing(1, { 'marts.a': { build: 'a__t__1' } }));
    await other.query(`GRANT USAGE ON SCHEMA marts TO ${READERS}; GRANT SELECT ON marts.a TO ${READERS}`);
    await session.publish(publishing(2, { 'marts.a': { build: 'a__t__1', to: [READERS] } }));
    await session.publish(publishing(3, { 'marts.a': { build: 'a__t__2' } }));
    expect(await can(READERS, 'marts.a')).toEqual(YES);
  });

  it('come back where somebody took them', async () => {
    await session.publish(publishing(1, { 'marts.a': { build: 'a__t__1', to: [READERS] } }));
    await other.query(`REVOKE SELECT ON marts.a FROM ${READERS}`);
    await session.publish(publishing(2, { 'marts.a': { build: 'a__t__1', to: [READERS] } }));
    expect(await can(READERS, 'marts.a')).toEqual(YES);
  });

  it('can be for everybody; a role that has gone stops nothing', async () => {
    await session.publish(publishing(1, { 'marts.a': { build: 'a__t__1', to: ['public', 'nobody at all'] } }));
    expect(await can(READERS, 'marts.a')).toEqual(YES);
    await session.publish(publishing(2, { 'marts.a': { build: 'a__t__1' } }));
    expect(await can(READERS, 'marts.a')).toEqual([false, false]);
  });

  it('move views also where no role is left to be granted anything', async () => {
    await session.publish(publishing(1, { 'marts.a': { build: 'a__t__1', to: ['nobody at all'] } }));
    expect((await session.query('SELECT n FROM marts.a')).rows).toEqual([[1]]);
  });

  it('never take from the owner what is its own', async () => {
    await session.publish(publishing(1, { 'marts.a': { build: 'a__t__1', to: ['postgres', READERS] } }));
    await session.publish(publishing(2, { 'marts.a': { build: 'a__t__1' } }));
    const acl = await other.query(`SELECT relacl::text AS acl FROM pg_class WHERE oid = 'marts.a'::regclass`);
    expect(acl.rows[0].acl).toContain('postgres=ar');
  });

  it('move with the views or not at all', async () => {
    await session.publish(publishing(1, { 'marts.a': { build: 'a__t__1' } }));
    const broken = { 'marts.a': { build: 'a__t__1', to: [READERS] }, 'marts.b': { build: 'a__none__1' } };
    await expect(session.publish(publishing(2, broken))).rejects.toThrow('a__none__1');
    expect(await can(READERS, 'marts.a')).toEqual([false, false]);
  });

  it('know the roles of the server', async () => {
    expect(await session.roles()).toEqual(expect.arrayContaining(['public', 'postgres', READERS, ODD]));
  });
});

describe('a new schema like that of the base', () => {
  it('has its default privileges, for this view and those to come', async () => {
    await session.publish(publishing(1, { 'marts.a': { build: 'a__t__1' } }));
    await other.query(`GRANT USAGE ON SCHEMA marts TO "grants ""Odd"" one", ${READERS};
      ALTER DEFAULT PRIVILEGES IN SCHEMA marts GRANT SELECT ON TABLES TO "grants ""Odd"" one"`);
    await session.publish(publishing(2, { 'dev_marts.a': { build: 'a__t__1', like: 'marts' } }));
    await session.publish(publishing(3, { 'dev_marts.b': { build: 'a__t__1', like: 'marts' } }));
    expect([await can(ODD, 'dev_marts.a'), await can(ODD, 'dev_marts.b')]).toEqual([YES, YES]);
    // Who has no default privileges has nothing to look for in the new schema.
    expect(await can(READERS, 'dev_marts.a')).toEqual([false, false]);
    await session.publish(publishing(4, {}, 'dev_marts.a', 'dev_marts.b'));
    expect((await other.query(`SELECT FROM pg_namespace WHERE nspname = 'dev_marts'`)).rowCount).toBe(0);
  });
});
