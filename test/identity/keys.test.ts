import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf } from '../../src/identity/hash.ts';
import { everythingOf, leafKeys, modelKeys, type KeyContext, type NodeKeys } from '../../src/identity/keys.ts';
import type { OutputColumn, Part, Shape, Tie, Use } from '../../src/sql/contract.ts';

const span = { start: 0, end: 1 };
const fold = (name: string): string => name.toLowerCase();

const part = (canonical: string, uses: readonly Use[] = [], more: Partial<Part> = {}): Part => ({
  label: canonical,
  canonical,
  uses,
  ties: [],
  clocks: [],
  span,
  ...more,
});
const output = (name: string, canonical: string, uses: readonly Use[], more: Partial<Part> = {}): OutputColumn => ({
  ...part(canonical, uses, more),
  name,
});
const rowsOf = (input: number): Use => ({ type: 'rows', input });
const column = (input: number, name: string): Use => ({ type: 'column', input, column: name });
const shape = (rows: readonly Part[], columns: readonly OutputColumn[] | null, own: readonly Part[] = []): Shape => ({
  rows,
  columns,
  own,
  problems: [],
});

const context = (more: Partial<KeyContext> = {}): KeyContext => ({
  identity: 'build',
  fold,
  clock: { date: '2026-11-21', timestamp: '2026-11-21T10:00:00.000Z' },
  forced: new Map(),
  own: ['duckdb/1', 'table'],
  ...more,
});

const source = (snapshot: string, names: readonly string[] = ['id', 'amount'], live = false): NodeKeys =>
  leafKeys({
    token: ['orders', snapshot],
    columns: names.map((name) => ({ name, type: 'INTEGER' })),
    live,
    fold,
    own: [],
  });

const from = part('from #0', [rowsOf(0)]);
const id = output('id', '#0.id', [column(0, 'id')]);
const total = output('total', 'sum(#0.amount)', [column(0, 'amount')]);
const tie = (kind: Tie['kind']): Tie => ({ kind, construct: 'row_number()', span });
const keyNamed = (keys: NodeKeys, name: string): string | undefined =>
  keys.columns?.find((one) => one.name === name)?.key;

describe('keyOf', () => {
  it('gives 32 hex digits that depend on every ingredient and on how they nest', () => {
    expect(keyOf('a', 'b')).toMatch(/^[0-9a-f]{32}$/);
    const ingredient = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 3 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.array(ingredient), fc.array(ingredient), (left, right) => {
        const same = JSON.stringify(left) === JSON.stringify(right);
        // The generator makes nothing but ingredients.
        expect(keyOf('t', ...(left as string[])) === keyOf('t', ...(right as string[]))).toBe(same);
      }),
    );
  });
});

describe('modelKeys', () => {
  it('keeps a reader of one column apart from another column', () => {
    const plain = modelKeys(shape([from], [id]), [source('1')], context());
    const wider = modelKeys(shape([from], [id, total]), [source('1')], context());
    expect(wider.rows).toBe(plain.rows);
    expect(keyNamed(wider, 'id')).toBe(keyNamed(plain, 'id'));
    expect(wider.build).not.toBe(plain.build);
    const reader = shape([from], [output('x', '#0.id', [column(0, 'id')])]);
    expect(modelKeys(reader, [wider], context()).build).toBe(modelKeys(reader, [plain], context()).build);
  });

  it('moves with the rows of its input, whatever columns it uses', () => {
    const before = modelKeys(shape([from], [id]), [source('1')], context());
    const after = modelKeys(shape([from], [id]), [source('2')], context());
    expect(after.rows).not.toBe(before.rows);
    expect(after.build).not.toBe(before.build);
  });

  it('takes in every column, in order, where it sees everything', () => {
    const sees = shape([part('from #0', [{ type: 'everything', input: 0 }])], null);
    const keys = (names: readonly string[]): string => modelKeys(sees, [source('1', names)], context()).build;
    expect(keys(['a', 'b'])).not.toBe(keys(['b', 'a']));
    expect(keys(['a', 'b'])).not.toBe(keys(['a']));
    expect(everythingOf(source('1', ['a']))).toBe(everythingOf(source('1', ['A'])));
  });

  it('gives opaque inputs one key for all: their rows', () => {
    const opaque = modelKeys(shape([from], null), [source('1')], context());
    const left = modelKeys(shape([from], [id]), [opaque], context());
    const right = modelKeys(shape([from], [output('id', '#0.other', [column(0, 'other')])]), [opaque], context());
    expect(left.rows).toBe(right.rows);
    expect(keyNamed(left, 'id')).not.toBe(keyNamed(right, 'id'));
  });

  it('puts the spelling of names, the order of columns and own parts into build only', () => {
    const base = modelKeys(shape([from], [id, total]), [source('1')], context());
    const spelled = modelKeys(shape([from], [{ ...id, name: 'ID' }, total]), [source('1')], context());
    const turned = modelKeys(shape([from], [total, id]), [source('1')], context());
    const ordered = modelKeys(shape([from], [id, total], [part('order by id')]), [source('1')], context());
    for (const other of [spelled, turned, ordered]) {
      expect(other.build).not.toBe(base.build);
      expect(other.rows).toBe(base.rows);
      expect(keyNamed(other, 'id')).toBe(keyNamed(base, 'id'));
    }
  });

  it('moves the two clock families apart, and neither in code identity', () => {
    const dated = shape([from], [output('d', 'current_date', [], { clocks: ['date'] })]);
    const timed = shape([from], [output('t', 'now()', [], { clocks: ['timestamp'] })]);
    const later = context({ clock: { date: '2026-11-21', timestamp: '2026-11-21T11:00:00.000Z' } });
    const build = (one: Shape, at: KeyContext): string => modelKeys(one, [source('1')], at).build;
    expect(build(dated, later)).toBe(build(dated, context()));
    expect(build(timed, later)).not.toBe(build(timed, context()));
    expect(build(timed, { ...later, identity: 'code' })).toBe(build(timed, context({ identity: 'code' })));
  });

  it('ties readers of a tied column to the build, and leaves readers of the others alone', () => {
    const rank = (text: string): OutputColumn => output('rank', text, [column(0, 'amount')], { ties: [tie('tie')] });
    const before = modelKeys(shape([from], [id, rank('row_number()')]), [source('1')], context());
    const after = modelKeys(shape([from], [id, rank('row_number()'), total]), [source('1')], context());
    const readsRank = shape([from], [output('rank', '#0.rank', [column(0, 'rank')])]);
    const readsId = shape([from], [id]);
    expect(modelKeys(readsRank, [after], context()).build).not.toBe(modelKeys(readsRank, [before], context()).build);
    expect(modelKeys(readsId, [after], context()).build).toBe(modelKeys(readsId, [before], context()).build);
    expect([...modelKeys(readsRank, [after], context()).besides]).toEqual([0]);
    expect([...modelKeys(readsId, [after], context()).besides]).toEqual([]);
  });

  it('passes a tie on to the readers of its readers', () => {
    const ranked = modelKeys(
      shape([from], [output('rank', 'x', [], { ties: [tie('volatile')] })]),
      [source('1')],
      context(),
    );
    const reader = modelKeys(shape([from], [output('r', '#0.rank', [column(0, 'rank')])]), [ranked], context());
    expect(reader.columns?.[0]?.tied).toBe(true);
    expect(reader.rowsTied).toBe(false);
  });

  it('takes in the build of an input whose order it depends on, and no more than that', () => {
    const input = (own: readonly Part[]): NodeKeys => modelKeys(shape([from], [id], own), [source('1')], context());
    const first = shape([from], [output('first', 'first(#0.id)', [column(0, 'id')], { ties: [tie('order')] })]);
    const ordered = input([part('order by id')]);
    expect(modelKeys(first, [ordered], context()).build).not.toBe(modelKeys(first, [input([])], context()).build);
    const counts = shape([from], [output('n', 'count(#0.id)', [column(0, 'id')])]);
    expect(modelKeys(counts, [ordered], context()).build).toBe(modelKeys(counts, [input([])], context()).build);
  });

  it('does not hang on the order in which the text mentions its inputs', () => {
    const two = (first: number, second: number): Shape =>
      shape([part('from #0, #1', [rowsOf(first), rowsOf(second)])], [output('id', '#1.id', [column(second, 'id')])]);
    const [left, right] = [source('1'), source('2')];
    expect(modelKeys(two(0, 1), [left, right], context()).build).toBe(
      modelKeys(two(1, 0), [right, left], context()).build,
    );
    expect(modelKeys(two(0, 1), [left, right], context()).build).not.toBe(
      modelKeys(two(1, 0), [left, right], context()).build,
    );
  });

  it('moves the column whose type is forced, and everything where the columns are unknown', () => {
    const forced = context({ forced: new Map([['id', 'BIGINT']]) });
    const plain = modelKeys(shape([from], [id, total]), [source('1')], context());
    const cast = modelKeys(shape([from], [id, total]), [source('1')], forced);
    expect(keyNamed(cast, 'id')).not.toBe(keyNamed(plain, 'id'));
    expect(keyNamed(cast, 'total')).toBe(keyNamed(plain, 'total'));
    expect(cast.rows).toBe(plain.rows);
    const opaque = (at: KeyContext): string => modelKeys(shape([from], null), [source('1')], at).rows;
    expect(opaque(forced)).not.toBe(opaque(context()));
  });

  it('ties everything that reads a live source', () => {
    const live = source('1', ['id'], true);
    const reader = modelKeys(shape([from], [id]), [live], context());
    expect(reader.rowsTied).toBe(true);
    expect([...reader.besides]).toEqual([0]);
    expect(modelKeys(shape([from], [id]), [live], context({ identity: 'code' })).besides.size).toBe(0);
  });
});
