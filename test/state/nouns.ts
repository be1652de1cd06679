import { createHash } from 'node:crypto';
import {
  asBuildId,
  asDefinitionHash,
  asEnvironmentName,
  asInstant,
  asKey,
  asNodeName,
  asOperationId,
} from '../../src/model/ids.ts';
import type { BuildId, EnvironmentName, NodeName, OperationId } from '../../src/model/ids.ts';
import type {
  Build,
  Entry,
  Holder,
  Intent,
  Liveness,
  OperationKind,
  Revision,
  State,
} from '../../src/state/contract.ts';

/** Small things to say in tests of a state. Names lead to hashes, so that equal names mean equal things. */

export const prod = asEnvironmentName('prod');
export const dev = asEnvironmentName('dev');

const hex = (name: string): string => createHash('sha256').update(name).digest('hex');
export const key = (name: string) => asKey(hex(name).slice(0, 32));
export const hash = (name: string) => asDefinitionHash(hex(name));
export const op = (id: string): OperationId => asOperationId(id);
export const node = (name: string): NodeName => asNodeName(`shop.${name}`);
export const at = (minute: number) => asInstant(new Date(Date.UTC(2026, 10, 21, 12, minute)).toISOString());

export const alive: Holder = { user: 'ann', host: 'here', boot: 'b1', pid: 11, started: '100' };
export const dead: Holder = { ...alive, user: 'bob', pid: 12 };
export const elsewhere: Holder = { ...alive, user: 'eve', host: 'there', pid: 13 };

/** Knows the three holders above. */
export const pretend: Liveness = (holder) => {
  if (holder.host !== alive.host) return 'unknown';
  return holder.pid === dead.pid ? 'dead' : 'alive';
};

/** A clock that tests turn by hand. */
export interface Clock {
  (): number;
  /** Seconds; may be negative. */
  turn(seconds: number): void;
}

export function clock(): Clock {
  let now = Date.UTC(2026, 10, 21, 12);
  return Object.assign(() => now, { turn: (seconds: number) => void (now += seconds * 1000) });
}

export const entry = (name: string, code = name, more: Partial<Entry> = {}): Entry => ({
  node: node(name),
  definition: hash(code),
  local: key(`local ${code}`),
  code: key(`code ${code}`),
  key: key(`key ${code}`),
  build: null,
  origin: { operation: 'apply', revision: 1 },
  fact: null,
  ...more,
});

export const removal = (name: string): Entry => ({
  ...entry(name),
  definition: null,
  local: null,
  code: null,
  key: null,
});

export const buildId = (name: string): BuildId => asBuildId(`shop__${name}`);

export const build = (name: string, more: Partial<Build> = {}): Build => ({
  id: buildId(name),
  key: key(name),
  beside: '',
  node: node(name),
  kind: 'table',
  inputs: [],
  recipe: null,
  reads: {},
  columns: [{ name: 'id', type: 'INTEGER' }],
  rows: 3,
  seconds: 0.25,
  at: at(0),
  ...more,
});

export const revision = (operation: OperationId, number: number, more: Partial<Revision> = {}): Revision => ({
  environment: prod,
  revision: number,
  operation: 'apply',
  operationId: operation,
  at: at(number),
  by: 'ann',
  message: null,
  from: null,
  base: null,
  standsAt: null,
  clock: at(0),
  clockAvoid: null,
  engine: 'duckdb/1',
  code: true,
  gone: false,
  releases: [],
  kept: [],
  grants: [],
  ...more,
});

export interface Change extends Partial<Omit<Intent, 'revision' | 'follows' | 'entries'>> {
  readonly revision?: Partial<Revision>;
  readonly entries?: readonly Entry[];
}

export function intent(operation: OperationId, number: number, change: Change = {}): Intent {
  const entries = change.entries ?? [];
  const definitions = new Map(entries.flatMap((one) => (one.definition === null ? [] : [[one.definition, '{}']])));
  return {
    base: null,
    dropped: [],
    definitions,
    meanings: new Map(),
    viewsTaken: [],
    viewsLeft: [],
    ...change,
    entries,
    follows: number - 1,
    revision: revision(operation, number, change.revision),
  };
}

export interface StartOptions {
  readonly environment?: EnvironmentName;
  readonly holder?: Holder;
  readonly kind?: OperationKind | 'gc' | 'export';
}

export async function start(state: State, id: string, options: StartOptions = {}): Promise<OperationId> {
  await state.startOperation({ id: op(id), environment: prod, kind: 'apply', holder: alive, ...options });
  return op(id);
}

/** Opens an operation that holds the lease; throws where somebody else does. */
export async function lease(
  state: State,
  id: string,
  options: StartOptions = {},
): Promise<{ readonly operation: OperationId; readonly token: number }> {
  const operation = await start(state, id, options);
  const found = await state.acquireLease(operation, options.environment ?? prod);
  if (found.type === 'held') throw new Error(`the lease is held by ${found.by.operation}`);
  return { operation, token: found.token };
}

/** Lease and intent of the next revision; it stays pending. */
export async function propose(
  state: State,
  id: string,
  change: Change = {},
  options: StartOptions = {},
): Promise<Intent> {
  const environment = change.revision?.environment ?? options.environment ?? prod;
  const { operation, token } = await lease(state, id, { ...options, environment });
  const head = (await state.environment(environment))?.head ?? 0;
  const written = intent(operation, head + 1, { ...change, revision: { environment, ...change.revision } });
  const result = await state.writeIntent(operation, token, written);
  if (result !== 'written') throw new Error(`the intent was not written: ${result}`);
  return written;
}

/** A whole revision. */
export async function publish(state: State, id: string, change: Change = {}): Promise<Intent> {
  const written = await propose(state, id, change);
  await state.commitIntent(op(id));
  return written;
}

/** Makes a build ready; its operation goes on. */
export async function make(state: State, operation: OperationId, one: Build): Promise<Build> {
  const { id, key, beside, node } = one;
  const claim = await state.claimBuild({ operation, id, key, beside, node });
  if (claim.type !== 'claimed') throw new Error(`the build ${id} is ${claim.type}`);
  if (!(await state.finishBuild(operation, one))) throw new Error(`the build ${id} was lost`);
  return one;
}

/** Code of the problem that a promise fails with. */
export async function problemOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (raw) {
    if (raw instanceof Error && 'problems' in raw && Array.isArray(raw.problems)) return raw.problems[0].code;
    return `no problem but: ${String(raw)}`;
  }
  return 'no failure';
}
