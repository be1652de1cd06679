import { asError, problem, UserError } from '../model/problems.ts';
import type { EnvironmentName, OperationId } from '../model/ids.ts';
import type { HeldBy } from '../state/contract.ts';
import type { Applying } from './applying.ts';

const HEARTBEAT_MS = 5_000;

/** Who holds something, for a message. */
export const whoHolds = (by: HeldBy): string =>
  `${by.kind} of ${by.environment} by ${by.holder.user}@${by.holder.host} (PID ${by.holder.pid})`;

/** Takes the environment's lease or says who has it. Throws UserError `lease-held`. */
export async function takeLease(
  operation: OperationId,
  environment: EnvironmentName,
  applying: Applying,
): Promise<number> {
  const lease = await applying.state.acquireLease(operation, environment);
  if (lease.type === 'acquired') return lease.token;
  throw new UserError(
    problem(
      'lease-held',
      `\`${environment}\` is held by another operation: ${whoHolds(lease.by)}, since ${lease.by.since}.`,
      {
        hint: 'Wait until it is done, then run the command again. Nothing was written.',
      },
    ),
  );
}

const givenUp = (): UserError =>
  new UserError(
    problem('lease-lost', 'This operation missed its heartbeats and was given up for dead; it stops here.', {
      hint: 'Nothing that it did is visible. Run the command again.',
    }),
  );

/** Says that the operation lives, now and then; aborts `controller` when the state says that it was given up. */
export function keepAlive(operation: OperationId, applying: Applying, controller: AbortController): () => void {
  const beat = async (): Promise<void> => {
    try {
      if (!(await applying.state.heartbeat(operation))) controller.abort(givenUp());
    } catch (raw) {
      controller.abort(asError(raw));
    }
  };
  const timer = setInterval(() => void beat(), HEARTBEAT_MS);
  timer.unref();
  return () => clearInterval(timer);
}
