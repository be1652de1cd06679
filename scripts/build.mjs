// Builds what package.json names: a small entry that answers --version at once, the rest in lazy chunks, and the types.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync('dist', { recursive: true, force: true });
const bundle = await rolldown({
  input: { bough: 'src/cli/main.ts', index: 'src/index.ts' },
  platform: 'node',
  // Native code cannot be bundled; it is loaded from node_modules when a command needs it.
  external: [/^node:/, ...builtinModules, '@duckdb/node-api', 'libsql'],
  transform: { define: { __BOUGH_VERSION__: JSON.stringify(version) } },
});
await bundle.write({
  dir: 'dist',
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  banner: (chunk) => (chunk.name === 'bough' && chunk.isEntry ? '#!/usr/bin/env node' : ''),
});
chmodSync('dist/bough.js', 0o755);
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
