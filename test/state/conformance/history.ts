import { expect, test } from 'vitest';
import { asEnvironmentName, asSnapshot } from '../../../src/model/ids.ts';
import {
  at,
  build,
  dev,
  entry,
  hash,
  intent,
  key,
  lease,
  make,
  node,
  op,
  prod,
  propose,
  publish,
  removal,
} from '../nouns.ts';
import type { Cases } from '../conformance.ts';
import type { State } from '../../../src/state/contract.ts';

const HOSTILE = `o'brien "x" \\ ; DROP TABLE entries; -- $1 ?1 é 木 🌳 \n %_`;

export const historyCases: Cases = (given) => {
  test('is empty before the first write', async () => {
    const { state } = given();
    expect(await everythingSeen(state)).toEqual(NOTHING);
    expect(await state.identity()).toEqual({ state: '', warehouse: null });
    expect(await state.openIntents(null)).toEqual([]);
    expect((await state.garbageView()).ready).toEqual([]);
  });

  test('shows nothing of an intent before it is committed, and all of it after', async () => {
    const { state, another } = given();
    const view = { name: 'shop.orders', environment: prod, node: node('orders') };
    await propose(state, 'a', { entries: [entry('orders')], viewsTaken: [view] });
    const other = await another();
    for (const one of [state, other]) expect(await everythingSeen(one)).toEqual(NOTHING);
    await state.commitIntent(op('a'));
    expect(await everythingSeen(other)).toEqual({
      environments: ['prod'],
      environment: 1,
      revisions: [1],
      revision: op('a'),
      entries: [node('orders')],
      past: [key('local orders')],
      owners: [view],
      views: [view],
    });
  });

  test('gives a revision back as it was written', async () => {
    const { state } = given();
    const written = await publish(state, 'a', {
      base: dev,
      revision: {
        message: HOSTILE,
        by: HOSTILE,
        from: { environment: asEnvironmentName(HOSTILE), revision: 7, operation: op('elsewhere') },
        base: { environment: dev, revision: 3 },
        standsAt: 2,
        clockAvoid: '2026-11-21',
        releases: [
          { selector: { pattern: 'V*', releases: 'all', repository: HOSTILE }, tag: 'V1', commit: 'c', avoid: null },
        ],
        code: false,
        grants: [{ role: HOSTILE, privileges: ['select'], at: { file: 'bough.yml', line: 2, column: 3 } }],
      },
    });
    expect(await state.revision({ environment: prod, revision: 1 })).toEqual(written.revision);
    expect(await state.revisions(prod)).toEqual([written.revision]);
    expect(await state.environment(prod)).toEqual({
      name: prod,
      base: dev,
      head: 1,
      operation: op('a'),
      createdAt: written.revision.at,
      deletedAt: null,
    });
  });

  test('gives entries back as they were written, whatever the names hold', async () => {
    const { state } = given();
    const { operation } = await lease(state, 'maker');
    const made = await make(state, operation, build('orders'));
    await state.endOperation(operation);
    const entries = [
      entry('orders', 'orders', { build: made.id, origin: { operation: 'branch', revision: 4 } }),
      entry('live', 'live', {
        fact: {
          snapshot: asSnapshot(`${HOSTILE}\0`),
          columns: [{ name: HOSTILE, type: 'DECIMAL(18,3)' }],
          live: true,
          avoid: asSnapshot('left'),
        },
      }),
      entry(HOSTILE),
      removal('gone'),
    ];
    await publish(state, 'a', { entries });
    expect(sorted(await state.entries({ environment: prod, revision: 1 }))).toEqual(sorted(entries));
  });

  test('takes words with NUL, which stores do not keep', async () => {
    const { state } = given();
    await publish(state, 'a', { revision: { message: 'a\0b' } });
    expect((await state.revision({ environment: prod, revision: 1 }))?.message).toBe('a\uFFFDb');
  });

  test('keeps every revision as it was', async () => {
    const { state } = given();
    await publish(state, 'a', { entries: [entry('orders'), entry('customers')] });
    await publish(state, 'b', { entries: [entry('orders', 'orders 2'), removal('customers')] });
    await publish(state, 'c', { dropped: [node('orders')] });
    const at = async (revision: number) => sorted(await state.entries({ environment: prod, revision }));
    expect(await at(0)).toEqual([]);
    expect(await at(1)).toEqual(sorted([entry('orders'), entry('customers')]));
    expect(await at(2)).toEqual(sorted([entry('orders', 'orders 2'), removal('customers')]));
    expect(await at(3)).toEqual([removal('customers')]);
    expect(await at(4)).toEqual([]);
  });

  test('keeps environments apart', async () => {
    const { state } = given();
    await publish(state, 'a', { entries: [entry('orders')] });
    await publish(state, 'b', { revision: { environment: dev }, entries: [entry('orders', 'mine')], base: prod });
    await publish(state, 'c', { revision: { environment: dev }, dropped: [node('orders')] });
    expect(await state.entries({ environment: prod, revision: 1 })).toEqual([entry('orders')]);
    expect(await state.entries({ environment: dev, revision: 1 })).toEqual([entry('orders', 'mine')]);
    expect(await state.entries({ environment: dev, revision: 2 })).toEqual([]);
    expect((await state.environments()).map((one) => [one.name, one.base, one.head])).toEqual([
      [dev, prod, 2],
      [prod, null, 1],
    ]);
  });

  test('ends everything at a delete, and goes on under the same name', async () => {
    const { state } = given();
    const view = { name: 'dev_shop.orders', environment: dev, node: node('orders') };
    const environment = dev;
    await publish(state, 'a', {
      revision: { environment },
      base: prod,
      entries: [entry('orders')],
      viewsTaken: [view],
    });
    await publish(state, 'b', { revision: { environment, operation: 'delete' } });
    expect(await state.environment(dev)).toMatchObject({ head: 2, base: prod, createdAt: at(1), deletedAt: at(2) });
    expect(await state.entries({ environment, revision: 2 })).toEqual([]);
    expect(await state.viewsOf(dev)).toEqual([]);
    expect(await state.viewOwners([view.name])).toEqual([]);

    const { operation, token } = await lease(state, 'c', { environment });
    expect(token).toBe(3);
    const again = intent(operation, 3, { revision: { environment }, entries: [entry('customers')] });
    expect(await state.writeIntent(operation, token, again)).toBe('written');
    await state.commitIntent(operation);
    expect(await state.environment(dev)).toMatchObject({ head: 3, base: null, createdAt: at(3), deletedAt: null });
    expect(await state.entries({ environment, revision: 3 })).toEqual([entry('customers')]);
    expect(await state.entries({ environment, revision: 1 })).toEqual([entry('orders')]);
    expect((await state.revisions(dev)).map((one) => one.operation)).toEqual(['apply', 'delete', 'apply']);
  });

  test('keeps definitions and meanings', async () => {
    const { state } = given();
    const definitions = new Map([[hash('orders'), `{"sql":"${HOSTILE.replaceAll('"', '')}"}`]]);
    const meanings = new Map([[key('code orders'), '{"rows":"…"}']]);
    await publish(state, 'a', { entries: [entry('orders')], definitions, meanings });
    expect(await state.definitions([hash('orders'), hash('unknown')])).toEqual(definitions);
    expect(await state.meanings([key('code orders'), key('unknown')])).toEqual(meanings);
    await publish(state, 'b', { entries: [entry('customers', 'orders')], definitions: new Map() });
    expect(await state.definitions([])).toEqual(new Map());
  });

  test('knows who it is, and ties itself to one warehouse', async () => {
    const { state, another } = given();
    expect(await state.tieWarehouse('w1')).toBe('w1');
    const other = await another();
    expect(await other.tieWarehouse('w2')).toBe('w1');
    const { state: id, warehouse } = await state.identity();
    expect(id).not.toBe('');
    expect(warehouse).toBe('w1');
    expect(await other.identity()).toEqual({ state: id, warehouse });
  });
};

const sorted = <T extends { readonly node: string }>(entries: readonly T[]): readonly T[] =>
  entries.toSorted((a, b) => (a.node < b.node ? -1 : 1));

const NOTHING = {
  environments: [],
  environment: undefined,
  revisions: [],
  revision: undefined,
  entries: [],
  past: [],
  owners: [],
  views: [],
};

/** What each reading method says of `prod` and its first revision. */
async function everythingSeen(state: State) {
  const first = { environment: prod, revision: 1 };
  const orders = node('orders');
  return {
    environments: (await state.environments()).map((one) => one.name),
    environment: (await state.environment(prod))?.head,
    revisions: (await state.revisions(prod)).map((one) => one.revision),
    revision: (await state.revision(first))?.operationId,
    entries: (await state.entries(first)).map((one) => one.node),
    past: [...((await state.pastLocals(first, [orders])).get(orders) ?? [])],
    owners: await state.viewOwners(['shop.orders']),
    views: await state.viewsOf(prod),
  };
}
