// What a fingerprint costs beside building the same table and beside a plain scan of it.
import { bundleInto } from '../lib/bundle.mjs';
import { alternate, dist, format, heading, inChild, line, median, scratch, verdict } from '../lib/measure.mjs';
import { ROWS, TABLES } from './tables.mjs';

const BUDGET = 0.3;

const folder = scratch('fingerprint');
// Where the engine's client is found.
const bundle = await bundleInto(dist('bench'), 'engines/index.ts');
heading(`Fingerprints of ${format(ROWS)} rows, medians of ${process.env.BENCH_ROUNDS ?? 5}, in turns`);
const figures = Object.keys(TABLES).map((name) => {
  const samples = inChild(new URL('one-table.mjs', import.meta.url), [bundle, folder, name]);
  const of = (part) => median(samples.map((sample) => sample[part]));
  return {
    name,
    ...samples[0],
    build: of('build'),
    scan: of('scan'),
    fingerprint: of('fingerprint'),
    three: of('three'),
  };
});
console.log(
  `  ${''.padEnd(30)} ${['build', 'scan', 'fingerprint', 'three sets'].map((word) => word.padStart(12)).join('')}  ns a value`,
);
for (const { name, build, scan, fingerprint, three, rows, columns } of figures) {
  const cells = [build, scan, fingerprint, three].map((ms) => `${format(ms)} ms`.padStart(12)).join('');
  console.log(`  ${name.padEnd(30)} ${cells}  ${format((fingerprint * 1e6) / (rows * columns))}`);
}
console.log();
for (const { name, fingerprint, build } of figures)
  verdict(`${name}: fingerprint / build`, fingerprint / build, '×', BUDGET);
for (const { name, fingerprint, scan } of figures) {
  console.log(`  ${`${name}: fingerprint / scan`.padEnd(44)} ${format(fingerprint / scan).padStart(8)} ×`);
}

const rounds = Number(process.env.BENCH_LOSS_ROUNDS ?? 3);
console.log(
  `\nA change from which nothing can be cut off, 10 models of ${format(ROWS)} rows, medians of ${rounds}, in turns`,
);
const apply = (cutoff) => () => inChild(new URL('one-apply.mjs', import.meta.url), [scratch('loss'), cutoff]);
const samples = await alternate(rounds, { on: apply('on'), off: apply('off') });
const cpu = (name) => samples.get(name).map((sample) => sample.cpu);
line('with early cutoff', cpu('on'), 'ms');
line('without', cpu('off'), 'ms');
verdict('loss', median(cpu('on')) / median(cpu('off')), '×', 1.05);
