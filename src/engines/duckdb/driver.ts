import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { UserError, problem } from '../../model/problems.ts';

const PACKAGE = '@duckdb/node-api';

export const notInstalled = (cause: unknown): UserError =>
  new UserError(problem('engine-unavailable', 'DuckDB is not installed', { hint: `npm install ${PACKAGE}` }), {
    cause,
  });

/** Whether a dynamic import failed because DuckDB, an optional dependency, is not there. */
export const isNotInstalled = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND') &&
  error.message.includes('@duckdb/');

/** Version of the installed DuckDB, `1.5.6-r.1`, without loading its 70 MB of native code. */
export function driverVersion(): string {
  try {
    const path = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
    throw new Error(`${path} names no version`);
  } catch (cause) {
    throw notInstalled(cause);
  }
}
