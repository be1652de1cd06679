import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { read, resolve } from '../../src/sql/index.ts';
import { bough } from './bough.ts';
import { compare, tally, type Tally } from './compare.ts';
import { corpus, type CorpusQuery } from './corpus.ts';
import { LINEAGE, TPC } from './known.ts';
import { Polyglot } from './polyglot.ts';
import { postgres } from './postgres.ts';

let polyglot: Polyglot;
beforeAll(() => {
  polyglot = new Polyglot();
});
afterAll(async () => {
  await polyglot.close();
});

const SIZES = { 'tpc-h': 22, 'tpc-ds': 99 } as const;

describe.each(['tpc-h', 'tpc-ds'] as const)('%s', (name) => {
  const { tables, queries } = corpus(name);
  const explained = TPC.map((one) => one.what).filter((what) => what.includes(`${name} `));

  function checkCounts(counts: Tally): void {
    expect(counts).toMatchObject({ asked: SIZES[name], silent: 0, sameTables: SIZES[name] });
    expect(counts.differences).toEqual(explained);
  }

  it('agrees with polyglot on the tables and columns of all queries', async () => {
    const counts = tally();
    for (const { name: title, sql } of queries) {
      compare(title, bough(sql, 'duckdb', tables), await polyglot.ask(sql, 'duckdb', tables), counts);
    }
    checkCounts(counts);
    expect(counts.sameColumns).toBe(SIZES[name] - explained.length);
  });

  it('agrees with the parser of PostgreSQL on all queries', async () => {
    const ask = await postgres();
    const counts = tally();
    for (const { name: title, sql } of queries) compare(title, bough(sql, 'duckdb', tables), ask(sql), counts);
    checkCounts(counts);
  });
});

/** Columns of tables that each output column takes its value from. */
function upstream({ sql }: CorpusQuery, tables: ReturnType<typeof corpus>['tables']): readonly string[][] {
  const reading = read(sql, { dialect: 'duckdb', parameters: {} });
  const names = reading.inputs.map((use) =>
    use.type === 'table' ? (use.parts.at(-1)?.text ?? '').toLowerCase() : use.path,
  );
  const inputs = names.map((name) => ({
    columns: Object.keys(tables[name] ?? {}).map((column) => ({ name: column, type: null })),
    unique: [],
  }));
  const { columns } = resolve(reading, inputs);
  return (columns ?? []).map(({ uses }) => [
    ...new Set(uses.flatMap((use) => (use.type === 'column' ? [`${names[use.input]}.${use.column}`] : []))),
  ]);
}

it('upstream columns agree on at least 600 of the 608 columns of TPC-DS, the others are explained', () => {
  const { tables, queries } = corpus('tpc-ds');
  const found = queries.flatMap((query) => {
    const ours = upstream(query, tables);
    return query.columns.map((column, index) => ({
      title: `${query.name} ${column}`,
      ours: (ours[index] ?? []).toSorted(),
      theirs: (query.sources[column] ?? []).toSorted(),
    }));
  });
  const differing = found.filter(({ ours, theirs }) => ours.join() !== theirs.join());
  expect(found).toHaveLength(608);
  expect(found.length - differing.length).toBeGreaterThanOrEqual(600);
  expect(differing.map(({ title }) => title)).toEqual(Object.keys(LINEAGE));
});
