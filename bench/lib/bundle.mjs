// Bundles a module of src/ for a benchmark that looks at one part alone.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

/** Returns the address of the bundle, which lies in `folder`. */
export async function bundleInto(folder, entry) {
  const file = join(folder, 'bundle.mjs');
  const build = await rolldown({
    input: fileURLToPath(new URL(`../../src/${entry}`, import.meta.url)),
    platform: 'node',
    external: /^@duckdb\//,
    logLevel: 'silent',
  });
  await build.write({ file, format: 'esm', codeSplitting: false });
  await build.close();
  return pathToFileURL(file).href;
}
