import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import Libsql from 'libsql';
import { openWorkspace } from '../../src/workspace/open.ts';
import { HELD, lookPostgres } from './postgres/look.ts';

type Rows = readonly string[];

/** Everything that can be seen of a project, by its readers and by somebody who looks under the floor. */
export interface Look {
  /** Rows of every physical view by its name, read past Bough. */
  readonly views: Readonly<Record<string, Rows>>;
  /** What each environment's readers see through Bough. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, Rows>>>>;
  /** Every revision of every environment: number, operation kind, operation id. */
  readonly history: Readonly<Record<string, readonly (readonly [number, string, string])[]>>;
  /** Revisions whose builds were collected. */
  readonly gone: Readonly<Record<string, readonly number[]>>;
  /** Operation of each environment's head revision, deleted ones among them. */
  readonly heads: Readonly<Record<string, string | null>>;
  /** Operation that each environment's marker in the warehouse names. */
  readonly markers: Readonly<Record<string, string | null>>;
  /** Relations in the schema `bough`, without Bough's own tables. */
  readonly relations: readonly string[];
  readonly builds: readonly {
    readonly id: string;
    readonly status: string;
    readonly node: string;
    readonly key: string;
  }[];
  readonly ownedViews: readonly string[];
  /** Open operations, held leases, open intents and pins. */
  readonly held: readonly string[];
  /** Files in `.bough`. */
  readonly files: readonly string[];
}

/** Address of the one PostgreSQL database that holds a project's warehouse and state; null where it lies in files. */
export function serverOf(directory: string): string | null {
  const path = join(directory, 'bough.yml');
  return existsSync(path) ? (/^state: (postgres:\S+)/m.exec(readFileSync(path, 'utf8'))?.[1] ?? null) : null;
}

/** A row as text, whatever engine has it. */
export const rowText = (directory: string): string =>
  serverOf(directory) === null ? 'to_json(t)::VARCHAR' : 'row_to_json(t)::text';

/** Rows of several nodes in one statement: each opens the warehouse anew. */
export function everyRow(directory: string, relations: Readonly<Record<string, string>>): string {
  const all = Object.entries(relations).map(
    ([node, relation]) => `SELECT '${node}' AS node, ${rowText(directory)} AS line FROM ${relation} AS t`,
  );
  return `${all.join(' UNION ALL ')} ORDER BY 1, 2`;
}

export function byNode(nodes: readonly string[], found: readonly (readonly unknown[])[]): Record<string, string[]> {
  const rows: Record<string, string[]> = Object.fromEntries(nodes.map((node) => [node, []]));
  for (const [node, line] of found) {
    if (typeof node === 'string' && typeof line === 'string') rows[node]?.push(line);
  }
  return rows;
}

/** Looks at a project that no other process writes to. */
export async function look(directory: string): Promise<Look> {
  const through = await throughBough(directory);
  const server = serverOf(directory);
  const local = join(directory, '.bough');
  if (server !== null)
    return { ...through, ...(await lookPostgres(server)), files: existsSync(local) ? readdirSync(local).sort() : [] };
  const folder = join(directory, '.bough');
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  const warehouse = await underneath(join(folder, WAREHOUSE));
  const others = files.filter((name) => name.endsWith('.duckdb') && name !== WAREHOUSE);
  const found = await Promise.all(others.map((name) => underneath(join(folder, name))));
  const markers = Object.assign({}, warehouse.markers, ...found.map((one) => one.markers));
  return { ...through, ...warehouse, markers, ...inState(join(folder, 'state.db')), files };
}

/** Another root has a file of its own beside it, of which only the markers are looked at. */
const WAREHOUSE = 'warehouse.duckdb';

async function throughBough(directory: string): Promise<Pick<Look, 'environments' | 'history' | 'gone' | 'heads'>> {
  const workspace = await openWorkspace({ directory });
  const environments: Record<string, Record<string, Rows>> = {};
  const history: Record<string, readonly (readonly [number, string, string])[]> = {};
  const gone: Record<string, readonly number[]> = {};
  const heads: Record<string, string | null> = {};
  for (const { name, deletedAt, operation } of await workspace.environments()) {
    heads[name] = operation;
    const line = await workspace.history(name);
    history[name] = line.map((one) => [one.revision, one.operation, one.operationId]);
    gone[name] = line.flatMap((one) => (one.gone ? [one.revision] : []));
    if (deletedAt !== null) continue;
    const nodes = (await workspace.show(name)).nodes.map(({ entry }) => entry.node);
    const found = await workspace.query(name, everyRow(directory, Object.fromEntries(nodes.map((one) => [one, one]))));
    environments[name] = byNode(nodes, found.rows);
  }
  await workspace.close();
  return { environments, history, gone, heads };
}

async function underneath(path: string): Promise<Pick<Look, 'views' | 'markers' | 'relations'>> {
  if (!existsSync(path)) return { views: {}, markers: {}, relations: [] };
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const all = async (sql: string): Promise<readonly string[][]> =>
    (await connection.runAndReadAll(sql)).getRowsJson().map((row) => row.map(String));
  try {
    const found = await all(
      `SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_catalog = current_database()`,
    );
    const views: Record<string, Rows> = {};
    for (const [schema = '', name = ''] of found.filter(([schema]) => schema !== 'bough')) {
      views[`${schema}.${name}`] = (await all(`SELECT * FROM "${schema}"."${name}" ORDER BY ALL`)).map((row) =>
        JSON.stringify(row),
      );
    }
    const own = found.flatMap(([schema, name = '']) => (schema === 'bough' ? [name] : []));
    const marked = own.includes('$marker') ? await all('SELECT environment, operation FROM bough."$marker"') : [];
    const markers = Object.fromEntries(
      marked.map(([name = '', operation = '']) => [name, operation === 'null' ? null : operation]),
    );
    return { views, markers, relations: own.filter((name) => !name.startsWith('$')).sort() };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function inState(path: string): Pick<Look, 'builds' | 'ownedViews' | 'held'> {
  if (!existsSync(path)) return { builds: [], ownedViews: [], held: [] };
  const database = new Libsql(path);
  const all = (sql: string): readonly (readonly string[])[] =>
    database
      .prepare(sql)
      .raw()
      .all()
      .map((row) => (row as unknown[]).map(String));
  try {
    if (all(`SELECT name FROM sqlite_master WHERE name = 'meta'`).length === 0)
      return { builds: [], ownedViews: [], held: [] };
    const held = all(HELD);
    return {
      builds: all('SELECT id, status, node, build_key FROM builds ORDER BY id').map(
        ([id = '', status = '', node = '', key = '']) => ({ id, status, node, key }),
      ),
      ownedViews: all('SELECT name FROM views ORDER BY name').flat(),
      held: held.flat(),
    };
  } finally {
    database.close();
  }
}
