import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asError } from '../../src/model/problems.ts';
import { actors, type Actor } from '../support/actors.ts';
import { ownServer, type Server } from '../support/postgres/server.ts';
import { crash } from './crash/run.ts';
import { races } from './race/run.ts';
import { rubbish } from './rubbish/run.ts';
import { machineOf } from './machine.ts';
import { crashing, embedded, remote, type Pair } from './pairs.ts';
import { tableOf, type Failure, type Line, type Run } from './tally.ts';
import { walks } from './walk/run.ts';

/** The last one has the most to make ready: where there are few minutes, that must not cost the others theirs. */
const PARTS = ['walk', 'race', 'rubbish', 'crash'] as const;
type Part = (typeof PARTS)[number];

const USAGE = `npm run torture -- [--minutes 5] [--seed N] [--only ${PARTS.join('|')}] [--lanes 2] [--point NAME]
                   [--processes 16] [--save FOLDER]

crash    kills, breaks and stops commands at every statement that they send, and looks whether anything is torn or lost
walk     random commands of several people, with crashes, sleeps and wrong clocks, beside a model of what must come of it
race     up to --processes at once: first openings, migrations, shared builds, gc and delete while others apply, …
rubbish  spoils files, plans, names, the state and the warehouse, and looks whether the answer is one and nothing is lost

Without --only the minutes are shared by all parts. --point plays one point, walk, race or input again, as a failure names it;
--save writes what failed to failures.txt, and walks that failed as cases for test/torture/walk/cases.`;

/** How the minutes are shared: most of them go where most can be tried. */
const SHARES: Readonly<Record<Part, number>> = { crash: 5, walk: 2, race: 2, rubbish: 1 };

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly parts: readonly Part[];
  readonly lanes: number;
  readonly processes: number;
  readonly point: string | undefined;
  readonly save: string | undefined;
}

function refuse(message: string): never {
  process.stderr.write(`${message}\n\n${USAGE}\n`);
  process.exit(64);
}

function positive(text: string, flag: string, whole: boolean): number {
  const number = Number(text);
  if (number > 0 && (!whole || Number.isInteger(number))) return number;
  return refuse(`--${flag} takes a ${whole ? 'whole ' : ''}number above 0, not \`${text}\`.`);
}

const FLAGS = {
  minutes: { type: 'string', default: '5' },
  seed: { type: 'string', default: String(1 + Math.floor(Math.random() * 1_000_000)) },
  only: { type: 'string' },
  lanes: { type: 'string', default: '2' },
  processes: { type: 'string', default: '16' },
  point: { type: 'string' },
  save: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** What was written, or what is wrong with it. */
function written(): ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'] {
  try {
    return parseArgs({ options: FLAGS }).values;
  } catch (error) {
    return refuse(asError(error).message);
  }
}

function options(): Options {
  const values = written();
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  const part = PARTS.find((one) => one === values.only);
  if (values.only !== undefined && part === undefined) refuse(`There is no part \`${values.only}\`.`);
  return {
    minutes: positive(values.minutes, 'minutes', false),
    seed: positive(values.seed, 'seed', true),
    parts: part === undefined ? PARTS : [part],
    lanes: positive(values.lanes, 'lanes', true),
    processes: positive(values.processes, 'processes', true),
    point: values.point,
    save: values.save,
  };
}

/** What the parts are told beside. */
interface Setting {
  readonly pairs: readonly Pair[];
  readonly start: () => Actor;
  readonly server: Server;
  readonly processes: number;
  readonly point?: string;
  readonly save?: string;
}

const PLAYED: Readonly<Record<Part, (run: Run & Setting) => Promise<readonly Line[]>>> = {
  crash: async (run) => {
    const pair = crashing(await ownServer());
    const lines = await crash({ ...run, pairs: [...run.pairs, pair] });
    await pair.clear();
    return lines;
  },
  walk: walks,
  race: races,
  rubbish,
};

/** Told at once, and kept where that is wanted. */
function tell({ text, replay }: Failure, { save }: Options): void {
  const told = `\n${text}\n  again: npm run torture -- ${replay}\n`;
  process.stderr.write(told);
  if (save === undefined) return;
  mkdirSync(save, { recursive: true });
  appendFileSync(join(save, 'failures.txt'), told);
}

/** Each part in its share of the time that is left; one that breaks does not take the others with it. */
async function torture(asked: Options, server: Server): Promise<readonly Line[]> {
  const { minutes, seed, parts, lanes, processes, point, save } = asked;
  const start = await actors();
  const pairs: readonly Pair[] = [embedded(), remote(server)];
  const end = performance.now() + minutes * 60_000;
  const onFailure = (failure: Failure): void => tell(failure, asked);
  const optional = { ...(point === undefined ? {} : { point }), ...(save === undefined ? {} : { save }) };
  const lines: Line[] = [];
  for (const [at, part] of parts.entries()) {
    process.stderr.write(`${part} …\n`);
    const rest = parts.slice(at).reduce((sum, one) => sum + SHARES[one], 0);
    const within = (Math.max(0, end - performance.now()) * SHARES[part]) / rest;
    try {
      lines.push(
        ...(await PLAYED[part]({ seed, lanes, within, onFailure, pairs, start, server, processes, ...optional })),
      );
    } catch (raw) {
      const failure = { text: `${part} broke: ${asError(raw).stack}`, replay: `--only ${part} --seed ${seed}` };
      onFailure(failure);
      lines.push({ what: `${part}, which broke`, tried: 0, of: null, failures: [failure] });
    }
  }
  for (const pair of pairs) await pair.clear();
  return lines;
}

const asked = options();
const started = performance.now();
const server = await ownServer();
const setting = `${await machineOf(server)}; seed ${asked.seed}`;
process.stderr.write(`${setting}, ${asked.minutes} minutes, ${asked.lanes} lanes\n`);
const lines = await torture(asked, server);
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
process.stdout.write(`\n${setting}, ${minutes} minutes\n\n${tableOf(lines)}\n`);
const failures = lines.flatMap((line) => line.failures);
if (failures.length > 0) {
  process.stdout.write(`\n${failures.length} failures; each again with:\n`);
  for (const { replay } of failures) process.stdout.write(`  npm run torture -- ${replay}\n`);
}
process.exit(failures.length > 0 ? 1 : 0);
