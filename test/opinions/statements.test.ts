import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../src/sql/index.ts';
import { bough } from './bough.ts';
import { compare, flat, tally, type Tally } from './compare.ts';
import { Duckdb } from './duckdb.ts';
import { DUCKDB, POLYGLOT, UNKNOWN, type Known } from './known.ts';
import { isSilent } from './opinion.ts';
import { Polyglot } from './polyglot.ts';
import { postgres } from './postgres.ts';
import { statementsOf, TABLES, type Statement } from './statements.ts';

const all = new Map(
  DIALECTS.map((dialect) => [dialect, [...statementsOf('common', dialect), ...statementsOf(dialect, dialect)]]),
);

/** Differences that are not known, and known ones that are none any more. */
function unexpected(counts: Tally, known: readonly Known[]): readonly string[] {
  const listed = new Set(known.map((one) => one.what));
  const found = new Set(counts.differences);
  return [
    ...[...found].filter((one) => !listed.has(one)).map((one) => `not listed: ${one}`),
    ...[...listed].filter((one) => !found.has(one)).map((one) => `does not differ any more: ${one}`),
  ];
}

let polyglot: Polyglot;
let duckdb: Duckdb;
beforeAll(async () => {
  polyglot = new Polyglot();
  duckdb = await Duckdb.open(TABLES, 'shop');
});
afterAll(async () => {
  await polyglot.close();
  duckdb.close();
});

it('there are enough statements, each once in its dialect', () => {
  const written = [
    statementsOf('common', 'duckdb'),
    ...DIALECTS.map((dialect) => statementsOf(dialect, dialect)),
  ].flat();
  expect(written.length).toBeGreaterThanOrEqual(300);
  for (const statements of all.values()) expect(new Set(statements.map(({ sql }) => sql)).size).toBe(statements.length);
});

describe('every statement is read without a problem', () => {
  const problemsOf = ({ sql, dialect }: Statement): readonly string[] => bough(sql, dialect, TABLES).problems;
  it.each(DIALECTS)('%s', (dialect) => {
    const found = (all.get(dialect) ?? []).map((statement) => [statement.sql, ...problemsOf(statement)]);
    expect(found.filter(([, problem]) => problem !== undefined)).toEqual([]);
  });
});

it('columns are told but for the statements that say why not', () => {
  const found = [...all.values()].flatMap((statements) =>
    statements.flatMap(({ sql, dialect }) => (bough(sql, dialect, TABLES).columns === null ? [flat(sql)] : [])),
  );
  expect([...new Set(found)].sort()).toEqual(UNKNOWN.map((one) => one.what).sort());
});

describe.each([...all])('%s', (dialect, statements) => {
  it('agrees with polyglot', async () => {
    const counts = tally();
    for (const { sql } of statements) {
      compare(flat(sql), bough(sql, dialect, TABLES), await polyglot.ask(sql, dialect, TABLES), counts);
    }
    expect(unexpected(counts, POLYGLOT[dialect] ?? [])).toEqual([]);
    expect(counts.sameColumns).toBeGreaterThan(0.9 * counts.asked);
  });

  it('agrees with DuckDB where DuckDB understands it', async () => {
    const counts = tally();
    for (const { sql } of statements) {
      const theirs = await duckdb.ask(sql);
      if (dialect === 'duckdb' || !isSilent(theirs)) compare(flat(sql), bough(sql, dialect, TABLES), theirs, counts);
    }
    expect(unexpected(counts, DUCKDB[dialect] ?? [])).toEqual([]);
    expect(counts.asked).toBeGreaterThan(80);
    expect(counts.sameColumns).toBeGreaterThan(0.9 * counts.asked);
  });
});

it('postgres agrees with the parser of PostgreSQL', async () => {
  const ask = await postgres();
  const counts = tally();
  for (const { sql } of all.get('postgres') ?? []) {
    compare(flat(sql), bough(sql, 'postgres', TABLES), ask(sql), counts);
  }
  expect(unexpected(counts, [])).toEqual([]);
  expect(counts.sameTables).toBe(counts.asked);
  expect(counts.sameColumns).toBeGreaterThan(0.9 * counts.asked);
});
