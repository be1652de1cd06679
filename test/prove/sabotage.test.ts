import { afterEach, expect, it, vi } from 'vitest';
import type { InputTable, Part, Reading, Shape } from '../../src/sql/contract.ts';
import { Prover, type Failure } from './prover.ts';

/** A reader that is wrong in one way; null while it is right. */
const wrong = vi.hoisted((): { way: ((shape: Shape, reading: Reading) => Shape) | null } => ({ way: null }));

vi.mock('../../src/sql/index.ts', async (original) => {
  const right = await original<typeof import('../../src/sql/index.ts')>();
  const resolve = (reading: Reading, inputs: readonly InputTable[]): Shape => {
    const shape = right.resolve(reading, inputs);
    return wrong.way === null ? shape : wrong.way(shape, reading);
  };
  return { ...right, resolve };
});

afterEach(() => {
  wrong.way = null;
});

const EDITS = 600;

/** Edits until the first wrong table is found; null where none is. */
async function foundAfter(seed: number): Promise<number | null> {
  const failures: Failure[] = [];
  const prover = await Prover.open({ seed, onFailure: (failure) => failures.push(failure) });
  try {
    for (let part = 0, made = 0; made < EDITS; part += 1) {
      made += await prover.play(part, EDITS - made);
      if (failures.some(({ finding }) => finding.type === 'unsound')) return made;
    }
    return null;
  } finally {
    prover.close();
  }
}

const everyPart = (shape: Shape, change: (part: Part) => Part): Shape => ({
  ...shape,
  rows: shape.rows.map(change),
  columns: shape.columns?.map((column) => ({ ...column, ...change(column) })) ?? null,
});

const WAYS: Readonly<Record<string, (shape: Shape) => Shape>> = {
  'forgets the last use of every part': (shape) =>
    everyPart(shape, (part) => ({ ...part, uses: part.uses.slice(0, -1) })),
  'forgets that a clause decides which rows there are': (shape) => ({
    ...shape,
    rows: shape.rows.filter(({ label }) => label !== 'WHERE'),
  }),
  'forgets that columns need their rows': (shape) =>
    everyPart(shape, (part) => ({ ...part, uses: part.uses.filter(({ type }) => type !== 'rows') })),
  'forgets ties': (shape) => everyPart(shape, (part) => ({ ...part, ties: [] })),
};

it.each(Object.entries(WAYS))('finds a reader that %s', { timeout: 600_000 }, async (_, way) => {
  wrong.way = way;
  const after = await foundAfter(2);
  expect(after).not.toBeNull();
});
