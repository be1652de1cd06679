import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asEnvironmentName } from '../../src/model/ids.ts';
import type { Across } from '../../src/model/references.ts';
import { mergeBindings, type Bindings } from '../../src/plan/merge-bindings.ts';

const PROD = asEnvironmentName('prod');
const across = (values: Readonly<Record<string, number>>): Across =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { kind: 'value', value } as const]));
const of = (values: Readonly<Record<string, number>>): Bindings => new Map([['days', across(values)]]);

const merged = (base: Bindings, from: Bindings, to: Bindings): unknown => {
  const { bindings, conflicts } = mergeBindings(base, from, to, PROD);
  return conflicts.length > 0 ? 'conflict' : bindings.get('days');
};

describe('what names stand for, merged three ways', () => {
  it.each([
    ['FROM changed it', of({ prod: 1 }), of({ prod: 2 }), of({ prod: 1 }), across({ prod: 2 })],
    ['TO changed it', of({ prod: 1 }), of({ prod: 1 }), of({ prod: 3 }), across({ prod: 3 })],
    ['both changed it alike', of({ prod: 1 }), of({ prod: 2 }), of({ prod: 2 }), across({ prod: 2 })],
    ['both changed it', of({ prod: 1 }), of({ prod: 2 }), of({ prod: 3 }), 'conflict'],
    [
      'of another environment',
      of({ prod: 1, qa: 1 }),
      of({ prod: 1, qa: 2 }),
      of({ prod: 1, qa: 3 }),
      across({ prod: 1, qa: 2 }),
    ],
    ['FROM took it away', of({ prod: 1, qa: 1 }), of({ prod: 1 }), of({ prod: 1, qa: 1 }), across({ prod: 1 })],
    ['it is new', new Map(), of({ prod: 2, dev: 1 }), new Map(), across({ prod: 2, dev: 1 })],
    ['TO has it already', new Map(), of({ prod: 2 }), of({ prod: 3 }), across({ prod: 3 })],
  ])('%s', (_, base, from, to, expected) => {
    expect(merged(base, from, to)).toEqual(expected);
  });

  it('takes nothing from a side that changed nothing', () => {
    const table = fc.dictionary(fc.constantFrom('prod', 'qa', 'dev'), fc.integer({ min: 0, max: 2 })).map(of);
    fc.assert(
      fc.property(table, table, (base, side) => {
        expect(merged(base, side, base)).toEqual(side.get('days'));
        expect(merged(base, base, side)).toEqual(side.get('days'));
        expect(merged(base, side, side)).toEqual(side.get('days'));
      }),
    );
  });
});
