// Builds what package.json names: a small entry that answers --version at once, the rest in lazy chunks, and the types.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

function digestOf(folders) {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  const sources = files.filter((file) => file.endsWith('.ts')).sort((left, right) => (left < right ? -1 : 1));
  return createHash('sha256')
    .update(sources.map((file) => `${file}\n${readFileSync(file, 'utf8')}`).join('\n'))
    .digest('hex');
}

/** Code whose findings are remembered in a project's cache. */
const ANALYSIS = ['src/model', 'src/files', 'src/project', 'src/sql', 'src/identity', 'src/plan'];

const NATIVE = ['@duckdb/node-api', 'libsql', 'pg'];

/**
 * Native code cannot be bundled; it is loaded from node_modules when a command needs it. By `require`, because these
 * packages are CommonJS: `import` reads each of their files twice, once only to find out what it exports.
 */
const required = {
  name: 'required',
  resolveId: (id) => (NATIVE.includes(id) ? `\0required:${id}` : null),
  load: (id) => {
    if (!id.startsWith('\0required:')) return null;
    const name = JSON.stringify(id.slice('\0required:'.length));
    const names = Object.keys(createRequire(import.meta.url)(JSON.parse(name))).filter((one) =>
      /^[A-Za-z_$][\w$]*$/.test(one),
    );
    return `import { createRequire } from 'node:module';
const native = createRequire(import.meta.url)(${name});
export default native;
export const { ${names.filter((one) => one !== 'default').join(', ')} } = native;`;
  },
};

rmSync('dist', { recursive: true, force: true });
const bundle = await rolldown({
  input: { bough: 'src/cli/main.ts', index: 'src/index.ts', define: 'src/define/index.ts' },
  platform: 'node',
  plugins: [required],
  external: [/^node:/, ...builtinModules],
  transform: {
    define: {
      __BOUGH_VERSION__: JSON.stringify(version),
      __BOUGH_ANALYSIS__: JSON.stringify(digestOf(ANALYSIS)),
      __BOUGH_BUILD__: JSON.stringify(digestOf(['src'])),
    },
  },
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
