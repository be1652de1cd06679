// What `check` takes beyond loading the files of 1,000 models, each in a process of its own, in turns: with nothing
// remembered, and with what an earlier check found out about the SQL.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleInto } from '../lib/bundle.mjs';
import { alternate, format, heading, inChild, line, median, scratch, verdict } from '../lib/measure.mjs';
import { writeProject } from '../plan/projects.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const SIZE = Number(process.env.BENCH_SIZE ?? 1000);
const BUDGET_MS = 150;

const root = scratch('check');
const folder = join(root, 'project');
const size = writeProject(folder, SIZE);
const bundle = await bundleInto(root, 'project/index.ts');
const one = (what) => inChild(new URL('one.mjs', import.meta.url), [what, folder, bundle]);
const forget = () => rmSync(join(folder, '.bough'), { recursive: true, force: true });

heading(`check of ${format(SIZE)} models, ${format(size.all / 1e6)} MB, medians of ${ROUNDS}, in turns`);
const samples = await alternate(ROUNDS, {
  load: () => one('load'),
  first: () => (forget(), one('check')),
  again: () => one('check'),
});
const of = (name, part) => samples.get(name).map((sample) => sample[part]);
for (const part of ['cpu', 'wall']) {
  const label = part === 'cpu' ? 'processor time, all threads' : 'from start to end';
  line(`loading: ${label}`, of('load', part), 'ms');
  line(`check, nothing remembered: ${label}`, of('first', part), 'ms');
  line(`check, once more: ${label}`, of('again', part), 'ms');
}
for (const name of ['first', 'again']) {
  const [cpu, load] = [median(of(name, 'cpu')), median(of('load', 'cpu'))];
  verdict(
    `${name === 'first' ? 'nothing remembered' : 'once more'}: processor time beyond loading`,
    cpu - load,
    'ms',
    BUDGET_MS,
  );
  console.log(`  ${(cpu / load).toFixed(2)} × loading`);
}
