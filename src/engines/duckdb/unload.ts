import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Outflow } from '../../model/outflow.ts';
import { EngineError, type Sql } from '../contract.ts';
import type { Connections } from './connections.ts';
import { literal, quoteIdentifier } from './names.ts';
import { outType, outValue } from './outflow-types.ts';
import { scratchFolder } from './scratch-folder.ts';

interface Unloaded {
  /** Of the warehouse: where it has room, what it holds has room, too. */
  readonly path: string;
  readonly relation: Sql;
}

const FORMAT = `FORMAT csv, HEADER false, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR ''`;

/** Rows go through a file: the engine writes it at its own pace, and holds no connection while another database loads. */
export async function unload<T>(
  pool: Connections,
  { path, relation }: Unloaded,
  take: (outflow: Outflow) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const folder = scratchFolder(dirname(path));
  try {
    const file = join(folder, 'rows.csv');
    const columns = await pool.use(async (connection) => {
      const empty = await connection.run(`FROM ${relation} LIMIT 0`);
      const types = empty.columnTypes();
      const named = empty.columnNames().map((name, index) => ({ name, type: types[index] }));
      const found = named.flatMap(({ name, type }) => {
        const out = type === undefined ? null : outType(type);
        if (type === undefined || out === null) throw unknownType(name, String(type));
        return [{ name, type: out, value: outValue(quoteIdentifier(name), type) }];
      });
      const values = found.map(({ value }) => value).join(', ');
      await connection.run(`COPY (SELECT ${values} FROM ${relation}) TO ${literal(file)} (${FORMAT})`);
      return found.map(({ name, type }) => ({ name, type }));
    }, signal);
    const rows = createReadStream(file, { highWaterMark: 256 * 1024 });
    try {
      return await take({ columns, rows, detached: true });
    } finally {
      rows.destroy();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const unknownType = (column: string, type: string): EngineError =>
  new EngineError(`The column \`${column}\` is ${type}, which other databases do not have: cast it in the model`, null);
