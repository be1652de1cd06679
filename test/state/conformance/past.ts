import { expect, test } from 'vitest';
import type { State } from '../../../src/state/contract.ts';
import { dev, entry, key, node, prod, propose, publish, removal } from '../nouns.ts';
import type { Cases } from '../conformance.ts';

const orders = node('orders');

export const pastCases: Cases = (given) => {
  test('names every code that a node had, up to the revision', async () => {
    const { state } = given();
    await publish(state, 'a', { entries: [entry('orders', 'one')] });
    await publish(state, 'b', { entries: [entry('orders', 'two')] });
    await publish(state, 'c', { entries: [entry('orders', 'three')] });
    await propose(state, 'd', { entries: [entry('orders', 'four')] });
    expect(await past(state, 1)).toEqual([key('local one')]);
    expect(await past(state, 2)).toEqual([key('local one'), key('local two')]);
    expect(await past(state, 3)).toEqual([key('local one'), key('local two'), key('local three')]);
    expect(await past(state, 4)).toEqual([]);
  });

  test('says that a node was absent from a root before it came, after it went, and between', async () => {
    const { state } = given();
    await publish(state, 'a', { entries: [entry('customers')] });
    await publish(state, 'b', { entries: [entry('orders', 'one')] });
    expect(await past(state, 1)).toEqual([null]);
    expect(await past(state, 2)).toEqual([key('local one'), null]);
    await publish(state, 'c', { entries: [removal('customers')] });
    expect(await past(state, 3, 'customers')).toEqual([key('local customers'), null]);
    expect(await past(state, 2, 'customers')).toEqual([key('local customers')]);
    expect(await past(state, 3, 'never')).toEqual([null]);
  });

  test('counts an entry that was dropped from a root as absent', async () => {
    const { state } = given();
    await publish(state, 'a', { entries: [entry('orders', 'one')] });
    await publish(state, 'b', { dropped: [orders] });
    await publish(state, 'c', { entries: [entry('orders', 'one')] });
    expect(await past(state, 1)).toEqual([key('local one')]);
    expect(await past(state, 2)).toEqual([key('local one'), null]);
    expect(await past(state, 3)).toEqual([key('local one'), null]);
  });

  test('takes a missing entry of a branch for no answer, but a removal for one', async () => {
    const { state } = given();
    const branch = { environment: dev, base: { environment: prod, revision: 1 } };
    await publish(state, 'a', { entries: [entry('orders')] });
    await publish(state, 'b', { revision: branch, base: prod, entries: [entry('customers')] });
    expect(await past(state, 1, 'orders', dev)).toEqual([]);
    await publish(state, 'c', { revision: branch, entries: [removal('orders')] });
    await publish(state, 'd', { revision: branch, dropped: [orders] });
    expect(await past(state, 3, 'orders', dev)).toEqual([null]);
  });

  test('forgets what was before a delete', async () => {
    const { state } = given();
    await publish(state, 'a', { entries: [entry('orders', 'one')] });
    await publish(state, 'b', { revision: { operation: 'delete' } });
    await publish(state, 'c', { entries: [entry('orders', 'two')] });
    expect(await past(state, 3)).toEqual([key('local two')]);
    expect(await past(state, 2)).toEqual([]);
    expect(await past(state, 1)).toEqual([key('local one')]);
  });

  test('answers for every node that was asked for', async () => {
    const { state } = given();
    await publish(state, 'a', { entries: [entry('orders')] });
    const found = await state.pastLocals({ environment: prod, revision: 1 }, [orders, node('b'), node('c')]);
    expect([...found.keys()]).toEqual([orders, node('b'), node('c')]);
  });
};

async function past(state: State, revision: number, name = 'orders', environment = prod) {
  const found = await state.pastLocals({ environment, revision }, [node(name)]);
  return [...(found.get(node(name)) ?? [])];
}
