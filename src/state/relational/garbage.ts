import { asBuildId, asEnvironmentName } from '../../model/ids.ts';
import type { BuildId } from '../../model/ids.ts';
import type { GarbageView, RevisionRef, StateGarbage } from '../contract.ts';
import { readyBuilds } from './builds.ts';
import { integer, setOf, text, textOrNull } from './database.ts';
import type { Connection } from './database.ts';
import { close, goneOperations } from './operations.ts';
import type { Work } from './operations.ts';
import { buildKind } from './rows.ts';

export function garbage(work: Work): StateGarbage {
  const { database } = work;
  const set = database.dialect.textSet('$1');
  return {
    garbageView: async () => {
      const gone = await database.read((at) => goneOperations(at, work));
      if (gone.length > 0) await database.write((at) => closeGone(at, work));
      return database.read(view);
    },
    markGoing: (version, builds, revisions) =>
      database.write(async (at) => {
        const kept = await pinned(at);
        if ((await versionOf(at)) !== version || builds.some((id) => kept.has(id))) return false;
        await at.run(`UPDATE builds SET status = 'going' WHERE id IN ${set}`, [setOf(builds)]);
        await at.many(
          'UPDATE revisions SET gone = 1 WHERE environment = $1 AND revision = $2',
          revisions.map((ref) => [ref.environment, ref.revision]),
        );
        return true;
      }),
    forget: (builds) =>
      database.write(async (at) => {
        const left = `SELECT id FROM builds WHERE status IN ('dead', 'going') AND id IN ${set}`;
        for (const table of ['build_inputs', 'bindings', 'fingerprints', 'audits', 'pins']) {
          await at.run(`DELETE FROM ${table} WHERE build IN (${left})`, [setOf(builds)]);
        }
        await at.run(`DELETE FROM builds WHERE id IN (${left})`, [setOf(builds)]);
        await at.run(IDLE_OPERATIONS);
      }),
  };
}

/** The journal keeps an operation for as long as anything speaks of it that is not in the history anyway. */
const IDLE_OPERATIONS = `DELETE FROM operations WHERE status <> 'open'
  AND id NOT IN (SELECT operation FROM intents)
  AND id NOT IN (SELECT operation FROM builds WHERE status = 'dead')`;

async function closeGone(connection: Connection, work: Work): Promise<void> {
  for (const operation of await goneOperations(connection, work)) await close(connection, operation, 'lost');
}

async function view(connection: Connection): Promise<GarbageView> {
  const dead = await connection.all(`SELECT id, kind FROM builds WHERE status IN ('dead', 'going')`);
  return {
    version: await versionOf(connection),
    ready: await readyBuilds(connection, '1 = 1', []),
    dead: dead.map((row) => {
      const kind = textOrNull(row, 1);
      return { id: asBuildId(text(row, 0)), kind: kind === null ? null : buildKind(kind) };
    }),
    pinned: await pinned(connection),
  };
}

async function versionOf(connection: Connection): Promise<number> {
  const [row] = await connection.all('SELECT version FROM meta');
  return row === undefined ? 0 : integer(row, 0);
}

/** Pins are there for operations that are open or have an open intent, and for no others. */
async function pinned(connection: Connection): Promise<ReadonlySet<BuildId>> {
  const direct = await connection.all(
    `SELECT build FROM pins
    UNION SELECT id FROM builds WHERE status = 'claimed'
    UNION SELECT e.build FROM intents i JOIN entries e ON e.environment = i.environment AND e.since = i.revision
      WHERE e.build IS NOT NULL`,
  );
  const found = new Set(direct.map((row) => asBuildId(text(row, 0))));
  for (const ref of await pendingBases(connection)) {
    for (const row of await connection.all(BUILDS_AT, [ref.environment, ref.revision]))
      found.add(asBuildId(text(row, 0)));
  }
  return found;
}

const BUILDS_AT =
  'SELECT build FROM entries WHERE environment = $1 AND ends > $2 AND since <= $2 AND build IS NOT NULL';

/** Branch points that open intents stand on, and the ones that those stand on. */
async function pendingBases(connection: Connection): Promise<readonly RevisionRef[]> {
  const rows = await connection.all(
    `WITH RECURSIVE points (environment, revision) AS (
      SELECT r.base_environment, r.base_revision FROM intents i JOIN revisions r ON r.operation = i.operation
      UNION
      SELECT r.base_environment, r.base_revision FROM points p
      JOIN revisions r ON r.environment = p.environment AND r.revision = p.revision
    ) SELECT environment, revision FROM points WHERE environment IS NOT NULL`,
  );
  return rows.map((row) => ({ environment: asEnvironmentName(text(row, 0)), revision: integer(row, 1) }));
}
