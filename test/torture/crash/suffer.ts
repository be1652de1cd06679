import { isDeepStrictEqual } from 'node:util';
import type { Actor, Job, Outcome } from '../../support/actors.ts';
import type { Fault } from '../../support/trace.ts';
import {
  differs,
  isNeededByHand,
  mixedReads,
  orphansYet,
  readingsOf,
  torn,
  unfinished,
  untidy,
} from '../invariants.ts';
import type { Pair } from '../pairs.ts';
import type { Second } from './points.ts';
import type { Played } from './stage.ts';

export interface Suffered {
  /** Whether the point was reached: two runs of one command do not always send the same. */
  readonly hit: boolean;
  readonly reads: number;
  readonly problems: readonly string[];
}

export interface Cast {
  /** Starts the process that is hit. */
  readonly start: () => Actor;
  /** Does what anybody would do next. */
  readonly helper: Actor;
  /** Reads meanwhile. */
  readonly reader: Actor;
}

/** Lets one fault happen, then does what anybody would do next. */
export async function suffer(
  played: Played,
  { fault, second }: { readonly fault: Fault; readonly second: Second | null },
  cast: Cast,
): Promise<Suffered> {
  const { scenario, pair, template, calls, exports } = played;
  const directory = await pair.copy(template);
  await exports?.outlet.restore();
  const problems: string[] = [];
  // Nobody reads from a server that crashes.
  const isRead = pair.crash === null;
  if (isRead) cast.reader.send({ watch: directory, readings: readingsOf(played) });
  const aimed = byName(fault, calls);
  const job = { directory, operation: scenario.operation, fault: aimed, deep: true };
  const hit = await struck(job, pair, cast, problems);
  if (second !== null) problems.push(...(await struckAgain(second, directory, cast)));
  const watched = isRead ? await cast.reader.watched() : null;
  if (isRead) problems.push(...mixedReads(watched, played));
  problems.push(...isNeededByHand(hit, fault, calls));
  await next(played, fault, directory, cast.helper, problems);
  if (problems.length === 0 || process.env['BOUGH_TORTURE_KEEP'] === undefined) await pair.drop(directory);
  const came = hit.type !== 'killed' && hit.calls.filter((call) => call === aimed.of).length >= aimed.call;
  const reached = hit.type === 'killed' || (fault.does !== 'kill' && came);
  return { hit: reached, reads: watched?.reads ?? 0, problems };
}

/** The same call, counted among those of its name: others who are there can bring a few more before it. */
function byName(fault: Fault, calls: readonly string[]): Fault & { readonly of: string } {
  const of = calls[fault.call - 1];
  if (of === undefined) throw new Error(`there is no call ${fault.call}`);
  return { ...fault, of, call: calls.slice(0, fault.call).filter((call) => call === of).length };
}

async function struck(job: Job, { crash }: Pair, { start, helper }: Cast, problems: string[]): Promise<Outcome> {
  const victim = start();
  try {
    if (crash !== null) return await halted(victim, crash, job);
    return job.fault?.does === 'stop' ? await sleep(victim, helper, job, problems) : await victim.do(job);
  } finally {
    await victim.end();
  }
}

/** What was killed is settled by a command that is killed on the way, or had done all before it came to that. */
async function struckAgain(
  { operation, fault }: Second,
  directory: string,
  { start }: Cast,
): Promise<readonly string[]> {
  const victim = start();
  const outcome = await victim.do({ directory, operation, fault, deep: true });
  await victim.end();
  return outcome.type === 'killed' ? [] : failureOf(operation, outcome, NOTHING_LEFT[operation.type] ?? []);
}

/** What a command may be told that comes when somebody else finished it. */
const NOTHING_LEFT: Partial<Record<Job['operation']['type'], readonly string[]>> = { delete: ['environment-unknown'] };

/** The server crashes while a process stands still between two statements. */
async function halted(victim: Actor, crash: () => Promise<void>, job: Job): Promise<Outcome> {
  if (await victim.stops(job)) {
    await crash();
    victim.wake();
  }
  return victim.outcome();
}

/** The next commands: the same one, and a collection of the garbage. */
async function next(played: Played, fault: Fault, directory: string, helper: Actor, problems: string[]): Promise<void> {
  const { operation } = played.scenario;
  problems.push(...torn(await helper.look(directory), played), ...(await halfExported(played)));
  const collect = { type: 'collect', keep: 0 } as const;
  const command = async (job: Job['operation'], allowed: readonly string[] = []): Promise<void> => {
    problems.push(...failureOf(job, await helper.do({ directory, operation: job }), allowed));
  };
  if (fault.side !== 'before') {
    await command(collect);
    const found = await helper.look(directory);
    problems.push(...torn(found, played).map((one) => `after gc, ${one}`), ...orphansYet(found));
  }
  await command(operation, NOTHING_LEFT[operation.type]);
  problems.push(...unfinished(await helper.look(directory), played));
  if (operation.type !== 'collect' && operation.type !== 'delete') {
    const again = await helper.do({ directory, operation });
    if (again.type !== 'done' || again.changes) problems.push(`the second plan is not empty: ${JSON.stringify(again)}`);
  }
  await command(collect);
  problems.push(...untidy(await helper.look(directory), played), ...(await unexported(played)));
}

/** 2, elsewhere: what was exported is there whole or not at all. */
async function halfExported({ exports }: Played): Promise<readonly string[]> {
  if (exports === null) return [];
  const rows = await exports.outlet.rows();
  const isWhole = [exports.before, exports.after].some((one) => isDeepStrictEqual(rows, one));
  return isWhole ? [] : [`half exported: ${rows.join(', ')}`];
}

async function unexported({ exports }: Played): Promise<readonly string[]> {
  if (exports === null) return [];
  return differs('exported rows', await exports.outlet.rows(), exports.after);
}

function failureOf({ type }: Job['operation'], outcome: Outcome, allowed: readonly string[]): readonly string[] {
  if (outcome.type === 'done' && outcome.exit === 0) return [];
  const refused = outcome.type === 'failed' && outcome.codes.length > 0;
  if (refused && outcome.codes.every((code) => allowed.includes(code))) return [];
  return [`the next ${type} failed: ${JSON.stringify({ ...outcome, calls: [] })}`];
}

/** Later than any lease. */
const LATER = 120_000;

/** A process that is stopped, thought dead by somebody who does the same, and wakes. */
async function sleep(sleeper: Actor, rival: Actor, job: Job, problems: string[]): Promise<Outcome> {
  if (!(await sleeper.stops(job))) return sleeper.outcome();
  const { directory, operation } = job;
  // Where the sleeper has the warehouse's file, nobody gets in.
  const won = await rival.do({ directory, operation, ahead: LATER, wait: 0 });
  if (won.type !== 'done' && !isRefused(won)) problems.push(`the rival: ${JSON.stringify({ ...won, calls: [] })}`);
  sleeper.wake();
  const woken = await sleeper.outcome();
  if (woken.type !== 'done' && !isRefused(woken)) problems.push(`woken: ${JSON.stringify({ ...woken, calls: [] })}`);
  if (moved(won) && moved(woken)) problems.push('both of them published');
  return woken;
}

const moved = (outcome: Outcome): boolean => outcome.type === 'done' && outcome.moved;

const isRefused = (outcome: Outcome): boolean =>
  outcome.type === 'failed' && (outcome.exit === 4 || outcome.codes.includes('environment-unknown'));
