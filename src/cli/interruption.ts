import { EXIT, type ProblemCode } from '../model/problems.ts';
import type { Interruption } from './context.ts';

type Reason = Extract<ProblemCode, 'interrupted' | 'terminated'>;

const SIGNALS = { SIGINT: 'interrupted', SIGTERM: 'terminated' } as const satisfies Record<string, Reason>;

/**
 * The first signal asks the command to stop cleanly, the second quits at once: what is then left half-done is
 * finished or given up by the next command.
 */
export function catchSignals(): Interruption {
  const controller = new AbortController();
  let reason: Reason | null = null;
  const stop = (why: Reason): void => {
    if (reason !== null) process.exit(EXIT[reason]);
    reason = why;
    controller.abort();
  };
  for (const [signal, why] of Object.entries(SIGNALS)) process.on(signal, () => stop(why));
  return { signal: controller.signal, reason: () => reason };
}
