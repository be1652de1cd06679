import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import type { Patience, Reader, Session } from '../contract.ts';
import { build } from './build.ts';
import { existing, missing, standingBuilds } from './catalog.ts';
import { Connections } from './connections.ts';
import type { Connection } from './connection.ts';
import { drop } from './drop.ts';
import { fingerprints } from './fingerprint.ts';
import type { Held } from './instances.ts';
import { hold } from './instances.ts';
import { identity, initialise, marker, raise } from './marker.ts';
import type { Names } from './names.ts';
import { publish } from './publish.ts';
import { describe, estimate, select } from './query.ts';
import { clearScratch } from './scratch-folder.ts';
import type { Resources } from './settings.ts';
import { Slots } from '../slots.ts';
import { unload } from './unload.ts';

export interface Warehouse {
  readonly path: string;
  readonly timezone: string;
  readonly names: Names;
  readonly resources: Resources;
}

/** Queries run on libuv's threads, four unless told otherwise; one is left for files and for finishing. */
const threadPool = (): number => Math.max(1, (Number(process.env['UV_THREADPOOL_SIZE']) || 4) - 1);

const ignore = async (connection: Connection): Promise<void> => {
  await connection.text('SELECT 1');
};

async function connections(warehouse: Warehouse, held: Held): Promise<Connections> {
  const pool = new Connections(held.instance, warehouse.timezone);
  try {
    // A setting that the engine does not know (a time zone) is said now, not in the middle of a build.
    await pool.use(ignore);
    return pool;
  } catch (error) {
    await pool.close();
    held.release();
    throw error;
  }
}

function reader(pool: Connections, { path, names }: Warehouse): Reader {
  return {
    unload: (id, take, signal) => unload(pool, { path, relation: names.build(id) }, take, signal),
    describe: (query) =>
      pool.use((connection) => connection.transaction(() => describe(connection, query), 'READ ONLY')),
    query: (statement, { signal, limit } = {}) =>
      pool.use((connection) => select(connection, statement, limit), signal),
    fingerprints: (id, sets, { signal } = {}) =>
      pool.use((connection) => {
        const work = () => fingerprints(connection, names.build(id), sets);
        return connection.transaction(work, 'READ ONLY');
      }, signal),
    missing: (builds) => pool.use((connection) => missing(connection, names, builds)),
    identity: () => pool.use((connection) => identity(connection, names)),
    standing: async () => [...(await pool.use(standingBuilds)).keys()],
    existing: (names) => pool.use((connection) => existing(connection, names)),
    estimate: (query, signal) => pool.use((connection) => estimate(connection, query), signal),
    roles: async () => [],
  };
}

const closer = (pool: Connections, held: Held) => async (): Promise<void> => {
  await pool.close();
  held.release();
};

export async function openReader(
  warehouse: Warehouse,
  patience: Patience,
): Promise<Reader & { close(): Promise<void> }> {
  const held = await hold(warehouse.path, 'read', warehouse.resources, patience);
  const pool = await connections(warehouse, held);
  return { ...reader(pool, warehouse), close: closer(pool, held) };
}

export async function openSession(warehouse: Warehouse, patience: Patience): Promise<Session> {
  const held = await hold(warehouse.path, 'write', warehouse.resources, patience);
  clearScratch(dirname(warehouse.path));
  const pool = await connections(warehouse, held);
  const concurrency = Math.min(warehouse.resources.threads ?? availableParallelism(), threadPool());
  const slots = new Slots(concurrency);
  const { names } = warehouse;
  return {
    ...reader(pool, warehouse),
    concurrency,
    build: (request, signal) =>
      slots.run(() => pool.use((connection) => build(connection, names, request, signal), signal), signal),
    drop: (builds) => pool.use((connection) => drop(connection, names, builds)),
    publish: (publication) => pool.use((connection) => publish(connection, names, publication)),
    marker: (environment) => pool.use((connection) => marker(connection, names, environment)),
    raise: (environment, token) => pool.use((connection) => raise(connection, names, environment, token)),
    initialise: (id) => pool.use((connection) => initialise(connection, names, id)),
    close: closer(pool, held),
  };
}
