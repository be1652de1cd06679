import { asDefinitionHash, asKey } from '../../model/ids.ts';
import type { EnvironmentRecord, StateReader } from '../contract.ts';
import { newestBuildsBy, readyBuilds, standingBuilds } from './builds.ts';
import { fingerprintsOf } from './fingerprints.ts';
import { setOf, text } from './database.ts';
import type { Connection, Store, Value } from './database.ts';
import { pastLocals } from './past.ts';
import { ENTRY, entryOf, ENVIRONMENT, environmentOf, REVISION, revisionOf, viewOf } from './rows.ts';

/** Nothing here sees what an intent wrote before it was committed: `head` has not come to it. */
export function reader({ database }: Store): Omit<StateReader, 'exportsOf' | 'exportsAt'> {
  const set = database.dialect.textSet('$1');
  const all = (sql: string, values: readonly Value[] = []) => database.read((at) => at.all(sql, values));
  return {
    environments: async () => (await all(`SELECT ${ENVIRONMENT} FROM environments ORDER BY name`)).map(environmentOf),
    environment: (name) => database.read((at) => environment(at, name)),
    revisions: async (name) =>
      (
        await all(`SELECT ${REVISION} FROM revisions WHERE environment = $1 AND ${VISIBLE} ORDER BY revision`, [name])
      ).map(revisionOf),
    revision: async (ref) => {
      const sql = `SELECT ${REVISION} FROM revisions WHERE environment = $1 AND revision = $2 AND ${VISIBLE}`;
      const [row] = await all(sql, [ref.environment, ref.revision]);
      return row === undefined ? null : revisionOf(row);
    },
    entries: async (ref) => (await all(ENTRIES, [ref.environment, ref.revision])).map(entryOf),
    pastLocals: (ref, nodes) => database.read((at) => pastLocals(at, database.dialect, ref, nodes)),
    definitions: async (hashes) => {
      const sql = `SELECT hash, definition_json FROM definitions WHERE hash IN ${set}`;
      return new Map((await all(sql, [setOf(hashes)])).map((row) => [asDefinitionHash(text(row, 0)), text(row, 1)]));
    },
    meanings: async (keys) => {
      const sql = `SELECT code, meaning_json FROM meanings WHERE code IN ${set}`;
      return new Map((await all(sql, [setOf(keys)])).map((row) => [asKey(text(row, 0)), text(row, 1)]));
    },
    buildsOf: (keys) => database.read((at) => standingBuilds(at, (of) => `${of}.build_key IN ${set}`, [setOf(keys)])),
    builds: async (ids) => {
      const found = await database.read((at) => readyBuilds(at, `b.id IN ${set}`, [setOf(ids)]));
      return new Map(found.map((build) => [build.id, build]));
    },
    buildsBy: (recipes, most) => database.read((at) => newestBuildsBy(at, database.dialect, recipes, most)),
    fingerprints: (ids) => database.read((at) => fingerprintsOf(at, database.dialect, ids)),
    passedAudits: async (keys) => {
      const rows = await all(`SELECT audit_key FROM audits WHERE audit_key IN ${set}`, [setOf(keys)]);
      return new Set(rows.map((row) => asKey(text(row, 0))));
    },
    viewOwners: async (names) =>
      (await all(`SELECT name, environment, node FROM views WHERE name IN ${set}`, [setOf(names)])).map(viewOf),
    viewsOf: async (name) =>
      (await all('SELECT name, environment, node FROM views WHERE environment = $1', [name])).map(viewOf),
  };
}

const VISIBLE = 'revision <= (SELECT head FROM environments WHERE name = $1)';

const ENTRIES = `SELECT ${ENTRY} FROM entries
  WHERE environment = $1 AND ends > $2 AND since <= $2 AND $2 <= (SELECT head FROM environments WHERE name = $1)`;

export async function environment(connection: Connection, name: string): Promise<EnvironmentRecord | null> {
  const [row] = await connection.all(`SELECT ${ENVIRONMENT} FROM environments WHERE name = $1`, [name]);
  return row === undefined ? null : environmentOf(row);
}
