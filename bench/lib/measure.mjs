// What every benchmark does with its samples. Machines are shared and noisy: contestants take turns within one run, and
// what is compared are medians.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const dist = (file) => fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));

export function median(samples) {
  const sorted = [...samples].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs each contestant once a round, in an order that turns from round to round; returns the samples by name. */
export async function alternate(rounds, contestants) {
  const samples = new Map(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const names = Object.keys(contestants);
    if (round % 2 === 1) names.reverse();
    for (const name of names) samples.get(name).push(await contestants[name](round));
  }
  return samples;
}

/** Runs a module in a process of its own, which prints its answer as JSON on its last line. */
export function inChild(module, args, options = {}) {
  const argv = [...(options.node ?? []), fileURLToPath(module), ...args.map(String)];
  const child = spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, ...options.env },
  });
  if (child.status !== 0)
    throw new Error(`${argv.join(' ')} ended with ${child.status}\n${child.stderr}${child.stdout}`);
  return JSON.parse(child.stdout.trimEnd().split('\n').at(-1));
}

/** A folder that goes when the process ends. */
export function scratch(name) {
  const folder = mkdtempSync(join(process.env.BENCH_TMP ?? tmpdir(), `bough-bench-${name}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const spread = (samples) => `${format(Math.min(...samples))}–${format(Math.max(...samples))}`;

export const format = (value, digits = 3) =>
  value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(digits)));

/** One line: a median with its spread. */
export const line = (label, samples, unit) =>
  console.log(`  ${label.padEnd(44)} ${format(median(samples)).padStart(8)} ${unit}   (${spread(samples)})`);

/** One line: a figure beside its budget. */
export function verdict(label, value, unit, budget) {
  const word = value <= budget ? 'within' : 'OVER';
  console.log(`  ${label.padEnd(44)} ${format(value).padStart(8)} ${unit}   ${word} the budget of ${budget} ${unit}`);
}

export function heading(title) {
  const [cpu] = cpus();
  console.log(`${title}\n  node ${process.version}, ${cpus().length} × ${cpu?.model.trim() ?? 'cpu'}\n`);
}
