import { expect, test } from 'vitest';
import { openState } from '../../../src/state/index.ts';
import type { State } from '../../../src/state/contract.ts';
import { asEnvironmentName } from '../../../src/model/ids.ts';
import { build, buildId, dev, entry, intent, lease, op, prod } from '../nouns.ts';
import { remotes } from '../remote.ts';
import type { RemoteState } from '../remote.ts';
import type { Cases, Given } from '../conformance.ts';

/** Real processes, with the real clock and the real liveness. */
export const processCases: Cases = (given) => {
  const { start } = remotes();
  const several = (count: number) => Promise.all(Array.from({ length: count }, start));
  const opened = async (count: number): Promise<readonly RemoteState[]> => {
    const { config } = given().place;
    return Promise.all((await several(count)).map((one) => one.open(config)));
  };
  const here = ({ place }: Given): Promise<State> => openState(place.config, { create: true });

  test('twenty processes that come first at once agree on one state', async () => {
    const states = await opened(20);
    const warehouses = await Promise.all(states.map((state, at) => state.tieWarehouse(`w${at}`)));
    expect(new Set(warehouses).size).toBe(1);
    const identities = await Promise.all(states.map((state) => state.identity()));
    expect(new Set(identities.map((one) => one.state)).size).toBe(1);
    await Promise.all(states.map((state) => state.kill()));
  });

  test('processes that are killed while they make the state leave one that works', async () => {
    for (let round = 0; round < 3; round += 1) {
      const states = await opened(4);
      const first = states.map((state) => state.tieWarehouse('w'));
      await Promise.race(first);
      await Promise.all(states.map((state) => state.kill()));
      const state = await here(given());
      expect(await state.tieWarehouse('x')).toBe('w');
      await state.close();
    }
  });

  test('of many processes one gets the lease, each round another token', async () => {
    const states = await opened(6);
    for (let round = 1; round <= 5; round += 1) {
      const leases = await Promise.all(
        states.map(async (state, at) => {
          const id = op(`r${round} p${at}`);
          await state.startOperation({ id, environment: prod, kind: 'apply', holder: state.holder });
          return state.acquireLease(id, prod);
        }),
      );
      expect(leases.filter((one) => one.type === 'acquired')).toEqual([{ type: 'acquired', token: round }]);
      const winner = leases.findIndex((one) => one.type === 'acquired');
      for (const one of leases) if (one.type === 'held') expect(one.by.operation).toBe(`r${round} p${winner}`);
      await Promise.all(states.map((state, at) => state.endOperation(op(`r${round} p${at}`))));
    }
    await Promise.all(states.map((state) => state.kill()));
  });

  test('processes on environments of their own lose nothing to each other', async () => {
    const states = await opened(8);
    await Promise.all(
      states.map(async (state, at) => {
        const environment = asEnvironmentName(`env ${at}`);
        for (const revision of [1, 2, 3]) await revise(state, `e${at} r${revision}`, environment, revision);
      }),
    );
    const state = await here(given());
    expect((await state.environments()).map((one) => one.head)).toEqual(Array.from({ length: 8 }, () => 3));
    await state.close();
    await Promise.all(states.map((one) => one.kill()));
  });

  test('many processes that need one build make it once', async () => {
    const states = await opened(6);
    const claims = await Promise.all(
      states.map(async (state, at) => {
        const operation = op(`p${at}`);
        await state.startOperation({ id: operation, environment: prod, kind: 'apply', holder: state.holder });
        return state.claimBuild({ ...build('orders', { id: buildId(`orders ${at}`) }), operation });
      }),
    );
    expect(claims.filter((one) => one.type === 'claimed')).toHaveLength(1);
    expect(claims.filter((one) => one.type === 'held')).toHaveLength(5);
    await Promise.all(states.map((one) => one.kill()));
  });

  test('what a killed process held is free at once', async () => {
    const [killed, next] = await opened(2);
    if (killed === undefined || next === undefined) throw new Error('no process');
    await lease(killed, 'a', { holder: killed.holder });
    await killed.claimBuild({ ...build('orders'), operation: op('a') });
    await next.startOperation({ id: op('b'), environment: prod, kind: 'run', holder: next.holder });
    expect(await next.acquireLease(op('b'), prod)).toMatchObject({ type: 'held', by: { holder: killed.holder } });
    await killed.kill();
    const taken = build('orders', { id: buildId('orders 2') });
    expect(await next.claimBuild({ ...taken, operation: op('b') })).toEqual({ type: 'claimed' });
    expect(await next.acquireLease(op('b'), prod)).toEqual({ type: 'acquired', token: 2 });
    await next.kill();
  });

  test('a process that was stopped and wakes after its lease was taken cannot commit', async () => {
    const { place } = given();
    const [stopped] = await opened(1);
    if (stopped === undefined) throw new Error('no process');
    const { operation, token } = await lease(stopped, 'a', { holder: stopped.holder });
    await stopped.claimBuild({ ...build('orders'), operation });
    stopped.signal('SIGSTOP');
    const later = await openState(place.config, { create: true, now: () => Date.now() + 61_000 });
    expect((await lease(later, 'b', { holder: stopped.holder })).token).toBe(2);
    stopped.signal('SIGCONT');
    expect(await stopped.heartbeat(operation)).toBe(false);
    expect(await stopped.finishBuild(operation, build('orders'))).toBe(false);
    expect(await stopped.writeIntent(operation, token, intent(operation, 1))).toBe('lost');
    await later.close();
    await stopped.kill();
  });

  test('nothing that was acknowledged is lost at kill -9, and what was open is recovered', async () => {
    let acknowledged = 0;
    for (let round = 1; round <= 8; round += 1) {
      const [worker] = await opened(1);
      if (worker === undefined) throw new Error('no process');
      acknowledged = await reviseUntilKilled(worker, round, acknowledged);
      const state = await here(given());
      const head = (await state.environment(dev))?.head ?? 0;
      expect(head).toBeGreaterThanOrEqual(acknowledged);
      acknowledged = await recover(state, round);
      expect(acknowledged).toBeLessThanOrEqual(head + 1);
      expect((await state.revisions(dev)).map((one) => one.revision)).toEqual(
        Array.from({ length: acknowledged }, (_, at) => at + 1),
      );
      const [one] = await state.entries({ environment: dev, revision: acknowledged });
      expect(one).toEqual(acknowledged === 0 ? undefined : entry('orders', `code ${acknowledged}`));
      await state.close();
    }
    expect(acknowledged).toBeGreaterThan(0);
  });
};

async function revise(state: RemoteState, id: string, environment: typeof prod, revision: number): Promise<void> {
  const { operation, token } = await lease(state, id, { environment, holder: state.holder });
  const change = { revision: { environment }, entries: [entry('orders', `code ${revision}`)] };
  await state.writeIntent(operation, token, intent(operation, revision, change));
  await state.commitIntent(operation);
}

/** Sends a stream of revisions and kills the process in the midst of it, each round a little later. */
async function reviseUntilKilled(worker: RemoteState, round: number, head: number): Promise<number> {
  let acknowledged = head;
  const { token } = await lease(worker, `probe ${round}`, { environment: dev, holder: worker.holder });
  await worker.endOperation(op(`probe ${round}`));
  const acknowledge = async (commit: Promise<void>, at: number, enough: () => void): Promise<void> => {
    await commit;
    acknowledged = head + at;
    if (at === round * 2) enough();
  };
  const enough = new Promise<void>((resolve) => {
    for (let at = 1; at <= 40; at += 1) {
      const operation = op(`k${round} ${at}`);
      const change = { revision: { environment: dev }, entries: [entry('orders', `code ${head + at}`)] };
      void worker.startOperation({ id: operation, environment: dev, kind: 'apply', holder: worker.holder });
      void worker.acquireLease(operation, dev);
      void worker.writeIntent(operation, token + at, intent(operation, head + at, change));
      void acknowledge(worker.commitIntent(operation), at, resolve);
    }
  });
  await enough;
  await worker.kill();
  return acknowledged;
}

/** Takes the lease and decides the open intent, one round so and the next the other way. Returns the head. */
async function recover(state: State, round: number): Promise<number> {
  const { operation } = await lease(state, `recovery ${round}`, { environment: dev });
  const open = await state.openIntents(dev);
  expect(open.length).toBeLessThanOrEqual(1);
  for (const one of open) {
    await (round % 2 === 0 ? state.commitIntent(one.operation) : state.abandonIntent(one.operation));
    await (round % 2 === 0 ? state.commitIntent(one.operation) : state.abandonIntent(one.operation));
  }
  await state.endOperation(operation);
  return (await state.environment(dev))?.head ?? 0;
}
