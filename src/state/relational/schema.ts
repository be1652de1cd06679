import { randomUUID } from 'node:crypto';
import { problem, UserError } from '../../model/problems.ts';
import { integer, text } from './database.ts';
import type { Connection, Dialect } from './database.ts';
import { migrations } from './migrations.ts';

/** The newest schema that this program knows. */
export const SCHEMA = migrations.length;

/** `absent`: nothing is there yet. `older` needs `migrate`. */
export type SchemaState = 'absent' | 'older' | 'current';

/** Looks without writing; refuses what this program must not touch. `place` is the store's name for the user. */
export async function inspect(connection: Connection, dialect: Dialect, place: string): Promise<SchemaState> {
  const tables = new Set((await connection.all(dialect.tables)).map((row) => text(row, 0)));
  if (tables.size === 0) return 'absent';
  if (!tables.has('meta')) throw new UserError(foreign(place));
  const schema = await schemaOf(connection);
  if (schema === null) throw new UserError(foreign(place));
  refuseNewer(schema, place);
  return schema < SCHEMA ? 'older' : 'current';
}

/** Brings the store to the newest schema; harmless where another process was first. One transaction, so all or nothing. */
export async function migrate(connection: Connection, dialect: Dialect, place: string): Promise<void> {
  const found = await inspect(connection, dialect, place);
  if (found === 'current') return;
  const from = found === 'absent' ? 0 : ((await schemaOf(connection)) ?? 0);
  for (const migration of migrations.slice(from)) {
    for (const statement of migration(dialect)) await connection.run(statement);
  }
  if (found === 'absent') {
    await connection.run('INSERT INTO meta (one, schema, id, warehouse, version) VALUES (1, $1, $2, NULL, 0)', [
      SCHEMA,
      randomUUID(),
    ]);
  } else {
    await connection.run('UPDATE meta SET schema = $1', [SCHEMA]);
  }
}

/** First statement of every writing transaction: a newer program may have come since this one opened the store. */
export async function checkSchema(connection: Connection, place: string): Promise<void> {
  const schema = await schemaOf(connection);
  if (schema === null) throw new UserError(foreign(place));
  refuseNewer(schema, place);
}

async function schemaOf(connection: Connection): Promise<number | null> {
  const [row] = await connection.all('SELECT schema FROM meta WHERE one = 1');
  return row === undefined ? null : integer(row, 0);
}

function refuseNewer(schema: number, place: string): void {
  if (schema <= SCHEMA) return;
  throw new UserError(
    problem(
      'state-newer',
      `The state \`${place}\` was written by a newer Bough (schema ${schema}, this one knows ${SCHEMA}).`,
      {
        hint: 'Install the newer version of Bough; this one leaves the state as it is.',
      },
    ),
  );
}

const foreign = (place: string) =>
  problem('state-damaged', `The database \`${place}\` is not a state of Bough.`, {
    hint: 'Name another place for the state in `bough.yml`, or restore the state from a backup.',
  });
