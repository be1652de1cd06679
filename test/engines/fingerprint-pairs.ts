import { array, assert, asyncProperty, constantFrom, integer, nat, record } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { Fingerprint } from '../../src/model/fingerprint.ts';
import { sameData } from '../../src/model/fingerprint.ts';
import type { Session } from '../../src/engines/contract.ts';
import type { BuildId } from '../../src/model/ids.ts';
import type { Kind } from './conformance-fingerprint.ts';
import { id, never, table } from './subject.ts';

/** A small relation. A cell is the place of its value in the column's kind, whose values are all different. */
interface Relation {
  readonly columns: readonly { readonly name: string; readonly kind: Kind }[];
  readonly rows: readonly (readonly number[])[];
}

type Change = (relation: Relation, at: number, to: number) => Relation;

const cell = ({ columns, rows }: Relation, row: number, column: number): number =>
  (rows[row]?.[column] ?? 0) % (columns[column]?.kind.values.length ?? 1);

const withCell = (relation: Relation, row: number, column: number, value: number): Relation => ({
  ...relation,
  rows: relation.rows.map((cells, place) => (place === row ? cells.toSpliced(column, 1, value) : cells)),
});

/** Whatever makes two relations equal, or nearly. `at` and `to` are any numbers. */
const CHANGES: Readonly<Record<string, Change>> = {
  nothing: (relation) => relation,
  'another order of rows': (relation) => ({ ...relation, rows: relation.rows.toReversed() }),
  'rows turned round': ({ rows, ...rest }, at) => {
    const from = rows.length === 0 ? 0 : at % rows.length;
    return { ...rest, rows: [...rows.slice(from), ...rows.slice(0, from)] };
  },
  'one value': (relation, at, to) => {
    const [row, column] = [at % Math.max(1, relation.rows.length), at % relation.columns.length];
    return withCell(relation, row, column, to);
  },
  'one row more': ({ rows, ...rest }, at) => ({
    ...rest,
    rows: [...rows, ...rows.slice(at % (rows.length + 1)).slice(0, 1)],
  }),
  'one row less': ({ rows, ...rest }, at) => ({ ...rest, rows: rows.toSpliced(at % (rows.length + 1), 1) }),
  'one row in place of another': ({ rows, ...rest }, at, to) => {
    const other = rows[to % Math.max(1, rows.length)];
    return { ...rest, rows: other === undefined ? rows : rows.toSpliced(at % rows.length, 1, other) };
  },
  'two columns swapped': ({ columns, rows }, at) => {
    const [left, right] = [at % columns.length, (at + 1) % columns.length];
    const swap = (cells: readonly number[]): readonly number[] =>
      cells.map((one, place) => (place === left ? (cells[right] ?? 0) : place === right ? (cells[left] ?? 0) : one));
    return { columns, rows: rows.map(swap) };
  },
  'a column with another name': ({ columns, rows }, at) => ({
    columns: columns.map((one, place) => (place === at % columns.length ? { ...one, name: `${one.name}x` } : one)),
    rows,
  }),
};

/** What a relation holds, as text: its names, its types and the multiset of its rows. */
function contentOf(relation: Relation): string {
  const rows = relation.rows.map((_, row) => relation.columns.map((_column, column) => cell(relation, row, column)));
  const columns = relation.columns.map(({ name, kind }) => `${name} ${kind.type}`);
  return JSON.stringify([columns, rows.map((one) => one.join()).sort()]);
}

function queryOf(relation: Relation): string {
  const row = (at: number): string =>
    relation.columns
      .map(({ name, kind }, column) => `CAST(${kind.values[cell(relation, at, column)]} AS ${kind.type}) AS ${name}`)
      .join(', ');
  if (relation.rows.length === 0) return `SELECT ${row(0)} WHERE 1 = 0`;
  return relation.rows.map((_, at) => `SELECT ${row(at)}`).join(' UNION ALL ');
}

const relations = (kinds: readonly Kind[]): Arbitrary<Relation> =>
  record({
    kinds: array(constantFrom(...kinds), { minLength: 1, maxLength: 3 }),
    rows: array(array(nat(30), { minLength: 3, maxLength: 3 }), { maxLength: 5 }),
    // Twins in type are where a swap of columns can hide.
    twins: integer({ min: 0, max: 1 }),
  }).map(({ kinds: chosen, rows, twins }) => {
    const all = twins === 1 ? chosen.map(() => chosen[0] ?? { type: 'INTEGER', values: ['1'] }) : chosen;
    return {
      columns: all.map((kind, at) => ({ name: `c${at}`, kind })),
      rows: rows.map((row) => row.slice(0, all.length)),
    };
  });

/** Relations that are left lying: dropping each by itself takes longer than all the rest. */
const LEFT = 200;

export interface Tally {
  readonly pairs: number;
  readonly equal: number;
}

/** Random pairs of relations, equal and nearly equal: fingerprints are equal exactly where the relations are. */
export async function judgePairs(
  session: Session,
  kinds: readonly Kind[],
  pairs: number,
  seed?: number,
): Promise<Tally> {
  const made: BuildId[] = [];
  let count = 0;
  let equal = 0;
  const of = async (relation: Relation): Promise<Fingerprint> => {
    count += 1;
    const build = id(`a__pair__${count}`);
    await session.build(table(build, queryOf(relation)), never);
    const [one] = await session.fingerprints(build, [relation.columns.map(({ name }) => name)]);
    made.push(build);
    if (made.length === LEFT) await session.drop(made.splice(0));
    if (one?.hash === null || one === undefined) throw new Error(`no fingerprint of ${queryOf(relation)}`);
    return one;
  };
  const property = asyncProperty(
    relations(kinds),
    constantFrom(...Object.keys(CHANGES)),
    nat(),
    nat(),
    async (left, name, at, to) => {
      const right = CHANGES[name]?.(left, at, to) ?? left;
      const same = contentOf(left) === contentOf(right);
      equal += Number(same);
      return sameData(await of(left), await of(right)) === same;
    },
  );
  await assert(property, { numRuns: pairs, ...(seed === undefined ? {} : { seed }) });
  return { pairs, equal };
}
