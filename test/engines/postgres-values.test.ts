import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EngineError, type Engine, type Session } from '../../src/engines/contract.ts';
import { postgresEngine } from '../../src/engines/postgres/engine.ts';
import { asNodeName } from '../../src/model/ids.ts';
import type { Json } from '../../src/model/json.ts';
import { freshDatabase, sharedServer, type Database } from '../support/postgres/server.ts';
import { expectAllDifferent, measure } from './conformance-fingerprint.ts';
import { configOf, postgresSubject } from './postgres-subject.ts';
import { codesOf, failure, id, never, patience, table, type Subject } from './subject.ts';

let database: Database;
let subject: Subject;
let session: Session;
beforeAll(async () => {
  database = await freshDatabase(await sharedServer());
});
afterAll(() => database.drop());
beforeEach(async () => {
  subject = await postgresSubject(database);
  session = await subject.engine.open('write', patience());
  await session.initialise('w');
});
afterEach(async () => {
  await session.close();
  await subject.cleanup();
});

const values = async (sql: string, on = session): Promise<readonly Json[] | undefined> => (await on.query(sql)).rows[0];

async function on<T>(engine: Engine, work: (session: Session) => Promise<T>): Promise<T> {
  const opened = await engine.open('write', patience());
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

describe('values of PostgreSQL', () => {
  it('are exact, lists as lists and the rest as the server prints it', async () => {
    await subject.foreign(`CREATE TYPE mood AS ENUM ('sad', 'it''s "ok"'); CREATE TYPE pair AS (a int, b text);
      CREATE DOMAIN amount AS numeric(10,2); CREATE DOMAIN small AS int`);
    expect(
      await values(`SELECT ARRAY[1,NULL,3], ARRAY[['a','b,"\\'],['NULL',NULL]], '[0:1]={t,f}'::bool[], '{}'::int[],
        ARRAY['sad','it''s "ok"']::mood[], ROW(1,'x y')::pair, 1.50::amount, 7::small, '{"a": 1.0}'::jsonb,
        '\\x00ff'::bytea, '1 mon -1 days +02:00'::interval, ARRAY[0.1]::float8[], ARRAY[1.10]::amount[]`),
    ).toEqual([
      [1, null, 3],
      [
        ['a', 'b,"\\'],
        ['NULL', null],
      ],
      [true, false],
      [],
      ['sad', `it's "ok"`],
      '(1,"x y")',
      '1.50',
      7,
      '{"a": 1.0}',
      '\\x00ff',
      '1 mon -1 days +02:00:00',
      [0.1],
      ['1.10'],
    ]);
  });

  it('tell instants in UTC, whatever the zone of the project', async () => {
    const berlin = postgresEngine(configOf(database), 'Europe/Berlin');
    const sql = `SELECT TIMESTAMPTZ '2024-07-01 00:30:00.120+02', TIMESTAMPTZ '0044-03-15 12:00+00 BC',
      TIMESTAMPTZ '1880-01-01 00:00:00+00', TIMESTAMPTZ 'infinity', ARRAY[TIMESTAMPTZ '2024-01-01 00:00+00'],
      to_char(TIMESTAMPTZ '2024-07-01 00:00+00', 'HH24')`;
    await on(berlin, async (there) => {
      const [first, old, odd, endless, list, local] = (await values(sql, there)) ?? [];
      expect([first, odd, endless, list, local]).toEqual([
        '2024-06-30 22:30:00.12+00',
        '1880-01-01 00:00:00+00',
        'infinity',
        ['2024-01-01 00:00:00+00'],
        '02',
      ]);
      expect(old).toMatch(/ BC$/);
    });
    expect(await berlin.fact()).not.toBe(await subject.engine.fact());
  });

  it.for([
    ['numeric', ['1', '1.0', '1.00', 'NULL', `'NaN'`]],
    ['jsonb', [`'{"a": 1.0}'`, `'{"a": 1.00}'`, `'null'`, 'NULL']],
    ['json', [`'{"a":1}'`, `'{"a": 1}'`]],
    ['int[]', [`'{1,2}'`, `'{{1,2}}'`, `'[0:1]={1,2}'`, `'{}'`, `'{NULL}'`, 'NULL']],
    ['text[]', [`'{a,b}'`, `'{"a,b"}'`, `'{NULL}'`, `'{"NULL"}'`, `'{""}'`]],
    ['bytea', [`'\\x'`, `'\\x00'`, 'NULL']],
    ['interval', [`'30 days'`, `'1 mon'`, `'720:00:00'`, `'-1 days'`]],
    ['timetz', [`'12:00+00'`, `'13:00+01'`]],
    ['real', [`'0.0'`, `'-0.0'`, `'NaN'`]],
    ['inet', [`'10.0.0.1/8'`, `'10.0.0.1'`]],
    ['bit varying', [`B'0'`, `B'00'`, `B''`]],
    ['tstzrange', [`'[2024-01-01,2024-01-02)'`, `'(2024-01-01,2024-01-02)'`, `'empty'`]],
  ] as const)('of %s differ exactly in their fingerprints', async ([type, list]) => {
    await expectAllDifferent(
      measure(() => subject, session),
      { type, values: list },
    );
  });

  it('differ although a collation takes them for equal', async () => {
    await subject.foreign(
      `CREATE COLLATION ignoring (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
    );
    const of = measure(() => subject, session);
    const [lower, upper] = [await of(`SELECT 'a' COLLATE ignoring AS x`), await of(`SELECT 'A' COLLATE ignoring AS x`)];
    expect((await values(`SELECT 'a' = 'A' COLLATE ignoring`))?.[0]).toBe(true);
    expect(lower.hash).not.toBe(upper.hash);
  });

  it('of enums and rows are told apart', async () => {
    await subject.foreign(`CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TYPE pair AS (a int, b text)`);
    const of = measure(() => subject, session);
    const hashes = [
      await of(`SELECT 'a'::mood AS x`),
      await of(`SELECT 'b'::mood AS x`),
      await of(`SELECT ROW(1,'')::pair AS x`),
      await of(`SELECT ROW(1,NULL)::pair AS x`),
    ];
    expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(4);
  });
});

describe('statements on PostgreSQL', () => {
  it('are one, and leave nothing behind', async () => {
    for (const sql of ['SELECT 1; SELECT 2', 'SELECT 1; COMMIT; CREATE TABLE public.gone AS SELECT 1']) {
      expect(await failure(session.query(sql))).toBeInstanceOf(EngineError);
      expect(await failure(session.build(table('a__t__1', sql), never))).toBeInstanceOf(EngineError);
    }
    await session.query(`SELECT set_config('TimeZone', 'Asia/Tokyo', false)`);
    expect(await values('SHOW TimeZone')).toEqual(['UTC']);
    expect(await session.existing([{ schema: 'public', name: 'gone' }])).toEqual([]);
  });

  it('may explain and show, also under a limit', async () => {
    expect((await session.query('EXPLAIN SELECT 1', { limit: 1 })).rows).toHaveLength(1);
    expect((await session.query('/* x */ (VALUES (1), (2))', { limit: 1 })).rows).toEqual([[1]]);
  });

  it('end when their time is over', async () => {
    const engine = postgresEngine(configOf(database, { statementTimeout: 50 }), 'UTC');
    await on(engine, async (there) => {
      const error = await failure(there.query('SELECT pg_sleep(600)'));
      expect(error).toBeInstanceOf(EngineError);
      expect(error.message).toContain('statement timeout');
    });
  });

  it('are those of the role that was named', async () => {
    await subject.foreign(`DROP ROLE IF EXISTS bough_owner; CREATE ROLE bough_owner;
      GRANT CREATE ON DATABASE ${database.options.database} TO bough_owner; DROP SCHEMA bough CASCADE`);
    await on(postgresEngine(configOf(database, { role: 'bough_owner' }), 'UTC'), async (there) => {
      await there.initialise('w');
      await there.build(table('a__t__1', 'SELECT 1 AS n'), never);
      expect((await values(`SELECT relowner::regrole FROM pg_class WHERE relname = 'a__t__1'`, there))?.[0]).toBe(
        'bough_owner',
      );
    });
    await subject.foreign(`DROP OWNED BY bough_owner CASCADE; DROP ROLE bough_owner`);
  });

  it('see the settings that their keys tell, whatever the role or the server says', async () => {
    await subject.foreign(`ALTER DATABASE ${database.options.database} SET DateStyle = 'German';
      ALTER DATABASE ${database.options.database} SET IntervalStyle = 'iso_8601'`);
    await on(postgresEngine(configOf(database), 'UTC'), async (there) => {
      expect(await values(`SELECT DATE '2024-02-01', '1 mon'::interval`, there)).toEqual(['2024-02-01', '1 mon']);
    });
    await subject.foreign(`ALTER DATABASE ${database.options.database} RESET ALL`);
  });
});

describe('tables on PostgreSQL', () => {
  it('have the storage that they declare, and statistics', async () => {
    const storage = {
      unlogged: true,
      primary_key: ['a', 'b'],
      indexes: ['b', ['b', 'a'], { columns: 'c', using: 'gin' }, { columns: 'a', unique: true }],
    };
    const query = `SELECT n AS a, n % 7 AS b, ARRAY[n] AS c FROM generate_series(1, 500) AS n`;
    await session.build({ type: 'table', id: id('a__t__1'), query, storage }, never);
    const [row] = (
      await session.query(`SELECT relpersistence::text, reltuples::int, (SELECT count(*)::int FROM pg_index WHERE indrelid = c.oid)
        FROM pg_class AS c WHERE relname = 'a__t__1'`)
    ).rows;
    expect(row).toEqual(['u', 500, 5]);
  });

  it.for([
    [{ primary_key: 'nope' }, 'nope'],
    [{ indexes: 3 }, 'indexes'],
    [{ tablespace: 'nowhere' }, 'nowhere'],
    [{ primary_key: 'n' }, 'duplicate|could not create unique'],
  ] as const)('are refused whole where their storage does not fit: %j', async ([storage, words]) => {
    const query = 'SELECT 1 AS n UNION ALL SELECT 1';
    const error = await failure(session.build({ type: 'table', id: id('a__t__1'), query, storage } as never, never));
    expect(error).toBeInstanceOf(EngineError);
    expect(error.message).toMatch(new RegExp(words));
    expect(await session.missing([id('a__t__1')])).toEqual(['a__t__1']);
  });

  it('are loaded from CSV alone; NULL is not the empty text', async () => {
    writeFileSync(join(subject.root, 'a.csv'), '\uFEFFid,note\r\n1,""\r\n2,\r\n');
    const csv = { header: true, delimiter: null, quote: null, null: null, encoding: null };
    const read = (format: 'csv' | 'json' | 'parquet', load: 'copy' | 'view' = 'copy') => ({
      node: asNodeName('raw.a'),
      origin: { type: 'file', path: 'a.csv', format, csv, load } as const,
      root: subject.root,
      declared: [],
    });
    const built = await session.build({ type: 'load', id: id('raw__a__1'), read: read('csv') }, never);
    expect(built.columns).toEqual([
      { name: 'id', type: 'text' },
      { name: 'note', type: 'text' },
    ]);
    expect((await session.query('SELECT * FROM bough.raw__a__1 ORDER BY id')).rows).toEqual([
      ['1', ''],
      ['2', null],
    ]);
    for (const refused of [read('json'), read('parquet'), read('csv', 'view')]) {
      expect(await codesOf(subject.engine.describeFiles(refused))).toEqual(['source-unreadable']);
    }
  });

  it('are loaded from UTF-16 and from files with another order of columns', async () => {
    const text = Buffer.from('\uFEFFb,a\nü,1\n', 'utf16le');
    writeFileSync(join(subject.root, 'a1.csv'), text);
    writeFileSync(join(subject.root, 'a2.csv'), Buffer.from('A,c\n2,x\n', 'utf16le'));
    const csv = { header: true, delimiter: null, quote: null, null: null, encoding: 'utf-16' };
    const declared = [{ name: 'a', type: 'integer', description: null }];
    const origin = { type: 'file', path: 'a?.csv', format: 'csv', csv, load: 'copy' } as const;
    const read = { node: asNodeName('raw.a'), origin, root: subject.root, declared };
    await session.build({ type: 'load', id: id('raw__a__1'), read }, never);
    expect((await session.query('SELECT b, a, c FROM bough.raw__a__1 ORDER BY a')).rows).toEqual([
      ['ü', 1, null],
      [null, 2, 'x'],
    ]);
  });
});
