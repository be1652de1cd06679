import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isExact, overlap, selectorFault, type Selector } from '../../src/bindings/release-selector.ts';
import { byNumber, chooseRelease, type Tag } from '../../src/bindings/releases.ts';

const stable = (pattern: string): Selector => ({ pattern, releases: 'stable' });
const all = (pattern: string): Selector => ({ pattern, releases: 'all' });
/** Every tag at a commit of its own. */
const tags = (...names: string[]): readonly Tag[] => names.map((name) => ({ name, commit: `commit of ${name}` }));

const chosen = (selector: Selector, ...names: string[]): string | undefined =>
  chooseRelease(selector, tags(...names)).chosen?.name;
const why = (selector: Selector, name: string): string =>
  chooseRelease(selector, tags(name))
    .dropped.map((one) => `${one.near ? 'near: ' : ''}${one.why}`)
    .join();

describe('a selector', () => {
  it('takes the highest by number, however long the numbers are', () => {
    expect(chosen(stable('v*.*.*'), 'v1.1.9', 'v1.1.18', 'v1.1.2')).toBe('v1.1.18');
    expect(chosen(stable('v*'), 'v9007199254740993', 'v9007199254740992', 'v10')).toBe('v9007199254740993');
    expect(chosen(stable('v*.*.*'), 'v1.10.0', 'v1.9.99')).toBe('v1.10.0');
    expect(chosen(stable('v*.*.*'), 'v1.02.0', 'v1.1.0')).toBe('v1.02.0');
  });

  it('is anchored, its stars are digits, its suffix is literal, a leading v is of either case', () => {
    const prod = stable('V*.*.*-prod');
    expect(chosen(prod, 'V1.0.0-prod', 'v1.2.0-prod', 'V9.0.0-dev', 'V9.0.0', 'xV9.0.0-prod', 'V9.0.0-prod2')).toBe(
      'v1.2.0-prod',
    );
    expect(chosen(prod, 'V1.a.0-prod', 'V1..0-prod', 'V1.0.0-PROD', 'V1.0.0xprod')).toBeUndefined();
    expect(chosen(stable('V*.*.*-dev'), 'V1.0.0-prod', 'V1.1.0-dev', 'V1.0.0-dev')).toBe('V1.1.0-dev');
    expect(chosen(stable('Release-*'), 'release-2', 'Release-1')).toBe('Release-1');
  });

  it('without a star is that very tag', () => {
    expect(isExact('v1.0.0')).toBe(true);
    expect(chosen(stable('v1.0.0-rc.1'), 'v1.0.0-rc.1', 'v2.0.0')).toBe('v1.0.0-rc.1');
    expect(chosen(stable('v1.0.0'), 'V1.0.0')).toBeUndefined();
    expect(why(stable('v1.0.0'), 'V1.0.0')).toBe('near: is not `v1.0.0`');
  });

  it('leaves pre-releases and drafts out where only stable ones are wanted; a channel is neither', () => {
    expect(chosen(all('v*.*.*-rc.*'), 'v1.0.0-rc.2', 'v1.0.0-rc.10')).toBe('v1.0.0-rc.10');
    expect(chosen(stable('v*.*.*'), 'v1.0.0', 'v2.0.0-rc.1', 'v2.0.0-beta')).toBe('v1.0.0');
    expect(chosen(stable('v*.*.*-prod'), 'v1.0.0-prod')).toBe('v1.0.0-prod');
    expect(selectorFault(stable('v*.*.*-rc.*'))).toContain('`rc` means a pre-release: it can never match');
    expect(selectorFault(stable('v*.*.*-draft'))).toContain('never match');
    expect(selectorFault(all('v*.*.*-rc.*'))).toBeNull();
    expect(selectorFault(stable('v*.*.*-source'))).toBeNull();
  });

  it.each([
    ['', 'is empty'],
    ['v* .*', 'a blank'],
    ['v**', 'right beside'],
    ['v1*', 'right beside'],
    ['v*..1', '`..`'],
    ['-v*', '`-`'],
    ['v[12]', '`[`'],
  ])('%s can mean no tag', (pattern, fault) => {
    expect(selectorFault(stable(pattern))).toContain(fault);
  });

  it('tells of two tags of one number at different commits', () => {
    const two = [
      { name: 'V1.0.0', commit: 'a' },
      { name: 'v1.0.0', commit: 'b' },
    ];
    expect(chooseRelease(stable('v*.*.*'), two)).toMatchObject({
      chosen: { name: 'v1.0.0' },
      rivals: [{ name: 'V1.0.0' }],
    });
    const one = two.map(({ name }) => ({ name, commit: 'a' }));
    expect(chooseRelease(stable('V*.*.*'), one)).toMatchObject({ chosen: { name: 'V1.0.0' }, rivals: [] });
  });
});

describe('a tag that is not taken', () => {
  const prod = stable('V*.*.*-prod');
  it.each([
    ['v2.0.5.prod', 'near: has `.prod` where `-prod` must stand'],
    ['V2.0.5-PROD', 'near: has `-PROD` where `-prod` must stand'],
    ['V2.0.5-porod', 'near: has `-porod` where `-prod` must stand'],
    ['2.0.5-prod', 'near: has no `V` in front'],
    ['V2.0-prod', 'near: has `-prod` where `.` must stand'],
    ['V2.0.5-prod2', 'near: goes on with `2`'],
    ['V2.0.5', 'has no `-prod`'],
    ['V2.0.5-dev', 'has `-dev` where `-prod` must stand'],
    ['nightly', 'has `nightly` where `V` must stand'],
  ])('%s: %s', (name, reason) => {
    expect(why(prod, name)).toBe(reason);
  });

  it('is told why, if it is a pre-release', () => {
    expect(why(stable('v*.*.*'), 'v2.0.0-rc.1')).toBe('goes on with `-rc.1`');
    expect(why(stable('v*.*.*'), 'v2')).toBe('has no `.`');
  });
});

describe('two selectors', () => {
  it('overlap where one tag can be of both', () => {
    expect(overlap(all('v*.*.*'), all('V*.*.*'))).toBe(true);
    expect(overlap(all('v*.*.*'), all('v1.*.*'))).toBe(true);
    expect(overlap(all('v*.*.*-prod'), all('v*.*.*-dev'))).toBe(false);
    expect(overlap(all('v*.*.*'), all('v1.2.3'))).toBe(true);
    expect(overlap(all('v1.2.3'), all('V1.2.3'))).toBe(false);
  });
});

describe('choosing', () => {
  const numbers = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.nat({ max: 30 }), fc.nat({ max: 30 }));
  const names = numbers.map((three) => `v${three.join('.')}`);

  it('is a total order over numbers, whatever the order of the tags', () => {
    fc.assert(
      fc.property(fc.uniqueArray(names, { minLength: 1, maxLength: 20 }), fc.nat(), (some, turn) => {
        const at = turn % some.length;
        const turned = [...some.slice(at), ...some.slice(0, at)];
        const best = chosen(stable('v*.*.*'), ...some);
        expect(chosen(stable('v*.*.*'), ...turned)).toBe(best);
        for (const one of some) expect(byNumber(best ?? '', one)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('takes or drops every tag, with a reason', () => {
    const anything = fc.string({
      minLength: 1,
      maxLength: 12,
      unit: fc.constantFrom('v', 'V', '1', '20', '.', '-', 'prod', 'rc'),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(anything, { maxLength: 10 }),
        fc.constantFrom('v*.*-prod', 'v*', '*', 'v1'),
        (some, pattern) => {
          const { chosen: best, dropped } = chooseRelease(stable(pattern), tags(...some));
          for (const { why: reason } of dropped) expect(reason).toMatch(/^[a-z]/);
          expect(best === null).toBe(dropped.length === some.length);
        },
      ),
    );
  });
});
