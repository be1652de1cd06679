import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { NO_ATOMS, atomSetOf, eachAtom, plus } from '../../src/sql/resolve/atom-set.ts';
import type { AtomSet } from '../../src/sql/resolve/atom-set.ts';

const members = fc.array(fc.oneof(fc.nat(40), fc.nat(2000), fc.nat(2 ** 24)), { maxLength: 60 });

const setOf = (list: readonly number[]): AtomSet =>
  list.reduce((set, member) => plus(set, atomSetOf(member)), NO_ATOMS);

function listOf(set: AtomSet): readonly number[] {
  const list: number[] = [];
  eachAtom(set, (member) => list.push(member));
  return list;
}

const sorted = (list: readonly number[]): readonly number[] =>
  [...new Set(list)].toSorted((left, right) => left - right);

it('holds what was put in, once and in order', () => {
  fc.assert(
    fc.property(members, (list) => {
      expect(listOf(setOf(list))).toEqual(sorted(list));
    }),
  );
});

it('joins two sets into what either holds', () => {
  fc.assert(
    fc.property(members, members, (left, right) => {
      expect(listOf(plus(setOf(left), setOf(right)))).toEqual(sorted([...left, ...right]));
    }),
  );
});

it('is itself again where nothing new is joined to it', () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 0, max: 60 }), (list, count) => {
      const set = setOf(list);
      expect(plus(set, setOf(list.slice(0, count)))).toBe(set);
    }),
  );
});
