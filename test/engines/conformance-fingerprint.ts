import { expect, it } from 'vitest';
import { EngineError } from '../../src/engines/contract.ts';
import type { Session } from '../../src/engines/contract.ts';
import type { Fingerprint } from '../../src/model/fingerprint.ts';
import type { Subject } from './subject.ts';
import { failure, id, never, opened, table } from './subject.ts';
import { judgePairs } from './fingerprint-pairs.ts';
import { eachWith } from './with-subject.ts';

/** Values of one type that are all different, however equal the engine may find some of them. */
export interface Kind {
  readonly type: string;
  readonly values: readonly string[];
}

export const PORTABLE: readonly Kind[] = [
  { type: 'INTEGER', values: ['NULL', '0', '1', '-1', '2147483647'] },
  { type: 'BIGINT', values: ['NULL', '0', '9007199254740993', '9007199254740992'] },
  { type: 'BOOLEAN', values: ['NULL', 'TRUE', 'FALSE'] },
  { type: 'DOUBLE PRECISION', values: ['NULL', `'0.0'`, `'-0.0'`, '0.1', `'NaN'`, `'Infinity'`, `'-Infinity'`] },
  { type: 'DECIMAL(10,2)', values: ['NULL', '0', '1.00', '1.01', '-1.00'] },
  {
    type: 'VARCHAR',
    values: [
      'NULL',
      `''`,
      `'NULL'`,
      `'N'`,
      `'a'`,
      `'A'`,
      `'a '`,
      `'é'`,
      `'e\u0301'`,
      `'~'`,
      `'a value that is longer than twelve bytes'`,
    ],
  },
  { type: 'DATE', values: ['NULL', `'2024-01-01'`, `'2024-01-02'`] },
  { type: 'TIMESTAMP', values: ['NULL', `'2024-01-01 00:00:00'`, `'2024-01-01 00:00:00.000001'`] },
  { type: 'TIMESTAMP WITH TIME ZONE', values: ['NULL', `'2024-01-01 00:00:00+00'`, `'2024-01-01 00:00:00+01'`] },
  { type: 'INTERVAL', values: ['NULL', `'30 days'`, `'1 month'`, `'24 hours'`, `'1 day'`, `'0 days'`] },
];

export const selected = (type: string, values: readonly string[]): string =>
  values.map((value) => `SELECT CAST(${value} AS ${type}) AS x`).join(' UNION ALL ');

/** How many random pairs are tried; `FINGERPRINT_PAIRS` of the environment says otherwise. */
export const PAIRS = Number(process.env['FINGERPRINT_PAIRS'] ?? 100);

/** Takes fingerprints of what queries give. */
export function measure(
  subject: () => Subject,
  session: Session,
): (query: string, set?: readonly string[]) => Promise<Fingerprint> {
  let count = 0;
  return async (query, set = ['x']) => {
    count += 1;
    const build = `a__measured__${count}`;
    await session.build(table(build, query), never);
    expect(subject().engine.relation(id(build))).toContain(build);
    const [one] = await session.fingerprints(id(build), [set]);
    if (one === undefined) throw new Error('no fingerprint');
    return one;
  };
}

/** Every value alone has a fingerprint of its own. */
export async function expectAllDifferent(
  of: (query: string) => Promise<Fingerprint>,
  { type, values }: Kind,
): Promise<void> {
  const seen = new Map<string, string>();
  for (const value of values) {
    const { hash } = await of(selected(type, [value]));
    expect([hash === null, seen.get(hash ?? ''), value, type]).toEqual([false, undefined, value, type]);
    seen.set(hash ?? '', value);
  }
}

/** Fingerprints tell data apart exactly, and nothing else. */
export function fingerprintCases(make: () => Promise<Subject>): void {
  const subject = eachWith(make);

  it.for(PORTABLE)('tells values of $type apart', async (kind) => {
    const session = await opened(subject());
    await expectAllDifferent(measure(subject, session), kind);
    await session.close();
  });

  it('is equal for equal relations and for no others, over random pairs', async () => {
    const session = await opened(subject());
    const { pairs, equal } = await judgePairs(session, PORTABLE, PAIRS);
    expect(pairs).toBe(PAIRS);
    expect(equal).toBeGreaterThan(pairs / 10);
    expect(equal).toBeLessThan(pairs);
    await session.close();
  });

  it('does not see the order of rows, and counts duplicates', async () => {
    const session = await opened(subject());
    const of = measure(subject, session);
    const [forth, back, twice, more] = await Promise.all([
      of(selected('INTEGER', ['1', '2', '3', 'NULL'])),
      of(selected('INTEGER', ['NULL', '3', '2', '1'])),
      of(selected('INTEGER', ['1', '2', '3', '3'])),
      of(selected('INTEGER', ['1', '2', '3', 'NULL', 'NULL'])),
    ]);
    expect(forth).toEqual(back);
    expect(forth.rows).toBe(4);
    expect(new Set([forth.hash, twice.hash, more.hash]).size).toBe(3);
    await session.close();
  });

  it('sees names, types and which column holds what, but not the order of columns', async () => {
    const session = await opened(subject());
    const of = measure(subject, session);
    const both = ['a', 'b'];
    const [plain, turned, swapped, typed] = await Promise.all([
      of('SELECT 1 AS a, 2 AS b', both),
      of('SELECT 2 AS b, 1 AS a', ['b', 'a']),
      of('SELECT 2 AS a, 1 AS b', both),
      of('SELECT CAST(1 AS BIGINT) AS a, 2 AS b', both),
    ]);
    expect(turned.hash).toBe(plain.hash);
    const named = await of('SELECT 1 AS a, 2 AS "B"', ['a', 'B']);
    expect(new Set([plain.hash, swapped.hash, typed.hash, named.hash]).size).toBe(4);
    await session.close();
  });

  it('does not confuse what one row holds with what another does', async () => {
    const session = await opened(subject());
    const of = measure(subject, session);
    const straight = await of(`SELECT 'a' AS p, 'b' AS q UNION ALL SELECT 'c', 'd'`, ['p', 'q']);
    const crossed = await of(`SELECT 'a' AS p, 'd' AS q UNION ALL SELECT 'c', 'b'`, ['p', 'q']);
    const shifted = await of(`SELECT 'ab' AS p, '' AS q UNION ALL SELECT 'c', 'd'`, ['p', 'q']);
    expect(new Set([straight.hash, crossed.hash, shifted.hash]).size).toBe(3);
    await session.close();
  });

  it('takes several sets at once, as one by one, and counts rows for the empty one', async () => {
    const session = await opened(subject());
    await session.build(table('a__t__1', `SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y'`), never);
    const sets = [['a'], ['b'], ['a', 'b'], []];
    const together = await session.fingerprints(id('a__t__1'), sets);
    const apart = await Promise.all(sets.map((set) => session.fingerprints(id('a__t__1'), [set])));
    expect(together).toEqual(apart.flat());
    expect(together.map(({ rows }) => rows)).toEqual([2, 2, 2, 2]);
    expect(new Set(together.map(({ hash }) => hash)).size).toBe(4);
    expect(together[0]?.hash).toMatch(/^[0-9a-f]{32}$/);
    await session.close();
  });

  it('is the same for no rows, whatever made them', async () => {
    const session = await opened(subject());
    const of = measure(subject, session);
    const none = await of('SELECT 1 AS x WHERE 1 = 0');
    expect(none.rows).toBe(0);
    expect(await of('SELECT 2 AS x WHERE 1 = 0')).toEqual(none);
    expect((await of('SELECT CAST(NULL AS INTEGER) AS x')).hash).not.toBe(none.hash);
    await session.close();
  });

  it('refuses a column that is not there', async () => {
    const session = await opened(subject());
    await session.build(table('a__t__1', 'SELECT 1 AS a'), never);
    expect(await failure(session.fingerprints(id('a__t__1'), [['nope']]))).toBeInstanceOf(EngineError);
    await session.close();
  });
}
