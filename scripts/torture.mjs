// Never torn, never lost: `npm run torture -- --minutes M --seed S`. See test/torture/main.ts.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

// Within the project, so that what is native is found where it is installed.
const cache = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));
mkdirSync(cache, { recursive: true });
const dir = mkdtempSync(`${cache}torture-`);

/** What lies beside a module is still found where the module was written. */
const inPlace = {
  name: 'in-place',
  transform: (code, id) =>
    code
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)),
};

const build = await rolldown({
  input: { main: fileURLToPath(new URL('../test/torture/main.ts', import.meta.url)) },
  platform: 'node',
  external: ['libsql', '@duckdb/node-api', 'pg', 'rolldown', 'vitest'],
  plugins: [inPlace],
  logLevel: 'silent',
});
await build.write({ dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
await build.close();
const child = spawn(process.execPath, [`${dir}/main.mjs`, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  rmSync(dir, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});
