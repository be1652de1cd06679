import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { PostgresOptions } from '../../../src/model/project.ts';

export interface Server {
  readonly port: number;
  /** Cuts off every session as a crash would, and starts again. */
  readonly crash: () => void;
}

interface Ready {
  readonly port: number;
  readonly keeper: number;
}

const KEEPER = join(import.meta.dirname, 'keeper.mjs');

/** The server of this run, started by whoever comes first. */
export async function sharedServer(): Promise<Server> {
  // Not needed by who runs without it.
  const { inject } = await import('vitest');
  const { folder, run } = inject('postgres');
  chmodSync(folder, 0o755);
  const directory = join(folder, 'server');
  if (mkdirSync(directory, { recursive: true }) !== undefined) keep(directory, run);
  return answering(directory);
}

/** A server that ends with this process, to be crashed. */
export async function ownServer(): Promise<Server> {
  const directory = mkdtempSync(join(tmpdir(), 'bough-postgres-own-'));
  chmodSync(directory, 0o755);
  keep(directory, process.pid);
  return answering(directory);
}

/** Crashes a server and waits until it answers again. */
export async function crashed(server: Server): Promise<void> {
  const before = await startOf(server);
  server.crash();
  while (((await startOf(server)) ?? before) === before) await pause(20);
}

/** When the server was started; null while it does not answer. */
async function startOf({ port }: Server): Promise<string | null> {
  try {
    const client = await connected({ port, database: 'postgres' });
    const { rows } = await client.query<{ start: string }>('SELECT pg_postmaster_start_time()::text AS start');
    await client.end();
    return rows[0]?.start ?? null;
  } catch {
    return null;
  }
}

function keep(directory: string, run: number): void {
  spawn(process.execPath, [KEEPER, directory, String(run)], { detached: true, stdio: 'ignore' }).unref();
}

async function answering(directory: string): Promise<Server> {
  const path = join(directory, 'ready.json');
  while (!existsSync(path)) {
    const failed = join(directory, 'failed');
    if (existsSync(failed)) throw new Error(`no PostgreSQL server: ${readFileSync(failed, 'utf8')}`);
    await pause(20);
  }
  const { port, keeper }: Ready = JSON.parse(readFileSync(path, 'utf8'));
  for (;;) {
    try {
      await statement({ port, database: 'postgres' }, 'SELECT 1');
      break;
    } catch {
      await pause(20);
    }
  }
  return { port, crash: () => process.kill(keeper, 'SIGUSR2') };
}

/** A session of another program. */
export async function connected(options: PostgresOptions): Promise<Client> {
  const { host = '127.0.0.1', user = 'postgres', port, database } = options;
  const client = new Client({ host, user, ...(port === undefined ? {} : { port }), ...(database && { database }) });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Runs statements as another program would, and closes its session. */
export async function statement(options: PostgresOptions, sql: string): Promise<void> {
  const client = await connected(options);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export interface Database {
  readonly options: PostgresOptions & { readonly database: string; readonly port: number };
  readonly drop: () => Promise<void>;
}

/** A database of its own. */
export async function freshDatabase(server: Server): Promise<Database> {
  const database = `test_${randomBytes(6).toString('hex')}`;
  const maintenance = { port: server.port, database: 'postgres' };
  await statement(maintenance, `CREATE DATABASE ${database} TEMPLATE template0`);
  return {
    options: { host: '127.0.0.1', port: server.port, user: 'postgres', database },
    drop: () => statement(maintenance, `DROP DATABASE ${database} WITH (FORCE)`),
  };
}
