import { asOperationId } from '../../model/ids.ts';
import type { EnvironmentName, OperationId } from '../../model/ids.ts';
import type { Intent, OpenIntent, StateWriter } from '../contract.ts';
import { isGrounded, refuseIntent } from './check-intent.ts';
import { integer, text, textOrNull } from './database.ts';
import type { Connection, Row } from './database.ts';
import { leaseOf } from './leases.ts';
import { OPEN } from './migrations.ts';
import { close, isAtWork, touch } from './operations.ts';
import type { Work } from './operations.ts';
import { environment } from './reader.ts';
import { ENTRY, entryRow, REVISION, REVISION_WIDTH, revisionOf, revisionRow } from './rows.ts';

type Intents = Pick<StateWriter, 'writeIntent' | 'commitIntent' | 'abandonIntent' | 'openIntents'>;

export function intents(work: Work): Intents {
  const { database } = work;
  return {
    writeIntent: (operation, token, intent) => database.write((at) => write(at, work, operation, token, intent)),
    commitIntent: (operation) => database.write((at) => commit(at, operation)),
    abandonIntent: (operation) => database.write((at) => abandon(at, operation)),
    openIntents: (environment) => database.read((at) => openIntents(at, environment)),
  };
}

async function write(
  connection: Connection,
  work: Work,
  operation: OperationId,
  token: number,
  intent: Intent,
): Promise<'written' | 'lost' | 'moved'> {
  const { revision } = intent;
  if (!(await isAtWork(connection, work, operation))) return 'lost';
  const lease = await leaseOf(connection, revision.environment);
  if (lease.operation !== operation || lease.token !== token) return 'lost';
  const [open] = await connection.all('SELECT operation FROM intents WHERE environment = $1', [revision.environment]);
  if (open !== undefined) return text(open, 0) === operation ? 'written' : 'moved';
  const head = (await environment(connection, revision.environment))?.head ?? 0;
  if (head !== intent.follows || !(await isGrounded(connection, intent))) return 'moved';
  await refuseIntent(connection, work.database.dialect, operation, intent);
  await insert(connection, operation, token, intent);
  await touch(connection);
  return 'written';
}

async function insert(connection: Connection, operation: OperationId, token: number, intent: Intent): Promise<void> {
  const { revision } = intent;
  await connection.run(
    'INSERT INTO intents (operation, environment, revision, token, base) VALUES ($1, $2, $3, $4, $5)',
    [operation, revision.environment, revision.revision, token, intent.base],
  );
  await connection.run(`INSERT INTO revisions (${REVISION}) VALUES (${places(REVISION_WIDTH)})`, revisionRow(revision));
  await connection.many(
    `INSERT INTO entries (environment, since, ends, ${ENTRY}) VALUES (${places(12)})`,
    intent.entries.map((entry) => [revision.environment, revision.revision, OPEN, ...entryRow(entry)]),
  );
  await connection.many(
    'INSERT INTO definitions (hash, definition_json) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING',
    [...intent.definitions],
  );
  await connection.many('INSERT INTO meanings (code, meaning_json) VALUES ($1, $2) ON CONFLICT (code) DO NOTHING', [
    ...intent.meanings,
  ]);
  await connection.many(
    'INSERT INTO intent_drops (operation, node) VALUES ($1, $2)',
    intent.dropped.map((node) => [operation, node]),
  );
  await connection.many('INSERT INTO intent_views (operation, name, node) VALUES ($1, $2, $3)', [
    ...intent.viewsTaken.map((view) => [operation, view.name, view.node]),
    ...intent.viewsLeft.map((name) => [operation, name, null]),
  ]);
}

const places = (count: number): string => Array.from({ length: count }, (_, at) => `$${at + 1}`).join(', ');

interface Pending {
  readonly environment: EnvironmentName;
  readonly revision: ReturnType<typeof revisionOf>;
  readonly base: string | null;
}

async function pendingOf(connection: Connection, operation: OperationId): Promise<Pending | null> {
  const [row] = await connection.all(
    `SELECT ${REVISION}, (SELECT base FROM intents WHERE operation = $1) FROM revisions
    WHERE operation = $1 AND operation IN (SELECT operation FROM intents)`,
    [operation],
  );
  if (row === undefined) return null;
  const revision = revisionOf(row);
  return { environment: revision.environment, revision, base: textOrNull(row, REVISION_WIDTH) };
}

async function commit(connection: Connection, operation: OperationId): Promise<void> {
  const pending = await pendingOf(connection, operation);
  if (pending === null) {
    if (await isCommitted(connection, operation)) return;
    throw new Error(`operation ${operation} has no intent to commit`);
  }
  await (pending.revision.operation === 'delete'
    ? endAll(connection, pending)
    : endOld(connection, operation, pending));
  await moveViews(connection, operation, pending);
  await moveHead(connection, pending);
  await forgetIntent(connection, operation);
  await touch(connection);
}

/** Rows of the nodes that the intent speaks of, and of no other. */
async function endOld(
  connection: Connection,
  operation: OperationId,
  { environment, revision }: Pending,
): Promise<void> {
  await connection.run(
    `UPDATE entries SET ends = $1 WHERE environment = $2 AND ends = $3 AND since < $1 AND node IN (
      SELECT node FROM entries WHERE environment = $2 AND since = $1
      UNION ALL SELECT node FROM intent_drops WHERE operation = $4
    )`,
    [revision.revision, environment, OPEN, operation],
  );
}

async function endAll(connection: Connection, { environment, revision }: Pending): Promise<void> {
  await connection.run('UPDATE entries SET ends = $1 WHERE environment = $2 AND ends = $3', [
    revision.revision,
    environment,
    OPEN,
  ]);
  await connection.run('DELETE FROM views WHERE environment = $1', [environment]);
  await connection.run('DELETE FROM exports WHERE environment = $1', [environment]);
}

async function moveViews(connection: Connection, operation: OperationId, { environment }: Pending): Promise<void> {
  const moved = 'SELECT name FROM intent_views WHERE operation = $1';
  await connection.run(`DELETE FROM views WHERE environment = $2 AND name IN (${moved})`, [operation, environment]);
  await connection.run(
    `INSERT INTO views (name, environment, node)
    SELECT name, $2, node FROM intent_views WHERE operation = $1 AND node IS NOT NULL`,
    [operation, environment],
  );
}

async function moveHead(connection: Connection, { environment, revision, base }: Pending): Promise<void> {
  const deleted = revision.operation === 'delete' ? revision.at : null;
  const { revision: head, operationId, at } = revision;
  await connection.run(
    `INSERT INTO environments (name, base, head, operation, created_at, deleted_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (name) DO UPDATE SET
      base = CASE WHEN environments.deleted_at IS NULL THEN environments.base ELSE excluded.base END,
      created_at = CASE WHEN environments.deleted_at IS NULL THEN environments.created_at ELSE excluded.created_at END,
      head = excluded.head, operation = excluded.operation, deleted_at = excluded.deleted_at`,
    [environment, base, head, operationId, at, deleted],
  );
}

async function abandon(connection: Connection, operation: OperationId): Promise<void> {
  const pending = await pendingOf(connection, operation);
  if (pending === null && (await isCommitted(connection, operation))) {
    throw new Error(`operation ${operation} was committed and cannot be abandoned`);
  }
  if (pending !== null) {
    const at = [pending.environment, pending.revision.revision];
    await connection.run('DELETE FROM entries WHERE environment = $1 AND since = $2', at);
    await connection.run('DELETE FROM revisions WHERE environment = $1 AND revision = $2', at);
  }
  await forgetIntent(connection, operation);
}

/** Of an operation without an open intent. */
async function isCommitted(connection: Connection, operation: OperationId): Promise<boolean> {
  return (await connection.all('SELECT 1 FROM revisions WHERE operation = $1', [operation])).length > 0;
}

async function forgetIntent(connection: Connection, operation: OperationId): Promise<void> {
  for (const table of ['intents', 'intent_drops', 'intent_views']) {
    await connection.run(`DELETE FROM ${table} WHERE operation = $1`, [operation]);
  }
  await close(connection, operation, 'ended');
}

async function openIntents(
  connection: Connection,
  environment: EnvironmentName | null,
): Promise<readonly OpenIntent[]> {
  const rows = await connection.all(
    `SELECT ${REVISION.replaceAll(/\w+/g, 'r.$&')}, i.token FROM intents i
    JOIN revisions r ON r.operation = i.operation
    WHERE $1 IS NULL OR i.environment = $1 ORDER BY i.environment`,
    [environment],
  );
  return rows.map((row: Row): OpenIntent => ({
    operation: asOperationId(text(row, 3)),
    revision: revisionOf(row),
    token: integer(row, REVISION_WIDTH),
  }));
}
