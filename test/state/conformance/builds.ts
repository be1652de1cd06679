import { expect, test } from 'vitest';
import type { Build, State } from '../../../src/state/contract.ts';
import type { OperationId } from '../../../src/model/ids.ts';
import { at, build, buildId, dead, elsewhere, key, make, op, start } from '../nouns.ts';
import type { Cases } from '../conformance.ts';

export const buildCases: Cases = (given) => {
  test('is seen when it is ready, as it was written', async () => {
    const { state, another } = given();
    const operation = await start(state, 'a');
    const input = await make(state, operation, build('raw', { kind: 'view', rows: null }));
    const wanted = build('orders', {
      inputs: [input.id, buildId('other')],
      columns: [
        { name: 'B "q"', type: 'DECIMAL(18,3)' },
        { name: 'a', type: 'STRUCT(x INTEGER)' },
      ],
      rows: 0,
      seconds: 0.125,
      at: at(3),
    });
    expect(await claim(state, operation, wanted)).toEqual({ type: 'claimed' });
    expect(await state.builds([wanted.id])).toEqual(new Map());
    expect(await state.buildsOf([wanted.key])).toEqual([]);
    expect(await state.finishBuild(operation, wanted)).toBe(true);
    const other = await another();
    const found = (await other.builds([wanted.id, input.id, buildId('unknown')])).get(wanted.id);
    expect(found).toEqual({ ...wanted, inputs: expect.arrayContaining([...wanted.inputs]) });
    expect(found?.inputs).toHaveLength(2);
    expect(await other.buildsOf([input.key, key('unknown')])).toEqual([input]);
  });

  test('is made once: the second operation is told who is at it, then given the build', async () => {
    const { state, another } = given();
    const first = await start(state, 'a');
    const other = await another();
    const second = await start(other, 'b');
    const mine = build('orders');
    const theirs = build('orders', { id: buildId('orders 2') });
    expect(await claim(state, first, mine)).toEqual({ type: 'claimed' });
    expect(await claim(state, first, mine)).toEqual({ type: 'claimed' });
    expect(await claim(other, second, theirs)).toMatchObject({ type: 'held', by: { operation: first } });
    expect(await claim(state, first, theirs)).toMatchObject({ type: 'held', by: { operation: first } });
    expect(await state.finishBuild(first, mine)).toBe(true);
    expect(await state.finishBuild(first, mine)).toBe(true);
    expect(await claim(other, second, theirs)).toEqual({ type: 'ready', build: mine });
  });

  test('is finished by its maker alone', async () => {
    const { state } = given();
    const first = await start(state, 'a');
    const second = await start(state, 'b');
    const mine = build('orders');
    await claim(state, first, mine);
    expect(await state.finishBuild(second, { ...mine, kind: 'view', rows: null })).toBe(false);
    expect(await state.finishBuild(first, mine)).toBe(true);
    expect(await state.finishBuild(second, { ...mine, kind: 'view', rows: null })).toBe(false);
    expect(await state.buildsOf([mine.key])).toEqual([mine]);
  });

  test('of one meaning can be there beside different inputs', async () => {
    const { state } = given();
    const operation = await start(state, 'a');
    const one = await make(state, operation, build('orders', { beside: 'x' }));
    const two = await make(state, operation, build('orders', { id: buildId('orders 2'), beside: 'y' }));
    expect((await state.buildsOf([one.key])).toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([one, two]);
    expect(await claim(state, operation, build('orders', { id: buildId('orders 3'), beside: 'y' }))).toEqual({
      type: 'ready',
      build: two,
    });
  });

  test('that is given up can be claimed again, and what it left is garbage', async () => {
    const { state } = given();
    const operation = await start(state, 'a');
    await claim(state, operation, build('orders'));
    await state.discardBuild(operation, buildId('orders'));
    await state.discardBuild(operation, buildId('orders'));
    expect(await state.finishBuild(operation, build('orders'))).toBe(false);
    const again = await make(state, operation, build('orders', { id: buildId('orders 2') }));
    await state.discardBuild(operation, again.id);
    expect(await state.buildsOf([again.key])).toEqual([again]);
    expect((await state.garbageView()).dead).toEqual([{ id: buildId('orders'), kind: 'table' }]);
  });

  test('whose operation ends is garbage, and can be claimed', async () => {
    const { state } = given();
    const first = await start(state, 'a');
    await claim(state, first, build('orders'));
    await state.endOperation(first);
    const second = await start(state, 'b');
    expect(await claim(state, second, build('orders', { id: buildId('orders 2') }))).toEqual({ type: 'claimed' });
    expect((await state.garbageView()).dead).toEqual([{ id: buildId('orders'), kind: null }]);
  });

  test('claimed by a dead holder is taken over at once; the old attempt cannot become ready', async () => {
    const { state } = given();
    const first = await start(state, 'a', { holder: dead });
    const second = await start(state, 'b');
    await claim(state, first, build('orders'));
    const taken = build('orders', { id: buildId('orders 2') });
    expect(await claim(state, second, taken)).toEqual({ type: 'claimed' });
    expect(await state.finishBuild(first, build('orders'))).toBe(false);
    expect(await state.finishBuild(second, taken)).toBe(true);
    expect(await state.finishBuild(first, build('orders'))).toBe(false);
    expect(await state.buildsOf([taken.key])).toEqual([taken]);
    expect((await state.garbageView()).dead).toEqual([{ id: buildId('orders'), kind: 'table' }]);
  });

  test('claimed on another host is taken over when that operation has expired', async () => {
    const { state, clock } = given();
    const first = await start(state, 'a', { holder: elsewhere });
    await claim(state, first, build('orders'));
    clock.turn(59);
    const second = await start(state, 'b');
    const taken = build('orders', { id: buildId('orders 2') });
    expect((await claim(state, second, taken)).type).toBe('held');
    clock.turn(1);
    expect((await claim(state, second, taken)).type).toBe('claimed');
    expect(await state.heartbeat(first)).toBe(false);
  });

  test('that was forgotten is garbage again when its late maker comes', async () => {
    const { state } = given();
    const late = await start(state, 'a', { holder: dead });
    await claim(state, late, build('orders'));
    expect((await state.garbageView()).dead).toHaveLength(1);
    await state.forget([buildId('orders')]);
    expect((await state.garbageView()).dead).toEqual([]);
    expect(await state.finishBuild(late, build('orders'))).toBe(false);
    expect((await state.garbageView()).dead).toEqual([{ id: buildId('orders'), kind: 'table' }]);
  });

  test('can be pinned as long as it is there', async () => {
    const { state } = given();
    const operation = await start(state, 'a');
    const one = await make(state, operation, build('orders'));
    await claim(state, operation, build('claimed'));
    expect(await state.pin(operation, [one.id, buildId('claimed'), buildId('never')])).toEqual([
      buildId('claimed'),
      buildId('never'),
    ]);
    expect(await state.pin(operation, [one.id])).toEqual([]);
    expect(await state.pin(operation, [])).toEqual([]);
  });

  test('has audits that passed', async () => {
    const { state } = given();
    await state.recordAudits([key('a'), key('b')]);
    await state.recordAudits([key('b'), key('c')], buildId('orders'));
    await state.recordAudits([]);
    expect(await state.passedAudits([key('a'), key('b'), key('c'), key('d')])).toEqual(
      new Set([key('a'), key('b'), key('c')]),
    );
  });

  test('knows ten thousand at once', async () => {
    const { state } = given();
    const operation = await start(state, 'a');
    const one = await make(state, operation, build('orders'));
    const many = Array.from({ length: 10_000 }, (_, at) => `b${at}`);
    expect(await state.builds([...many.map(buildId), one.id])).toEqual(new Map([[one.id, one]]));
    expect(await state.buildsOf([...many.map(key), one.key])).toEqual([one]);
    expect(await state.pin(op('a'), [...many.map(buildId), one.id])).toHaveLength(10_000);
  });
};

const claim = (state: State, operation: OperationId, { id, key, beside, node }: Build) =>
  state.claimBuild({ operation, id, key, beside, node });
