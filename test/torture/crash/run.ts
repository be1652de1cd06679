import type { Actor } from '../../support/actors.ts';
import type { Fault } from '../../support/trace.ts';
import { Random, seedOf } from '../../prove/random.ts';
import type { Server } from '../../support/postgres/server.ts';
import type { Pair } from '../pairs.ts';
import { inLanes, type Failure, type Line, type Run } from '../tally.ts';
import { MODES, onlyReads, pointsOf, secondOf, type Mode } from './points.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { play, type Played } from './stage.ts';
import { suffer, type Cast } from './suffer.ts';

export interface CrashRun extends Run {
  readonly pairs: readonly Pair[];
  readonly start: () => Actor;
  /** Takes the exports of projects that have no server of their own. */
  readonly server: Server;
  /** Most points of one scenario in one mode; all where it is not given. */
  readonly most?: number;
  /** Whether scenarios that are like others are left out. */
  readonly short?: boolean;
  /** One point, as a failure names it, or all whose names begin so: `duckdb/apply/kill/`. */
  readonly point?: string;
}

interface Point {
  readonly played: Played;
  readonly mode: Mode;
  readonly fault: Fault;
}

const nameOf = ({ played, mode, fault }: Point): string => `${groupOf(played)}${mode}/${fault.side}/${fault.call}`;

const groupOf = ({ pair, scenario }: Pick<Played, 'pair' | 'scenario'>): string =>
  `${pair.crash === null ? (pair.remote ? 'postgres' : 'duckdb') : 'crashing'}/${scenario.name}/`;

const isMeant = (name: string, point: string): boolean =>
  point.endsWith('/') ? name.startsWith(point) : name === point;

/**
 * Points by lot, in rounds: each takes one of every engine and mode, of one scenario after the other. What leaves something
 * behind comes first.
 */
function drawn(all: readonly Played[], { seed, most = Infinity, point }: CrashRun): readonly Point[] {
  const random = new Random(seed);
  const early = new Map<string, (readonly Point[])[]>();
  const late: Point[] = [];
  for (const played of random.shuffled(all)) {
    for (const mode of MODES) {
      const points = pointsOf(played, mode).map((fault): Point => ({ played, mode, fault }));
      const mixed = random.shuffled(points).filter((one) => point === undefined || isMeant(nameOf(one), point));
      const reads = ({ fault }: Point): boolean => onlyReads(played.calls[fault.call - 1] ?? '');
      const first = mixed.filter((one) => !reads(one)).slice(0, most);
      const line = `${played.pair.name} ${mode}`;
      early.set(line, [...(early.get(line) ?? []), first]);
      late.push(...mixed.filter(reads).slice(0, Math.max(0, most - first.length)));
    }
  }
  return [...inRounds([...early.values()].map(inRounds)), ...random.shuffled(late)];
}

/** The first of each, then the second of each, and so on. */
function inRounds<T>(all: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...all.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => all.flatMap((one) => one.slice(at, at + 1))).flat();
}

/** Every mode of every pair has its line. */
class Tally {
  readonly #lines = new Map<string, { tried: number; of: number; failures: Failure[] }>();
  reads = 0;

  of(pair: Pair, mode: Mode): { tried: number; of: number; failures: Failure[] } {
    const what = `crash, ${pair.name}, ${mode}`;
    const line = this.#lines.get(what) ?? { tried: 0, of: 0, failures: [] };
    this.#lines.set(what, line);
    return line;
  }

  get lines(): readonly Line[] {
    const counted = [...this.#lines].map(([what, line]): Line => ({ what, ...line }));
    return [...counted, { what: 'reads during these', tried: this.reads, of: null, failures: [] }];
  }
}

async function playAll(run: CrashRun): Promise<readonly Played[]> {
  const wanted: readonly { scenario: Scenario; pair: Pair }[] = run.pairs.flatMap((pair) =>
    SCENARIOS.filter(({ long, roots }) => !(run.short && long) && !(roots && pair.server !== null)).map((scenario) => ({
      scenario,
      pair,
    })),
  );
  const { point } = run;
  const chosen = wanted.filter((one) => {
    const group = groupOf(one);
    return point === undefined || point.startsWith(group) || group.startsWith(point);
  });
  const played: Played[] = [];
  const queue = [...chosen];
  const always = { lanes: run.lanes, within: Infinity };
  await inLanes(
    always,
    () => queue.shift(),
    async ({ scenario, pair }) => {
      played.push(await play(scenario, pair, run.start, pair.server ?? run.server));
    },
  );
  // Whoever was first: the order of the points follows from the seed alone.
  return chosen.flatMap(({ scenario, pair }) => played.filter((one) => one.scenario === scenario && one.pair === pair));
}

/** Hits commands at their points, as many as there is time for. */
export async function crash(run: CrashRun): Promise<readonly Line[]> {
  const begun = performance.now();
  const all = await playAll(run);
  // Making ready takes of the time, but not so much that nothing is left to try.
  const within = Math.max(run.within - (performance.now() - begun), run.within / 2);
  const tally = new Tally();
  for (const played of all) {
    for (const mode of MODES) {
      const { length } = pointsOf(played, mode);
      if (length > 0) tally.of(played.pair, mode).of += length;
    }
  }
  const queue = [...drawn(all, run)];
  const casts = Array.from({ length: run.lanes }, (): Cast => ({
    start: run.start,
    helper: run.start(),
    reader: run.start(),
  }));
  await inLanes(
    { ...run, within },
    () => queue.shift(),
    async (point, lane) => {
      const cast = casts[lane];
      if (cast === undefined) throw new Error('a lane without actors');
      await inTurn(point.played, () => tryPoint(point, cast, tally, run));
    },
  );
  for (const { helper, reader } of casts) {
    await helper.end();
    await reader.end();
  }
  for (const { pair, template, exports } of all) {
    await pair.drop(template);
    await exports?.outlet.clear();
  }
  return tally.lines;
}

const turns = new WeakMap<object, Promise<void>>();

/** While a server crashes, nothing else can be tried on it; and what takes exports is one for all copies of a project. */
async function inTurn({ pair, exports }: Played, work: () => Promise<void>): Promise<void> {
  const shared = pair.crash === null ? exports?.outlet : pair;
  if (shared === undefined) return work();
  const turn = (turns.get(shared) ?? Promise.resolve()).then(work);
  turns.set(shared, turn);
  return turn;
}

async function tryPoint(point: Point, cast: Cast, tally: Tally, run: CrashRun): Promise<void> {
  const { played, mode, fault } = point;
  const line = tally.of(played.pair, mode);
  const second = mode === 'twice' ? secondOf(played, new Random(seedOf(run.seed, fault.call))) : null;
  const { hit, reads, problems } = await suffer(played, { fault, second }, cast);
  if (hit) line.tried += 1;
  tally.reads += reads;
  if (problems.length === 0) return;
  const name = nameOf(point);
  const text = `${name} (${played.calls[fault.call - 1]}):\n  ${problems.join('\n  ')}`;
  const failure = { text, replay: `--only crash --seed ${run.seed} --point "${name}"` };
  line.failures.push(failure);
  run.onFailure(failure);
}
