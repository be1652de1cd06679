import type { Column } from '../../model/facts.ts';
import type { Json } from '../../model/json.ts';
import { EngineError, versionToken } from '../contract.ts';
import type { BuildRequest, Built, Sql } from '../contract.ts';
import type { Connection } from './connection.ts';
import { declaredTypes } from '../declared.ts';
import { checkTypes, selectCast } from './declared.ts';
import { pathOf, readingQuery } from './files.ts';
import { readingError } from './file-errors.ts';
import { importRows } from './import.ts';
import type { Names } from './names.ts';
import { fold } from './names.ts';
import { tableName } from './table-name.ts';
import { describe } from './query.ts';
import { columnsOf, isPlain, toJson } from './values.ts';

type Made = Omit<Built, 'seconds'>;

/** Makes one build, in one transaction. */
export async function build(
  connection: Connection,
  names: Names,
  request: BuildRequest,
  signal: AbortSignal,
): Promise<Built> {
  const started = performance.now();
  const made = await make(connection, names, request, signal);
  return { ...made, seconds: (performance.now() - started) / 1000 };
}

async function make(connection: Connection, names: Names, request: BuildRequest, signal: AbortSignal): Promise<Made> {
  const target = names.build(request.id);
  switch (request.type) {
    case 'table':
    case 'view':
      refuseStorage(request.storage);
      return connection.transaction(() => create(connection, request.type, target, request.query));
    case 'load':
    case 'load-view':
      return load(connection, request, target);
    case 'import': {
      const rows = await importRows(connection, request, target, signal);
      return { rows, columns: await columns(connection, target), token: null };
    }
    case 'copy':
    case 'copy-view':
      return copy(connection, names, request, target);
  }
}

/** DuckDB's tables have no options of their own. */
function refuseStorage(storage: { readonly [option: string]: Json }): void {
  const [option] = Object.keys(storage);
  if (option !== undefined) throw new EngineError(`DuckDB tables have no storage option \`${option}\``, null);
}

async function create(connection: Connection, kind: 'table' | 'view', target: Sql, query: Sql): Promise<Made> {
  const before = `CREATE ${kind === 'table' ? 'TABLE' : 'VIEW'} ${target} AS `;
  const result = await connection.run(`${before}${query}`, { start: before.length, length: query.length });
  // The one row that there is; asking for all rows asks once more whether there are others.
  const chunk = kind === 'view' ? null : await result.fetchChunk();
  const rows =
    chunk !== null && chunk.rowCount > 0 && chunk.columnCount > 0 ? chunk.getColumnVector(0).getItem(0) : null;
  return {
    // A query that the engine takes for several statements (PIVOT) gives no count.
    rows: kind === 'view' ? null : Number(rows ?? (await connection.text(`SELECT count(*) FROM ${target}`))),
    columns: await columns(connection, target),
    token: null,
  };
}

/** A third of the price of DESCRIBE, where the driver spells the types as the engine does. */
async function columns(connection: Connection, target: Sql): Promise<readonly Column[]> {
  const empty = await connection.run(`FROM ${target} LIMIT 0`);
  return empty.columnTypes().every(isPlain) ? columnsOf(empty) : describe(connection, `FROM ${target}`);
}

async function load(
  connection: Connection,
  { type, read }: Extract<BuildRequest, { type: 'load' | 'load-view' }>,
  target: Sql,
): Promise<Made> {
  // Outside of the transaction: looking for a broken line makes errors, and an error would end it.
  const query = await readingQuery(connection, read);
  try {
    return await connection.transaction(() => create(connection, type === 'load' ? 'table' : 'view', target, query));
  } catch (error) {
    throw readingError(error, read, pathOf(read));
  }
}

async function copy(
  connection: Connection,
  names: Names,
  request: Extract<BuildRequest, { type: 'copy' | 'copy-view' }>,
  target: Sql,
): Promise<Made> {
  await checkTypes(connection, request.table, request.declared);
  const from = tableName(names, request.table);
  return connection.transaction(async () => {
    const present = await describe(connection, `FROM ${from}`);
    const query = selectCast(from, declaredTypes(request.table, request.declared, present, fold));
    const made = await create(connection, request.type === 'copy' ? 'table' : 'view', target, query);
    if (request.version === null) return made;
    const result = await connection.run(request.version);
    return { ...made, token: versionToken({ columns: columnsOf(result), rows: await result.convertRows(toJson) }) };
  });
}
