import { problem, UserError } from '../../model/problems.ts';
import type { Patience, Publication } from '../contract.ts';
import { namedRelations } from './catalog.ts';
import type { BuiltAt } from './built-at.ts';
import type { Connection } from './connection.ts';
import { isState } from './errors.ts';

const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';
const CANCELED = '57014';
/** How long one attempt waits for a lock. */
const SHORT = 100;
const ATTEMPTS = 15;
const LONGEST_PAUSE = 200;
/** Well within the second after which the server itself looks for deadlocks, and may end a reader for one. */
const WATCH_EVERY = 100;

/** Lends another session of the same server. */
export type Aside = <T>(work: (connection: Connection) => Promise<T>) => Promise<T>;

/** One transaction that moves the views, waiting so many milliseconds for a lock; `begun` is called first in it. */
type Attempt<T> = (lockTimeout: number, begun: () => Promise<void>) => Promise<T>;

/** Where and between whom views move. */
export interface Moving {
  readonly connection: Connection;
  readonly publication: Publication;
  readonly patience: Patience;
  readonly builtAt: BuiltAt;
  readonly aside: Aside;
}

/**
 * Moves views between their readers: short attempts, so that no reader waits for long behind one that waits itself, and
 * only then, for a reader who stays, attempts that queue for as long as the patience lasts.
 */
export async function whenUnlocked<T>(moving: Moving, attempt: Attempt<T>): Promise<T> {
  for (let made = 1; made <= ATTEMPTS; made += 1) {
    moving.patience.signal.throwIfAborted();
    const done = await unlessContended(attempt(SHORT, async () => undefined));
    if (done !== null) return done.value;
    await pause(Math.random() * LONGEST_PAUSE);
  }
  return queue(moving, attempt);
}

async function queue<T>({ connection, publication, patience, aside }: Moving, attempt: Attempt<T>): Promise<T> {
  const until = performance.now() + patience.wait;
  if (patience.wait > 0) patience.onWait((await readersOf(connection, publication)).join(', '));
  for (let left = patience.wait; left > 0; left = until - performance.now()) {
    patience.signal.throwIfAborted();
    const done = await unlessContended(givingWay(connection, aside, (begun) => attempt(Math.ceil(left), begun)));
    if (done !== null) return done.value;
    await pause(Math.random() * SHORT);
  }
  throw busy(await readersOf(connection, publication), patience);
}

/** null where others were in the way. */
async function unlessContended<T>(attempt: Promise<T>): Promise<{ readonly value: T } | null> {
  try {
    return { value: await attempt };
  } catch (error) {
    if (isState(error, LOCK_NOT_AVAILABLE, DEADLOCK, CANCELED)) return null;
    throw error;
  }
}

/**
 * Whoever queues holds views already. A reader who waits for one of them while he is waited for himself would be in a
 * deadlock, and it might be he whom the server ends. So the queue is left as soon as another session sees that.
 */
async function givingWay<T>(
  connection: Connection,
  aside: Aside,
  work: (begun: () => Promise<void>) => Promise<T>,
): Promise<T> {
  // A pooler lends another process of the server to each transaction.
  let self: string | null = null;
  const begun = async (): Promise<void> => {
    self = await connection.text('SELECT pg_backend_pid()');
  };
  const over = new AbortController();
  const watching = aside(async (watcher) => {
    while (!over.signal.aborted) {
      const meets = self !== null && (await watcher.text(entangled(Number(self)))) === 't';
      if (meets && !over.signal.aborted) await connection.wire.cancel();
      await pause(WATCH_EVERY);
    }
  });
  try {
    return await work(begun);
  } finally {
    over.abort();
    await watching;
  }
}

/** Whether someone whom the session waits for waits, over however many others, for the session. */
const entangled = (self: number): string => `WITH RECURSIVE ahead (pid) AS (
    SELECT unnest(pg_blocking_pids(${self})) UNION SELECT unnest(pg_blocking_pids(a.pid)) FROM ahead AS a
  ) SELECT EXISTS (SELECT 1 FROM ahead WHERE pid = ${self})`;

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

const busy = (holders: readonly string[], patience: Patience): UserError =>
  new UserError(
    problem(
      'engine-busy',
      `Views are kept locked by ${holders.join(', ') || 'another session'}; nothing was published.`,
      {
        hint: `Wait longer with \`--wait\` (it was ${Math.round(patience.wait / 1000)} s), or end that session.`,
      },
    ),
  );

/** `process 4711 of ann (psql), its query since 12:03:04 UTC`, as far as the role may see it. */
export const SESSION = `format('process %s of %s%s, %s since %s', s.pid, coalesce(s.usename, '?'),
  CASE WHEN coalesce(s.application_name, '') = '' THEN '' ELSE format(' (%s)', s.application_name) END,
  CASE WHEN s.state = 'active' THEN 'its query' ELSE coalesce(s.state, 'at work') END,
  coalesce(to_char(coalesce(s.query_start, s.xact_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'), 'some time'))`;

/** Sessions that hold a lock on one of the views. */
async function readersOf(connection: Connection, { drops, views }: Publication): Promise<readonly string[]> {
  const names = [...drops, ...views.map(({ name }) => name)];
  if (names.length === 0) return [];
  const rows = await connection.texts(
    `SELECT DISTINCT ${SESSION} FROM ${namedRelations(names)}
     JOIN pg_catalog.pg_locks AS l ON l.relation = c.oid AND l.granted AND l.pid <> pg_backend_pid()
     JOIN pg_catalog.pg_stat_activity AS s ON s.pid = l.pid`,
  );
  return rows.flat();
}
