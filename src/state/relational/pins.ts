import type { OperationId } from '../../model/ids.ts';
import type { Connection } from './database.ts';
import { touch } from './operations.ts';

/** Protects builds from gc for as long as the operation goes on. */
export async function addPins(connection: Connection, operation: OperationId, ids: readonly string[]): Promise<void> {
  await connection.many(
    'INSERT INTO pins (operation, build) VALUES ($1, $2) ON CONFLICT (operation, build) DO NOTHING',
    ids.map((id) => [operation, id]),
  );
  await touch(connection);
}
