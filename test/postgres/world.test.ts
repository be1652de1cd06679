import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actors, type Actor, type Job, type Outcome } from '../support/actors.ts';
import { ownServer, sharedServer } from '../support/postgres/server.ts';
import { column, Shops, type Shop } from '../support/postgres/shop.ts';
import { apply, collect, refusal } from '../support/projects.ts';
import { NEW_CODE, write } from '../support/shop.ts';

let spawn: () => Actor;
let helper: Actor;
const started: Actor[] = [];
const start = (): Actor => {
  const actor = spawn();
  started.push(actor);
  return actor;
};

beforeAll(async () => {
  spawn = await actors();
  helper = start();
});
afterAll(async () => {
  for (const actor of started) await actor.end();
});

/** As many processes as there are jobs, one for each, all at once. Those of a round before serve again. */
const crew: Actor[] = [];
const together = (jobs: readonly Job[]): Promise<readonly Outcome[]> =>
  Promise.all(jobs.map((job, at) => (crew[at] ??= start()).do(job)));
const LONG = { timeout: 600_000 };
const moved = (outcome: Outcome): boolean => outcome.type === 'done' && outcome.exit === 0 && outcome.moved;

async function succeed(shop: Shop, operation: Job['operation']): Promise<Outcome> {
  const outcome = await helper.do({ directory: shop.directory, operation });
  expect(outcome).toMatchObject({ type: 'done', exit: 0 });
  return outcome;
}

const OLD = ['countries', 'customers', 'customers', 'orders', 'orders', 'revenue'];
const NEW = ['best', 'customers', 'customers', 'orders', 'orders', 'revenue'];
const views = (shop: Shop) =>
  column(shop, `SELECT viewname FROM pg_views WHERE schemaname IN ('raw', 'staging', 'marts') ORDER BY 1`);
const amounts = (shop: Shop) => column(shop, 'SELECT amount FROM staging.orders ORDER BY amount');

/** What readers find: all of the old code's tables, or all of the new code's. */
async function ageOf(shop: Shop): Promise<'old' | 'new'> {
  const found = await views(shop);
  const rows = await amounts(shop);
  if (found.includes('countries')) {
    expect([found, rows]).toEqual([OLD, [5, 10, 20]]);
    return 'old';
  }
  expect([found, rows]).toEqual([NEW, [10, 20]]);
  return 'new';
}

/** Nothing was built twice, nothing is held, and what stands in the warehouse is what the state knows. */
async function expectWhole(shop: Shop): Promise<void> {
  await succeed(shop, collect);
  const keys = await column(shop, 'SELECT build_key || beside FROM bough_state.builds');
  expect(new Set(keys).size).toBe(keys.length);
  expect(await column(shop, `SELECT id FROM bough_state.builds WHERE status <> 'ready'`)).toEqual([]);
  expect(
    await column(
      shop,
      `SELECT relname FROM pg_class WHERE relnamespace = 'bough'::regnamespace AND relkind IN ('r', 'v')
      AND relname NOT LIKE '$%' EXCEPT SELECT id FROM bough_state.builds`,
    ),
  ).toEqual([]);
  expect(await column(shop, `SELECT id FROM bough_state.operations WHERE status = 'open'`)).toEqual([]);
  expect(await column(shop, 'SELECT operation FROM bough_state.intents')).toEqual([]);
}

describe('writers on one PostgreSQL', () => {
  let shops: Shops;
  beforeAll(async () => {
    shops = new Shops(await sharedServer());
  });
  afterAll(() => shops.clear());

  /** How many processes at once, and how often: 32 of them take 3 GB of memory. */
  const CROWDS = [
    [2, 3],
    [8, 2],
    [32, 1],
  ] as const;

  it.for(CROWDS)(
    '%i win one environment each round, and the others are told before they write',
    LONG,
    async ([size, rounds]) => {
      const shop = await shops.make();
      for (let round = 0; round < rounds; round += 1) {
        write(shop.directory, { 'models/staging/orders.sql': `SELECT * FROM raw.orders WHERE amount > ${round}\n` });
        const outcomes = await together(
          Array.from({ length: size }, () => ({ directory: shop.directory, operation: apply('prod') })),
        );
        expect(outcomes.filter(moved)).toHaveLength(1);
        for (const other of outcomes.filter((one) => !moved(one))) {
          if (other.type === 'done') expect(other).toMatchObject({ exit: 0, built: 0 });
          // On a machine that is too busy the state itself can be kept waiting for.
          else expect(refusal(other)).toEqual({ exit: 4, codes: [expect.stringMatching(/^(lease-held|state-busy)$/)] });
        }
        expect(await column(shop, 'SELECT count(*)::int FROM bough_state.revisions')).toEqual([round + 1]);
        const unique = 'SELECT count(*)::int - count(DISTINCT order_id)::int FROM staging.orders';
        expect(await column(shop, unique)).toEqual([0]);
      }
      await expectWhole(shop);
    },
  );

  it.for(CROWDS)('%i share what their environments need: it is built once', LONG, async ([size]) => {
    const shop = await shops.make();
    await succeed(shop, apply('prod'));
    write(shop.directory, NEW_CODE);
    const names = Array.from({ length: size }, (_, at) => `e${at}`);
    const outcomes = await together(names.map((name) => ({ directory: shop.directory, operation: apply(name) })));
    expect(outcomes.every(moved)).toBe(true);
    expect(outcomes.reduce((sum, one) => sum + (one.type === 'done' ? one.built : 0), 0)).toBe(3);
    await expectWhole(shop);
  });
});

/** Each call that a process makes has its number; a fault hits the first of a name. */
async function callsOf(shop: Shop): Promise<readonly string[]> {
  const outcome = await start().do({ directory: shop.directory, operation: apply('prod') });
  if (outcome.type !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.calls;
}

describe('a client that is killed', () => {
  let shops: Shops;
  let before: Shop;
  let calls: readonly string[];
  beforeAll(async () => {
    shops = new Shops(await sharedServer());
    before = await shops.make();
    await succeed(before, apply('prod'));
    calls = await callsOf(await shops.make(before, NEW_CODE));
  });
  afterAll(() => shops.clear());

  it('leaves all old or all new at every step, and the next one finishes', async () => {
    const steps = [...new Set(calls)].filter((name) => /session.build$|finish|writeIntent|publish|commit/.test(name));
    expect(steps.length).toBeGreaterThan(3);
    for (const [index, name] of steps.entries()) {
      const shop = await shops.make(before, NEW_CODE);
      const side = index % 2 === 0 ? 'before' : 'after';
      const fault = { call: calls.indexOf(name) + 1, side, does: 'kill' } as const;
      expect(await start().do({ directory: shop.directory, operation: apply('prod'), fault })).toEqual({
        type: 'killed',
      });
      const published = /commit|end/.test(name) || (name.endsWith('publish') && side === 'after');
      expect([name, side, await ageOf(shop)]).toEqual([name, side, published ? 'new' : 'old']);
      await succeed(shop, apply('prod'));
      expect(await ageOf(shop)).toBe('new');
      await expectWhole(shop);
    }
  });
});

describe('a server that crashes', () => {
  let shops: Shops;
  let before: Shop;
  let calls: readonly string[];
  let crash: () => void;
  beforeAll(async () => {
    const server = await ownServer();
    crash = server.crash;
    shops = new Shops(server);
    before = await shops.make();
    await succeed(before, apply('prod'));
    calls = await callsOf(await shops.make(before, NEW_CODE));
  });

  it.for([
    ['session.build', 'after'],
    ['state.writeIntent', 'after'],
    ['session.publish', 'before'],
    ['session.publish', 'after'],
    ['state.commitIntent', 'before'],
  ] as const)('at %s (%s) harms nothing, and the next command finishes', async ([name, side]) => {
    const shop = await shops.make(before, NEW_CODE);
    const actor = start();
    const fault = { call: calls.indexOf(name) + 1, side, does: 'stop' } as const;
    expect(await actor.stops({ directory: shop.directory, operation: apply('prod'), fault })).toBe(true);
    crash();
    actor.wake();
    const outcome = await actor.outcome();
    if (outcome.type === 'failed') expect(outcome.exit).not.toBeNull();
    await succeed(shop, apply('prod'));
    expect(await ageOf(shop)).toBe('new');
    await expectWhole(shop);
  });
});
