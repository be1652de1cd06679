// How long a plan takes: of 1,000 and of 10,000 models, with nothing recorded, with nothing changed, with one file changed;
// and what a new environment with one change takes besides its build.
// BENCH_PROFILE=FOLDER writes a CPU profile of each plan.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleInto } from '../lib/bundle.mjs';
import { format, heading, inChild, line, median, scratch, verdict } from '../lib/measure.mjs';
import { modelPath, writeProject } from './projects.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SIZES = (process.env.BENCH_SIZES ?? '1000,10000').split(',').map(Number);
const BUDGETS = {
  1000: { unchanged: 0.3 },
  10000: { cold: 2, edited: 0.4, peak: 250, branch: 1 },
};
const READER_MB = 15;

const root = scratch('plan');
const profile = process.env.BENCH_PROFILE;
const here = (module) => new URL(module, import.meta.url);

const profiled = (label) =>
  profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(profile, label.replaceAll(/\W+/g, '-'))}`];

/** Prints what the rounds took. */
function report(label, what, samples, budget) {
  const part = (name) => samples.map((sample) => sample[name]);
  console.log(`  ${label}`);
  line(`  from opening to ${what}`, part('api'), 's');
  line('  the whole process', part('process'), 's');
  line('  processor time, all threads', part('cpu'), 's');
  line('  peak memory', part('peak'), 'MB');
  if (budget.seconds !== undefined) verdict('  processor time', median(part('cpu')), 's', budget.seconds);
  if (budget.peak !== undefined) verdict('  memory', median(part('peak')), 'MB', budget.peak);
  return median(part('api'));
}

/** Plans `ROUNDS` times; `before` prepares each of them. */
function plans(label, folder, budget, before = () => undefined) {
  const samples = Array.from({ length: ROUNDS }, (_, round) => {
    before(round);
    return inChild(here('one-plan.mjs'), [folder], { node: profiled(label) });
  });
  const api = report(label, 'the plan', samples, budget);
  const { build, reuse } = samples[0];
  console.log(`  ${label}: ${build} to build, ${reuse} reused\n`);
  return api;
}

/** Makes a new environment each time, with the last model's filter changed: each time to one that was never there. */
function branches(folder, count, budget) {
  const label = 'a new environment with one change';
  const path = modelPath(folder, count - 1);
  const text = readFileSync(path, 'utf8');
  const samples = Array.from({ length: ROUNDS }, (_, round) => {
    writeFileSync(path, otherFilter(text, 100 + round));
    return inChild(here('one-apply.mjs'), [folder, `branch-${round}`], { node: profiled(label) });
  });
  writeFileSync(path, text);
  report(label, 'the published revision', samples, budget);
  console.log(`  ${label}: ${samples[0].built} built, in no time\n`);
}

/** Plans with one file changed, each time to a text that was never there, and puts it back. */
function edited(label, folder, index, change, budget = {}) {
  const path = modelPath(folder, index);
  const text = readFileSync(path, 'utf8');
  plans(label, folder, budget, (round) => writeFileSync(path, change(text, round)));
  writeFileSync(path, text);
}

const otherComment = (text, round) => text.replace('Kept by', `Kept ${'very '.repeat(round + 1)}well by`);
const otherFilter = (text, round) => text.replace(/r\.place <= \d+/, `r.place <= ${round + 1}`);

/** Against what an apply recorded. */
function warm(folder, count, budget) {
  const { built } = inChild(here('one-apply.mjs'), [folder], { node: ['--max-old-space-size=4096'] });
  console.log(`  applied: ${format(built)} nodes\n`);
  plans('nothing changed', folder, { seconds: budget.unchanged });
  edited('a comment', folder, count >> 1, otherComment, { seconds: budget.edited });
  edited('the filter of the last model', folder, count - 1, otherFilter, { seconds: budget.edited });
  edited('a filter in the middle', folder, count >> 1, otherFilter, { seconds: budget.edited });
  edited('the filter of the first model', folder, 0, otherFilter);
  branches(folder, count, { seconds: budget.branch });
}

heading(`Plans, medians of ${ROUNDS}, each in a process of its own`);
const bundle = await bundleInto(root, 'sql/index.ts');
const cold = new Map();
for (const count of SIZES) {
  const folder = join(root, String(count));
  const size = writeProject(folder, count);
  const [mb, kb] = [size.all / 1e6, size.bytes / 1e3];
  console.log(`${format(count)} models, ${format(mb)} MB, median ${size.lines} lines and ${format(kb)} KB`);
  const { passes } = inChild(here('one-read.mjs'), [folder, bundle]);
  line('reader alone, one thread, 5 passes', passes, 'MB/s');
  console.log(
    `  the first pass, before the machine code is there: ${format(passes[0])} MB/s; budget at least ${READER_MB} MB/s\n`,
  );
  const budget = BUDGETS[count] ?? {};
  const forget = () => rmSync(join(folder, '.bough'), { recursive: true, force: true });
  cold.set(count, plans('nothing recorded', folder, { seconds: budget.cold, peak: budget.peak }, forget));
  plans('nothing recorded, all files seen before', folder, {});
  warm(folder, count, budget);
}
const [small, large] = [SIZES[0], SIZES.at(-1)];
if (small !== large) {
  const growth = cold.get(large) / cold.get(small);
  console.log(
    `Growth from ${format(small)} to ${format(large)} models: ${growth.toFixed(1)} × (linear is ${large / small})`,
  );
}
