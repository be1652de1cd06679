import { DuckDBInstance } from '@duckdb/node-api';
import type { Column } from '../../model/facts.ts';
import type { FileRead } from '../contract.ts';
import { Connections } from './connections.ts';
import { describeReading } from './files.ts';
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

export async function describeFiles(
  read: FileRead,
  timezone: string,
  resources: Resources,
): Promise<readonly Column[]> {
  scratch ??= create(resources);
  const connections = new Connections(await scratch, timezone);
  try {
    return await connections.use((connection) => describeReading(connection, read));
  } finally {
    await connections.close();
  }
}
