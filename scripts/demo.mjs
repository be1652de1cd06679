// Plays the life of a change on the shop, in a temporary folder, through the built command: what is shown is what it said.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bough = fileURLToPath(new URL('../dist/bough.js', import.meta.url));
const shop = fileURLToPath(new URL('../examples/shop', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'bough-demo-'));
const folder = join(scratch, 'shop');
const output = join(scratch, 'output');
mkdirSync(folder);
const started = performance.now();
const bold = process.stdout.isTTY && !process.env.NO_COLOR ? (text) => `\u001b[1m${text}\u001b[22m` : (text) => text;
let played = 0;

process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

function step(number, caption) {
  console.log(`\n${bold(`── ${number}. ${caption}`)}`);
}

/** Shows a command with its output, in the order in which it came; another exit code than the expected ends the demo. */
function run(line, { exit = 0 } = {}) {
  console.log(`\n$ bough ${line}`);
  const file = openSync(output, 'w');
  const { status, signal } = spawnSync(process.execPath, [bough, ...words(line)], {
    cwd: folder,
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  process.stdout.write(readFileSync(output));
  played += 1;
  if (status !== exit) fail(`bough ${line} ended with ${status ?? signal}, not ${exit}`);
}

const words = (line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);

function rowsOf(environment) {
  const argv = [bough, 'sql', '--env', environment, '-e', 'select * from marts.daily_revenue order by all'];
  return spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' }).stdout;
}

function edit(what, from) {
  console.log(`\n# ${what}`);
  const source = join(shop, 'steps', from);
  if (!existsSync(source)) fail(`${source} is missing`);
  cpSync(source, folder, { recursive: true, filter: (path) => !path.endsWith('orders_day2.csv') });
}

function must(holds, what) {
  console.log(`${holds ? '✓' : '✗'} ${what}`);
  if (!holds) fail(what);
}

function fail(what) {
  console.error(`\ndemo: failed at command ${played}: ${what}`);
  process.exit(1);
}

step(1, 'A project runs: what the files say is built and published at once; again, there is nothing to do.');
run('init shop');
run('apply prod --yes -m "first"');
run('apply prod --yes');
run('run --yes');

step(2, 'New data comes by `run`, new code by `apply`; the plan tells them apart.');
console.log('\n# more orders arrive in data/orders.csv');
appendFileSync(join(folder, 'data/orders.csv'), readFileSync(join(shop, 'steps/2/data/orders_day2.csv'), 'utf8'));
run('run --yes');
edit('a new model: marts.daily_revenue', '2');
run('plan prod');
run('apply prod --yes -m "revenue per day"');

step(3, 'A run never deploys: it says that the files differ. `apply` does.');
edit('updates of orders, merged; revenue over the merged orders', '3');
run('run --yes');
run('apply prod --yes -m "updates"');

step(4, 'A new branch equals its base.');
run('plan dev');
run('plan dev --exit-code');

step(5, 'One column more: one table to build, all others are reused.');
edit('unique_customers in marts.daily_revenue', '5');
run('plan dev');

step(6, 'Try it in a branch: one table is built, nothing is copied, prod stays as it is.');
run('apply dev --dry-run');
const before = rowsOf('prod');
run('apply dev --yes -m "unique customers"');
must(rowsOf('prod') === before, 'prod holds what it held');

step(7, 'Inside dev, names mean tables of dev.');
run('sql --env dev --format table -e "select * from marts.daily_revenue order by 1"');
run('sql --format table -e "select * from marts.daily_revenue order by 1"');

step(8, 'A plan that no longer holds is refused.');
run('plan prod -o plan.json');
console.log('\n# somebody edits marts.daily_revenue');
appendFileSync(join(folder, 'models/marts/daily_revenue.sql'), '\nHAVING count(*) > 0\n');
run('apply plan.json --yes', { exit: 4 });
edit('the edit is taken back', '5');

step(9, 'What was tested is published: nothing is built, and readers see all of it at once.');
run('promote dev --dry-run');
const tested = rowsOf('dev');
run('promote dev --yes -m "tested in dev"');
must(rowsOf('prod') === tested, 'prod holds what was tested in dev');

step(10, 'What was tested is what runs.');
run('plan prod');
run('run --yes');

step(11, 'One command takes it back, and nothing undoes that by accident.');
run('rollback prod --yes -m "numbers look odd"');
must(rowsOf('prod') === before, 'prod holds what it held before the promotion');
run('env history prod');
run('run --yes');
run('apply prod --yes');
must(rowsOf('prod') === before, 'neither the run nor the apply undid the rollback');
run('promote dev --yes -m "they were right"');
must(rowsOf('prod') === tested, 'promoting again brings it back');
run('rollback prod --yes');

step(12, 'Cleaning up frees what nobody can reach any more, and no more than that.');
run('env delete dev --yes');
run('env list');
run('gc --keep 0 --yes');
must(rowsOf('prod') === before, 'prod holds what it held');

console.log(
  `\n${bold(`12 steps, ${played} commands, ${((performance.now() - started) / 1000).toFixed(1)} seconds: all as told.`)}`,
);
