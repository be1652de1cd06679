import { expect, test } from 'vitest';
import { alive, build, dead, dev, elsewhere, entry, intent, lease, op, prod, problemOf, start } from '../nouns.ts';
import type { Cases } from '../conformance.ts';
import type { State } from '../../../src/state/contract.ts';

export const leaseCases: Cases = (given) => {
  test('belongs to one operation, and the next is told whose it is', async () => {
    const { state, another } = given();
    const first = await lease(state, 'a');
    const other = await another();
    await start(other, 'b');
    expect(await other.acquireLease(op('b'), prod)).toEqual({
      type: 'held',
      by: { operation: op('a'), environment: prod, kind: 'apply', holder: alive, since: expect.any(String) },
    });
    expect(await state.acquireLease(op('a'), prod)).toEqual({ type: 'acquired', token: first.token });
    expect(await other.acquireLease(op('b'), dev)).toEqual({ type: 'acquired', token: 1 });
  });

  test('grows its token with each holder', async () => {
    const { state } = given();
    for (const token of [1, 2, 3]) {
      const held = await lease(state, `op ${token}`);
      expect(held.token).toBe(token);
      await state.endOperation(held.operation);
      await state.endOperation(held.operation);
    }
  });

  test('of a dead holder is taken over at once', async () => {
    const { state } = given();
    await lease(state, 'a', { holder: dead });
    expect(await lease(state, 'b')).toEqual({ operation: op('b'), token: 2 });
    await expectLost(state, 'a', 1);
  });

  test.each([
    ['on another host', elsewhere],
    ['that runs, but sends no heartbeat', alive],
  ])('of a holder %s is taken over when it has expired, and not before', async (_, holder) => {
    const { state, clock } = given();
    await lease(state, 'a', { holder });
    await start(state, 'b');
    clock.turn(59);
    expect((await state.acquireLease(op('b'), prod)).type).toBe('held');
    expect(await state.heartbeat(op('a'))).toBe(true);
    expect(await state.heartbeat(op('b'))).toBe(true);
    clock.turn(59);
    expect((await state.acquireLease(op('b'), prod)).type).toBe('held');
    expect(await state.heartbeat(op('b'))).toBe(true);
    clock.turn(1);
    expect(await state.acquireLease(op('b'), prod)).toEqual({ type: 'acquired', token: 2 });
    await expectLost(state, 'a', 1);
    expect(await state.heartbeat(op('b'))).toBe(true);
  });

  test('is lost to its own holder too when it has expired, even where the clock jumps back', async () => {
    const { state, clock } = given();
    const { token } = await lease(state, 'a');
    clock.turn(60);
    expect(await state.writeIntent(op('a'), token, intent(op('a'), 1))).toBe('lost');
    clock.turn(-60);
    await expectLost(state, 'a', token);
  });

  test('is needed, with the token of its holder, to write an intent', async () => {
    const { state } = given();
    const { operation, token } = await lease(state, 'a');
    expect(await state.writeIntent(operation, token + 1, intent(operation, 1))).toBe('lost');
    expect(await state.writeIntent(operation, token, intent(operation, 1, { revision: { environment: dev } }))).toBe(
      'lost',
    );
    await start(state, 'b');
    expect(await state.writeIntent(op('b'), token, intent(op('b'), 1))).toBe('lost');
    await state.endOperation(operation);
    expect(await state.writeIntent(operation, token, intent(operation, 1))).toBe('lost');
  });

  test('starts an operation once, however often it is said', async () => {
    const { state } = given();
    await lease(state, 'a');
    await start(state, 'a', { holder: dead });
    await start(state, 'b');
    expect((await state.acquireLease(op('b'), prod)).type).toBe('held');
  });

  test('knows no operation that was never started', async () => {
    const { state } = given();
    expect(await state.heartbeat(op('never'))).toBe(false);
    await expectLost(state, 'never', 1);
    await state.endOperation(op('never'));
  });
};

/** An operation that was given up can do nothing any more that anybody would see. */
async function expectLost(state: State, id: string, token: number): Promise<void> {
  const operation = op(id);
  const one = build('late');
  expect(await state.heartbeat(operation)).toBe(false);
  expect(await state.writeIntent(operation, token, intent(operation, 1, { entries: [entry('orders')] }))).toBe('lost');
  expect(await state.finishBuild(operation, one)).toBe(false);
  const { id: late, key, beside, node } = one;
  expect(await problemOf(state.claimBuild({ operation, id: late, key, beside, node }))).toBe('lease-lost');
  expect(await problemOf(state.pin(operation, [one.id]))).toBe('lease-lost');
  expect(await problemOf(state.acquireLease(operation, prod))).toBe('lease-lost');
  expect(await state.environments()).toEqual([]);
  expect(await state.builds([one.id])).toEqual(new Map());
}
