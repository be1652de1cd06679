import type { Wire } from './wire.ts';

/** A request that comes before its statement has started is lost, so it is repeated until the statement has ended. */
const CANCEL_EVERY = 50;

/** Cancels on the server what a session does when `stop` aborts; the function that comes back ends that. */
export function cancelOn(stop: AbortSignal, wire: Wire): () => void {
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    void wire.cancel();
    timer = setInterval(() => void wire.cancel(), CANCEL_EVERY);
  };
  if (stop.aborted) start();
  else stop.addEventListener('abort', start, { once: true });
  return () => {
    stop.removeEventListener('abort', start);
    clearInterval(timer);
  };
}
