import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Library from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openState } from '../../src/state/index.ts';
import { migrations } from '../../src/state/relational/migrations.ts';
import { sqliteDialect } from '../../src/state/sqlite/database.ts';
import { openSqliteState } from '../../src/state/sqlite/open.ts';
import { asKey } from '../../src/model/ids.ts';
import type { State } from '../../src/state/contract.ts';
import { entry, problemOf, prod, publish, start } from './nouns.ts';
import { remotes } from './remote.ts';

/** What only a state in a file can meet. */
describe('a state in a SQLite file', () => {
  const processes = remotes();
  let folder: string;
  let path: string;
  const opened: State[] = [];
  const open = async (at: string, more: { create?: boolean; busySeconds?: number } = {}): Promise<State> => {
    const state = await openSqliteState({ path: at, create: true, ...more });
    opened.push(state);
    return state;
  };
  /** A state with one revision, closed again, so that the file holds all of it. */
  const written = async (entries = 1): Promise<void> => {
    const state = await open(path);
    await publish(state, 'a', { entries: Array.from({ length: entries }, (_, at) => entry(`model_${at}`)) });
    await state.close();
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bough-state-'));
    path = join(folder, 'state.db');
  });
  afterEach(async () => {
    for (const state of opened.splice(0)) await state.close();
    rmSync(folder, { recursive: true });
  });

  test('is not made by reading', async () => {
    const state = await open(path);
    expect(await state.environments()).toEqual([]);
    expect((await state.garbageView()).version).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
    const other = await open(path);
    await publish(other, 'a');
    expect(await state.environments()).toHaveLength(1);
  });

  test('is not made where it may not be created', async () => {
    const state = await open(path, { create: false });
    await expect(start(state, 'a')).rejects.toThrow('cannot be created');
    expect(readdirSync(folder)).toEqual([]);
    await written();
    expect(await state.heartbeat(await start(state, 'b'))).toBe(true);
  });

  test('is opened by what the configuration says', async () => {
    const state = await openState({ type: 'sqlite', path }, { create: true });
    await publish(state, 'a');
    await state.close();
    await state.close();
    await expect(state.environments()).rejects.toThrow('closed');
    expect((await (await open(path)).environments()).map((one) => one.name)).toEqual([prod]);
  });

  test.each(['a b', 'a%20b', 'a?mode=memory', 'a#b', "it's", 'é木🌳'])('can lie in a folder named %s', async (name) => {
    mkdirSync(join(folder, name));
    path = join(folder, name, 'state.db');
    await written();
    expect(await (await open(path)).environments()).toHaveLength(1);
    expect(readdirSync(join(folder, name))).toContain('state.db');
    expect(readdirSync(folder)).toEqual([name]);
  });

  test('holds everything by itself after it was closed', async () => {
    await written();
    const copy = join(folder, 'copy.db');
    copyFileSync(path, copy);
    expect(await (await open(copy)).environments()).toHaveLength(1);
  });

  test('that is empty, as a killed process can leave it, is a new one', async () => {
    writeFileSync(path, '');
    const state = await open(path);
    expect(await state.environments()).toEqual([]);
    expect(readFileSync(path)).toHaveLength(0);
    await publish(state, 'a');
    expect(await state.environments()).toHaveLength(1);
  });

  test.each([
    ['text', 'this is no database, whatever its name may say\n'.repeat(200)],
    ['a few bytes', 'abc'],
    ['a header and no more', `SQLite format 3\0${'\0'.repeat(84)}`],
  ])('that holds %s is damaged, and is left as it is', async (_, content) => {
    writeFileSync(path, content);
    await expectDamaged(path);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  test.each([0.9, 0.5, 0.1])('that was cut to %d of its length is damaged', async (part) => {
    await written(500);
    // a new file: what this process remembers of the old one must not help
    const cut = join(folder, 'cut.db');
    copyFileSync(path, cut);
    truncateSync(cut, Math.floor(readFileSync(path).length * part));
    await expectDamaged(cut);
  });

  test('that was overwritten in the middle is damaged', async () => {
    await written(500);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 8192, bytes.length - 8192));
    await expectDamaged(path);
  });

  test('that is gone while its log is there is damaged, and the log is kept', async () => {
    writeFileSync(`${path}-wal`, 'log');
    await expectDamaged(path);
    expect(readFileSync(`${path}-wal`, 'utf8')).toBe('log');
  });

  test('that belongs to another program is left alone', async () => {
    const library = new Library(path);
    library.exec('CREATE TABLE notes (text TEXT)');
    library.close();
    await expectDamaged(path);
    expect(tablesOf(path)).toEqual(['notes']);
  });

  test('of a newer version is neither read nor written', async () => {
    await written();
    const running = await open(path);
    await start(running, 'running');
    const library = new Library(path);
    library.exec('UPDATE meta SET schema = schema + 1');
    library.close();
    const state = await open(path);
    expect(await problemOf(state.environments())).toBe('state-newer');
    expect(await problemOf(start(state, 'b'))).toBe('state-newer');
    expect(await problemOf(start(running, 'c'))).toBe('state-newer');
  });

  test('of an older version is brought to this one, and nothing of it is lost', async () => {
    const old = new Library(path);
    for (const statement of migrations[0]?.(sqliteDialect) ?? []) old.exec(statement);
    old.exec(`INSERT INTO meta VALUES (1, 1, 'old', NULL, 0);
      INSERT INTO environments VALUES ('prod', NULL, 1, 'op', '2026-01-01T00:00:00.000Z', NULL);
      INSERT INTO revisions VALUES ('prod', 1, 'apply', 'op', '2026-01-01T00:00:00.000Z', 'ann', NULL, NULL, NULL, NULL,
        NULL, NULL, '2026-01-01T00:00:00.000Z', NULL, 'duckdb/1', 1, 0);
      INSERT INTO builds VALUES ('shop__orders', 'k1', '', 'shop.orders', 'ready', 'op', '2026-01-01T00:00:00.000Z',
        'table', 3, 0.5, '[]')`);
    old.close();
    const state = await open(path);
    const look = async (): Promise<unknown> => [
      (await state.revisions(prod)).map(({ revision, kept }) => [revision, kept]),
      (await state.buildsOf([asKey('k1')])).map(({ id, rows, recipe, reads }) => [id, rows, recipe, reads]),
    ];
    const found = [[[1, []]], [['shop__orders', 3, null, {}]]];
    expect(await look()).toEqual(found);
    await start(state, 'a');
    expect(await look()).toEqual(found);
    expect((await state.identity()).state).toBe('old');
  });

  test('that is locked is waited for, and then named', async () => {
    await written();
    const library = new Library(path);
    library.exec('BEGIN IMMEDIATE');
    const impatient = await open(path, { busySeconds: 0.05 });
    expect(await impatient.environments()).toHaveLength(1);
    expect(await problemOf(start(impatient, 'b'))).toBe('state-busy');
    const patient = await open(path);
    const waiting = start(patient, 'c');
    await impatient.environments();
    library.exec('COMMIT');
    library.close();
    await waiting;
    expect(await patient.heartbeat(await start(impatient, 'd'))).toBe(true);
  });

  test('that cannot be opened is named', async () => {
    expect(await problemOf(start(await open(join(folder, 'none', 'state.db')), 'a'))).toBe('state-unavailable');
    expect(await (await open(join(folder, 'none', 'state.db'))).environments()).toEqual([]);
    mkdirSync(path);
    expect(await problemOf((await open(path)).environments())).toBe('state-unavailable');
    expect(await problemOf(start(await open(path), 'a'))).toBe('state-unavailable');
  });

  test('that may not be written can be read', async () => {
    await written();
    chmodSync(folder, 0o777);
    chmodSync(path, 0o444);
    for (const file of readdirSync(folder)) if (file !== 'state.db') rmSync(join(folder, file));
    const reader = await (await processes.start()).open({ type: 'sqlite', path }, { unprivileged: true });
    expect(await reader.environments()).toHaveLength(1);
    await expect(start(reader, 'b')).rejects.toThrow('cannot be written');
    await reader.kill();
  });

  async function expectDamaged(at: string): Promise<void> {
    const reader = await open(at);
    const reading = reader.environments().then(() => reader.entries({ environment: prod, revision: 1 }));
    expect(await problemOf(reading)).toBe('state-damaged');
    await expect(reading).rejects.toThrow(at);
    expect(await problemOf(publish(await open(at), 'z', { entries: [entry('orders')] }))).toBe('state-damaged');
  }
});

function tablesOf(path: string): readonly unknown[] {
  const library = new Library(path);
  const rows = library.prepare('SELECT name FROM sqlite_master').all([]) as readonly { readonly name: string }[];
  library.close();
  return rows.map((row) => row.name);
}
