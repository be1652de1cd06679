import { existsSync } from 'node:fs';
import type { EngineConfig } from '../../model/project.ts';
import { FOREIGN_TYPES } from '../../sources/contract.ts';
import type { Engine, Patience, Reader, Session } from '../contract.ts';
import { driverVersion, isNotInstalled, notInstalled } from './driver.ts';
import { fold, namesOf, quoteIdentifier } from './names.ts';
import type { Warehouse } from './session.ts';
import { engineFact } from './settings.ts';

/** DuckDB's native code is loaded by what opens a database, and by nothing before. */
async function lazily<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw isNotInstalled(error) ? notInstalled(error) : error;
  }
}

/** A warehouse in one DuckDB file. */
export function duckdbEngine(config: Extract<EngineConfig, { type: 'duckdb' }>, timezone: string): Engine {
  const { path, threads, memoryLimit } = config;
  const warehouse: Warehouse = { path, timezone, names: namesOf(path), resources: { threads, memoryLimit } };

  async function open(mode: 'write', patience: Patience): Promise<Session>;
  async function open(mode: 'read', patience: Patience): Promise<(Reader & { close(): Promise<void> }) | null>;
  async function open(
    mode: 'read' | 'write',
    patience: Patience,
  ): Promise<Session | (Reader & { close(): Promise<void> }) | null> {
    if (mode === 'read' && !existsSync(path)) return null;
    const session = await lazily(() => import('./session.ts'));
    return mode === 'read' ? session.openReader(warehouse, patience) : session.openSession(warehouse, patience);
  }

  return {
    dialect: 'duckdb',
    // DuckDB has no limit; names stay short enough for every engine that a project may move to.
    maxIdentifier: 63,
    grants: false,
    // A file that is open for reading keeps every writer out.
    estimates: false,
    fact: async () => engineFact(driverVersion(), timezone),
    open,
    describeFiles: async (read) => {
      const { describeFiles } = await lazily(() => import('./scratch.ts'));
      return describeFiles(read, timezone, warehouse.resources);
    },
    imports: FOREIGN_TYPES,
    describeImport: async (read) => {
      const { describeImport } = await lazily(() => import('./scratch.ts'));
      return describeImport(read, timezone, warehouse.resources);
    },
    relation: (build) => warehouse.names.build(build),
    quoteName: (name) => warehouse.names.relation(name),
    quoteIdentifier,
    fold,
  };
}
