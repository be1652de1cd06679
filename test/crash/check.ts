import { isDeepStrictEqual } from 'node:util';
import type { Actor, Job, Outcome } from '../support/actors.ts';
import type { Look } from '../support/look.ts';
import type { Fault } from '../support/trace.ts';
import type { Played, Stage } from './stage.ts';

type Views = Readonly<Record<string, readonly string[]>>;

/** The views of one environment: those of a branch have its name in front. */
function viewsOf(look: Look, environment: string): Views {
  const isDev = (name: string): boolean => name.startsWith('dev_');
  return Object.fromEntries(Object.entries(look.views).filter(([name]) => isDev(name) === (environment === 'dev')));
}

/** Whether each environment's readers see one revision whole, past Bough and through it. */
function torn(found: Look, { before, after }: Played): readonly string[] {
  return ['prod', 'dev'].flatMap((environment) => {
    const views = viewsOf(found, environment);
    const isWhole = [before, after].some((one) => isDeepStrictEqual(views, viewsOf(one, environment)));
    const rows = found.environments[environment];
    const isOne = [before, after].some((one) => isDeepStrictEqual(rows, one.environments[environment]));
    return [
      ...(isWhole ? [] : [`the views of ${environment} are a mix: ${JSON.stringify(views)}`]),
      ...(isOne ? [] : [`${environment} is a mix: ${JSON.stringify(rows)}`]),
    ];
  });
}

const kinds = (look: Look): unknown =>
  Object.fromEntries(
    Object.entries(look.history).map(([name, line]) => [name, line.map(([revision, kind]) => `${revision} ${kind}`)]),
  );

function differs(what: string, found: unknown, expected: unknown): readonly string[] {
  return isDeepStrictEqual(found, expected)
    ? []
    : [`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`];
}

/** Whether all is as if nothing had happened to the command. */
function unfinished(found: Look, { after }: Played): readonly string[] {
  return [
    ...differs('views', found.views, after.views),
    ...differs('environments', found.environments, after.environments),
    ...differs('history', kinds(found), kinds(after)),
    ...differs(
      'markers',
      Object.fromEntries(Object.entries(found.markers).filter(([, one]) => one !== null)),
      found.heads,
    ),
  ];
}

const FILES = new Set([
  '.gitignore',
  'cache.db',
  'state.db',
  'state.db-shm',
  'state.db-wal',
  'warehouse.duckdb',
  'warehouse.duckdb.wal',
]);

/** Whether something is in the warehouse that the state does not know, or the other way round, or held by nobody. */
function orphans(found: Look): readonly string[] {
  const ready = found.builds.map(({ id }) => id);
  const unready = found.builds.filter(({ status }) => status !== 'ready');
  return [
    ...differs('relations', found.relations, ready),
    ...differs('builds that are not ready', unready, []),
    ...differs('owned views', found.ownedViews, Object.keys(found.views).sort()),
    ...differs('held', found.held, []),
  ];
}

/** Whether anything is left that nobody needs. */
function untidy(found: Look, { tidy }: Played): readonly string[] {
  const nodes = (look: Look): readonly string[] => look.builds.map(({ node, key }) => `${node} ${key}`).sort();
  return [
    ...orphans(found),
    ...differs('builds', nodes(found), nodes(tidy)),
    ...differs(
      'files',
      found.files.filter((name) => !FILES.has(name)),
      [],
    ),
    ...differs('views after gc', found.views, tidy.views),
    ...differs('environments after gc', found.environments, tidy.environments),
  ];
}

/** Faults after which there is nothing left to do that could fail. */
const harmless = (call: string | undefined, { side }: Fault): boolean =>
  call === 'session.close' || call === 'state.endOperation' || (call === 'session.publish' && side === 'after');

/** Lets one fault happen, then does what anybody would do next. Returns what is wrong. */
export async function suffer(
  played: Played,
  fault: Fault,
  stage: Stage,
  start: () => Actor,
  helper: Actor,
): Promise<readonly string[]> {
  const { operation, name } = played.scenario;
  const directory = stage.copy(played.template);
  const job: Job = { directory, operation, fault, files: true };
  const problems: string[] = [];
  try {
    const victim = start();
    const hit = fault.does === 'stop' ? await sleep(victim, helper, job, problems) : await victim.do(job);
    await victim.end();
    if (fault.does === 'kill' && hit.type !== 'killed') problems.push(`was not killed: ${JSON.stringify(hit)}`);
    if (hit.type === 'failed' && hit.exit === null) problems.push(`a bug: ${hit.message}`);
    if (
      fault.does === 'throw' &&
      harmless(played.calls[fault.call - 1], fault) &&
      (hit.type !== 'done' || hit.exit !== 0)
    )
      problems.push(`failed though all was done: ${JSON.stringify({ ...hit, calls: [] })}`);
    problems.push(...torn(await helper.look(directory), played));
    const collect = { type: 'collect', keep: 0 } as const;
    if (fault.side === 'after') {
      problems.push(...(await failureOf(helper, directory, collect, [])));
      const found = await helper.look(directory);
      problems.push(...torn(found, played).map((one) => `after gc, ${one}`));
      problems.push(...orphans(found));
    }
    // Somebody finished the delete that was thought to have failed.
    const over = operation.type === 'delete' ? ['environment-unknown'] : [];
    problems.push(...(await failureOf(helper, directory, operation, over)));
    problems.push(...unfinished(await helper.look(directory), played));
    if (operation.type !== 'collect' && operation.type !== 'delete') {
      const again = await helper.do({ directory, operation });
      if (again.type !== 'done' || again.changes) problems.push(`the second plan: ${JSON.stringify(again)}`);
    }
    problems.push(...(await failureOf(helper, directory, collect, [])));
    problems.push(...untidy(await helper.look(directory), played));
  } catch (raw) {
    problems.push(`the driver failed: ${String(raw)}`);
  }
  if (problems.length === 0) stage.drop(directory);
  const at = `${name}, ${fault.does} ${fault.side} call ${fault.call} ${played.calls[fault.call - 1]}`;
  return problems.map((one) => `${at}: ${one}`);
}

/** Later than any lease. */
const LATER = 120_000;

/** A process that is stopped, thought dead by somebody who does the same, and wakes. */
async function sleep(sleeper: Actor, rival: Actor, job: Job, problems: string[]): Promise<Outcome> {
  await sleeper.stops(job);
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

async function failureOf(
  helper: Actor,
  directory: string,
  operation: Played['scenario']['operation'],
  allowed: readonly string[],
): Promise<readonly string[]> {
  const next = await helper.do({ directory, operation });
  if (next.type === 'done' && next.exit === 0) return [];
  if (next.type === 'failed' && next.codes.length > 0 && next.codes.every((code) => allowed.includes(code))) return [];
  return [`the next ${operation.type} failed: ${JSON.stringify({ ...next, calls: [] })}`];
}
