import { describe, expect, it } from 'vitest';
import { keyOf } from '../../src/identity/hash.ts';
import {
  compareMeanings,
  meaningFromRecord,
  meaningKey,
  recordOfMeaning,
  type Meaning,
  type MeaningPart,
} from '../../src/identity/meaning.ts';

const made = (label: string, content: string, line = 1): MeaningPart => ({ label, key: keyOf('t', content), line });

const meaning = (more: {
  where?: string;
  columns?: readonly MeaningPart[] | null;
  own?: string;
  spelling?: string;
  metadata?: string;
}): Meaning => {
  const clauses = [made('FROM', 'orders', 3), ...(more.where === undefined ? [] : [made('WHERE', more.where, 4)])];
  const columns = more.columns === undefined ? [made('id', 'id'), made('total', 'sum', 2)] : more.columns;
  const rows = keyOf('rows', ...clauses.map((one) => one.key));
  const own = more.own === undefined ? [] : [made('ORDER BY', more.own, 9)];
  const spelled = columns?.map((one) => [one.label, one.key]) ?? null;
  const build = keyOf('build', rows, spelled, more.own ?? '', more.spelling ?? '');
  return { rows, clauses, columns, own, build, metadata: keyOf('m', more.metadata ?? '') };
};

describe('what names stand for in each environment', () => {
  const bound = (values: Readonly<Record<string, string>>, words = ''): Meaning => {
    const bindings = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, keyOf('b', value)]));
    const parts = { words: keyOf('w', words), bindings };
    return { ...meaning({ metadata: JSON.stringify([values, words]) }), parts };
  };

  it.each([
    ['an environment more', bound({ prod: 'a', dev: 'b' }), null],
    ['an environment less', bound({}), null],
    ['another value', bound({ prod: 'b' }), 'metadata'],
    ['other words', bound({ prod: 'a', dev: 'b' }, 'new'), 'metadata'],
    ['no names at all', meaning({ metadata: 'plain' }), 'metadata'],
  ])('%s', (_, after, category) => {
    expect(compareMeanings(bound({ prod: 'a' }), after).category).toBe(category);
  });
});

describe('compareMeanings', () => {
  const before = meaning({ where: 'a' });
  const cases: readonly (readonly [string, Meaning, string | null, readonly string[]])[] = [
    ['nothing', meaning({ where: 'a' }), null, []],
    [
      'metadata',
      meaning({ where: 'a', metadata: 'x' }),
      'metadata',
      ['description, owner, tags, grants, audits or export changed'],
    ],
    ['a changed filter', meaning({ where: 'b' }), 'breaking', ['WHERE changed (line 4)']],
    ['a filter gone', meaning({}), 'breaking', ['WHERE removed']],
    [
      'a column added',
      meaning({ where: 'a', columns: [made('id', 'id'), made('total', 'sum'), made('n', 'count', 7)] }),
      'non-breaking',
      ['column n added (line 7)'],
    ],
    ['a column gone', meaning({ where: 'a', columns: [made('id', 'id')] }), 'breaking', ['column total removed']],
    [
      'a column changed',
      meaning({ where: 'a', columns: [made('id', 'id'), made('total', 'avg', 2)] }),
      'breaking',
      ['column total changed (line 2)'],
    ],
    ['ORDER BY', meaning({ where: 'a', own: 'order' }), 'non-breaking', ['ORDER BY added (line 9)']],
    [
      'the spelling of names',
      meaning({ where: 'a', spelling: 'ID' }),
      'non-breaking',
      ['column order, spelling, storage or kind changed'],
    ],
  ];
  it.each(cases)('says what %s means', (_name, after, category, reasons) => {
    const found = compareMeanings(before, after);
    expect(found.category).toBe(category);
    expect(found.reasons()).toEqual(reasons);
  });

  it('judges unknown columns as all moved', () => {
    const found = compareMeanings(meaning({ columns: null }), meaning({ columns: null, where: 'x' }));
    expect(found).toMatchObject({ category: 'breaking', columnsMoved: 'all', rowsMoved: true });
    const learned = compareMeanings(meaning({ columns: null }), meaning({}));
    expect(learned).toMatchObject({ category: 'breaking', columnsMoved: 'all' });
  });

  it('records equal meanings under one key, wherever their text stands', () => {
    const moved = { ...before, clauses: before.clauses.map((one) => ({ ...one, line: 99 })) };
    expect(meaningKey(moved)).toBe(meaningKey(before));
    expect(meaningKey(meaning({ where: 'a', metadata: 'x' }))).not.toBe(meaningKey(before));
  });
});

describe('a recorded meaning', () => {
  const now = meaning({ where: 'a' });

  it('comes back as it was', () => {
    expect(compareMeanings(meaningFromRecord(recordOfMeaning(now)), now).category).toBe(null);
    expect(meaningFromRecord(recordOfMeaning(now))).toMatchObject(now);
  });

  it.each(['{"format":"bough.meaning/2"}', JSON.stringify(now), '[]', 'null', '7'])(
    'is not guessed at: %s',
    (record) => {
      const found = compareMeanings(meaningFromRecord(record), now);
      expect(found).toMatchObject({ category: 'breaking', rowsMoved: true, columnsMoved: 'all' });
      expect(found.reasons()).toEqual([
        'its meaning was recorded by another version of Bough: anything may have changed',
      ]);
    },
  );
});
