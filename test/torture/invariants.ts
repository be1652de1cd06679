import { isDeepStrictEqual } from 'node:util';
import type { Outcome, Reply, Watch } from '../support/actors.ts';
import type { Look } from '../support/look.ts';
import type { Fault } from '../support/trace.ts';

/**
 * What must hold whatever happens to a command, in words:
 *
 * 1. Readers see an old or a new revision whole, at every moment: past Bough and through it.
 * 2. No row is lost or doubled: what a name returns is exactly what it returned before or returns when all went well.
 * 3. History is a line: after the next command it has the revisions that it would have had, each once.
 * 4. Nothing is needed by hand: every failure is told as one that a user can meet, and the next command just works.
 * 5. Leases, claims, pins and intents end with who held them.
 * 6. No orphan is left: after a collection the warehouse holds what the state knows, and nothing is on the disk beside.
 * 7. The second plan is empty.
 *
 * Each function says what is wrong, in a list that is empty where nothing is.
 */

/** What must be seen at the end: as it was before the command, or as it is after it. */
export interface Ends {
  readonly before: Look;
  readonly after: Look;
  readonly tidy: Look;
}

type Views = Readonly<Record<string, readonly string[]>>;

/** The views of one environment: those of a branch have its name in front. */
function viewsOf(look: Look, environment: string): Views {
  const isDev = (name: string): boolean => name.startsWith('dev_');
  return Object.fromEntries(Object.entries(look.views).filter(([name]) => isDev(name) === (environment === 'dev')));
}

/** 1, 2: whether each environment's readers see one revision whole, past Bough and through it. */
export function torn(found: Look, { before, after }: Ends): readonly string[] {
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

/** What can be read all the time: nodes of an environment that are there before and after, under the same view. */
export function readingsOf({ before, after }: Ends): Watch['readings'] {
  const viewFor = (environment: string, node: string): string =>
    environment === 'prod' ? node : `${environment}_${node}`;
  return Object.fromEntries(
    Object.entries(before.environments).flatMap(([environment, nodes]) => {
      const both = Object.keys(nodes).filter((node) => {
        const view = viewFor(environment, node);
        return after.environments[environment]?.[node] && before.views[view] && after.views[view];
      });
      return both.length === 0
        ? []
        : [[environment, Object.fromEntries(both.map((node) => [node, viewFor(environment, node)]))]];
    }),
  );
}

/** 1, 2: whether every single read saw one revision whole, and none failed. */
export function mixedReads(
  watched: Extract<Reply, { type: 'watched' }> | null,
  { before, after }: Ends,
): readonly string[] {
  if (watched === null) return ['the reader died'];
  const mixes = watched.sights.filter(({ environment, rows }) => {
    const whole = [before, after].some((one) =>
      Object.entries(rows).every(([node, lines]) => isDeepStrictEqual(lines, one.environments[environment]?.[node])),
    );
    return !whole;
  });
  return [...watched.errors, ...mixes.map((one) => `a reader saw a mix: ${JSON.stringify(one)}`)];
}

const kinds = (look: Look): unknown =>
  Object.fromEntries(
    Object.entries(look.history).map(([name, line]) => [name, line.map(([revision, kind]) => `${revision} ${kind}`)]),
  );

export function differs(what: string, found: unknown, expected: unknown): readonly string[] {
  return isDeepStrictEqual(found, expected)
    ? []
    : [`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`];
}

/** 2, 3: whether all is as if nothing had happened to the command. */
export function unfinished(found: Look, { after }: Ends): readonly string[] {
  return [
    ...differs('views', found.views, after.views),
    ...differs('environments', found.environments, after.environments),
    ...differs('history', kinds(found), kinds(after)),
    ...unmarked(found),
  ];
}

/** 3: whether the warehouse and the state agree about the last revision of every environment. */
export const unmarked = (found: Look): readonly string[] =>
  differs('markers', Object.fromEntries(Object.entries(found.markers).filter(([, one]) => one !== null)), found.heads);

/** What the bases of a project keep: the first, and another root. */
const KEPT = ['state.db', 'warehouse.duckdb', 'dev.db', 'dev.duckdb'];
const FILES = new Set([
  '.gitignore',
  'cache.db',
  ...KEPT.flatMap((name) => [name, `${name}.wal`, `${name}-shm`, `${name}-wal`]),
]);

/**
 * With it SQLite takes back what a killed process had half written into the cache, before anybody reads that. It goes when
 * the cache is next written, by a command that plans: `gc` does not.
 */
const JOURNAL = 'cache.db-journal';

/** What `orphans` says after a kill that nothing but a collection followed. */
export const orphansYet = (found: Look): readonly string[] =>
  orphans({ ...found, files: found.files.filter((name) => name !== JOURNAL) });

/** 5, 6: whether something is in the warehouse that the state does not know, or the other way round, or is held by nobody. */
export function orphans(found: Look): readonly string[] {
  const ready = found.builds.map(({ id }) => id);
  const unready = found.builds.filter(({ status }) => status !== 'ready');
  return [
    ...differs('relations', found.relations, ready),
    ...differs('builds that are not ready', unready, []),
    ...differs('owned views', found.ownedViews, Object.keys(found.views).sort()),
    ...differs('held', found.held, []),
    ...differs(
      'files',
      found.files.filter((name) => !FILES.has(name)),
      [],
    ),
  ];
}

/** 2: whether anything was built twice, under one key. */
export function oneOfEach(found: Look): readonly string[] {
  const keys = found.builds.filter(({ status }) => status === 'ready').map(({ node, key }) => `${node} ${key}`);
  return keys.filter((one, at) => keys.indexOf(one) !== at).map((one) => `built twice: ${one}`);
}

/** 6: whether anything is left that nobody needs. */
export function untidy(found: Look, { tidy }: Ends): readonly string[] {
  const nodes = (look: Look): readonly string[] => look.builds.map(({ node, key }) => `${node} ${key}`).sort();
  return [
    ...orphans(found),
    ...differs('builds', nodes(found), nodes(tidy)),
    ...differs('views after gc', found.views, tidy.views),
    ...differs('environments after gc', found.environments, tidy.environments),
  ];
}

/** Faults after which there is nothing left to do that could fail. */
const harmless = (call: string | undefined, { side }: Fault): boolean =>
  call === 'session.close' || call === 'state.endOperation' || (call === 'session.publish' && side === 'after');

/** 4: whether the command ended in a way that tells a user what to do, or where it had done all, well. */
export function isNeededByHand(hit: Outcome, fault: Fault, calls: readonly string[]): readonly string[] {
  if (hit.type === 'killed') return fault.does === 'kill' ? [] : ['the process died'];
  if (hit.type === 'failed' && hit.exit === null) return [`a bug: ${hit.message}`];
  const done = hit.type === 'done' && hit.exit === 0;
  const isExported = calls.slice(fault.call).some((call) => call.startsWith('target.'));
  return fault.does === 'throw' && !isExported && harmless(calls[fault.call - 1], fault) && !done
    ? [`failed though all was done: ${JSON.stringify({ ...hit, calls: [] })}`]
    : [];
}
