import { asOperationId, type BuildId } from '../model/ids.ts';
import type { Problem } from '../model/problems.ts';
import { dayOf } from '../plan/identify.ts';
import type {
  Build,
  EnvironmentRecord,
  GarbageView,
  Revision,
  RevisionRef,
  State,
  StateReader,
} from '../state/contract.ts';
import type { Applying } from './applying.ts';
import { recover } from './recovery.ts';
import { strays } from './strays.ts';
import { tolerantly, toldToUser } from './trouble.ts';
import { checkMarker, Warehouse } from './warehouse.ts';

export interface Retention {
  /** Milliseconds that a revision stays reachable after another took its place. */
  readonly keep: number;
  readonly timezone: string;
}

export interface Garbage {
  readonly builds: readonly { readonly id: BuildId; readonly node: Build['node'] | null }[];
  readonly revisions: readonly RevisionRef[];
}

export interface Collected extends Garbage {
  /** What stands in the way of a drop; those builds stay for the next collection. */
  readonly problems: readonly Problem[];
}

const KEPT_DATA_REVISIONS = 3;
const ATTEMPTS = 5;

const nameOf = ({ environment, revision }: RevisionRef): string => `${environment}@${revision}`;

/** Data-only revisions thinned to the last three and the last of each day. */
function thinned(revisions: readonly Revision[], timezone: string): readonly Revision[] {
  const data = revisions.filter((one) => !one.code);
  const last = new Set(data.slice(-KEPT_DATA_REVISIONS));
  const ofDay = new Map(data.map((one) => [dayOf(one.at, timezone), one]));
  const daily = new Set(ofDay.values());
  return revisions.filter((one) => one.code || last.has(one) || daily.has(one));
}

/** Revisions of one environment that stay reachable: its head, and what was replaced within the window. */
function kept(
  record: EnvironmentRecord,
  revisions: readonly Revision[],
  now: number,
  retention: Retention,
): readonly Revision[] {
  const real = revisions.filter((one) => one.operation !== 'delete' && !one.gone);
  const replacedAt = new Map(revisions.map((one, index) => [one.revision, revisions[index + 1]?.at]));
  const recent = real.filter((one) => {
    const at = replacedAt.get(one.revision);
    return at === undefined || now - Date.parse(at) < retention.keep;
  });
  const head = record.deletedAt === null ? real.filter((one) => one.revision === record.head) : [];
  return [...new Set([...thinned(recent, retention.timezone), ...head])];
}

interface Reach {
  readonly builds: ReadonlySet<BuildId>;
  readonly revisions: ReadonlySet<string>;
  readonly gone: readonly RevisionRef[];
}

/** Everything that heads, branch points and the retention window can reach. */
async function reach(state: StateReader, now: number, retention: Retention): Promise<Reach> {
  const builds = new Set<BuildId>();
  const seen = new Set<string>();
  const all: Revision[] = [];
  const queue: RevisionRef[] = [];
  for (const record of await state.environments()) {
    const revisions = await state.revisions(record.name);
    all.push(...revisions.filter((one) => one.operation !== 'delete' && !one.gone));
    queue.push(...kept(record, revisions, now, retention));
  }
  const byName = new Map(all.map((one) => [nameOf(one), one]));
  for (let ref = queue.pop(); ref !== undefined; ref = queue.pop()) {
    if (seen.has(nameOf(ref))) continue;
    seen.add(nameOf(ref));
    for (const entry of await state.entries(ref)) if (entry.build !== null) builds.add(entry.build);
    const base = byName.get(nameOf(ref))?.base;
    if (base && base.revision > 0) queue.push(base);
  }
  const gone = all.filter((one) => !seen.has(nameOf(one)));
  return { builds, revisions: seen, gone };
}

/** Builds that a reachable view reads, however deep, are reachable. */
function throughViews(roots: ReadonlySet<BuildId>, ready: readonly Build[]): ReadonlySet<BuildId> {
  const byId = new Map(ready.map((build) => [build.id, build]));
  const found = new Set(roots);
  const queue = [...roots];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const build = byId.get(id);
    if (build?.kind !== 'view') continue;
    for (const input of build.inputs) {
      if (found.has(input)) continue;
      found.add(input);
      queue.push(input);
    }
  }
  return found;
}

async function look(state: State, view: GarbageView, now: number, retention: Retention): Promise<Garbage> {
  const { builds, gone } = await reach(state, now, retention);
  const reachable = throughViews(new Set([...builds, ...view.pinned]), view.ready);
  const unreached = view.ready.filter((build) => !reachable.has(build.id)).map(({ id, node }) => ({ id, node }));
  return { builds: [...view.dead.map(({ id }) => nameless(id)), ...unreached], revisions: gone };
}

/** What a collection would free now. Writes nothing. */
export async function findGarbage(retention: Retention, applying: Applying): Promise<Garbage> {
  const { state } = applying;
  const found = await look(state, await state.garbageView(), Date.parse(applying.now()), retention);
  return { ...found, builds: [...found.builds, ...(await strays(applying)).map(nameless)] };
}

const nameless = (id: BuildId): Garbage['builds'][number] => ({ id, node: null });

/** Operations that died on the way are settled first: what they left is either published or garbage. */
async function settleDead(warehouse: Warehouse, applying: Applying): Promise<void> {
  const { state, holder } = applying;
  const open = await state.openIntents(null);
  for (const environment of new Set(open.map(({ revision }) => revision.environment))) {
    const id = asOperationId(applying.unique(20));
    await state.startOperation({ id, environment, kind: 'gc', holder });
    try {
      const lease = await state.acquireLease(id, environment);
      if (lease.type === 'acquired') await recover(environment, lease.token, id, warehouse, applying);
    } finally {
      await tolerantly(() => state.endOperation(id));
    }
  }
}

/** A state that was restored from another time would call garbage what the warehouse's readers see. */
async function refuseRestored(warehouse: Warehouse, { state }: Applying): Promise<void> {
  const session = await warehouse.open();
  for (const { name } of await state.environments()) await checkMarker(session, name, state);
}

async function mark(retention: Retention, warehouse: Warehouse, applying: Applying): Promise<Garbage> {
  const { state } = applying;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const view = await state.garbageView();
    const garbage = await look(state, view, Date.parse(applying.now()), retention);
    // Where there is nothing to free there may be no place to write to, either.
    if (garbage.builds.length === 0 && garbage.revisions.length === 0) return garbage;
    if (garbage.builds.length > 0) await refuseRestored(warehouse, applying);
    const dead = new Set(view.dead.map(({ id }) => id));
    const going = garbage.builds.map(({ id }) => id).filter((id) => !dead.has(id));
    if (await state.markGoing(view.version, going, garbage.revisions)) return garbage;
  }
  // Others are busy making and publishing builds: the next collection will find a quiet moment.
  return { builds: [], revisions: [] };
}

interface Dropped {
  readonly gone: ReadonlySet<BuildId>;
  readonly problems: readonly Problem[];
}

const NOTHING: Dropped = { gone: new Set(), problems: [] };

/** Drops builds; those that are gone then, and what kept the others. */
async function drop(ids: readonly BuildId[], warehouse: Warehouse): Promise<Dropped> {
  if (ids.length === 0) return NOTHING;
  const session = await warehouse.open();
  const problems = await session.drop(ids);
  return { gone: new Set(await session.missing(ids)), problems };
}

/** Drops what the state does not know: of that there is nothing to forget. */
async function sweep(warehouse: Warehouse, applying: Applying): Promise<Dropped> {
  await warehouse.leave();
  const ids = await strays(applying);
  if (ids.length > 0) await refuseRestored(warehouse, applying);
  return drop(ids, warehouse);
}

/**
 * Frees what nothing can reach: marked in the state first, then dropped in the warehouse, then forgotten, so that a crash
 * between leaves work for the next collection and never a pointer to nothing. With `stray` also what the state does not
 * know, which the whole warehouse is looked through for.
 */
export async function collect(
  retention: Retention,
  applying: Applying,
  { stray }: { readonly stray: boolean },
): Promise<Collected> {
  const warehouse = new Warehouse(applying);
  try {
    await settleDead(warehouse, applying);
    const garbage = await mark(retention, warehouse, applying);
    const { gone, problems } = await drop(
      garbage.builds.map(({ id }) => id),
      warehouse,
    );
    if (garbage.builds.length > 0) await applying.state.forget([...gone]);
    const swept = stray ? await sweep(warehouse, applying) : NOTHING;
    const builds = [...garbage.builds.filter(({ id }) => gone.has(id)), ...[...swept.gone].map(nameless)];
    if (builds.length > 0) applying.listener({ type: 'collected', builds: builds.length });
    return { ...garbage, builds, problems: [...problems, ...swept.problems] };
  } catch (raw) {
    throw toldToUser(raw);
  } finally {
    await tolerantly(() => warehouse.leave());
  }
}
