import { chmodSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

/** What is native cannot be bundled; it is imported from where it is installed. */
const NATIVE = ['libsql', '@duckdb/node-api', 'pg'];

const INSTALLED = resolve(import.meta.dirname, '../../node_modules');

/**
 * Bundles a TypeScript module, so that a process of its own can run it: node 20 reads no TypeScript. Returns the path of
 * the bundle, in a folder of its own under the system's temporary files, where it finds all that is installed here.
 */
export async function bundleModule(entry: string): Promise<string> {
  const build = await rolldown({
    input: { bundle: entry },
    platform: 'node',
    external: NATIVE,
    logLevel: 'silent',
  });
  const dir = mkdtempSync(join(tmpdir(), 'bough-bundle-'));
  // a test may run it as another user
  chmodSync(dir, 0o755);
  symlinkSync(INSTALLED, join(dir, 'node_modules'));
  await build.write({ dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
  await build.close();
  return join(dir, 'bundle.mjs');
}
