// On PostgreSQL: moving views beside the raw transaction of as many, loading a file beside `psql \copy`, and readers while
// environments move. BENCH_ROUNDS, BENCH_VIEWS, BENCH_ROWS and BENCH_MOVES make it smaller.
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import { bundleInto } from '../lib/bundle.mjs';
import { alternate, format, heading, line, median, scratch, verdict } from '../lib/measure.mjs';
import { server } from './server.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const VIEWS = (process.env.BENCH_VIEWS ?? '100,1000').split(',').map(Number);
const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000);
const MOVES = Number(process.env.BENCH_MOVES ?? 2000);
const BUDGET = 1.2;

const folder = scratch('postgres-files');
const { postgresEngine } = await import(await bundleInto(folder, 'engines/postgres/engine.ts'));
const connection = await server();
const engine = postgresEngine({ type: 'postgres', connection, role: null, connections: 2, statementTimeout: 0 }, 'UTC');
const never = new AbortController().signal;
const session = await engine.open('write', { wait: 60_000, signal: never, onWait: () => undefined });
await session.initialise('bench');
const client = new Client(connection);
await client.connect();

const build = (id, query) => session.build({ type: 'table', id, query, storage: {} }, never);
const timed = async (work) => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

let token = 0;
const publish = (names, target, drops = []) => {
  token += 1;
  const views = names.map((name) => ({
    name,
    target: engine.relation(target),
    columns: [],
    comment: null,
    grants: [],
    like: null,
  }));
  return session.publish({ environment: 'bench', token, operation: `operation-${token}`, drops, views });
};

heading(
  `PostgreSQL ${(await client.query('SHOW server_version')).rows[0].server_version}, medians of ${ROUNDS}, in turns`,
);
await build('a__old', 'SELECT 1 AS n, 2 AS m');
await build('a__new', 'SELECT 2 AS n, 3 AS m');

for (const count of VIEWS) {
  const names = Array.from({ length: count }, (_, at) => ({ schema: 'bench', name: `v${at}` }));
  await publish(names, 'a__old');
  await client.query('CREATE SCHEMA IF NOT EXISTS by_hand');
  const byHand = (target) =>
    client.query(
      `BEGIN; ${names.map(({ name }) => `CREATE OR REPLACE VIEW by_hand.${name} AS SELECT * FROM bough.${target};`).join('\n')} COMMIT`,
    );
  await byHand('a__old');
  const samples = await alternate(ROUNDS, {
    promote: () => timed(() => publish(names, 'a__new')),
    rollback: () => timed(() => publish(names, 'a__old')),
    hand: (round) => timed(() => byHand(round % 2 === 0 ? 'a__new' : 'a__old')),
  });
  for (const [name, found] of samples) line(`${count} views: ${name}`, found, 'ms');
  for (const what of ['promote', 'rollback']) {
    verdict(`${count} views: ${what} / by hand`, median(samples.get(what)) / median(samples.get('hand')), '×', BUDGET);
  }
  await publish([], 'a__old', names);
  await client.query('DROP SCHEMA by_hand CASCADE');
}

const path = join(folder, 'rows.csv');
const file = createWriteStream(path);
file.write('id,code,name,amount,at,flag,note,other\n');
for (let id = 0; id < ROWS; id += 1) {
  const row = `${id},c${id % 97},name ${id},${id % 1000}.25,2026-01-${String(1 + (id % 28)).padStart(2, '0')} 10:00:00,t,"a, b",x\n`;
  if (!file.write(row)) await once(file, 'drain');
}
file.end();
await once(file, 'close');
const TYPES = {
  id: 'integer',
  code: 'text',
  name: 'text',
  amount: 'numeric(12,2)',
  at: 'timestamp',
  flag: 'boolean',
  note: 'text',
  other: 'text',
};
const declared = Object.entries(TYPES).map(([name, type]) => ({ name, type, description: null }));
const csv = { header: true, delimiter: null, quote: null, null: null, encoding: null };
const origin = { type: 'file', path, format: 'csv', csv, load: 'copy' };
const { port, host, user, database } = connection;
const psql = (command) =>
  spawnSync('psql', ['-h', host, '-p', String(port), '-U', user, '-d', database, '-qc', command], { encoding: 'utf8' });
const hasPsql = psql('SELECT 1').status === 0;
let loaded = 0;
const loading = await alternate(Math.min(ROUNDS, 3), {
  bough: () =>
    timed(async () => {
      loaded += 1;
      const read = { node: 'raw.rows', origin, root: folder, declared };
      await session.build({ type: 'load', id: `raw__rows__${loaded}`, read }, never);
    }),
  ...(hasPsql
    ? {
        psql: async () => {
          const columns = Object.entries(TYPES)
            .map(([name, type]) => `${name} ${type}`)
            .join(', ');
          return timed(async () => {
            await client.query(`DROP TABLE IF EXISTS public.rows; CREATE TABLE public.rows (${columns})`);
            const { status, stderr } = psql(`\\copy public.rows FROM '${path}' WITH (FORMAT csv, HEADER true)`);
            if (status !== 0) throw new Error(stderr);
            await client.query('ANALYZE public.rows');
          });
        },
      }
    : {}),
});
console.log();
for (const [name, found] of loading) {
  line(
    `${format(ROWS)} rows × 8 columns: ${name}`,
    found.map((ms) => ROWS / ms),
    'thousand rows/s',
  );
}

const names = Array.from({ length: 10 }, (_, at) => ({ schema: 'bench', name: `r${at}` }));
await publish(names, 'a__old');
const end = new AbortController();
const latencies = [];
let mixed = 0;
let errors = 0;
const statement = names.map(({ name }) => `SELECT n FROM bench.${name}`).join(' UNION ALL ');
const READS = [
  async (reader) => [(await reader.query({ text: statement, rowMode: 'array' })).rows.flat()],
  async (reader) => [(await reader.query({ name: 'all', text: statement, rowMode: 'array' })).rows.flat()],
  async (reader) => {
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT count(*) FROM pg_am');
    const seen = [];
    for (const { name } of names.slice(3, 6))
      seen.push((await reader.query({ text: `SELECT n FROM bench.${name}`, rowMode: 'array' })).rows.flat());
    await reader.query('COMMIT');
    return [seen.flat(), seen.map((rows) => rows.length)];
  },
];
const readers = Array.from({ length: 8 }, async (_, at) => {
  const reader = new Client(connection);
  await reader.connect();
  while (!end.signal.aborted) {
    const started = performance.now();
    try {
      const seen = await READS[at % READS.length](reader);
      if (seen.some((values) => new Set(values).size !== 1)) mixed += 1;
    } catch (error) {
      errors += 1;
      if (errors === 1) console.error(error);
      await reader.query('ROLLBACK').catch(() => undefined);
    }
    latencies.push(performance.now() - started);
  }
  await reader.end();
});
const moves = [];
for (let move = 0; move < MOVES; move += 1) {
  moves.push(await timed(() => publish(names, move % 2 === 0 ? 'a__new' : 'a__old')));
}
end.abort();
await Promise.all(readers);
const sorted = (samples) => samples.toSorted((a, b) => a - b);
const at = (samples, part) => sorted(samples)[Math.floor(samples.length * part)] ?? 0;
console.log();
console.log(`  ${MOVES} promotions and rollbacks of 10 views, 8 readers: ${format(latencies.length)} reads`);
console.log(`  mixed reads ${mixed}, errors ${errors}`);
const told = (name, samples) =>
  console.log(
    `  ${name}: median ${format(median(samples))} ms, 99 % ${format(at(samples, 0.99))} ms, longest ${format(sorted(samples).at(-1) ?? 0)} ms`,
  );
told('read', latencies);
told('move', moves);
await publish([], 'a__old', names);
await session.close();
await client.end();
process.exit(mixed + errors === 0 ? 0 : 1);
