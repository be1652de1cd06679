import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { statement } from './server.ts';

const PROGRAM = ['pgbouncer', '/usr/sbin/pgbouncer'].find((name) => spawnSync(name, ['--version']).status === 0);

/** Debian's package; the build installs it. */
export const NO_PGBOUNCER = PROGRAM === undefined ? 'PgBouncer is not installed (apt-get install pgbouncer)' : null;

export interface Pooler {
  readonly port: number;
  readonly end: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A real PgBouncer in front of a server, with fewer server sessions than it has clients. */
export async function pgbouncer(server: number, mode: 'transaction' | 'statement'): Promise<Pooler> {
  if (PROGRAM === undefined) throw new Error('PgBouncer is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'bough-pgbouncer-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const settings = join(folder, 'pgbouncer.ini');
  writeFileSync(
    settings,
    `[databases]\n* = host=127.0.0.1 port=${server} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1
listen_port = ${port}\nauth_type = any\npool_mode = ${mode}\ndefault_pool_size = 4\nunix_socket_dir =\n`,
  );
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const pooler = spawn(PROGRAM, [...user, settings], { stdio: 'ignore' });
  await answering(port, pooler);
  return {
    port,
    end: async () => {
      const gone = once(pooler, 'exit');
      pooler.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answering(port: number, pooler: ChildProcess): Promise<void> {
  while (pooler.exitCode === null) {
    try {
      return await statement({ port, database: 'postgres' }, 'SELECT 1');
    } catch {
      await pause(20);
    }
  }
  throw new Error('PgBouncer did not start');
}
