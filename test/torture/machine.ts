import { cpus, loadavg, totalmem } from 'node:os';
import { version as duckdb } from '@duckdb/node-api';
import { connected, type Server } from '../support/postgres/server.ts';

/** What figures of a run depend on, in one line. */
export async function machineOf(server: Server): Promise<string> {
  const client = await connected({ port: server.port, database: 'postgres' });
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  const [core] = cpus();
  return [
    `${cpus().length} × ${core?.model.trim() ?? process.arch}`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `load ${loadavg()[0]?.toFixed(1)}`,
    `Node ${process.versions.node}`,
    `DuckDB ${duckdb().replace('v', '')}`,
    `PostgreSQL ${rows[0]?.server_version}`,
  ].join(', ');
}
