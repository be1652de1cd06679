import { problem, UserError } from '../../model/problems.ts';
import type { Patience, Publication } from '../contract.ts';
import { pairs } from './catalog.ts';
import type { Connection } from './connection.ts';
import { isState } from './errors.ts';

const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';
/** How long one attempt waits for a lock; below the second after which the server looks for deadlocks among readers. */
const SHORT = 100;
const ATTEMPTS = 15;
const LONGEST_PAUSE = 200;
const TELL_AFTER = 2000;

/**
 * Moves views between their readers: short attempts, so that no reader waits for long behind one that waits itself, and
 * only then, for a reader who stays, one that queues for as long as the patience lasts.
 */
export async function whenUnlocked<T>(
  connection: Connection,
  publication: Publication,
  patience: Patience,
  attempt: (lockTimeout: number) => Promise<T>,
): Promise<T> {
  for (let made = 1; ; made += 1) {
    patience.signal.throwIfAborted();
    const queued = made > ATTEMPTS;
    try {
      return await attempt(queued ? Math.max(SHORT, patience.wait) : SHORT);
    } catch (error) {
      if (!isState(error, LOCK_NOT_AVAILABLE, DEADLOCK)) throw error;
      if (queued || (made === ATTEMPTS && patience.wait === 0)) {
        throw busy(await readersOf(connection, publication), patience, error);
      }
    }
    if (made === ATTEMPTS) patience.onWait((await readersOf(connection, publication)).join(', '));
    await pause(Math.random() * LONGEST_PAUSE);
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const busy = (holders: readonly string[], patience: Patience, cause: unknown): UserError =>
  new UserError(
    problem(
      'engine-busy',
      `Views are kept locked by ${holders.join(', ') || 'another session'}; nothing was published.`,
      {
        hint: `Wait longer with \`--wait\` (it was ${Math.round(patience.wait / 1000)} s), or end that session.`,
      },
    ),
    { cause },
  );

/** `process 4711 of ann (psql), its query since 12:03:04 UTC`, as far as the role may see it. */
const SESSION = `format('process %s of %s%s, %s since %s', s.pid, coalesce(s.usename, '?'),
  CASE WHEN coalesce(s.application_name, '') = '' THEN '' ELSE format(' (%s)', s.application_name) END,
  CASE WHEN s.state = 'active' THEN 'its query' ELSE coalesce(s.state, 'at work') END,
  coalesce(to_char(coalesce(s.query_start, s.xact_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'), 'some time'))`;

/** Sessions that hold a lock on one of the views. */
async function readersOf(connection: Connection, { drops, views }: Publication): Promise<readonly string[]> {
  const names = [...drops, ...views.map(({ name }) => name)];
  if (names.length === 0) return [];
  const rows = await connection.texts(
    `SELECT DISTINCT ${SESSION} FROM pg_catalog.pg_locks AS l
     JOIN pg_catalog.pg_class AS c ON c.oid = l.relation JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_stat_activity AS s ON s.pid = l.pid
     WHERE l.granted AND l.pid <> pg_backend_pid() AND (n.nspname::text, c.relname::text) IN (${pairs(names)})`,
  );
  return rows.flat();
}

/**
 * A snapshot that is older than a build sees no rows in it. Whoever reads the views with such a one, in a transaction
 * that began before this, must have ended before they move; whoever begins from now on sees the builds.
 */
export async function awaitOldSnapshots(
  connection: Connection,
  { views }: Publication,
  patience: Patience,
): Promise<void> {
  const builds = [...new Set(views.map(({ target }) => target))];
  if (builds.length === 0) return;
  const started = performance.now();
  const since = await connection.text('SELECT clock_timestamp()');
  let told = false;
  for (;;) {
    const old = await oldSnapshots(connection, builds, since ?? 'infinity');
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
  targets: readonly string[],
  since: string,
): Promise<readonly string[]> {
  const oids = targets.map((target) => `to_regclass('${target.replaceAll("'", "''")}')`).join(', ');
  const rows = await connection.texts(
    `SELECT ${SESSION} FROM pg_catalog.pg_stat_activity AS s, (
       SELECT min(age(c.xmin)) AS age FROM pg_catalog.pg_class AS c WHERE c.oid IN (${oids})
     ) AS youngest
     WHERE s.datname = current_database() AND s.pid <> pg_backend_pid() AND s.application_name <> 'bough'
       AND s.backend_xmin IS NOT NULL AND age(s.backend_xmin) >= youngest.age AND s.xact_start < '${since}'`,
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
