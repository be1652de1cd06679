import type { OperationId } from '../../model/ids.ts';
import { instantOf } from '../../model/ids.ts';
import { problem, UserError } from '../../model/problems.ts';
import type { HeldBy, Liveness, StateWriter } from '../contract.ts';
import type { Connection, Row, Store } from './database.ts';
import { operationColumns, operationOf } from './rows.ts';
import type { OperationRow } from './rows.ts';

/** What it takes to judge whether somebody is still at work. */
export interface Work extends Store {
  readonly liveness: Liveness;
  /** How long an operation lives without a heartbeat, in milliseconds. */
  readonly lease: number;
}

type Operations = Pick<StateWriter, 'startOperation' | 'heartbeat' | 'endOperation'>;

export function operations(work: Work): Operations {
  const { database } = work;
  return {
    startOperation: ({ id, environment, kind, holder }) =>
      database.write(async (at) => {
        await at.run(
          `INSERT INTO operations (id, environment, kind, status, started_at, expires,
            holder_user, holder_host, holder_boot, holder_pid, holder_started, session)
          VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING`,
          [
            id,
            environment,
            kind,
            instantOf(new Date(work.now())),
            work.now() + work.lease,
            holder.user,
            holder.host,
            holder.boot,
            holder.pid,
            holder.started,
            at.session,
          ],
        );
      }),
    heartbeat: (operation) =>
      database.note(async (at) => {
        if (!(await isAtWork(at, work, operation))) return false;
        await at.run('UPDATE operations SET expires = $1 WHERE id = $2', [work.now() + work.lease, operation]);
        return true;
      }),
    endOperation: (operation) => database.write((at) => close(at, operation, 'ended')),
  };
}

/**
 * Whether the operation may go on. One that has expired may not, even if nobody came: gc may have looked meanwhile. It is
 * closed here and now, so that no clock that jumps back wakes it up.
 */
export async function isAtWork(connection: Connection, work: Work, operation: OperationId): Promise<boolean> {
  const row = await operationRow(connection, work, operation);
  if (row === undefined) return false;
  const { open, expires } = operationOf(row);
  if (open && expires > work.now()) return true;
  if (open) await close(connection, operation, 'lost');
  return false;
}

/** Who holds something, or null where that operation is over; the operation of a dead or expired holder is closed. */
export async function holderOf(connection: Connection, work: Work, operation: string): Promise<HeldBy | null> {
  const row = await operationRow(connection, work, operation);
  if (row === undefined) return null;
  const found = operationOf(row);
  if (!found.open) return null;
  if (!isGone(work, found)) return found.held;
  await close(connection, found.held.operation, 'lost');
  return null;
}

/** Open operations that nobody works at any more. */
export async function goneOperations(connection: Connection, work: Work): Promise<readonly OperationId[]> {
  const columns = operationColumns(work.database.dialect);
  const rows = await connection.all(`SELECT ${columns} FROM operations o WHERE o.status = 'open'`);
  return rows
    .map(operationOf)
    .filter((one) => isGone(work, one))
    .map((one) => one.held.operation);
}

const isGone = (work: Work, { expires, absent, held }: OperationRow): boolean =>
  expires <= work.now() || absent || work.liveness(held.holder) === 'dead';

async function operationRow(connection: Connection, work: Work, operation: string): Promise<Row | undefined> {
  const columns = operationColumns(work.database.dialect);
  const [row] = await connection.all(`SELECT ${columns} FROM operations o WHERE o.id = $1`, [operation]);
  return row;
}

/** Its leases are free from now on. An open intent keeps its pins until it is committed or abandoned. */
export async function close(connection: Connection, operation: OperationId, as: 'ended' | 'lost'): Promise<void> {
  await connection.run(`UPDATE operations SET status = $2 WHERE id = $1 AND status = 'open'`, [operation, as]);
  await connection.run(`UPDATE builds SET status = 'dead' WHERE operation = $1 AND status = 'claimed'`, [operation]);
  await connection.run(
    'DELETE FROM pins WHERE operation = $1 AND NOT EXISTS (SELECT 1 FROM intents WHERE operation = $1)',
    [operation],
  );
}

/** Everything that can make a build reachable says so, so that gc looks again. */
export async function touch(connection: Connection): Promise<void> {
  await connection.run('UPDATE meta SET version = version + 1');
}

export const lost = (): UserError =>
  new UserError(
    problem(
      'lease-lost',
      'This operation was given up because it was not heard of for too long; nothing was published.',
      {
        hint: 'Run the command again; what was built is reused.',
      },
    ),
  );

type Way = 'write' | 'note';

async function atWork<T>(
  work: Work,
  way: Way,
  operation: OperationId,
  then: (connection: Connection) => Promise<T>,
): Promise<T> {
  const done = await work.database[way](async (at) =>
    (await isAtWork(at, work, operation)) ? { value: await then(at) } : null,
  );
  // An operation that was given up must be recorded as such before that is told.
  if (done === null) throw lost();
  return done.value;
}

/** Writes on behalf of an operation. */
export const writeAtWork = <T>(
  work: Work,
  operation: OperationId,
  then: (connection: Connection) => Promise<T>,
): Promise<T> => atWork(work, 'write', operation, then);

/** Writes what can be done again. */
export const noteAtWork = <T>(
  work: Work,
  operation: OperationId,
  then: (connection: Connection) => Promise<T>,
): Promise<T> => atWork(work, 'note', operation, then);
