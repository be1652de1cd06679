import { problem, UserError } from '../../model/problems.ts';
import { literal } from '../../postgres/literal.ts';
import type { Patience, Sql } from '../contract.ts';
import type { Connection } from './connection.ts';
import { pause, SESSION, type Moving } from './waiting.ts';

const TELL_AFTER = 2000;
const LONGEST_PAUSE = 200;

/**
 * A snapshot that is older than a build sees no rows in it. Whoever may have such a one, in a transaction that began
 * before the build was there, must have ended before views move; whoever began later sees the builds.
 */
export async function awaitOldSnapshots({ connection, publication, patience, builtAt }: Moving): Promise<void> {
  const builds = [...new Set(publication.views.map(({ target }) => target))];
  if (builds.length === 0) return;
  const started = performance.now();
  let told = false;
  for (;;) {
    const old = await oldSnapshots(connection, builds, builtAt.latest(builds));
    if (old.length === 0) return;
    patience.signal.throwIfAborted();
    const waited = performance.now() - started;
    if (waited >= patience.wait) throw outdated(old, patience);
    if (waited >= TELL_AFTER && !told) {
      told = true;
      patience.onWait(old.join(', '));
    }
    await pause(Math.random() * LONGEST_PAUSE);
  }
}

/** Bough's own sessions read builds under their own names, and only what they know to be there. */
async function oldSnapshots(
  connection: Connection,
  targets: readonly Sql[],
  built: number,
): Promise<readonly string[]> {
  const oids = targets.map((target) => `to_regclass(${literal(target)})`).join(', ');
  const rows = await connection.texts(
    `SELECT ${SESSION} FROM pg_catalog.pg_stat_activity AS s, (
       SELECT min(age(c.xmin)) AS age FROM pg_catalog.pg_class AS c WHERE c.oid IN (${oids})
     ) AS youngest
     WHERE s.datname = current_database() AND s.pid <> pg_backend_pid() AND s.application_name <> 'bough'
       AND s.backend_xmin IS NOT NULL AND age(s.backend_xmin) >= youngest.age AND extract(epoch FROM s.xact_start) <= ${built}`,
  );
  return rows.flat();
}

const outdated = (holders: readonly string[], patience: Patience): UserError =>
  new UserError(
    problem(
      'engine-busy',
      `${holders.join(', ')} began before the tables were built and would read nothing from them; nothing was published.`,
      {
        hint: `Wait longer with \`--wait\` (it was ${Math.round(patience.wait / 1000)} s), or end that transaction.`,
      },
    ),
  );
