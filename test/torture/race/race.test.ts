import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEW_CODE, NEW_DATA, SAME_DATA, SHOP } from '../../support/shop.ts';
import { actors, type Actor, type Job, type Operation, type Outcome } from '../../support/actors.ts';
import type { Look } from '../../support/look.ts';
import { apply, collect, Projects, promote, refusal, remove, run, succeed } from '../../support/projects.ts';

const projects = new Projects();
const started: Actor[] = [];
let spawn: () => Actor;
let helper: Actor;

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
  projects.clear();
});

/** Each in a process of its own, all at once. */
const together = (jobs: readonly Job[]): Promise<readonly Outcome[]> => Promise.all(jobs.map((job) => start().do(job)));

const moved = (outcome: Outcome): boolean => outcome.type === 'done' && outcome.exit === 0 && outcome.moved;

const attempts = (look: Look): readonly string[] => look.builds.map(({ key }) => key).sort();

/** Nothing was built twice, nothing is half done, and what stands in the warehouse is what the state knows. */
function expectWhole(look: Look): void {
  expect(attempts(look)).toEqual([...new Set(attempts(look))]);
  expect(look.builds.filter(({ status }) => status !== 'ready')).toEqual([]);
  expect(look.relations).toEqual(look.builds.map(({ id }) => id));
  expect(look.markers).toEqual(look.heads);
  expect(look.held).toEqual([]);
  expect(look.ownedViews).toEqual(Object.keys(look.views).sort());
}

/** Number of the first call of that name, as a process makes it that nobody disturbs. */
async function numberOf(call: string, directory: string, operation: Operation): Promise<number> {
  const outcome = await start().do({ directory: projects.copy(directory), operation });
  const index = outcome.type === 'done' ? outcome.calls.indexOf(call) : -1;
  if (index < 0) throw new Error(`${call} is not called: ${JSON.stringify(outcome)}`);
  return index + 1;
}

/** A process that was stopped after its first call of that name. */
async function stoppedAfter(call: string, directory: string, operation: Operation): Promise<Actor> {
  const number = await numberOf(call, directory, operation);
  const actor = start();
  const fault = { call: number, side: 'after', does: 'stop' } as const;
  expect(await actor.stops({ directory, operation, fault })).toBe(true);
  return actor;
}

async function goOn(actor: Actor): Promise<Outcome> {
  actor.wake();
  return actor.outcome();
}

describe('one environment', () => {
  it('is changed by one of two applies at once', async () => {
    const directory = await projects.make(helper, SHOP, apply('prod'), NEW_CODE);
    const outcomes = await together([1, 2].map(() => ({ directory, operation: apply('prod') })));
    expect(outcomes.filter(moved)).toHaveLength(1);
    for (const other of outcomes.filter((one) => !moved(one))) {
      if (other.type === 'done') expect(other).toMatchObject({ exit: 0, built: 0 });
      else expect(refusal(other)).toEqual({ exit: 4, codes: ['lease-held'] });
    }
    const look = await helper.look(directory);
    expectWhole(look);
    expect(look.history['prod']).toHaveLength(2);
  });

  it('keeps builds once, whoever of four comes first', async () => {
    const directory = await projects.make(helper, SHOP, apply('prod'), SAME_DATA);
    const outcomes = await together(Array.from({ length: 4 }, () => ({ directory, operation: run('prod') })));
    expect(outcomes.filter(moved)).toHaveLength(1);
    const look = await helper.look(directory);
    expectWhole(look);
    expect(look.history['prod']).toHaveLength(2);
    expect(look.builds.filter(({ node }) => node === 'marts.revenue')).toHaveLength(1);
    expect(await start().do({ directory, operation: run('prod') })).toMatchObject({ exit: 0, moved: false });
  });

  it('is made by one of eight first applies at once', async () => {
    const directory = await projects.make(helper, SHOP);
    const outcomes = await together(Array.from({ length: 8 }, () => ({ directory, operation: apply('prod') })));
    expect(outcomes.filter(moved)).toHaveLength(1);
    for (const other of outcomes.filter((one) => one.type !== 'done')) {
      expect(refusal(other)).toEqual({ exit: 4, codes: ['lease-held'] });
    }
    const look = await helper.look(directory);
    expectWhole(look);
    expect(look.history['prod']).toHaveLength(1);
  });

  it.each<readonly [string, Operation, Operation]>([
    ['apply', apply('dev'), apply('dev')],
    ['delete', apply('dev'), remove('dev')],
    ['run', apply('dev'), run('dev')],
    ['promote', run('prod'), promote],
    ['rollback', run('prod'), { type: 'rollback', environment: 'prod', to: 1 }],
  ])('refuses %s before it writes, while another holds it', async (_, first, second) => {
    const directory = await projects.make(helper, SHOP, apply('prod'), NEW_CODE, apply('dev'), NEW_DATA, run('prod'), {
      'models/marts/best.sql': 'SELECT min(revenue) AS revenue FROM marts.revenue\n',
      'data/orders.csv': 'order_id,customer_id,amount\n1,a,10\n',
    });
    const before = await helper.look(directory);
    const holder = await stoppedAfter('state.acquireLease', directory, first);
    const told = await start().do({ directory, operation: second });
    expect(refusal(told)).toEqual({ exit: 4, codes: ['lease-held'] });
    expect((await helper.look(directory)).views).toEqual(before.views);
    expect(await goOn(holder)).toMatchObject({ type: 'done', exit: 0, moved: true });
    await succeed(helper, directory, collect);
    expectWhole(await helper.look(directory));
  });
});

describe('many environments', () => {
  it('share what they both need: it is built once', async () => {
    const directory = await projects.make(helper, SHOP, apply('prod'), NEW_CODE);
    const before = await helper.look(directory);
    const outcomes = await together(['one', 'two'].map((name) => ({ directory, operation: apply(name) })));
    expect(outcomes.every(moved)).toBe(true);
    expect(outcomes.reduce((sum, one) => sum + (one.type === 'done' ? one.built : 0), 0)).toBe(3);
    const look = await helper.look(directory);
    expectWhole(look);
    expect(look.builds.length - before.builds.length).toBe(3);
    expect(look.environments['one']).toEqual(look.environments['two']);
  });

  it('are made by eight processes at once', async () => {
    const directory = await projects.make(helper, SHOP, apply('prod'), NEW_CODE);
    const names = Array.from({ length: 8 }, (_, index) => `e${index}`);
    const outcomes = await together(names.map((name) => ({ directory, operation: apply(name), wait: 120_000 })));
    expect(outcomes.filter((one) => !moved(one))).toEqual([]);
    const look = await helper.look(directory);
    expectWhole(look);
    for (const name of names) {
      expect(look.environments[name]).toEqual(look.environments['e0']);
      expect(look.history[name]).toHaveLength(1);
    }
  });

  it('go on while others are promoted to, run, deleted and collected', async () => {
    const directory = await projects.make(helper, SHOP, apply('prod'), NEW_CODE, apply('dev'), apply('old'), NEW_DATA);
    const operations = [run('prod'), promote, remove('old'), apply('new'), collect];
    const outcomes = await together(operations.map((operation) => ({ directory, operation })));
    for (const one of outcomes) {
      if (one.type === 'failed') expect(one).toMatchObject({ exit: 4 });
      else expect(one).toMatchObject({ type: 'done', exit: 0 });
    }
    for (const operation of [run('prod'), promote, apply('new'), collect]) await succeed(helper, directory, operation);
    const look = await helper.look(directory);
    expectWhole(look);
    expect(look.environments['prod']?.['raw.orders']).toHaveLength(6);
    expect(look.environments['prod']).toHaveProperty(['marts.best']);
  });
});

describe('garbage collection', () => {
  it('spares what a running apply has built', async () => {
    const directory = await projects.make(helper, SHOP, apply('prod'), NEW_CODE);
    const builder = await stoppedAfter('state.finishBuild', directory, apply('dev'));
    expect(await start().do({ directory, operation: collect, wait: 0 })).toMatchObject({ type: 'done', exit: 0 });
    expect(await goOn(builder)).toMatchObject({ type: 'done', exit: 0, moved: true, built: 3 });
    expectWhole(await helper.look(directory));
  });

  it('takes what a promotion was going to publish, where its environment is gone: it is told', async () => {
    const directory = await projects.make(helper, SHOP, apply('prod'), NEW_CODE, apply('dev'));
    const promoter = await stoppedAfter('state.startOperation', directory, promote);
    await succeed(helper, directory, remove('dev'));
    await succeed(helper, directory, collect);
    expect(refusal(await goOn(promoter))).toEqual({ exit: 1, codes: ['environment-unknown'] });
    const look = await helper.look(directory);
    expectWhole(look);
    expect(look.history['prod']).toHaveLength(1);
  });
});
