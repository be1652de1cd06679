import type { EnvironmentName, OperationId } from '../../model/ids.ts';
import type { Lease, StateWriter } from '../contract.ts';
import { integer, text } from './database.ts';
import type { Connection } from './database.ts';
import { holderOf, writeAtWork } from './operations.ts';
import type { Work } from './operations.ts';

export function leases(work: Work): Pick<StateWriter, 'acquireLease'> {
  return {
    acquireLease: (operation, environment) =>
      writeAtWork(work, operation, (at) => acquire(at, work, operation, environment)),
  };
}

async function acquire(
  connection: Connection,
  work: Work,
  operation: OperationId,
  environment: EnvironmentName,
): Promise<Lease> {
  const found = await leaseOf(connection, environment);
  if (found.operation === operation) return { type: 'acquired', token: found.token };
  const by = found.operation === null ? null : await holderOf(connection, work, found.operation);
  if (by !== null) return { type: 'held', by };
  const token = found.token + 1;
  await connection.run(
    `INSERT INTO leases (environment, token, operation) VALUES ($1, $2, $3)
    ON CONFLICT (environment) DO UPDATE SET token = excluded.token, operation = excluded.operation`,
    [environment, token, operation],
  );
  return { type: 'acquired', token };
}

/** Who had the environment's lease last, whether or not that operation is over; token 0 where nobody ever had it. */
export async function leaseOf(
  connection: Connection,
  environment: EnvironmentName,
): Promise<{ readonly token: number; readonly operation: string | null }> {
  const [row] = await connection.all('SELECT token, operation FROM leases WHERE environment = $1', [environment]);
  return row === undefined ? { token: 0, operation: null } : { token: integer(row, 0), operation: text(row, 1) };
}
