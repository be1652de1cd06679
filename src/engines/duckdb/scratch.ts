import { DuckDBInstance } from '@duckdb/node-api';
import type { Column } from '../../model/facts.ts';
import type { FileRead, ForeignRead } from '../contract.ts';
import type { Connection } from './connection.ts';
import { Connections } from './connections.ts';
import { describeReading } from './files.ts';
import { describeForeign } from './import.ts';
import { prepare } from './instances.ts';
import type { Resources } from './settings.ts';

/** A database in memory, for reading files where there is no warehouse yet. One for the life of the process. */
let scratch: Promise<DuckDBInstance> | undefined;

async function create(resources: Resources): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:');
  try {
    await prepare(instance, resources);
    return instance;
  } catch (error) {
    instance.closeSync();
    scratch = undefined;
    throw error;
  }
}

/** Asks a connection where there is no warehouse. */
async function inScratch<T>(
  work: (connection: Connection) => Promise<T>,
  timezone: string,
  resources: Resources,
): Promise<T> {
  scratch ??= create(resources);
  const connections = new Connections(await scratch, timezone);
  try {
    return await connections.use(work);
  } finally {
    await connections.close();
  }
}

export const describeFiles = (read: FileRead, timezone: string, resources: Resources): Promise<readonly Column[]> =>
  inScratch((connection) => describeReading(connection, read), timezone, resources);

export const describeImport = (read: ForeignRead, timezone: string, resources: Resources): Promise<readonly Column[]> =>
  inScratch((connection) => describeForeign(connection, read), timezone, resources);
