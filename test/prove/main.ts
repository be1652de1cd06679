import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { added, countOf, NOTHING, reportOf } from './report.ts';
import { prove } from './run.ts';
import type { Page } from './story.ts';
import type { Totals } from './tally.ts';

const USAGE = `npm run prove -- [--edits 2000] [--seed N] [--workers 2] [--part P] [--shrink 5] [--save FOLDER]

Random projects and random edits on DuckDB: every table that is published must equal a full rebuild of the files.
--part plays one project of a seed; --save writes what failed as cases for test/prove/cases.`;

type Message =
  | { readonly type: 'progress'; readonly totals: Totals; readonly processor: number }
  | { readonly type: 'found'; readonly text: string }
  | { readonly type: 'failure'; readonly text: string; readonly pages: readonly Page[] | null; readonly title: string };

interface Options {
  readonly edits: number;
  readonly seed: number;
  readonly workers: number;
  readonly part: number | null;
  readonly shrink: number;
  readonly save: string | null;
}

function optionsOf(): Options {
  const { values } = parseArgs({
    options: {
      edits: { type: 'string', default: '2000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      workers: { type: 'string', default: '2' },
      part: { type: 'string' },
      shrink: { type: 'string', default: '5' },
      save: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  const whole = (text: string, name: string): number => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 0) return number;
    process.stderr.write(`--${name} takes a whole number, not \`${text}\`.\n\n${USAGE}\n`);
    process.exit(64);
  };
  return {
    edits: whole(values.edits, 'edits'),
    seed: whole(values.seed, 'seed'),
    workers: Math.max(1, whole(values.workers, 'workers')),
    part: values.part === undefined ? null : whole(values.part, 'part'),
    shrink: whole(values.shrink, 'shrink'),
    save: values.save ?? null,
  };
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

async function work(options: Options, number: number, send: (message: Message) => void): Promise<void> {
  const single = options.part !== null;
  const edits = single ? 1 : Math.ceil(options.edits / options.workers);
  const { told } = await prove({
    seed: options.seed,
    edits: single ? 1_000 : edits,
    part: options.part ?? number,
    step: options.workers,
    only: single,
    shrink: options.shrink,
    onProgress: (totals) => send({ type: 'progress', totals, processor: processorSeconds() }),
    onFailure: ({ finding, seed }) =>
      send({ type: 'found', text: `${seed} ${finding.type}: ${finding.text.split('\n')[0] ?? ''}` }),
  });
  for (const { text, shrunk, failure } of told) {
    const title = `${failure.finding.type} after ${failure.step}`;
    send({ type: 'failure', text, pages: shrunk?.pages ?? null, title });
  }
}

function save(folder: string, number: number, message: Extract<Message, { type: 'failure' }>): void {
  if (message.pages === null) return;
  mkdirSync(folder, { recursive: true });
  const { title, pages } = message;
  writeFileSync(join(folder, `found-${number}.json`), `${JSON.stringify({ title, pages }, null, 2)}\n`);
}

function lead(options: Options): void {
  const workers = options.part === null ? options.workers : 1;
  const started = performance.now();
  const progress = new Map<number, Extract<Message, { type: 'progress' }>>();
  const totals = (): Totals => [...progress.values()].map((one) => one.totals).reduce(added, NOTHING);
  const processor = (): number => [...progress.values()].reduce((sum, one) => sum + one.processor, 0);
  let failures = 0;
  let left = workers;
  process.stderr.write(`seed ${options.seed}, ${workers} workers\n`);
  const told = setInterval(() => process.stderr.write(`${countOf(totals().edits)} edits\n`), 15_000);
  const hear = (number: number, message: Message): void => {
    if (message.type === 'progress') progress.set(number, message);
    else if (message.type === 'found') process.stderr.write(`${message.text}\n`);
    else {
      failures += 1;
      process.stdout.write(`\n${message.text}\n`);
      if (options.save !== null) save(options.save, failures, message);
    }
  };
  const children: ChildProcess[] = [];
  // Stopped early, it says what it found so far.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => children.forEach((child) => child.kill('SIGKILL')));
  for (let number = 0; number < workers; number += 1) {
    const [, script = ''] = process.argv;
    const args = ['--seed', String(options.seed), ...process.argv.slice(2)];
    const child = fork(script, args, { env: { ...process.env, PROVE_WORKER: String(number) } });
    children.push(child);
    child.on('message', (message: Message) => hear(number, message));
    child.on('exit', (code, signal) => {
      left -= 1;
      if (code !== 0) {
        process.stderr.write(`worker ${number} ended with ${code ?? signal}\n`);
        process.exitCode = 1;
      }
      if (left > 0) return;
      clearInterval(told);
      process.stdout.write(
        `${reportOf(totals(), { seconds: (performance.now() - started) / 1000, processor: processor() }, options.seed)}\n`,
      );
      if (Object.keys(totals().findings).some((type) => type !== 'imprecise')) process.exitCode = 1;
    });
  }
}

const options = optionsOf();
const number = process.env['PROVE_WORKER'];
if (number === undefined) lead(options);
else {
  await work(options, Number(number), (message) => process.send?.(message));
  process.disconnect();
}
