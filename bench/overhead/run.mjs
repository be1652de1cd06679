// What Bough adds to the same SQL sent by hand to the same engine: a first apply, on tiny tables and on real work.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { alternate, heading, inChild, line, median, scratch, verdict } from '../lib/measure.mjs';
import { printCalls } from '../lib/counted.mjs';
import { PROJECTS } from './projects.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const BUDGET = { ratio: 1.05, msPerNode: 3 };
const root = scratch('overhead');

function once(module, project, ...more) {
  const folder = mkdtempSync(join(root, `${project}-`));
  try {
    return inChild(new URL(module, import.meta.url), [project, folder, ...more]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(project) {
  const count = PROJECTS[project]().length;
  const samples = await alternate(ROUNDS, {
    bough: () => once('bough.mjs', project),
    hand: () => once('hand.mjs', project, 1),
    hand2: () => once('hand.mjs', project, 2),
  });
  const ms = (name, part = 'ms') => samples.get(name).map((sample) => sample[part]);
  const [bough, hand, parallel] = ['bough', 'hand', 'hand2'].map((name) => median(ms(name)));
  console.log(`${project}: ${count} models, medians of ${ROUNDS}, in turns, a fresh process and file each`);
  line('Bough: open, plan, apply, close', ms('bough'), 'ms');
  line('  of which planning', ms('bough', 'plan'), 'ms');
  line('  of which applying', ms('bough', 'execute'), 'ms');
  line('  of which closing', ms('bough', 'close'), 'ms');
  line('  sum of the builds’ own seconds', ms('bough', 'engine'), 'ms');
  line('by hand, one connection', ms('hand'), 'ms');
  line('by hand, two connections along the graph', ms('hand2'), 'ms');
  return { count, bough, hand, parallel };
}

heading('Overhead of a first apply');
const tiny = await compare('tiny');
verdict('beyond one connection, a node', (tiny.bough - tiny.hand) / tiny.count, 'ms', BUDGET.msPerNode);
verdict('beyond two connections, a node', (tiny.bough - tiny.parallel) / tiny.count, 'ms', BUDGET.msPerNode);
console.log(
  `  ratio ${(tiny.bough / tiny.hand).toFixed(2)} × one connection, ${(tiny.bough / tiny.parallel).toFixed(2)} × two\n`,
);
const large = await compare('large');
verdict('ratio to one connection', large.bough / large.hand, '×', BUDGET.ratio);
verdict('ratio to two connections', large.bough / large.parallel, '×', BUDGET.ratio);

const { ms, calls } = once('calls.mjs', 'tiny');
printCalls('Calls of the tiny project that took 1 % of the time or more; they overlap', calls, ms);
