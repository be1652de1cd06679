import { expect, test } from 'vitest';
import type { Fingerprint } from '../../../src/model/fingerprint.ts';
import { asNodeName } from '../../../src/model/ids.ts';
import { columnSet, type Binding, type Build, type State } from '../../../src/state/contract.ts';
import type { OperationId } from '../../../src/model/ids.ts';
import { at, build, buildId, elsewhere, entry, key, make, publish, start } from '../nouns.ts';
import type { Cases } from '../conformance.ts';

const RAW = asNodeName('shop.raw');
const recipe = { key: key('recipe'), rows: key('rows'), columns: { id: key('id') } };
const made = build('orders', { recipe, reads: { [RAW]: buildId('raw 1') } });
const binding = (of: Build, name: string, more: Partial<Binding> = {}): Binding => ({
  build: of.id,
  key: key(name),
  beside: '',
  reads: { [RAW]: buildId('raw 2') },
  at: at(5),
  ...more,
});

async function claim(state: State, operation: OperationId, name: string, id = buildId(`attempt ${name}`)) {
  return state.claimBuild({ ...build(name), operation, id });
}

export const bindingCases: Cases = (given) => {
  test('let a ready build stand for a second key, as if it had been made for it', async () => {
    const { state, another } = given();
    const operation = await start(state, 'a');
    await make(state, operation, made);
    await claim(state, operation, 'second');
    const bound = binding(made, 'second');
    expect(await state.bindBuild(operation, buildId('attempt second'), bound)).toBe('bound');
    expect(await state.bindBuild(operation, buildId('attempt second'), bound)).toBe('bound');
    const other = await another();
    const seen = { ...made, key: key('second'), reads: bound.reads, at: bound.at };
    expect(await other.buildsOf([key('second')])).toEqual([seen]);
    expect(await other.buildsOf([made.key])).toEqual([made]);
    expect(await other.builds([made.id])).toEqual(new Map([[made.id, made]]));
    expect(await other.buildsBy([recipe.key, key('unknown')], 5)).toEqual([seen, made]);
    expect(await other.buildsBy([recipe.key], 1)).toEqual([seen]);
    const second = await start(other, 'b');
    expect(await claim(other, second, 'second', buildId('late'))).toEqual({ type: 'ready', build: seen });
    expect((await other.garbageView()).dead).toEqual([]);
  });

  test('are told apart by what stands beside', async () => {
    const { state } = given();
    const operation = await start(state, 'a');
    await make(state, operation, made);
    const id = buildId('attempt');
    await state.claimBuild({ ...build('second'), beside: 'x', operation, id });
    expect(await state.bindBuild(operation, id, binding(made, 'second', { beside: 'x' }))).toBe('bound');
    expect((await state.buildsOf([key('second')])).map(({ beside }) => beside)).toEqual(['x']);
    expect(await claim(state, operation, 'second')).toEqual({ type: 'claimed' });
  });

  test('are made by the holder of the claim alone, and never to a build that is not ready', async () => {
    const { state } = given();
    const operation = await start(state, 'a');
    const thief = await start(state, 'b', { holder: elsewhere });
    await make(state, operation, made);
    await claim(state, operation, 'second');
    expect(await state.bindBuild(thief, buildId('attempt second'), binding(made, 'second'))).toBe('lost');
    const absent = binding({ ...made, id: buildId('absent') }, 'second');
    expect(await state.bindBuild(operation, buildId('attempt second'), absent)).toBe('gone');
    expect(await state.finishBuild(operation, { ...build('second'), id: buildId('attempt second') })).toBe(true);
  });

  test('pin the build, and go with it', async () => {
    const { state } = given();
    const maker = await start(state, 'maker');
    await make(state, maker, made);
    await state.endOperation(maker);
    const user = await start(state, 'a');
    await claim(state, user, 'second');
    await state.bindBuild(user, buildId('attempt second'), binding(made, 'second'));
    const pinned = await state.garbageView();
    expect([...pinned.pinned]).toEqual([made.id]);
    expect(await state.markGoing(pinned.version, [made.id], [])).toBe(false);
    await state.endOperation(user);
    expect(await state.markGoing((await state.garbageView()).version, [made.id], [])).toBe(true);
    expect(await state.buildsOf([key('second'), made.key])).toEqual([]);
    expect(await state.buildsBy([recipe.key], 5)).toEqual([]);
    const next = await start(state, 'b');
    expect(await claim(state, next, 'second', buildId('again'))).toEqual({ type: 'claimed' });
    expect(await state.bindBuild(next, buildId('again'), binding(made, 'second'))).toBe('gone');
    const again = { ...build('second'), id: buildId('again') };
    expect(await state.finishBuild(next, again)).toBe(true);
    await state.forget([made.id]);
    expect(await state.buildsOf([key('second')])).toEqual([again]);
  });

  test('are kept in the history of the revision that made them', async () => {
    const { state } = given();
    const kept = [asNodeName('shop.orders'), asNodeName('shop.b "q"')];
    const written = await publish(state, 'a', { entries: [entry('orders')], revision: { kept } });
    const { environment, revision } = written.revision;
    expect((await state.revision({ environment, revision }))?.kept).toEqual(kept);
  });
};

export const fingerprintCases: Cases = (given) => {
  const some = { rows: 3, hash: 'a1' };

  test('are kept with their build, by set of columns, and go with it', async () => {
    const { state, another } = given();
    const operation = await start(state, 'a');
    const [one, two] = [await make(state, operation, build('one')), await make(state, operation, build('two'))];
    await state.recordFingerprints(
      one.id,
      new Map<string, Fingerprint>([
        [columnSet(['b', 'a']), some],
        [columnSet([]), { rows: 3, hash: null }],
      ]),
    );
    await state.recordFingerprints(two.id, new Map([[columnSet(['a']), some]]));
    await state.recordFingerprints(one.id, new Map([[columnSet(['a', 'b']), { ...some, hash: 'b2' }]]));
    const found = await (await another()).fingerprints([one.id, buildId('unknown')]);
    expect(found.get(one.id)).toEqual(
      new Map([
        ['["a","b"]', { rows: 3, hash: 'b2' }],
        ['[]', { rows: 3, hash: null }],
      ]),
    );
    expect(found.get(buildId('unknown'))).toEqual(new Map());
    await state.endOperation(operation);
    await state.markGoing((await state.garbageView()).version, [one.id], []);
    await state.forget([one.id]);
    const left = await state.fingerprints([one.id, two.id]);
    expect([left.get(one.id)?.size, left.get(two.id)?.size]).toEqual([0, 1]);
  });

  test('are not kept of a build that is not ready', async () => {
    const { state } = given();
    const operation = await start(state, 'a');
    await state.claimBuild({ ...build('one'), operation });
    await state.recordFingerprints(buildId('one'), new Map([['["a"]', some]]));
    await state.finishBuild(operation, build('one'));
    expect((await state.fingerprints([buildId('one')])).get(buildId('one'))).toEqual(new Map());
  });
};
