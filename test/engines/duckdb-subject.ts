import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { duckdbEngine } from '../../src/engines/duckdb/engine.ts';
import type { Abilities, Subject } from './subject.ts';

export const ABILITIES: Abilities = {
  formats: ['csv', 'parquet', 'json'],
  readsInPlace: true,
  types: { integer: 'INTEGER', bigint: 'BIGINT', text: 'VARCHAR', decimal: 'DECIMAL(10,2)' },
  endless: 'SELECT count(*) AS n FROM range(100000000) AS a, range(100000) AS b',
};

export interface DuckdbSubject extends Subject {
  readonly path: string;
}

/** A warehouse in a folder of its own; `file` names it. */
export async function duckdbSubject(file = 'warehouse.duckdb', timezone = 'UTC'): Promise<DuckdbSubject> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bough-duckdb-')));
  const path = join(folder, 'db', file);
  return {
    path,
    engine: duckdbEngine({ type: 'duckdb', path, threads: null, memoryLimit: null }, timezone),
    root: join(folder),
    foreign: (statement) => runForeign(path, statement),
    abilities: ABILITIES,
    cleanup: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function runForeign(path: string, statement: string): Promise<void> {
  const instance = await DuckDBInstance.fromCache(path);
  const connection = await instance.connect();
  try {
    await connection.run(statement);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
