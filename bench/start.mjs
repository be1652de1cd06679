// How much longer `bough --version` takes than `node -e 0`: what a user waits before the first word.
import { spawnSync } from 'node:child_process';
import { alternate, dist, heading, line, median, verdict } from './lib/measure.mjs';

const ROUNDS = 25;
const BUDGET_MS = 30;

function time(args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}\n${stderr}`);
  return performance.now() - started;
}

heading(`Start, medians of ${ROUNDS}, in turns`);
const bare = () => time(['-e', '0']);
const version = () => time([dist('bough.js'), '--version']);
const help = () => time([dist('bough.js'), '--help']);
bare();
version();
const samples = await alternate(ROUNDS, { bare, version, help });
line('node -e 0', samples.get('bare'), 'ms');
line('bough --version', samples.get('version'), 'ms');
line('bough --help', samples.get('help'), 'ms');
verdict(
  'bough --version beyond bare node',
  median(samples.get('version')) - median(samples.get('bare')),
  'ms',
  BUDGET_MS,
);
