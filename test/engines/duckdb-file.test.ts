import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { duckdbEngine } from '../../src/engines/duckdb/engine.ts';
import { UserError } from '../../src/model/problems.ts';
import type { DuckdbSubject } from './duckdb-subject.ts';
import { duckdbSubject } from './duckdb-subject.ts';
import type { Programs } from './processes.ts';
import { bundled } from './processes.ts';
import { codesOf, failure, id, never, opened, patience, publication, reading, relation, table } from './subject.ts';

let programs: Programs;
let subject: DuckdbSubject;
beforeAll(async () => {
  programs = await bundled('hold', 'write', 'publish', 'fact');
});
afterAll(() => programs.cleanup());
beforeEach(async () => {
  subject = await duckdbSubject();
});
afterEach(() => subject.cleanup());

const openWrite = (more = {}): Promise<unknown> => subject.engine.open('write', patience({ wait: 0, ...more }));

/** A warehouse with one build, closed. */
async function withWarehouse(): Promise<void> {
  const session = await opened(subject);
  await session.build(table('a__t__1', 'SELECT 1 AS n'), never);
  await session.close();
}

describe('a file that another process holds', () => {
  it('is refused at once without patience, and the holder is named', async () => {
    await withWarehouse();
    const holder = programs.start('hold', subject.path);
    await holder.next();
    const error = await failure(openWrite());
    expect(error instanceof UserError && [error.problems[0]?.code, error.exit]).toEqual(['engine-busy', 4]);
    expect(error.message).toContain(`process ${holder.child.pid}`);
    expect(error.message).toContain('hold.mjs');
    expect(await codesOf(subject.engine.open('read', patience({ wait: 0 })))).toEqual(['engine-busy']);
    holder.tell('go on');
    await holder.ended;
  });

  it('is waited for; after two seconds the holder is told, once', async () => {
    await withWarehouse();
    const holder = programs.start('hold', subject.path);
    await holder.next();
    const told: string[] = [];
    const session = await subject.engine.open(
      'write',
      patience({
        onWait: (name) => {
          told.push(name);
          holder.tell('go on');
        },
      }),
    );
    expect(told).toEqual([expect.stringContaining(String(holder.child.pid))]);
    expect(await session.missing([id('a__t__1')])).toEqual([]);
    await session.close();
    await holder.ended;
  });

  it('is given up when the signal aborts', async () => {
    await withWarehouse();
    const holder = programs.start('hold', subject.path);
    await holder.next();
    const stop = new AbortController();
    const opening = failure(openWrite({ wait: 60_000, signal: stop.signal }));
    stop.abort(new Error('enough'));
    expect((await opening).message).toBe('enough');
    holder.tell('go on');
    await holder.ended;
  });

  it('is free for others as soon as the session is closed', async () => {
    const session = await opened(subject);
    await session.query('SELECT 1');
    const building = failure(session.build(table('a__t__1', subject.abilities.endless), never));
    await session.close();
    await building;
    const holder = programs.start('hold', subject.path);
    expect(await holder.next()).toBe('held');
    holder.tell('go on');
    await holder.ended;
  });

  it('lets every process of many have its turn, also the first time', async () => {
    const names = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
    const running = names.map((name) => programs.start('write', subject.path, name));
    await Promise.all(running.map((one) => one.next()));
    for (const one of running) one.tell('go on');
    const ids = await Promise.all(running.map((one) => one.next()));
    expect(new Set(ids).size).toBe(1);
    expect(names).toContain(ids[0]);
    await Promise.all(running.map((one) => one.ended));
    const session = await opened(subject);
    expect(await session.missing(names.map((name) => id(`a__${name}__1`)))).toEqual([]);
    await session.close();
  });
});

describe('a process that is killed while it publishes', () => {
  it.for([1, 2, 3, 4])('leaves all old or all new (%i)', async (round) => {
    const count = 60 * round;
    const publisher = programs.start('publish', subject.path, String(count));
    let token = 0;
    for (let message = 0; message < round; message += 1) token = Number(await publisher.next());
    publisher.child.kill('SIGKILL');
    await publisher.ended;
    const reader = await reading(subject);
    const names = Array.from({ length: count }, (_, n) => subject.engine.quoteName(relation(`marts.v${n}`)));
    const { rows } = await reader.query(`SELECT ${names.map((name) => `(SELECT n FROM ${name})`).join(' + ')}`);
    await reader.close();
    const session = await opened(subject);
    const marker = await session.marker(publication(subject.engine, 1, {}).environment);
    await session.close();
    expect(marker?.token).toBeGreaterThanOrEqual(token - 1);
    expect(rows).toEqual([[(marker?.token ?? 0) % 2 === 1 ? count : 0]]);
  });
});

describe('files on their way', () => {
  it('of a process that was killed go when the warehouse is next opened to write', async () => {
    await withWarehouse();
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    const [left, ours] = [ended, process.pid].map((pid) => join(dirname(subject.path), `.bough-scratch-${pid}-x`));
    for (const folder of [left, ours]) mkdirSync(folder ?? '');
    await (await subject.engine.open('write', patience())).close();
    expect([left, ours].map((folder) => existsSync(folder ?? ''))).toEqual([false, true]);
  });
});

describe('one process', () => {
  it('shares the file between sessions, under any path to it', async () => {
    await withWarehouse();
    const link = join(dirname(subject.path), 'link.duckdb');
    symlinkSync(subject.path, link);
    const other = duckdbEngine({ type: 'duckdb', path: link, threads: null, memoryLimit: null }, 'UTC');
    const [one, two] = await Promise.all([opened(subject), other.open('write', patience())]);
    await one.build(table('a__t__2', 'SELECT 2 AS n'), never);
    expect(await two.missing([id('a__t__2')])).toEqual([]);
    await one.close();
    await two.build(table('a__t__3', 'SELECT 3 AS n'), never);
    await two.close();
    const reader = await reading(subject);
    expect(await reader.missing([id('a__t__2'), id('a__t__3')])).toEqual([]);
    await reader.close();
  });

  it('lets a writer wait for its own readers', async () => {
    await withWarehouse();
    const reader = await reading(subject);
    const error = await failure(openWrite());
    expect(error.message).toContain('another part of this process');
    const opening = subject.engine.open('write', patience());
    await reader.close();
    await (await opening).close();
  });

  it('opens again what it closed', async () => {
    for (let round = 0; round < 3; round += 1) {
      const session = await opened(subject);
      await session.build(table(`a__t__${round}`, 'SELECT 1 AS n'), never);
      await session.close();
      await session.close();
    }
    const reader = await reading(subject);
    expect(await reader.missing([0, 1, 2].map((round) => id(`a__t__${round}`)))).toEqual([]);
    await reader.close();
  });
});

describe('opening', () => {
  it('reads nothing where there is no file yet, and makes none', async () => {
    expect(await subject.engine.open('read', patience())).toBeNull();
    expect(existsSync(dirname(subject.path))).toBe(false);
  });

  it.for([
    ['no database', (path: string) => writeFileSync(path, 'hello\n'.repeat(5000)), 'not a valid DuckDB database'],
    ['empty', (path: string) => writeFileSync(path, ''), 'not a valid DuckDB database'],
    ['a folder', (path: string) => mkdirSync(path), 'directory'],
  ] as const)('refuses a file that is %s, in either mode', async ([, make, message]) => {
    mkdirSync(dirname(subject.path), { recursive: true });
    make(subject.path);
    for (const mode of ['read', 'write'] as const) {
      const error = await failure(mode === 'read' ? subject.engine.open('read', patience()) : openWrite());
      expect(error instanceof UserError && error.problems[0]?.code).toBe('engine-unavailable');
      expect(error.message).toContain(message);
      expect(error instanceof UserError && error.problems[0]?.hint).toBeTruthy();
    }
  });

  it('refuses a path through a file', async () => {
    writeFileSync(dirname(subject.path), '');
    expect(await codesOf(openWrite())).toEqual(['engine-unavailable']);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a folder that it may not write to', async () => {
    mkdirSync(dirname(subject.path), { recursive: true });
    chmodSync(dirname(subject.path), 0o500);
    expect(await codesOf(openWrite())).toEqual(['engine-unavailable']);
    chmodSync(dirname(subject.path), 0o700);
  });

  it('refuses a memory limit that is none', async () => {
    const engine = duckdbEngine({ type: 'duckdb', path: subject.path, threads: null, memoryLimit: 'lots' }, 'UTC');
    expect(await codesOf(engine.open('write', patience()))).toEqual(['engine-unavailable']);
    await withWarehouse();
  });

  it('uses the threads and the memory of the configuration', async () => {
    const engine = duckdbEngine({ type: 'duckdb', path: subject.path, threads: 1, memoryLimit: '512MB' }, 'UTC');
    const session = await engine.open('write', patience());
    expect(session.concurrency).toBe(1);
    const { rows } = await session.query(`SELECT current_setting('threads'), current_setting('memory_limit')`);
    expect(rows).toEqual([['1', '488.2 MiB']]);
    await session.close();
  });

  it('knows facts and names without loading the engine', async () => {
    const asking = programs.start('fact');
    expect(await asking.next()).toEqual({
      fact: await subject.engine.fact(),
      relation: '"bough"."a__t__1"',
      native: false,
    });
    await asking.ended;
  });
});

describe('a file whose name is that of a schema', () => {
  it.for([
    ['bough.duckdb', 'bough'],
    ['Marts.v2.duckdb', 'marts'],
    ['temp.duckdb', 'temp'],
    ['x.duckdb', 'system'],
    ['main.duckdb', 'main_db'],
    ['My "Ware".duckdb', 'marts'],
  ] as const)('%s with the schema %s', async ([file, schema]) => {
    await subject.cleanup();
    subject = await duckdbSubject(file);
    const session = await opened(subject);
    await session.build(table('a__t__1', 'SELECT 1 AS n'), never);
    const from = subject.engine.relation(id('a__t__1'));
    await session.build({ type: 'view', id: id('a__v__1'), query: `SELECT * FROM ${from}`, storage: {} }, never);
    const copied = { type: 'copy', id: id('a__c__1'), table: 'bough.a__t__1', declared: [], version: null } as const;
    expect((await session.build(copied, never)).rows).toBe(1);
    const views = { [`${schema}.orders`]: 'a__v__1' };
    expect(await session.publish(publication(subject.engine, 1, views))).toBe('published');
    expect(await session.publish(publication(subject.engine, 2, views))).toBe('published');
    await session.close();
    expect(
      await throughAnotherTool(subject.path, `SELECT n FROM ${subject.engine.quoteName(relation(`${schema}.orders`))}`),
    ).toEqual([[1]]);
    const again = await opened(subject);
    expect(await again.publish(publication(subject.engine, 3, {}, { drop: [`${schema}.orders`] }))).toBe('published');
    const builds = ['a__t__1', 'a__v__1', 'a__c__1'].map(id);
    expect(await again.drop(builds)).toEqual([]);
    expect(await again.missing(builds)).toEqual(builds);
    await again.close();
  });

  it('names no catalog in any other, so that the file may be renamed', async () => {
    const session = await opened(subject);
    await session.build(table('a__t__1', 'SELECT 1 AS n'), never);
    await session.publish(publication(subject.engine, 1, { 'marts.a': 'a__t__1' }));
    const { rows } = await session.query(`SELECT sql FROM duckdb_views() WHERE view_name = 'a'`);
    expect(JSON.stringify(rows)).not.toContain('warehouse');
    await session.close();
  });
});

async function throughAnotherTool(path: string, statement: string): Promise<unknown> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return await (await connection.run(statement)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
