import type { Session } from '../engines/contract.ts';
import type { EnvironmentName, OperationId } from '../model/ids.ts';
import type { Applying } from './applying.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * Settles what a dead operation left, under this operation's lease: an intent whose marker stands in the warehouse was
 * committed there and is finished in the state; any other is abandoned, after the marker's token is lifted above its own, and
 * below this operation's, so that its holder can never publish and this one can. Returns whether the environment's head
 * moved.
 */
export async function recover(
  environment: EnvironmentName,
  token: number,
  operation: OperationId,
  warehouse: Warehouse,
  applying: Applying,
): Promise<boolean> {
  let moved = false;
  for (const intent of await applying.state.openIntents(environment)) {
    if (intent.operation === operation) continue;
    const session = await warehouse.open();
    const marker = await session.raise(environment, token - 1);
    const finished = marker.operation === intent.operation;
    await (finished ? applying.state.commitIntent(intent.operation) : applying.state.abandonIntent(intent.operation));
    moved ||= finished;
    applying.listener({ type: 'recovered', environment, revision: intent.revision.revision, finished });
  }
  return moved;
}

/**
 * Finishes in the state what an operation published whole, which whoever comes may do, without a lease. Returns whether
 * the environment's head moved.
 */
export async function finishPublished(
  environment: EnvironmentName,
  session: Session,
  { state, listener }: Applying,
): Promise<boolean> {
  const marker = await session.marker(environment);
  const open = await state.openIntents(environment);
  const published = open.find(({ operation }) => operation === marker?.operation);
  if (published === undefined) return false;
  await state.commitIntent(published.operation);
  listener({ type: 'recovered', environment, revision: published.revision.revision, finished: true });
  return true;
}
