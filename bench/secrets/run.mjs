// How fast secrets are looked for: in ordinary files, in files of which each says `password` somewhere, and in a history.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleInto } from '../lib/bundle.mjs';
import { alternate, dist, format, heading, line, median, scratch } from '../lib/measure.mjs';

const BUDGET = 20;
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const megabytes = Number(process.env.BENCH_MEGABYTES ?? 20);
const root = scratch('secrets');
const bundle = await bundleInto(dist('bench'), 'lint/secrets/scan.ts');
const { scanFiles, scanHistory } = await import(bundle);

const sql = (index) =>
  `-- Orders of day ${index}, by customer\nSELECT o.order_id, o.customer_id, sum(o.amount * ${index}) AS revenue
FROM marts.orders AS o JOIN marts.customers AS c ON c.customer_id = o.customer_id
WHERE o.status <> 'CANCELLED' AND o.ordered_at >= DATE '2026-01-01'\nGROUP BY ALL;\n`;
const FILE = 24_000;
const text = (index, word) => {
  const one = sql(index);
  return `${one.repeat(Math.ceil(FILE / one.length)).slice(0, FILE)}\n${word}\n`;
};
const kinds = {
  'ordinary files': '-- nothing here',
  'each says password': 'password: ${DB_PASSWORD}',
  "each has a vendor's sign": 'see npm_lifecycle_event and sk-learn',
};

heading(`Looking for secrets, ${megabytes} MB each, medians of ${rounds}, processor time`);
const count = Math.ceil((megabytes * 1e6) / FILE);
const files = {};
for (const [name, word] of Object.entries(kinds)) {
  const folder = name.replaceAll(/\W/g, '-');
  mkdirSync(join(root, folder));
  files[name] = Array.from({ length: count }, (_, index) => ({ path: `${folder}/${index}.sql`, tracked: true }));
  for (const [index, { path }] of files[name].entries()) writeFileSync(join(root, path), text(index, word));
}
const git = (...args) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root });
git('init', '-q');
git('add', '-A');
git('commit', '-q', '-m', 'all');

async function speed(work) {
  const before = process.cpuUsage();
  const { bytes, leaks } = await work();
  if (leaks.length > 0) throw new Error(`${leaks.length} secrets where there is none: ${JSON.stringify(leaks[0])}`);
  const { user, system } = process.cpuUsage(before);
  return bytes / (user + system);
}

const contestants = Object.fromEntries(
  Object.entries(files).map(([name, list]) => [name, () => speed(() => scanFiles(root, list))]),
);
contestants.history = () => speed(() => scanHistory({ cwd: root, env: process.env }));
const samples = await alternate(rounds, contestants);
for (const [name, found] of samples) line(name, found, 'MB/s');
for (const [name, found] of samples) {
  const word = median(found) >= BUDGET ? 'within' : 'UNDER';
  console.log(`  ${name.padEnd(44)} ${format(median(found)).padStart(8)} MB/s   ${word} the budget of ${BUDGET} MB/s`);
}
