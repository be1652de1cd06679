import type { Patience, Reader, Session } from '../contract.ts';
import { Slots } from '../slots.ts';
import { build } from './build.ts';
import { BuiltAt } from './built-at.ts';
import { existing, missing, standing } from './catalog.ts';
import { Connections, type Pool } from './connections.ts';
import { drop } from './drop.ts';
import { isState, unavailable } from './errors.ts';
import { fingerprints } from './fingerprint.ts';
import { roles } from './grants.ts';
import { identity, initialise, marker, raise } from './marker.ts';
import { publish } from './publish.ts';
import { estimate, select } from './query.ts';
import { unload } from './unload.ts';

const INVALID_PARAMETER = '22023';
const NOT_ALLOWED = '42501';

/** Sessions beside those that build: markers are looked at while all of these are busy. */
const SPARE = 2;

async function connections(pool: Pool): Promise<Connections> {
  const opened = new Connections(pool);
  try {
    // What is wrong with the address, the role or the time zone is said now, not in the middle of a build.
    await opened.use((connection) => connection.transaction(async () => undefined, 'READ ONLY'));
    return opened;
  } catch (error) {
    await opened.close();
    throw isState(error, INVALID_PARAMETER, NOT_ALLOWED) ? unavailable(error, error.state, opened.place) : error;
  }
}

const reader = (pool: Connections): Reader => ({
  describe: (query) => pool.use((one) => one.transaction(() => one.describe(query), 'READ ONLY')),
  query: (statement, { signal, limit } = {}) => pool.use((one) => select(one, statement, limit), signal),
  fingerprints: (id, sets, { signal } = {}) => pool.use((one) => fingerprints(one, id, sets), signal),
  unload: (id, take, signal) => pool.use((one) => unload(one, id, take), signal),
  missing: (builds) => pool.use((one) => missing(one, builds)),
  identity: () => pool.use(identity),
  standing: () => pool.use(standing),
  existing: (names) => pool.use((one) => existing(one, names)),
  estimate: (query, signal) => pool.use((one) => estimate(one, query), signal),
  roles: () => pool.use(roles),
});

export async function openReader(pool: Pool): Promise<Reader & { close(): Promise<void> }> {
  const opened = await connections({ ...pool, limit: pool.limit + SPARE });
  return { ...reader(opened), close: () => opened.close() };
}

export async function openSession(pool: Pool, patience: Patience): Promise<Session> {
  const opened = await connections({ ...pool, limit: pool.limit + SPARE });
  const slots = new Slots(pool.limit);
  const builtAt = await opened.use((one) => BuiltAt.open(one));
  return {
    ...reader(opened),
    concurrency: pool.limit,
    build: (request, signal) =>
      slots.run(() => opened.use((one) => build(one, builtAt, request, signal), signal), signal),
    drop: (builds) => opened.use((one) => drop(one, builds)),
    publish: (publication) =>
      opened.use((connection) =>
        publish({ connection, publication, patience, builtAt, aside: (work) => opened.use(work) }),
      ),
    marker: (environment) => opened.use((one) => marker(one, environment)),
    raise: (environment, token) => opened.use((one) => raise(one, environment, token)),
    initialise: (id) => opened.use((one) => initialise(one, id)),
    close: () => opened.close(),
  };
}
