// What moving an environment's views costs beside the engine's own transaction of as many views, and as a whole command.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { printCalls } from '../lib/counted.mjs';
import { alternate, dist, heading, inChild, line, median, scratch, verdict } from '../lib/measure.mjs';
import { COUNT, writeProject } from './project.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const CHANGED = 50;
const BUDGET = { ratio: 1.2, command: 500 };

const folder = scratch('promote');
const here = (module) => new URL(module, import.meta.url);
const warehouse = join(folder, '.bough', 'warehouse.duckdb');

function bough(...args) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [dist('bough.js'), '-C', folder, ...args, '--yes'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`bough ${args.join(' ')} ended with ${status}\n${stderr}${stdout}`);
  return performance.now() - started;
}

heading(`Moving ${CHANGED} of ${COUNT} views, medians of ${ROUNDS}, in turns`);
writeProject(folder, CHANGED, 0);
bough('apply', 'prod');
writeProject(folder, CHANGED, 1);
bough('apply', 'dev');

const move = (what) => {
  const sample = inChild(here('one-move.mjs'), [folder, what]);
  if (sample.views !== CHANGED) throw new Error(`${sample.views} views moved`);
  return sample;
};
// Kept in this order: each promotion is taken back before the next.
const rounds = await alternate(ROUNDS, {
  round: () => ({
    promote: move('promote'),
    single: inChild(here('hand.mjs'), [warehouse, CHANGED, 'single']),
    rollback: move('rollback'),
    batch: inChild(here('hand.mjs'), [warehouse, CHANGED, 'batch']),
    promoteCommand: bough('promote', 'dev'),
    rollbackCommand: bough('rollback', 'prod'),
  }),
});
const samples = rounds.get('round');
const part = (name, of) => samples.map((sample) => (of === undefined ? sample[name] : sample[name][of]));
for (const what of ['promote', 'rollback']) {
  line(`${what}: the transaction that moves views`, part(what, 'publish'), 'ms');
  line(`${what}: from lease to revision`, part(what, 'execute'), 'ms');
  line(`${what}: planning`, part(what, 'plan'), 'ms');
  line(`${what}: the whole command`, part(`${what}Command`), 'ms');
}
line('by hand, one statement after the other', part('single', 'ms'), 'ms');
line('by hand, all in one text', part('batch', 'ms'), 'ms');
console.log();
for (const what of ['promote', 'rollback']) {
  const publish = median(part(what, 'publish'));
  verdict(`${what} / by hand, one after the other`, publish / median(part('single', 'ms')), '×', BUDGET.ratio);
  verdict(`${what} / by hand, in one text`, publish / median(part('batch', 'ms')), '×', BUDGET.ratio);
  verdict(`${what}, the whole command`, median(part(`${what}Command`)), 'ms', BUDGET.command);
}
const [{ promote }] = samples;
printCalls(
  'Calls of one promotion that took 3 % of the time or more',
  promote.calls,
  promote.plan + promote.execute,
  0.03,
);
