// A table of one PostgreSQL database taken into a warehouse on DuckDB and on PostgreSQL, the version token apart; beside
// `psql \copy` out of the one and into the other. BENCH_ROUNDS and BENCH_ROWS make it smaller.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { bundleInto } from '../lib/bundle.mjs';
import { alternate, format, heading, line, median, scratch } from '../lib/measure.mjs';
import { server } from './server.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000);

const folder = scratch('postgres-source');
const bundled = async (name, entry) => {
  const at = join(folder, name);
  mkdirSync(at);
  return import(await bundleInto(at, entry));
};
const { postgresEngine } = await bundled('postgres', 'engines/postgres/engine.ts');
const { duckdbEngine } = await bundled('duckdb', 'engines/duckdb/engine.ts');
const { openDatabases } = await bundled('sources', 'sources/databases.ts');

const connection = await server();
const client = new Client(connection);
await client.connect();
await client.query('DROP SCHEMA IF EXISTS bench_source CASCADE; CREATE SCHEMA bench_source');
await client.query(`CREATE TABLE bench_source.rows AS
  SELECT g AS id, 'c' || g % 97 AS code, 'name ' || g AS name, (g % 1000 + 0.25)::numeric(12,2) AS amount,
    timestamptz '2026-01-01 10:00:00+00' + g * interval '1 second' AS at, g % 2 = 0 AS flag, 'a, b' AS note,
    CASE WHEN g % 3 > 0 THEN 'x' END AS other
  FROM generate_series(1, ${ROWS}) AS g; ANALYZE bench_source.rows`);

const never = new AbortController().signal;
const container = { type: 'postgres', name: null, path: null, status: null, credential: null, options: {} };
const { host, port, user, database, password } = connection;
const source = (version) => ({
  kind: 'source',
  name: 'raw.rows',
  columns: [],
  at: { file: 'rows.yml', line: 1, column: 1 },
  origin: {
    type: 'connection',
    container: { ...container, host, port, user, database },
    table: 'bench_source.rows',
    query: null,
    version: { type: version },
  },
});
const variables = { PGPASSWORD: password };
const databases = () => openDatabases({ root: folder, variables, passwordOf: () => undefined, boundAt: () => null });
const milliseconds = async (work) => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

const duckdb = duckdbEngine(
  { type: 'duckdb', path: join(folder, 'warehouse.duckdb'), threads: null, memoryLimit: null },
  'UTC',
);
const postgres = postgresEngine(
  { type: 'postgres', connection, role: null, connections: 2, statementTimeout: 0 },
  'UTC',
);
const opened = async (engine) => {
  const session = await engine.open('write', { wait: 60_000, signal: never, onWait: () => undefined });
  await session.initialise('bench');
  return session;
};
const sessions = { DuckDB: await opened(duckdb), PostgreSQL: await opened(postgres) };

let made = 0;
async function taken(session) {
  const other = databases();
  const id = `raw__rows__${(made += 1)}`;
  try {
    return await milliseconds(async () => {
      const rows = await other.look(source('live'), never);
      const built = await session.build(
        { type: 'import', id, read: { node: 'raw.rows', rows, declared: [] }, scratch: folder },
        never,
      );
      if (built.rows !== ROWS) throw new Error(`${built.rows} rows`);
    });
  } finally {
    await other.release();
    await session.drop([id]);
  }
}

async function token() {
  const other = databases();
  try {
    return await milliseconds(() => other.look(source('content'), never));
  } finally {
    await other.release();
  }
}

const psql = (command) => {
  const where = ['-h', host, '-p', String(port), '-U', user, '-d', database];
  const { status, stderr } = spawnSync('psql', [...where, '-qc', command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr ?? 'psql');
};
const hasPsql = spawnSync('psql', ['--version']).status === 0;
const path = join(folder, 'rows.copy');
const out = async () => milliseconds(async () => psql(`\\copy bench_source.rows TO '${path}'`));
const into = async () => {
  await client.query(`DROP TABLE IF EXISTS bench_source.copy; CREATE TABLE bench_source.copy (LIKE bench_source.rows)`);
  return milliseconds(async () => psql(`\\copy bench_source.copy FROM '${path}'`));
};

heading(`${format(ROWS)} rows × 8 columns of another database, medians of ${ROUNDS}, in turns`);
const samples = await alternate(ROUNDS, {
  'into DuckDB': () => taken(sessions.DuckDB),
  'into PostgreSQL': () => taken(sessions.PostgreSQL),
  'the version token': token,
  ...(hasPsql ? { 'psql \\copy, out and in': async () => (await out()) + (await into()) } : {}),
});
for (const [name, found] of samples) {
  line(
    name,
    found.map((ms) => ROWS / ms),
    'thousand rows/s',
  );
}
const psqls = samples.get('psql \\copy, out and in');
if (psqls !== undefined) {
  for (const name of ['into DuckDB', 'into PostgreSQL'])
    console.log(`  ${name} / psql: ${format(median(samples.get(name)) / median(psqls))} × the time`);
}

for (const session of Object.values(sessions)) await session.close();
await client.query('DROP SCHEMA bench_source CASCADE');
await client.end();
