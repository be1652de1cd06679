import type { Json } from '../../model/json.ts';
import { versionToken } from '../contract.ts';
import type { BuildRequest, Built, Sql } from '../contract.ts';
import { declaredTypes } from '../declared.ts';
import type { BuiltAt } from './built-at.ts';
import type { Connection } from './connection.ts';
import { checkTypes, foldColumn, selectCast } from './declared.ts';
import { importRows } from './import.ts';
import { load } from './load.ts';
import { buildName } from './names.ts';
import { afterRows, storageOf, tableHead } from './storage.ts';
import { tableName } from './table-name.ts';
import { jsonRows } from './values.ts';

type Made = Omit<Built, 'seconds'>;

/** Makes one build, in one transaction. */
export async function build(
  connection: Connection,
  builtAt: BuiltAt,
  request: BuildRequest,
  signal: AbortSignal,
): Promise<Built> {
  const started = performance.now();
  const made = await make(connection, request, signal);
  await builtAt.note(buildName(request.id), connection);
  return { ...made, seconds: (performance.now() - started) / 1000 };
}

function make(connection: Connection, request: BuildRequest, signal: AbortSignal): Promise<Made> {
  switch (request.type) {
    case 'table':
    case 'view':
      return connection.transaction(() =>
        create(connection, request.type, buildName(request.id), request.query, request.storage),
      );
    case 'load':
    case 'load-view':
      return load(connection, request);
    case 'import':
      return importRows(connection, request, signal);
    case 'copy':
    case 'copy-view':
      return copy(connection, request);
  }
}

const NO_STORAGE = {};

async function create(
  connection: Connection,
  kind: 'table' | 'view',
  target: Sql,
  query: Sql,
  options: { readonly [option: string]: Json } = NO_STORAGE,
): Promise<Made> {
  const storage = storageOf(kind, options);
  const head = kind === 'view' ? `CREATE VIEW ${target}` : tableHead(storage, target).join('');
  const before = `${head} AS `;
  const { count } = await connection.one(`${before}${query}`, { start: before.length, length: query.length });
  if (kind === 'table') for (const statement of afterRows(storage, target)) await connection.send(statement);
  const columns = await connection.describe(`SELECT * FROM ${target}`);
  return { rows: kind === 'view' ? null : count, columns, token: null };
}

/** Rows and version are of one snapshot. */
async function copy(
  connection: Connection,
  request: Extract<BuildRequest, { type: 'copy' | 'copy-view' }>,
): Promise<Made> {
  await checkTypes(connection, request.table, request.declared);
  const from = tableName(request.table);
  return connection.transaction(async () => {
    const present = await connection.describe(`SELECT * FROM ${from}`);
    const types = declaredTypes(request.table, request.declared, present, foldColumn);
    const kind = request.type === 'copy' ? 'table' : 'view';
    const made = await create(connection, kind, buildName(request.id), selectCast(from, present, types));
    if (request.version === null) return made;
    const answer = await connection.one(request.version);
    const columns = await connection.columnsOf(answer);
    return { ...made, token: versionToken({ columns, rows: await jsonRows(connection, answer) }) };
  }, 'ISOLATION LEVEL REPEATABLE READ');
}
