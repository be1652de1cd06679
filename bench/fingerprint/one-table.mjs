// Builds one table, scans it and takes its fingerprint, in turns; prints milliseconds. Arguments: bundle, folder, table.
import { join } from 'node:path';
import { INPUTS, TABLES } from './tables.mjs';

const [, , bundle, folder, name] = process.argv;
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const { openEngine } = await import(bundle);

const config = {
  type: 'duckdb',
  path: join(folder, `${name.replaceAll(/\W+/g, '_')}.duckdb`),
  threads: null,
  memoryLimit: null,
};
const signal = new AbortController().signal;
const session = await openEngine(config, 'UTC').open('write', { wait: 0, signal, onWait: () => undefined });
await session.initialise('bench');
const make = (id, query) => session.build({ type: 'table', id, query, storage: {} }, signal);
const timed = async (work) => {
  const started = performance.now();
  const answer = await work();
  return { ms: performance.now() - started, answer };
};

const ids = { numbers: 'a__numbers__1', customers: 'a__customers__1' };
for (const [input, query] of Object.entries(INPUTS)) await make(ids[input], query);
const query = Object.entries(ids).reduce(
  (text, [input, id]) =>
    text.replaceAll(new RegExp(`\\b${input}\\b`, 'g'), `bough.${id} AS ${input}`).replaceAll(`AS ${input} AS`, 'AS'),
  TABLES[name],
);
const samples = [];
for (let round = 0; round < rounds; round += 1) {
  const build = await timed(() => make(`a__made__${round}`, query));
  const columns = build.answer.columns.map((column) => column.name);
  const scan = await timed(() =>
    session.query(`SELECT ${columns.map((column) => `max(${column})`).join(', ')} FROM bough.a__made__${round}`),
  );
  const fingerprint = await timed(() => session.fingerprints(`a__made__${round}`, [columns]));
  const three = await timed(() =>
    session.fingerprints(`a__made__${round}`, [columns, columns.slice(0, 2), columns.slice(1, 3)]),
  );
  samples.push({
    rows: build.answer.rows,
    columns: columns.length,
    build: build.ms,
    scan: scan.ms,
    fingerprint: fingerprint.ms,
    three: three.ms,
  });
  if (round > 0) await session.drop([`a__made__${round - 1}`]);
}
await session.close();
console.log(JSON.stringify(samples));
