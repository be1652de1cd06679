import { expect, test } from 'vitest';
import {
  build,
  buildId,
  dead,
  dev,
  entry,
  intent,
  key,
  lease,
  make,
  node,
  op,
  problemOf,
  prod,
  propose,
  publish,
  start,
} from '../nouns.ts';
import type { Cases } from '../conformance.ts';

export const intentCases: Cases = (given) => {
  test('follows the head and nothing else', async () => {
    const { state } = given();
    await publish(state, 'a', { entries: [entry('orders')] });
    const { operation, token } = await lease(state, 'b');
    expect(await state.writeIntent(operation, token, intent(operation, 1))).toBe('moved');
    expect(await state.writeIntent(operation, token, intent(operation, 3))).toBe('moved');
    expect(await state.writeIntent(operation, token, intent(operation, 2))).toBe('written');
    expect(await state.writeIntent(operation, token, intent(operation, 2))).toBe('written');
    expect(await state.openIntents(prod)).toHaveLength(1);
  });

  test('does not stand on a branch point that was collected or deleted', async () => {
    const { state } = given();
    await publish(state, 'a');
    await publish(state, 'b');
    const onto = (revision: number) => ({
      base: prod,
      revision: { environment: dev, base: { environment: prod, revision } },
    });
    const { version } = await state.garbageView();
    expect(await state.markGoing(version, [], [{ environment: prod, revision: 1 }])).toBe(true);
    const { operation, token } = await lease(state, 'c', { environment: dev });
    expect(await state.writeIntent(operation, token, intent(operation, 1, onto(1)))).toBe('moved');
    await state.endOperation(operation);
    await publish(state, 'd', { revision: { operation: 'delete' } });
    const late = await lease(state, 'e', { environment: dev });
    expect(await state.writeIntent(late.operation, late.token, intent(late.operation, 1, onto(2)))).toBe('moved');
    expect(await state.openIntents(null)).toEqual([]);
  });

  test('does not delete a base that somebody branched off meanwhile', async () => {
    const { state } = given();
    await publish(state, 'a');
    const branch = { base: prod, revision: { environment: dev, base: { environment: prod, revision: 1 } } };
    await propose(state, 'b', branch);
    const deletion = { revision: { operation: 'delete' } } as const;
    const early = await lease(state, 'c');
    expect(await state.writeIntent(early.operation, early.token, intent(early.operation, 2, deletion))).toBe('moved');
    await state.commitIntent(op('b'));
    expect(await state.writeIntent(early.operation, early.token, intent(early.operation, 2, deletion))).toBe('moved');
    await state.endOperation(early.operation);
    await publish(state, 'd', { base: prod, revision: { environment: dev, operation: 'delete' } });
    await publish(state, 'e', deletion);
    expect((await state.environment(prod))?.deletedAt).not.toBeNull();
  });

  test('must be its own next revision', async () => {
    const { state } = given();
    const { operation, token } = await lease(state, 'a');
    await expect(state.writeIntent(operation, token, intent(op('b'), 1))).rejects.toThrow('next revision');
    await expect(
      state.writeIntent(operation, token, { ...intent(operation, 1), definitions: new Map(), entries: [entry('x')] }),
    ).rejects.toThrow('never recorded');
    expect(await state.openIntents(prod)).toEqual([]);
  });

  test('is committed once, by whoever comes', async () => {
    const { state, another } = given();
    await propose(state, 'a', { entries: [entry('orders')] }, { holder: dead });
    const other = await another();
    await other.commitIntent(op('a'));
    await state.commitIntent(op('a'));
    expect((await state.environment(prod))?.head).toBe(1);
    expect(await state.openIntents(null)).toEqual([]);
    expect(await state.heartbeat(op('a'))).toBe(false);
    await publish(state, 'b', { entries: [entry('orders', 'two')] });
    await state.commitIntent(op('a'));
    expect(await state.entries({ environment: prod, revision: 2 })).toEqual([entry('orders', 'two')]);
  });

  test('is abandoned without a trace', async () => {
    const { state } = given();
    await publish(state, 'a', { entries: [entry('orders')] });
    const view = { name: 'shop.orders', environment: prod, node: node('orders') };
    await propose(state, 'b', { entries: [entry('orders', 'two')], dropped: [node('x')], viewsTaken: [view] });
    await state.abandonIntent(op('b'));
    await state.abandonIntent(op('b'));
    expect(await state.openIntents(null)).toEqual([]);
    expect(await state.heartbeat(op('b'))).toBe(false);
    await expect(state.commitIntent(op('b'))).rejects.toThrow('no intent');
    await publish(state, 'c', { entries: [entry('customers')] });
    const entries = await state.entries({ environment: prod, revision: 2 });
    expect(new Set(entries.map((one) => one.local))).toEqual(new Set([key('local orders'), key('local customers')]));
    expect(await state.viewsOf(prod)).toEqual([]);
  });

  test('cannot be abandoned once it is committed, nor committed where there was none', async () => {
    const { state } = given();
    await publish(state, 'a');
    await expect(state.abandonIntent(op('a'))).rejects.toThrow('committed');
    await expect(state.commitIntent(op('never'))).rejects.toThrow('no intent');
    await state.abandonIntent(op('never'));
    expect((await state.environment(prod))?.head).toBe(1);
  });

  test.each(['commit', 'abandon'] as const)('of a dead holder waits for the next one, who can %s it', async (how) => {
    const { state } = given();
    const written = await propose(state, 'a', { entries: [entry('orders')] }, { holder: dead });
    const { operation, token } = await lease(state, 'b');
    expect(token).toBe(2);
    expect(await state.openIntents(prod)).toEqual([{ operation: op('a'), revision: written.revision, token: 1 }]);
    expect(await state.openIntents(dev)).toEqual([]);
    expect(await state.openIntents(null)).toHaveLength(1);
    expect(await state.writeIntent(operation, token, intent(operation, 1))).toBe('moved');
    if (how === 'commit') await state.commitIntent(op('a'));
    else await state.abandonIntent(op('a'));
    const next = how === 'commit' ? 2 : 1;
    expect(await state.writeIntent(operation, token, intent(operation, next))).toBe('written');
    await state.commitIntent(operation);
    expect((await state.environment(prod))?.head).toBe(next);
  });

  test('outlives the end of its operation', async () => {
    const { state } = given();
    await propose(state, 'a', { entries: [entry('orders')] });
    await state.endOperation(op('a'));
    expect(await state.openIntents(prod)).toHaveLength(1);
    await state.commitIntent(op('a'));
    expect((await state.environment(prod))?.operation).toBe(op('a'));
  });

  test('moves the ownership of views', async () => {
    const { state } = given();
    const orders = { name: 'shop.orders', environment: prod, node: node('orders') };
    const customers = { name: 'shop.customers', environment: prod, node: node('customers') };
    await publish(state, 'a', { viewsTaken: [orders, customers] });
    const moved = { ...orders, node: node('renamed') };
    await publish(state, 'b', { viewsTaken: [moved], viewsLeft: ['shop.customers'] });
    expect(await state.viewsOf(prod)).toEqual([moved]);
    const theirs = { ...customers, environment: dev };
    await publish(state, 'c', { revision: { environment: dev }, viewsTaken: [theirs] });
    expect(await state.viewOwners(['shop.orders', 'shop.customers', 'shop.x'])).toEqual(
      expect.arrayContaining([moved, theirs]),
    );
  });

  test('is refused the name of a view that another environment owns or is about to', async () => {
    const { state } = given();
    const mine = { name: 'dev_eu_marts.orders', environment: prod, node: node('orders') };
    await propose(state, 'a', { viewsTaken: [mine] });
    const theirs = { ...mine, environment: dev };
    const revision = { environment: dev };
    expect(await problemOf(propose(state, 'b', { revision, viewsTaken: [theirs] }))).toBe('view-name-taken');
    await state.endOperation(op('b'));
    await state.commitIntent(op('a'));
    expect(await problemOf(propose(state, 'c', { revision, viewsTaken: [theirs] }))).toBe('view-name-taken');
    await state.endOperation(op('c'));
    await publish(state, 'd', { viewsLeft: [mine.name] });
    await publish(state, 'e', { revision, viewsTaken: [theirs] });
    expect(await state.viewOwners([mine.name])).toEqual([theirs]);
  });

  test('is refused a build that is not there any more', async () => {
    const { state } = given();
    const maker = await start(state, 'maker');
    const made = await make(state, maker, build('orders'));
    await state.endOperation(maker);
    const { version } = await state.garbageView();
    expect(await state.markGoing(version, [made.id], [])).toBe(true);
    const wanted = { entries: [entry('orders', 'orders', { build: made.id })] };
    expect(await problemOf(propose(state, 'a', wanted))).toBe('build-missing');
    expect(await state.openIntents(null)).toEqual([]);
    expect(await state.builds([buildId('orders')])).toEqual(new Map());
  });
};
