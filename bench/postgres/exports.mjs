// Exporting a table of a warehouse to PostgreSQL, by `replace` and in one transaction with its marker, beside the least that
// moves the same rows: the warehouse's own COPY into a file or a pipe, and COPY FROM STDIN into an empty table.
// BENCH_ROUNDS and BENCH_ROWS make it smaller.
import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { bundleInto } from '../lib/bundle.mjs';
import { alternate, format, heading, line, median, scratch } from '../lib/measure.mjs';
import { server } from './server.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000);

const part = async (entry) => import(await bundleInto(scratch(`postgres-${entry.replaceAll('/', '-')}`), entry));
const { postgresEngine } = await part('engines/postgres/engine.ts');
const { duckdbEngine } = await part('engines/duckdb/engine.ts');
const { targetFor } = await part('targets/index.ts');
const { Wire } = await part('postgres/wire.ts');

const folder = scratch('exports');
const connection = await server();
const { host, port, user, database } = connection;
const client = new Client(connection);
await client.connect();
const never = new AbortController().signal;
const wire = await Wire.open({ place: '', password: null, attempts: [{ host, port, user, database, ssl: false }] });
const pipe = await Wire.open({ place: '', password: null, attempts: [{ host, port, user, database, ssl: false }] });

const COLUMNS = (series, seconds) => `SELECT i AS id, 'code-' || (i % 1000) AS code, 'name of ' || i AS name,
  CAST(i * 1.25 AS decimal(12, 2)) AS amount, ${seconds} AS at, i % 2 = 0 AS flag, '' AS note, NULL AS other ${series}`;
const TYPES =
  'id integer, code text, name text, amount numeric(12,2), at timestamp, flag boolean, note text, other text';

const path = join(folder, 'warehouse.duckdb');
const WAREHOUSES = {
  DuckDB: {
    engine: duckdbEngine({ type: 'duckdb', path, threads: null, memoryLimit: null }, 'UTC'),
    query: COLUMNS(
      `FROM (SELECT CAST(range AS integer) AS i FROM range(${ROWS}))`,
      "TIMESTAMP '2026-01-01' + to_seconds(i)",
    ).replace('NULL AS', 'CAST(NULL AS varchar) AS'),
    raw: async (session) => {
      const file = join(folder, 'raw.csv');
      await session.query(`COPY (FROM bough.t) TO '${file}' (FORMAT csv, HEADER false)`);
      await wire.send('TRUNCATE public.raw');
      await wire.copyIn('COPY public.raw FROM STDIN (FORMAT csv)', createReadStream(file, { highWaterMark: 1 << 18 }));
      rmSync(file);
    },
  },
  PostgreSQL: {
    engine: postgresEngine({ type: 'postgres', connection, role: null, connections: 2, statementTimeout: 0 }, 'UTC'),
    query: COLUMNS(
      `FROM generate_series(0, ${ROWS - 1}) AS g (i)`,
      "TIMESTAMP '2026-01-01' + i * INTERVAL '1 second'",
    ).replace('NULL AS', 'CAST(NULL AS text) AS'),
    raw: async () => {
      await wire.send('TRUNCATE public.raw');
      await wire.copyIn('COPY public.raw FROM STDIN (FORMAT csv)', pipe.copyOut('COPY bough.t TO STDOUT (FORMAT csv)'));
    },
  },
};

const { server_version: version } = (await client.query('SHOW server_version')).rows[0];
heading(`${format(ROWS)} rows × 8 columns into PostgreSQL ${version}, medians of ${ROUNDS}, in turns`);
await client.query(`CREATE TABLE public.raw (${TYPES})`);
const container = {
  type: 'postgres',
  name: null,
  host,
  port,
  user,
  database,
  path: null,
  status: null,
  credential: null,
};
const timed = async (work) => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

let token = 0;
for (const [name, { engine, query, raw }] of Object.entries(WAREHOUSES)) {
  const session = await engine.open('write', { wait: 60_000, signal: never, onWait: () => undefined });
  await session.initialise('bench');
  await session.build({ type: 'table', id: 't', query, storage: {} }, never);
  const opening = { root: folder, variables: {}, passwordOf: () => undefined, at: { file: '', line: 1, column: 1 } };
  const target = await targetFor(container).open({ ...container, options: {} }, opening);
  const exported = async (mode, table) => {
    token += 1;
    const owner = { state: 'bench', environment: 'bench', node: name };
    const told = { table: { schema: 'public', name: table }, mode, key: mode === 'upsert' ? ['id'] : [], owner };
    const more = { operation: `o${token}`, token, content: `c${token}`, last: null, adopt: true };
    await session.unload('t', (outflow) => target.deliver({ ...told, ...more }, outflow, never), never);
    await client.query(`VACUUM public."${table}"`);
  };
  const samples = await alternate(ROUNDS, {
    raw: () => timed(() => raw(session)),
    append: () => timed(() => exported('append', `appended ${name} ${token}`)),
    replace: () => timed(() => exported('replace', `replaced ${name}`)),
  });
  const base = median(samples.get('raw'));
  for (const [what, found] of samples) {
    line(
      `${name}: ${what} (${(median(found) / base).toFixed(2)} ×)`,
      found.map((ms) => ROWS / ms),
      'thousand rows/s',
    );
  }
  await target.close();
  await session.close();
}
await Promise.all([wire.close(), pipe.close(), client.end()]);
