// A PostgreSQL server for a benchmark: the one that BENCH_POSTGRES names (`postgres://…`), or one from npm that ends with
// this process.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { scratch } from '../lib/measure.mjs';

const KEEPER = fileURLToPath(new URL('../../test/support/postgres/keeper.mjs', import.meta.url));

export async function server() {
  const given = process.env.BENCH_POSTGRES;
  if (given !== undefined) {
    const { hostname, port, username, password, pathname } = new URL(given);
    return { host: hostname, port: Number(port || 5432), user: username, password, database: pathname.slice(1) };
  }
  const directory = scratch('postgres');
  chmodSync(directory, 0o755);
  spawn(process.execPath, [KEEPER, directory, String(process.pid)], { detached: true, stdio: 'ignore' }).unref();
  const ready = join(directory, 'ready.json');
  while (!existsSync(ready)) await pause(50);
  const { port } = JSON.parse(readFileSync(ready, 'utf8'));
  await pause(1000);
  return { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
}
