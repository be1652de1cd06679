import { expect, test } from 'vitest';
import type { State } from '../../../src/state/contract.ts';
import type { BuildId } from '../../../src/model/ids.ts';
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
  op,
  prod,
  propose,
  publish,
  start,
} from '../nouns.ts';
import type { Cases } from '../conformance.ts';

export const garbageCases: Cases = (given) => {
  test('spares what an open operation made, pinned, claimed or was given', async () => {
    const { state } = given();
    const maker = await start(state, 'maker');
    const [made, pinned, shared] = await several(state, 'made', 'pinned', 'shared');
    await state.endOperation(maker);
    expect(await pinsOf(state)).toEqual([]);
    const user = await start(state, 'a');
    await state.pin(user, [pinned.id]);
    await state.claimBuild({ ...shared, operation: user, id: buildId('mine') });
    await state.claimBuild({ ...build('claimed'), operation: user });
    expect(await pinsOf(state)).toEqual([buildId('claimed'), pinned.id, shared.id].toSorted());
    const { version, ready } = await state.garbageView();
    expect(ready.map((one) => one.id).toSorted()).toEqual([made.id, pinned.id, shared.id].toSorted());
    expect(await state.markGoing(version, [pinned.id], [])).toBe(false);
    expect(await state.markGoing(version, [buildId('claimed')], [])).toBe(false);
    expect(await state.markGoing(version, [made.id], [])).toBe(true);
    await state.endOperation(user);
    expect(await pinsOf(state)).toEqual([]);
  });

  test('looks again where anything became reachable meanwhile', async () => {
    const { state } = given();
    await start(state, 'maker');
    const [one, two] = await several(state, 'one', 'two');
    const user = await start(state, 'user');
    const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['pin', () => state.pin(user, [one.id])],
      ['claim', () => state.claimBuild({ ...build('three'), operation: user })],
      ['finish', () => state.finishBuild(user, build('three'))],
      ['share', () => state.claimBuild({ ...two, operation: user })],
      ['intent', () => propose(state, 'writer', { entries: [entry('orders', 'orders', { build: one.id })] })],
      ['commit', () => state.commitIntent(op('writer'))],
    ];
    for (const [name, step] of steps) {
      const { version } = await state.garbageView();
      await step();
      expect(await state.markGoing(version, [], []), name).toBe(false);
      expect(await state.markGoing((await state.garbageView()).version, [], []), name).toBe(true);
    }
  });

  test('does not see pins of the dead and of the expired, and nothing wakes them again', async () => {
    const { state, clock } = given();
    const late = await start(state, 'late');
    clock.turn(30);
    const killed = await start(state, 'killed', { holder: dead });
    await make(state, killed, build('one'));
    await state.claimBuild({ ...build('attempt'), operation: killed });
    await make(state, late, build('two'));
    expect(await pinsOf(state)).toEqual([buildId('two')]);
    expect((await state.garbageView()).dead).toEqual([{ id: buildId('attempt'), kind: null }]);
    expect(await state.finishBuild(killed, build('attempt'))).toBe(false);
    clock.turn(30);
    expect(await pinsOf(state)).toEqual([]);
    clock.turn(-30);
    expect(await state.heartbeat(late)).toBe(false);
    const { version } = await state.garbageView();
    expect(await state.markGoing(version, [buildId('one'), buildId('two')], [])).toBe(true);
  });

  test('spares all that an open intent needs, its branch point too, until it is decided', async () => {
    const { state } = given();
    await start(state, 'maker');
    const [old, mine, unused, pinned] = await several(state, 'old', 'mine', 'unused', 'pinned');
    await state.endOperation(op('maker'));
    await publish(state, 'a', { entries: [entry('orders', 'orders', { build: old.id })] });
    await publish(state, 'b', { entries: [entry('orders', 'orders 2')] });
    const { operation, token } = await lease(state, 'c', { environment: dev, holder: dead });
    await state.pin(operation, [pinned.id]);
    const written = intent(operation, 1, {
      base: prod,
      revision: { environment: dev, base: { environment: prod, revision: 1 } },
      entries: [entry('mine', 'mine', { build: mine.id })],
    });
    expect(await state.writeIntent(operation, token, written)).toBe('written');
    expect(await pinsOf(state)).toEqual([mine.id, old.id, pinned.id].toSorted());
    const { version } = await state.garbageView();
    for (const id of [mine.id, old.id, pinned.id]) expect(await state.markGoing(version, [id], [])).toBe(false);
    expect(await state.markGoing(version, [unused.id], [])).toBe(true);
    await state.abandonIntent(op('c'));
    expect(await pinsOf(state)).toEqual([]);
  });

  test('hides a build from everybody before it is dropped', async () => {
    const { state } = given();
    const maker = await start(state, 'maker');
    const [one] = await several(state, 'one');
    await state.endOperation(maker);
    const { version } = await state.garbageView();
    expect(await state.markGoing(version, [one.id], [])).toBe(true);
    expect(await state.builds([one.id])).toEqual(new Map());
    expect(await state.buildsOf([one.key])).toEqual([]);
    const user = await start(state, 'user');
    expect(await state.pin(user, [one.id])).toEqual([one.id]);
    const again = build('one', { id: buildId('again') });
    expect(await state.claimBuild({ ...again, operation: user })).toEqual({ type: 'claimed' });
    expect((await state.garbageView()).dead).toEqual([{ id: one.id, kind: 'table' }]);
    await state.forget([one.id, again.id]);
    expect((await state.garbageView()).dead).toEqual([]);
    expect(await state.finishBuild(user, again)).toBe(true);
    await state.forget([again.id]);
    expect(await state.buildsOf([one.key])).toEqual([again]);
  });

  test('forgets audits with the build that they judged', async () => {
    const { state } = given();
    const maker = await start(state, 'maker');
    const [one, two] = await several(state, 'one', 'two');
    await state.recordAudits([key('x')], one.id);
    await state.recordAudits([key('y')], two.id);
    await state.endOperation(maker);
    const { version } = await state.garbageView();
    await state.markGoing(version, [one.id], []);
    await state.forget([one.id]);
    expect(await state.passedAudits([key('x'), key('y')])).toEqual(new Set([key('y')]));
  });

  test('marks revisions as gone', async () => {
    const { state } = given();
    await publish(state, 'a');
    await publish(state, 'b');
    const { version } = await state.garbageView();
    expect(await state.markGoing(version, [], [{ environment: prod, revision: 1 }])).toBe(true);
    expect((await state.revisions(prod)).map((one) => one.gone)).toEqual([true, false]);
  });

  test('marks nothing where it may not mark all', async () => {
    const { state } = given();
    await start(state, 'maker');
    const [held, free] = await several(state, 'held', 'free');
    await publish(state, 'a');
    const { version } = await state.garbageView();
    expect(await state.markGoing(version, [free.id, held.id], [{ environment: prod, revision: 1 }])).toBe(false);
    expect((await state.builds([free.id, held.id])).size).toBe(2);
    expect((await state.revisions(prod)).map((one) => one.gone)).toEqual([false]);
  });
};

async function several<Names extends readonly string[]>(state: State, ...names: Names) {
  const made = names.map((name) => build(name));
  for (const one of made) await make(state, op('maker'), one);
  return made as { [At in keyof Names]: ReturnType<typeof build> };
}

const pinsOf = async (state: State): Promise<readonly BuildId[]> => [...(await state.garbageView()).pinned].toSorted();
