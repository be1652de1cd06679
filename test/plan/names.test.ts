import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf } from '../../src/identity/hash.ts';
import { asEnvironmentName, nodeName } from '../../src/model/ids.ts';
import { buildId, buildStem, environmentSlug, viewName } from '../../src/plan/names.ts';

const bytes = (text: string): number => new TextEncoder().encode(text).length;
const word = fc.string({ minLength: 1, maxLength: 120, unit: 'grapheme' }).filter((text) => !text.includes('.'));

describe('buildId', () => {
  it('fits into 63 bytes and keeps the short key whole', () => {
    fc.assert(
      fc.property(word, word, fc.string(), (schema, name, content) => {
        const key = keyOf('t', content);
        const id = buildId(nodeName(schema, name), key, 'abc123');
        expect(bytes(id)).toBeLessThanOrEqual(63);
        expect(id.endsWith(`__${key.slice(0, 12)}_abc123`)).toBe(true);
      }),
    );
  });

  it('tells apart names that are cut at the same place', () => {
    const long = 'x'.repeat(100);
    const key = keyOf('t');
    expect(buildStem(nodeName('a', `${long}1`), key)).not.toBe(buildStem(nodeName('a', `${long}2`), key));
    expect(buildStem(nodeName('analytics', 'orders'), key)).toBe(`analytics__orders__${key.slice(0, 12)}`);
  });
});

describe('environmentSlug', () => {
  it('keeps plain names and tells all others apart', () => {
    expect(environmentSlug(asEnvironmentName('dev'))).toBe('dev');
    const slugs = ['feature/a', 'feature-a', 'feature_a', 'Feature/a', 'FEATURE-A', 'feature.a'].map((name) =>
      environmentSlug(asEnvironmentName(name)),
    );
    expect(new Set(slugs).size).toBe(slugs.length);
    for (const slug of slugs) expect(slug).toMatch(/^[a-z0-9_]+$/);
  });
});

describe('viewName', () => {
  const orders = nodeName('marts', 'orders');
  it('is the own name at the base, and carries the environment elsewhere', () => {
    const prod = asEnvironmentName('prod');
    expect(viewName(orders, { name: prod, base: null }, 63)).toEqual({ schema: 'marts', name: 'orders' });
    const dev = { name: asEnvironmentName('dev'), base: prod };
    expect(viewName(orders, dev, 63)).toEqual({ schema: 'dev_marts', name: 'orders' });
  });
});
