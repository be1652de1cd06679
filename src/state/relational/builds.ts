import { asBuildId, instantOf } from '../../model/ids.ts';
import type { BuildId, Key, OperationId } from '../../model/ids.ts';
import type { Build, Claim, StateWriter } from '../contract.ts';
import { bindBuild } from './bindings.ts';
import { recordFingerprints } from './fingerprints.ts';
import { setOf, text } from './database.ts';
import type { Connection, Dialect, Value } from './database.ts';
import { holderOf, isAtWork, touch, noteAtWork } from './operations.ts';
import type { Work } from './operations.ts';
import { addPins } from './pins.ts';
import { BOUND, BUILD, buildOf } from './rows.ts';

type Builds = Pick<
  StateWriter,
  'pin' | 'claimBuild' | 'finishBuild' | 'bindBuild' | 'recordFingerprints' | 'discardBuild' | 'recordAudits'
>;
type ClaimRequest = Parameters<StateWriter['claimBuild']>[0];

export function builds(work: Work): Builds {
  const { database } = work;
  return {
    pin: (operation, ids) => noteAtWork(work, operation, (at) => pin(at, work, operation, ids)),
    claimBuild: (request) => noteAtWork(work, request.operation, (at) => claim(at, work, request)),
    finishBuild: (operation, build) =>
      database.note(async (at) => {
        const finished = (await isAtWork(at, work, operation)) && (await finish(at, operation, build));
        if (!finished) await recordGarbage(at, operation, build);
        return finished;
      }),
    bindBuild: (operation, id, binding) => noteAtWork(work, operation, (at) => bindBuild(at, operation, id, binding)),
    recordFingerprints: (build, measured) => database.note((at) => recordFingerprints(at, build, measured)),
    discardBuild: (operation, id) =>
      database.note(async (at) => {
        const mine = `id = $1 AND operation = $2 AND status = 'claimed'`;
        await at.run(`UPDATE builds SET status = 'dead' WHERE ${mine}`, [id, operation]);
      }),
    recordAudits: (keys, build) =>
      database.note((at) =>
        at.many(
          'INSERT INTO audits (audit_key, build) VALUES ($1, $2) ON CONFLICT (audit_key) DO UPDATE SET build = excluded.build',
          keys.map((key) => [key, build ?? null]),
        ),
      ),
  };
}

const READY = `FROM builds b WHERE b.status = 'ready'`;
const READY_BOUND = `FROM bindings n JOIN builds b ON b.id = n.build WHERE b.status = 'ready'`;

/** Builds that are ready, under the key that they were made for; `condition` speaks of them as `b`. */
export const readyBuilds = (
  connection: Connection,
  condition: string,
  values: readonly Value[],
): Promise<readonly Build[]> =>
  buildsFrom(
    connection,
    { rows: `SELECT ${BUILD} ${READY} AND ${condition}`, ids: `SELECT b.id ${READY} AND ${condition}` },
    values,
  );

/** The same under every key that they stand for; `key` is the alias under which key and beside are found. */
export const standingBuilds = (
  connection: Connection,
  condition: (key: 'b' | 'n') => string,
  values: readonly Value[],
): Promise<readonly Build[]> => {
  const both = (own: string, bound: string): string =>
    `SELECT ${own} ${READY} AND ${condition('b')} UNION ALL SELECT ${bound} ${READY_BOUND} AND ${condition('n')}`;
  return buildsFrom(connection, { rows: both(BUILD, BOUND), ids: both('b.id', 'b.id') }, values);
};

/** Ready builds that one of the recipes made, under every key that they stand for: of each recipe the newest. */
export function newestBuildsBy(
  connection: Connection,
  dialect: Dialect,
  recipes: readonly Key[],
  most: number,
): Promise<readonly Build[]> {
  const made = `b.recipe IN ${dialect.textSet('$1')}`;
  const all = `SELECT ${BUILD}, b.recipe ${READY} AND ${made} UNION ALL SELECT ${BOUND}, b.recipe ${READY_BOUND} AND ${made}`;
  const newest = `SELECT a.*, row_number() OVER (PARTITION BY recipe ORDER BY made_at DESC, build_key) AS place FROM (${all}) a`;
  const from = `FROM (${newest}) b WHERE b.place <= $2`;
  const rows = `SELECT ${BUILD} ${from} ORDER BY b.recipe, b.place`;
  return buildsFrom(connection, { rows, ids: `SELECT b.id ${from}` }, [setOf(recipes), most]);
}

async function buildsFrom(
  connection: Connection,
  sql: { readonly rows: string; readonly ids: string },
  values: readonly Value[],
): Promise<readonly Build[]> {
  const inputs = new Map<string, BuildId[]>();
  const links = `SELECT build, input FROM build_inputs WHERE build IN (${sql.ids})`;
  for (const row of await connection.all(links, values)) {
    const build = text(row, 0);
    const found = inputs.get(build) ?? [];
    found.push(asBuildId(text(row, 1)));
    inputs.set(build, found);
  }
  const rows = await connection.all(sql.rows, values);
  return rows.map((row) => buildOf(row, inputs.get(text(row, 0)) ?? []));
}

async function pin(
  connection: Connection,
  work: Work,
  operation: OperationId,
  ids: readonly BuildId[],
): Promise<readonly BuildId[]> {
  const sql = `SELECT id FROM builds WHERE status = 'ready' AND id IN ${work.database.dialect.textSet('$1')}`;
  const ready = (await connection.all(sql, [setOf(ids)])).map((row) => text(row, 0));
  await addPins(connection, operation, ready);
  const found = new Set(ready);
  return ids.filter((id) => !found.has(id));
}

async function claim(connection: Connection, work: Work, request: ClaimRequest): Promise<Claim> {
  const { operation, id, key, beside, node } = request;
  const asked = (of: string): string => `${of}.build_key = $1 AND ${of}.beside = $2`;
  const [ready] = await standingBuilds(connection, asked, [key, beside]);
  if (ready !== undefined) {
    await addPins(connection, operation, [ready.id]);
    return { type: 'ready', build: ready };
  }
  const sql = `SELECT id, operation FROM builds WHERE build_key = $1 AND beside = $2 AND status = 'claimed'`;
  const [claimed] = await connection.all(sql, [key, beside]);
  if (claimed !== undefined) {
    if (text(claimed, 0) === id && text(claimed, 1) === operation) return { type: 'claimed' };
    const by = await holderOf(connection, work, text(claimed, 1));
    if (by !== null) return { type: 'held', by };
  }
  await connection.run(
    `INSERT INTO builds (id, build_key, beside, node, status, operation, made_at) VALUES ($1, $2, $3, $4, 'claimed', $5, $6)`,
    [id, key, beside, node, operation, instantOf(new Date(work.now()))],
  );
  await touch(connection);
  return { type: 'claimed' };
}

async function finish(connection: Connection, operation: OperationId, build: Build): Promise<boolean> {
  const mine = `id = $1 AND operation = $2`;
  const again = await connection.all(`SELECT 1 FROM builds WHERE ${mine} AND status = 'ready'`, [build.id, operation]);
  if (again.length > 0) return true;
  const changed = await connection.run(
    `UPDATE builds SET status = 'ready', kind = $3, row_count = $4, seconds = $5, made_at = $6, columns_json = $7,
      recipe = $8, recipe_json = $9, reads_json = $10
    WHERE ${mine} AND status = 'claimed'`,
    [
      build.id,
      operation,
      build.kind,
      build.rows,
      build.seconds,
      build.at,
      JSON.stringify(build.columns),
      build.recipe?.key ?? null,
      build.recipe === null ? null : JSON.stringify(build.recipe),
      JSON.stringify(build.reads),
    ],
  );
  if (changed === 0) return false;
  await connection.many(
    'INSERT INTO build_inputs (build, input) VALUES ($1, $2) ON CONFLICT (build, input) DO NOTHING',
    build.inputs.map((input) => [build.id, input]),
  );
  await addPins(connection, operation, [build.id]);
  return true;
}

/** What a lost attempt made is in the warehouse now, whether or not gc has forgotten the attempt. */
async function recordGarbage(connection: Connection, operation: OperationId, build: Build): Promise<void> {
  await connection.run(
    `INSERT INTO builds (id, build_key, beside, node, status, operation, made_at, kind)
    VALUES ($1, $2, $3, $4, 'dead', $5, $6, $7)
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind WHERE builds.status = 'dead'`,
    [build.id, build.key, build.beside, build.node, operation, build.at, build.kind],
  );
}
