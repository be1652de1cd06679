import type { Client } from 'pg';
import { problem, UserError } from '../model/problems.ts';

const PACKAGE = 'pg';

/** The driver's client, loaded when the first connection is made. */
export async function loadClient(): Promise<typeof Client> {
  try {
    return (await import('pg')).default.Client;
  } catch (cause) {
    if (!isNotInstalled(cause)) throw cause;
    throw new UserError(
      problem('engine-unavailable', 'The driver of PostgreSQL is not installed', { hint: `npm install ${PACKAGE}` }),
      { cause },
    );
  }
}

/** Whether an import failed because the driver, an optional dependency, is not there. */
export const isNotInstalled = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND') &&
  error.message.includes(`'${PACKAGE}`);
