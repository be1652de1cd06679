import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { merge, settled, type Layer } from '../../src/bindings/merge.ts';
import { layerFrom, mergedFrom } from './layers.ts';

describe('overlays', () => {
  it.each<[string, readonly string[], unknown]>([
    ['maps deep', ['a: {x: 1, y: 2}', 'a: {y: 3}'], { a: { x: 1, y: 3 } }],
    ['scalars by replacing', ['a: 1', 'a: text', 'a: null'], { a: null }],
    ['lists by replacing', ['a: [1, 2, 3]', 'a: [4]'], { a: [4] }],
    ['an empty list replaces', ['a: [{name: x}]', 'a: []'], { a: [] }],
    [
      'lists of named items by name',
      ['a: [{name: x, n: 1}, {name: y, n: 2}]', 'a: [{name: z}, {name: y, m: 3}]'],
      { a: [{ name: 'x', n: 1 }, { name: 'y', n: 2, m: 3 }, { name: 'z' }] },
    ],
    ['$patch: delete of a map', ['a: {x: 1}\nb: 2', 'a: {$patch: delete}'], { b: 2 }],
    ['$patch: delete of a scalar', ['a: 1\nb: 2', 'a: {$patch: delete}'], { b: 2 }],
    [
      '$patch: delete of an item',
      ['a: [{name: x}, {name: y}]', 'a: [{name: x, $patch: delete}]'],
      { a: [{ name: 'y' }] },
    ],
    ['$patch: delete of nothing', ['b: 2', 'a: {$patch: delete}'], { b: 2 }],
    ['$patch: replace of a map', ['a: {x: 1, y: 2}', 'a: {$patch: replace, z: 3}'], { a: { z: 3 } }],
    ['$patch: replace of an item', ['a: [{name: x, n: 1}]', 'a: [{name: x, $patch: replace}]'], { a: [{ name: 'x' }] }],
    ['$patch: replace of a list', ['a: [{name: x}]', 'a: [{$patch: replace}, {name: y}]'], { a: [{ name: 'y' }] }],
    ['a map over a scalar', ['a: 1', 'a: {x: 1}', 'a: {y: 2}'], { a: { x: 1, y: 2 } }],
    ['what was deleted begins anew', ['a: {x: 1}', 'a: {$patch: delete}', 'a: {y: 2}'], { a: { y: 2 } }],
    ['everything replaced', ['a: 1', '$patch: replace\nb: 2'], { b: 2 }],
    [
      'a list of items of which some have no name replaces',
      ['a: [{name: x}]', 'a: [{name: y}, {n: 1}]'],
      { a: [{ name: 'y' }, { n: 1 }] },
    ],
  ])('merge %s', (_, texts, expected) => {
    expect(mergedFrom(...texts)).toEqual(expected);
  });

  it.each([
    ['a: {$patch: remove}', ['1:13 `$patch` cannot be `"remove"`.']],
    ['a: {$patch: merge}', ['1:13 `$patch` cannot be `"merge"`.']],
    ['a: [{$patch: delete}]', ['1:6 There is no item that this `$patch` could mean.']],
    ['a: [{name: x, $patch: delete}, {n: 1}]', ['1:15 There is no item that this `$patch` could mean.']],
    ['a: [{name: x, $patch: delete}, {name: x}]', ['1:15 There is no item that this `$patch` could mean.']],
    ['a: .inf', ['1:4 A value must be finite.']],
  ])('say what is wrong with %s', (text, problems) => {
    expect(layerFrom(text).problems).toEqual(problems);
  });

  it('keep names of JavaScript from doing harm', () => {
    const merged = mergedFrom('constructor: {prototype: {polluted: 1}}', 'toString: 1\nhasOwnProperty: {x: 2}');
    expect(merged).toEqual(
      JSON.parse('{"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":{"x":2}}'),
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(() => layerFrom('a: {__proto__: {polluted: 1}}')).toThrow('A key cannot be named `__proto__`.');
    expect(() => layerFrom('"__proto__": {polluted: 1}')).toThrow('A key cannot be named `__proto__`.');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('know all the places that a value was set at', () => {
    const [one, two, three] = ['a: {x: 1}', '\na: {x: 2}', '\n\na: {x: 3}'].map(
      (text, index) => layerFrom(text, `${index}.yaml`).layer,
    );
    const whole = merge(merge(one!, two!), three!);
    const found = whole.type === 'map' ? whole.entries.get('a') : undefined;
    const value = found?.type === 'map' ? found.entries.get('x') : undefined;
    const places = [...(value?.over ?? []), value?.at].map((at) => `${at?.file}:${at?.line}:${at?.column}`);
    expect(places).toEqual(['0.yaml:1:8', '1.yaml:2:8', '2.yaml:3:8']);
  });
});

/** Patches as people write them, directives at every depth. */
const patch: fc.Arbitrary<unknown> = fc.letrec((tie) => {
  const key = fc.constantFrom('a', 'b', 'c');
  const directive = fc.constantFrom({}, {}, {}, { $patch: 'replace' });
  const map = fc
    .tuple(fc.dictionary(key, tie('any'), { maxKeys: 3 }), directive)
    .map(([entries, extra]) => ({ ...entries, ...extra }));
  const item = fc
    .tuple(
      fc.constantFrom('x', 'y', 'z'),
      fc.dictionary(key, tie('any'), { maxKeys: 2 }),
      fc.constantFrom({}, {}, { $patch: 'replace' }, { $patch: 'delete' }),
    )
    .map(([name, entries, extra]) => ({ name, ...entries, ...extra }));
  const named = fc
    .tuple(fc.uniqueArray(item, { minLength: 1, maxLength: 3, selector: ({ name }) => name }), fc.boolean())
    .map(([items, whole]) => (whole ? [{ $patch: 'replace' }, ...items] : items));
  return {
    any: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(1, 'text', null, true),
      fc.constant({ $patch: 'delete' }),
      map,
      named,
      fc.array(fc.integer({ max: 3 }), { maxLength: 2 }),
    ),
    map,
  };
}).map;

const layer: fc.Arbitrary<Layer> = patch.map((value) => {
  const { layer: read, problems } = layerFrom(stringify(value));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return read;
});

/** A layer with everything that it says, directives too, and without its places. */
const saying = (one: Layer | null): unknown =>
  JSON.parse(
    JSON.stringify(one, (key, value: unknown) =>
      key === 'at' || key === 'over' ? undefined : value instanceof Map ? ['map', ...value] : value,
    ),
  );

describe('merging', () => {
  it('is associative', () => {
    fc.assert(
      fc.property(layer, layer, layer, (a, b, c) => {
        expect(saying(merge(merge(a, b), c))).toEqual(saying(merge(a, merge(b, c))));
      }),
      { numRuns: 500 },
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(layer, layer, (a, b) => {
        expect(saying(merge(a, a))).toEqual(saying(a));
        expect(saying(merge(merge(a, b), b))).toEqual(saying(merge(a, b)));
        const whole = settled(a);
        expect(saying(whole === null ? null : settled(whole))).toEqual(saying(whole));
      }),
      { numRuns: 200 },
    );
  });

  it('lists the places in the order of the layers, however they were put together', () => {
    const places = (one: Layer): unknown =>
      JSON.parse(JSON.stringify(one, (_, value: unknown) => (value instanceof Map ? ['map', ...value] : value)));
    fc.assert(
      fc.property(layer, layer, layer, (a, b, c) => {
        expect(places(merge(merge(a, b), c))).toEqual(places(merge(a, merge(b, c))));
      }),
    );
  });
});
