import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf } from '../../src/identity/hash.ts';
import { asEnvironmentName, nodeName } from '../../src/model/ids.ts';
import { templateFault, USUAL_NAMING, type Naming } from '../../src/model/naming.ts';
import { buildId, buildStem, environmentSlug, namesBuild, viewName } from '../../src/plan/names.ts';

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
        expect(namesBuild(id)).toBe(true);
      }),
    );
  });

  it.each([
    '$marker',
    'orders',
    'a__b__c',
    'a__b__0123456789ab',
    'a__b__0123456789AB_abc123',
    '__b__0123456789ab_abc123',
  ])('does not take %s for one', (name) => {
    expect(namesBuild(name)).toBe(false);
  });

  it('tells apart names that are cut at the same place', () => {
    const long = 'x'.repeat(100);
    const key = keyOf('t');
    expect(buildStem(nodeName('a', `${long}1`), key)).not.toBe(buildStem(nodeName('a', `${long}2`), key));
    expect(buildStem(nodeName('analytics', 'orders'), key)).toBe(`analytics__orders__${key.slice(0, 12)}`);
  });
});

const dev = asEnvironmentName('dev');
const prod = asEnvironmentName('prod');
const slug = (name: string, declared: readonly string[] = []): string =>
  environmentSlug(asEnvironmentName(name), declared.map(asEnvironmentName));

/** As an engine compares names: without the case of ASCII letters. */
const fold = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Names that people and git give, and others that come near them. */
const environments = fc
  .tuple(
    fc.constantFrom('feature/a', 'feature-a', 'Feature/A', 'feature_a', 'dev', 'DEV', 'ünïcode/ß', 'x'.repeat(200)),
    fc.oneof(
      fc.constant(''),
      fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'A', '/', '-', '_', '.', 'é', '0') }),
    ),
    fc.boolean(),
  )
  .map(([name, end, asSlug]) => (asSlug ? slug(name + end) : name + end));

describe('environmentSlug', () => {
  it('keeps plain names and tells all others apart', () => {
    expect(slug('dev')).toBe('dev');
    const names = ['feature/a', 'feature-a', 'feature_a', 'Feature/a', 'FEATURE-A', 'feature.a', 'DEV', 'dev'];
    expect(new Set(names.map((name) => slug(name))).size).toBe(names.length);
    for (const name of names) expect(slug(name)).toMatch(/^[a-z0-9_]+$/);
  });

  it('keeps capitals where the files declare them, and then nobody else has the letters', () => {
    expect(slug('PROD', ['PROD'])).toBe('PROD');
    expect(slug('prod', ['PROD'])).toMatch(/^prod_[0-9a-f]{8}$/);
    expect(slug('Dev', ['dev', 'Dev'])).toMatch(/^dev_[0-9a-f]{8}$/);
  });

  it('is injective, also after folding, also for names that look like slugs', () => {
    fc.assert(
      fc.property(environments, environments, fc.subarray(['DEV', 'Feature_a', 'dev']), (one, other, declared) => {
        fc.pre(one !== other);
        expect(fold(slug(one, declared))).not.toBe(fold(slug(other, declared)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('viewName', () => {
  const orders = nodeName('marts', 'orders');
  const naming = (more: Partial<Naming> = {}): Naming => ({ ...USUAL_NAMING, declared: [prod], ...more });

  it('is the own name at a root, and carries the environment elsewhere', () => {
    expect(viewName(orders, { name: prod, base: null }, naming(), 63)).toEqual({ schema: 'marts', name: 'orders' });
    expect(viewName(orders, { name: dev, base: prod }, naming(), 63)).toEqual({ schema: 'dev_marts', name: 'orders' });
  });

  it('follows the template of the project, and before it that of the environment', () => {
    const set = naming({ schema: '{schema}_{ENV}', schemas: new Map([[prod, '{schema}']]) });
    expect(viewName(orders, { name: dev, base: prod }, set, 63)?.schema).toBe('marts_DEV');
    expect(viewName(orders, { name: prod, base: null }, set, 63)?.schema).toBe('marts');
    const own = naming({ schemas: new Map([[dev, 'x_{env}-{schema}$']]) });
    expect(viewName(orders, { name: dev, base: prod }, own, 63)?.schema).toBe('x_dev-marts$');
  });

  it('leaves a shared schema as it is at a root, and gives a branch no view there', () => {
    const set = naming({
      schema: '{schema}_{ENV}',
      shared: [{ schema: 'SHARED_DATA', at: { file: 'bough.yml', line: 1, column: 1 } }],
    });
    const shared = nodeName('shared_data', 't');
    expect(viewName(shared, { name: prod, base: null }, set, 63)).toEqual({ schema: 'shared_data', name: 't' });
    expect(viewName(shared, { name: dev, base: prod }, set, 63)).toBeNull();
  });

  it('takes no more bytes than the engine allows and still tells environments apart', () => {
    const templates = fc.constantFrom('{env}_{schema}', '{schema}_{ENV}', 'a-{schema}{env}');
    const schemas = fc.string({ minLength: 1, maxLength: 90, unit: fc.constantFrom('a', 'B', 'é', '_') });
    fc.assert(
      fc.property(environments, environments, templates, schemas, (one, other, schema, written) => {
        fc.pre(one !== other);
        const set = naming({ schema });
        const [left, right] = [one, other].map(
          (name) =>
            viewName(nodeName(written, 't'), { name: asEnvironmentName(name), base: prod }, set, 63)?.schema ?? '',
        );
        expect(fold(left ?? '')).not.toBe(fold(right ?? ''));
        expect(bytes(left ?? '')).toBeLessThanOrEqual(63);
      }),
    );
  });
});

describe('templateFault', () => {
  it.each([
    ['{env}_{schema}', null],
    ['{schema}', null],
    ['{schema}_{ENV}', null],
    ['{env}', 'lacks `{schema}`'],
    ['{schema}_{schema}', 'twice'],
    ['{schema}_{branch}', '`{branch}`'],
    ['{schema}_{', 'brace'],
    ['{schema}.{env}', 'holds `.`'],
    ['my {schema}', 'holds ` `'],
  ])('%s', (template, why) => {
    if (why === null) expect(templateFault(template)).toBeNull();
    else expect(templateFault(template)).toContain(why);
  });
});
