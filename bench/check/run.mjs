// What `check` takes beyond loading 1,000 models, each in a process of its own, in turns: with nothing remembered, beside
// loading the files and reading their SQL; and with what an earlier check found out, beside loading the files alone.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
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
// Git tracks it, as it does every project: only then are its files looked through for secrets.
for (const args of [
  ['init', '-q'],
  ['add', '-A'],
])
  execFileSync('git', args, { cwd: folder });
const bundles = [];
for (const entry of ['project/index.ts', 'plan/graph.ts', 'sql/index.ts']) {
  const place = join(root, `bundle-${bundles.length}`);
  mkdirSync(place);
  bundles.push(await bundleInto(place, entry));
}
const one = (what) => inChild(new URL('one.mjs', import.meta.url), [what, folder, ...bundles]);
const forget = () => rmSync(join(folder, '.bough'), { recursive: true, force: true });

heading(`check of ${format(SIZE)} models, ${format(size.all / 1e6)} MB, medians of ${ROUNDS}, in turns`);
const samples = await alternate(ROUNDS, {
  load: () => one('load'),
  read: () => one('read'),
  first: () => {
    forget();
    return one('check');
  },
  again: () => one('check'),
  command: () => one('command'),
});
const of = (name) => samples.get(name).map(({ cpu }) => cpu);
line('loading the files', of('load'), 'ms');
line('loading the files and reading the SQL', of('read'), 'ms');
line('check, nothing remembered', of('first'), 'ms');
line('check, once more', of('again'), 'ms');
line('the whole command, once more', of('command'), 'ms');
for (const [label, what, beside] of [
  ['nothing remembered, beyond files and SQL', 'first', 'read'],
  ['once more, beyond files', 'again', 'load'],
]) {
  const [cpu, load] = [median(of(what)), median(of(beside))];
  verdict(label, cpu - load, 'ms', BUDGET_MS);
  console.log(`  ${(cpu / load).toFixed(2)} × that`);
}
