import type { OperationId } from '../../model/ids.ts';
import { problem, refuse } from '../../model/problems.ts';
import type { Intent } from '../contract.ts';
import { setOf, text } from './database.ts';
import type { Connection, Dialect } from './database.ts';

/** A last look at what the caller has checked long before, in the transaction that makes it count. */
export async function refuseIntent(
  connection: Connection,
  dialect: Dialect,
  operation: OperationId,
  intent: Intent,
): Promise<void> {
  const { revision } = intent;
  if (revision.operationId !== operation || revision.revision !== intent.follows + 1) {
    throw new Error(`operation ${operation} wrote an intent that is not its next revision`);
  }
  await refuseUnknownDefinitions(connection, dialect, intent);
  refuse([...(await takenViews(connection, dialect, intent)), ...(await missingBuilds(connection, dialect, intent))]);
}

/**
 * Whether the revision can stand where it means to: its branch point was neither collected nor deleted since it was
 * planned; or, where it deletes a base, nobody branched off it.
 */
export async function isGrounded(connection: Connection, { revision }: Intent): Promise<boolean> {
  const { environment, operation, base } = revision;
  const found =
    operation === 'delete'
      ? await connection.all(
          `SELECT name FROM environments WHERE base = $1 AND deleted_at IS NULL
          UNION ALL SELECT environment FROM intents WHERE base = $1`,
          [environment],
        )
      : await connection.all(
          `SELECT revision FROM revisions WHERE environment = $1
          AND (revision = $2 AND gone = 1 OR revision > $2 AND kind = 'delete')`,
          [base?.environment ?? null, base?.revision ?? null],
        );
  return found.length === 0;
}

async function refuseUnknownDefinitions(connection: Connection, dialect: Dialect, intent: Intent): Promise<void> {
  const needed = new Set<string>();
  for (const { definition } of intent.entries) {
    if (definition !== null && !intent.definitions.has(definition)) needed.add(definition);
  }
  const unknown = await without(
    connection,
    `SELECT hash FROM definitions WHERE hash IN ${dialect.textSet('$1')}`,
    needed,
  );
  if (unknown.length > 0) throw new Error(`an intent needs the definition ${unknown[0]}, which was never recorded`);
}

/** Two environments can come to the same name at the same time; the names that an open intent takes are reserved. */
async function takenViews(connection: Connection, dialect: Dialect, intent: Intent) {
  const { environment } = intent.revision;
  const rows = await connection.all(
    `SELECT name, environment FROM views WHERE environment <> $2 AND name IN ${dialect.textSet('$1')}
    UNION SELECT v.name, i.environment FROM intent_views v JOIN intents i ON i.operation = v.operation
    WHERE i.environment <> $2 AND v.name IN ${dialect.textSet('$1')}`,
    [setOf(intent.viewsTaken.map((view) => view.name)), environment],
  );
  return rows.map((row) =>
    problem('view-name-taken', `The view \`${text(row, 0)}\` belongs to the environment \`${text(row, 1)}\`.`, {
      hint: 'Give one of the two nodes or environments another name.',
    }),
  );
}

/** Whoever pinned what it publishes never meets this; whoever forgot must not publish a view of nothing. */
async function missingBuilds(connection: Connection, dialect: Dialect, intent: Intent) {
  const needed = new Set<string>(intent.entries.flatMap((entry) => entry.build ?? []));
  const sql = `SELECT id FROM builds WHERE status = 'ready' AND id IN ${dialect.textSet('$1')}`;
  return (await without(connection, sql, needed)).map((id) =>
    problem('build-missing', `The build \`${id}\` is not there any more.`, { hint: 'Run the command again.' }),
  );
}

async function without(connection: Connection, sql: string, needed: ReadonlySet<string>): Promise<readonly string[]> {
  if (needed.size === 0) return [];
  const found = new Set((await connection.all(sql, [setOf(needed)])).map((row) => text(row, 0)));
  return [...needed].filter((one) => !found.has(one));
}
