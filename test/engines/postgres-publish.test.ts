import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from 'pg';
import type { Session } from '../../src/engines/contract.ts';
import { postgresEngine } from '../../src/engines/postgres/engine.ts';
import { UserError } from '../../src/model/problems.ts';
import {
  connected,
  freshDatabase,
  ownServer,
  sharedServer,
  statement,
  type Database,
} from '../support/postgres/server.ts';
import { configOf, postgresSubject } from './postgres-subject.ts';
import { codesOf, failure, id, never, patience, publication, table, type Subject } from './subject.ts';

let database: Database;
let subject: Subject;
let session: Session;
let other: Client;
beforeAll(async () => {
  database = await freshDatabase(await sharedServer());
});
afterAll(() => database.drop());
beforeEach(async () => {
  subject = await postgresSubject(database);
  session = await subject.engine.open('write', patience());
  await session.initialise('w');
  other = await connected(database.options);
});
afterEach(async () => {
  await other.end();
  await session.close();
  await subject.cleanup();
});

const build = (name: string, query: string) => session.build(table(name, query), never);
const publish = (token: number, views: Readonly<Record<string, string>>, on = session) =>
  on.publish(publication(subject.engine, token, views));
const one = async (sql: string): Promise<unknown> => (await other.query({ text: sql, rowMode: 'array' })).rows[0]?.[0];
const impatient = () => subject.engine.open('write', patience({ wait: 0 }));

describe('publication on PostgreSQL', () => {
  it('keeps a view whose columns stay, with new ones at the end', async () => {
    await build('a__t__1', 'SELECT 1 AS a, 2::numeric(10,2) AS b');
    await build('a__t__2', `SELECT 3 AS a, 4::numeric(10,2) AS b, 'x' AS c`);
    await publish(1, { 'marts.a': 'a__t__1' });
    await other.query('CREATE SCHEMA reports; CREATE VIEW reports.r AS SELECT a FROM marts.a');
    const before = await one(`SELECT 'marts.a'::regclass::oid`);
    await publish(2, { 'marts.a': 'a__t__2' });
    expect(await one(`SELECT 'marts.a'::regclass::oid`)).toBe(before);
    expect(await one('SELECT a FROM reports.r')).toBe(3);
  });

  it('makes a view anew where columns changed, with all that the old one had', async () => {
    await other.query(`DROP ROLE IF EXISTS report_reader; CREATE ROLE report_reader`);
    await build('a__t__1', 'SELECT 1 AS a, 2 AS b, 3 AS c');
    await build('a__t__2', 'SELECT 5 AS c, 4::bigint AS a');
    await publish(1, { 'marts.a': 'a__t__1' });
    await other.query(`ALTER VIEW marts.a SET (security_barrier = true);
      GRANT SELECT ON marts.a TO report_reader WITH GRANT OPTION; GRANT SELECT ON marts.a TO PUBLIC;
      COMMENT ON COLUMN marts.a.c IS 'the third'; COMMENT ON COLUMN marts.a.b IS 'goes';
      GRANT CREATE ON SCHEMA marts TO report_reader; ALTER VIEW marts.a OWNER TO report_reader`);
    const views = publication(subject.engine, 2, { 'marts.a': 'a__t__2' }).views.map((view) => ({
      ...view,
      comment: `what it's for`,
    }));
    await session.publish(publication(subject.engine, 2, {}, { views }));
    expect(await one(`SELECT row_to_json(r)::text FROM marts.a AS r`)).toBe('{"c":5,"a":4}');
    expect(
      await one(`SELECT format('%s|%s|%s|%s|%s', relowner::regrole, reloptions,
        has_table_privilege('report_reader', oid, 'SELECT WITH GRANT OPTION'), obj_description(oid, 'pg_class'),
        col_description(oid, 1)) FROM pg_class WHERE oid = 'marts.a'::regclass`),
    ).toBe(`report_reader|{security_barrier=true}|t|what it's for|the third`);
    expect(await one(`SELECT relacl::text LIKE '%=r/%' FROM pg_class WHERE oid = 'marts.a'::regclass`)).toBe(true);
    await other.query('DROP OWNED BY report_reader; DROP ROLE report_reader');
  });

  it('names what would be lost with a view that has to be made anew, and moves nothing', async () => {
    await build('a__t__1', 'SELECT 1 AS a, 2 AS b');
    await build('a__t__2', 'SELECT 1 AS b');
    await publish(1, { 'marts.a': 'a__t__1', 'marts.b': 'a__t__1' });
    await other.query('CREATE SCHEMA reports; CREATE MATERIALIZED VIEW reports.m AS SELECT a FROM marts.a');
    const refused = await failure(publish(2, { 'marts.a': 'a__t__2', 'marts.b': 'a__t__2' }));
    expect(refused instanceof UserError && refused.problems.map(({ code }) => code)).toEqual(['dependants-exist']);
    expect(refused.message).toContain('`reports.m`');
    expect(await one('SELECT a FROM marts.b')).toBe(1);
  });

  it('lets a reader finish, and names it to who will not wait', async () => {
    await build('a__t__1', 'SELECT 1 AS n');
    await build('a__t__2', 'SELECT 2 AS n');
    await publish(1, { 'marts.a': 'a__t__1' });
    await other.query('BEGIN; SELECT * FROM marts.a');
    const { processID } = Object.assign({ processID: 0 }, other);
    const hurried = await impatient();
    const refused = await failure(publish(2, { 'marts.a': 'a__t__2' }, hurried));
    expect(refused instanceof UserError && refused.problems[0]?.code).toBe('engine-busy');
    expect(refused.message).toMatch(new RegExp(`process ${processID} of postgres.* since \\d{4}-\\d\\d-\\d\\d`));
    await hurried.close();
    const waiting = publish(3, { 'marts.a': 'a__t__2' });
    await other.query('COMMIT');
    expect(await waiting).toBe('published');
    expect(await one('SELECT n FROM marts.a')).toBe(2);
  });

  it('waits for a snapshot that is older than the build, which would see no rows in it', async () => {
    await build('a__t__1', 'SELECT 1 AS n');
    await publish(1, { 'marts.a': 'a__t__1' });
    await other.query('CREATE TABLE public.t AS SELECT 1');
    await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM public.t');
    await build('a__t__2', 'SELECT 2 AS n');
    const hurried = await impatient();
    const refused = await failure(publish(2, { 'marts.a': 'a__t__2' }, hurried));
    expect(refused instanceof UserError && refused.problems[0]?.code).toBe('engine-busy');
    expect(refused.message).toContain('began before the tables were built');
    await hurried.close();
    expect(await one('SELECT n FROM marts.a')).toBe(1);
    const waiting = publish(3, { 'marts.a': 'a__t__2' });
    await other.query('COMMIT');
    expect(await waiting).toBe('published');
    expect(await one('SELECT n FROM marts.a')).toBe(2);
  });

  it('does not wait for a snapshot that sees the build', async () => {
    await build('a__t__1', 'SELECT 1 AS n');
    await other.query('CREATE TABLE public.t AS SELECT 1');
    await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM public.t');
    const hurried = await impatient();
    expect(await publish(1, { 'marts.a': 'a__t__1' }, hurried)).toBe('published');
    await hurried.close();
  });

  it('leaves a build that is just being read to the next time', async () => {
    await build('a__t__1', 'SELECT 1 AS n');
    await build('a__t__2', 'SELECT 1 AS n');
    await other.query(`BEGIN; SELECT * FROM ${subject.engine.relation(id('a__t__1'))}`);
    const problems = await session.drop([id('a__t__1'), id('a__t__2')]);
    expect(problems.map(({ code }) => code)).toEqual(['engine-busy']);
    expect(await session.missing([id('a__t__1'), id('a__t__2')])).toEqual(['a__t__2']);
    await other.query('COMMIT');
    expect(await session.drop([id('a__t__1')])).toEqual([]);
  });

  it('keeps a build that a table refers to', async () => {
    await session.build({ ...table('a__t__1', 'SELECT 1 AS n'), storage: { primary_key: 'n' } } as never, never);
    await other.query(`CREATE TABLE public.orders (n int REFERENCES bough.a__t__1)`);
    expect(await session.drop([id('a__t__1')])).toMatchObject([
      { code: 'dependants-exist', message: expect.stringContaining('public.orders') },
    ]);
  });

  it('keeps a build that a function reads', async ({ skip }) => {
    skip(
      Number(await one('SHOW server_version_num')) < 140_000,
      'before 14 the server does not know what a function reads',
    );
    await build('a__t__1', 'SELECT 1 AS n');
    await other.query(
      `CREATE FUNCTION public.total() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM bough.a__t__1; END`,
    );
    expect(await session.drop([id('a__t__1')])).toMatchObject([
      { code: 'dependants-exist', message: expect.stringContaining('public.total') },
    ]);
  });

  it('gives to new schemas and views what the default privileges of its role say', async () => {
    await other.query('DROP ROLE IF EXISTS everyday_reader; CREATE ROLE everyday_reader');
    await other.query(`ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO everyday_reader;
      ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO everyday_reader`);
    await build('a__t__1', 'SELECT 1 AS n');
    await publish(1, { 'dev_marts.a': 'a__t__1' });
    await other.query('SET ROLE everyday_reader');
    expect(await one('SELECT n FROM dev_marts.a')).toBe(1);
    await other.query('RESET ROLE; DROP OWNED BY everyday_reader; DROP ROLE everyday_reader');
  });

  it('makes and moves a thousand views', async () => {
    await build('a__t__1', 'SELECT 1 AS n');
    await build('a__t__2', 'SELECT 2 AS n');
    const views = (to: string) =>
      Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`marts.v${at}`, to] as const));
    await publish(1, views('a__t__1'));
    await publish(2, views('a__t__2'));
    expect(await one('SELECT count(*)::int FROM marts.v999 AS a, marts.v0 AS b WHERE a.n = 2 AND b.n = 2')).toBe(1);
    const drop = Object.keys(views(''));
    expect(await session.publish(publication(subject.engine, 3, {}, { drop }))).toBe('published');
  });
});

describe('a server that crashes', () => {
  it('is waited for by what was about to be said to it', async () => {
    const server = await ownServer();
    const own = await freshDatabase(server);
    const engine = postgresEngine(configOf(own), 'UTC');
    const crashing = await engine.open('write', patience());
    await crashing.initialise('w');
    await crashing.build(table('a__t__1', 'SELECT 1 AS n'), never);
    server.crash();
    const first = await crashing.publish(publication(engine, 1, { 'marts.a': 'a__t__1' })).catch(() => 'lost');
    expect(['published', 'lost']).toContain(first);
    const marker = await crashing.raise(publication(engine, 1, {}).environment, 0);
    expect(marker.operation).toBe(first === 'published' ? 'operation-1' : marker.operation);
    await crashing.publish(publication(engine, 2, { 'marts.a': 'a__t__1' }));
    await statement(own.options, 'SELECT n FROM marts.a');
    await crashing.close();
  });

  it('is unavailable, in words, where it never was there', async () => {
    const engine = postgresEngine(configOf(database, { connection: { ...database.options, port: 1 } }), 'UTC');
    expect(await codesOf(engine.fact())).toEqual(['engine-unavailable']);
    expect(await codesOf(engine.open('write', patience()))).toEqual(['engine-unavailable']);
  });
});
