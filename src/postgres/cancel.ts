import type { Wire } from './wire.ts';

/** A request that comes before its statement has started is lost, so it is repeated until the statement has ended. */
const CANCEL_EVERY = 50;

/** Cancels on the server what a session does when `stop` aborts; the function that comes back ends that. */
export function cancelOn(stop: AbortSignal, wire: Wire): () => void {
  const over = new AbortController();
  // One after the other: many at once have brought poolers down.
  const repeat = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await wire.cancel();
      await new Promise((resolve) => setTimeout(resolve, CANCEL_EVERY));
    }
  };
  const start = (): void => void repeat();
  if (stop.aborted) start();
  else stop.addEventListener('abort', start, { once: true });
  return () => {
    over.abort();
    stop.removeEventListener('abort', start);
  };
}
