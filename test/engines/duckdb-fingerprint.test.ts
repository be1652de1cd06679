import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../../src/engines/contract.ts';
import type { Fingerprint } from '../../src/model/fingerprint.ts';
import type { Kind } from './conformance-fingerprint.ts';
import { expectAllDifferent, measure, PAIRS, PORTABLE } from './conformance-fingerprint.ts';
import { judgePairs } from './fingerprint-pairs.ts';
import type { DuckdbSubject } from './duckdb-subject.ts';
import { duckdbSubject } from './duckdb-subject.ts';
import { id, opened } from './subject.ts';

let subject: DuckdbSubject;
let session: Session;
let of: (query: string, set?: readonly string[]) => Promise<Fingerprint>;
beforeAll(async () => {
  subject = await duckdbSubject();
  session = await opened(subject);
  of = measure(() => subject, session);
});
afterAll(async () => {
  await session.close();
  await subject.cleanup();
});

const KINDS: readonly Kind[] = [
  { type: 'FLOAT', values: ['NULL', '0.0', `'-0.0'`, '0.1', '1e-45', `'nan'`] },
  { type: 'HUGEINT', values: ['NULL', '0', '1', '170141183460469231731687303715884105727'] },
  { type: 'DECIMAL(38,10)', values: ['NULL', '0', '1', '1.0000000001'] },
  { type: 'VARCHAR', values: [`chr(0)`, `'a' || chr(0)`, `'a'`, `'a' || chr(0) || chr(0)`] },
  { type: 'BLOB', values: ['NULL', `''`, String.raw`'\x00'`, String.raw`'\x00\x00'`, `'a'`, `'~'`, `'N'`] },
  { type: `ENUM('a', 'b')`, values: ['NULL', `'a'`, `'b'`] },
  { type: 'TIME WITH TIME ZONE', values: ['NULL', `'12:00:00+00'`, `'13:00:00+01'`] },
  {
    type: 'UUID',
    values: ['NULL', `'00000000-0000-0000-0000-000000000001'`, `'80000000-0000-0000-0000-000000000001'`],
  },
  { type: 'BIT', values: ['NULL', `'1'`, `'01'`, `'001'`] },
  { type: 'TIMESTAMP_NS', values: ['NULL', `'2024-01-01 00:00:00'`, `'2024-01-01 00:00:00.000000001'`] },
  { type: 'DATE', values: [`'infinity'`, `'-infinity'`, `'1970-01-01'`] },
  { type: 'JSON', values: ['NULL', `'null'`, `'{"a":1}'`, `'{"a": 1}'`, `'{"a":1.0}'`] },
  {
    type: 'VARCHAR[]',
    values: [
      'NULL',
      '[]',
      '[NULL]',
      `['']`,
      `['NULL']`,
      `['N']`,
      `['a', 'b']`,
      `['b', 'a']`,
      `['a, b']`,
      `['a', NULL]`,
      `[NULL, 'a']`,
      `['1:a']`,
    ],
  },
  { type: 'DOUBLE[]', values: ['[0.0::DOUBLE]', `['-0.0'::DOUBLE]`, `['nan'::DOUBLE]`, '[]'] },
  { type: 'INTERVAL[]', values: [`[INTERVAL '30 days']`, `[INTERVAL '1 month']`] },
  { type: 'INTEGER[2]', values: ['[1, 2]', '[2, 1]', '[NULL, 1]', 'NULL'] },
  { type: 'INTEGER[][]', values: ['[[1], [2]]', '[[1, 2]]', '[[], [1, 2]]', '[[1, 2], []]', '[NULL, [1, 2]]'] },
  {
    type: 'STRUCT(a INTEGER, b VARCHAR)',
    values: ['NULL', '{a: NULL, b: NULL}', `{a: 1, b: ''}`, `{a: 1, b: NULL}`, `{a: NULL, b: '1'}`, `{a: 1, b: 'N'}`],
  },
  {
    type: 'MAP(VARCHAR, INTEGER)',
    values: [
      'NULL',
      'MAP {}',
      `MAP {'a': 1, 'b': 2}`,
      `MAP {'b': 2, 'a': 1}`,
      `MAP {'a': 2, 'b': 1}`,
      `MAP {'a': NULL}`,
    ],
  },
  {
    type: 'UNION(n INTEGER, m INTEGER)',
    values: ['NULL', 'union_value(n := 1)', 'union_value(m := 1)', 'union_value(n := NULL::INTEGER)'],
  },
  {
    type: 'STRUCT(l STRUCT(d DECIMAL(4,2), i INTERVAL)[])',
    values: [
      `{l: [{d: 1, i: INTERVAL '30 days'}]}`,
      `{l: [{d: 1, i: INTERVAL '1 month'}]}`,
      '{l: []}',
      '{l: [NULL]}',
      '{l: NULL}',
    ],
  },
];

describe('fingerprints of DuckDB', () => {
  it.for(KINDS)('tell values of $type apart', async (kind) => {
    await expectAllDifferent(of, kind);
  });

  it('are equal for equal relations and for no others', async () => {
    const { pairs, equal } = await judgePairs(session, [...KINDS, ...PORTABLE], PAIRS);
    expect(equal).toBeGreaterThan(pairs / 10);
    expect(equal).toBeLessThan(pairs);
  });

  it('see the letter case of the fields of structs and the words of enums', async () => {
    const all = await Promise.all(
      [`{'a': 1}`, `{'A': 1}`, `'a'::ENUM('a', 'b')`, `'a'::ENUM('a', 'c')`, `'a'`].map((value) =>
        of(`SELECT ${value} AS x`),
      ),
    );
    expect(new Set(all.map(({ hash }) => hash)).size).toBe(all.length);
  });

  it('are alike however the table came to be', async () => {
    const [one, other] = await Promise.all([
      of('SELECT range AS x, range % 7 AS y FROM range(200000) WHERE range % 3 = 0', ['x', 'y']),
      of('SELECT 3 * range AS x, 3 * range % 7 AS y FROM range(66667) ORDER BY range DESC', ['x', 'y']),
    ]);
    expect(other).toEqual(one);
  });

  it('are cut short by a signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(session.fingerprints(id('a__measured__1'), [['x']], { signal })).rejects.toThrow('enough');
  });
});
