// Never torn, never lost: `npm run torture -- --minutes M --seed S`. See test/torture/main.ts.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

// Everything that comes to be on the way, whatever ends the run. The server's user must come in.
const scratch = mkdtempSync(join(tmpdir(), 'bough-torture-'));
chmodSync(scratch, 0o755);
const env = { ...process.env, TMPDIR: scratch };
const child = spawn(process.execPath, [`${dir}/main.mjs`, ...process.argv.slice(2)], { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  rmSync(dir, { recursive: true, force: true });
  // A server is just ending in it.
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 });
  process.exitCode = code ?? 1;
});
