// Soundness by execution: `npm run prove -- --edits N --seed S`. See test/prove/main.ts.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

// Within the project, so that what is native is found where it is installed.
const cache = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));
mkdirSync(cache, { recursive: true });
const dir = mkdtempSync(`${cache}prove-`);
// What was written a moment ago may be written again within the same tick of the clock, so it is not remembered. Here each edit
// outlasts a tick, and what is remembered of a project is part of what is proved.
const settled = {
  name: 'settled',
  load: (id) => (id.endsWith('/files/settled.ts') ? 'export const isSettled = () => true;' : null),
};
const build = await rolldown({
  input: { main: fileURLToPath(new URL('../test/prove/main.ts', import.meta.url)) },
  platform: 'node',
  external: ['libsql', '@duckdb/node-api'],
  logLevel: 'silent',
  plugins: [settled],
  // What is remembered of a text is part of what is proved.
  transform: { define: { __BOUGH_ANALYSIS__: '"prove"' } },
});
await build.write({ dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
await build.close();
const { status } = spawnSync(process.execPath, [`${dir}/main.mjs`, ...process.argv.slice(2)], { stdio: 'inherit' });
rmSync(dir, { recursive: true, force: true });
process.exitCode = status ?? 1;
