import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { rolldown } from 'rolldown';

/** What is native cannot be bundled; it is imported from where it is installed. */
const NATIVE = ['libsql', '@duckdb/node-api', 'pg'];

/**
 * Bundles a TypeScript module, so that a process of its own can run it: node 20 reads no TypeScript. Returns the path of
 * the bundle, in a folder of its own under the system's temporary files.
 */
export async function bundleModule(entry: string): Promise<string> {
  const installed = createRequire(import.meta.url);
  const build = await rolldown({
    input: { bundle: entry },
    platform: 'node',
    external: NATIVE,
    logLevel: 'silent',
  });
  const dir = mkdtempSync(join(tmpdir(), 'bough-bundle-'));
  // a test may run it as another user
  chmodSync(dir, 0o755);
  const paths = Object.fromEntries(NATIVE.map((name) => [name, installed.resolve(name)]));
  await build.write({ dir, format: 'esm', paths, entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
  await build.close();
  return join(dir, 'bundle.mjs');
}
