import { afterEach, expect, it, vi } from 'vitest';
import type { InputTable, Part, Reading, Shape } from '../../src/sql/contract.ts';
import { today } from './draft.ts';
import { Prover, scratchFolder, type Failure } from './prover.ts';
import { Rebuild } from './rebuild.ts';
import { Stage } from './story.ts';
import { textOf } from './project.ts';
import { constructsIn } from './tally.ts';
import { trapPage } from './trap-page.ts';
import { TRAPS } from './traps.ts';

/** A reader that is wrong in one way, and whether all data count as the same; null and no while all is right. */
const wrong = vi.hoisted((): { way: ((shape: Shape, reading: Reading) => Shape) | null; blind: boolean } => ({
  way: null,
  blind: false,
}));

vi.mock('../../src/sql/index.ts', async (original) => {
  const right = await original<typeof import('../../src/sql/index.ts')>();
  const resolve = (reading: Reading, inputs: readonly InputTable[]): Shape => {
    const shape = right.resolve(reading, inputs);
    return wrong.way === null ? shape : wrong.way(shape, reading);
  };
  return { ...right, resolve };
});

vi.mock('../../src/engines/duckdb/fingerprint.ts', async (original) => {
  const right = await original<typeof import('../../src/engines/duckdb/fingerprint.ts')>();
  const fingerprints: typeof right.fingerprints = async (...asked) =>
    (await right.fingerprints(...asked)).map((one) => (wrong.blind ? { ...one, hash: 'the same' } : one));
  return { ...right, fingerprints };
});

afterEach(() => {
  wrong.way = null;
  wrong.blind = false;
});

const EDITS = 800;
/** Projects that are played with a blind reader, and how many constructs must have been caught there. */
const PROJECTS = 15;
const LEAST = 12;

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
  'forgets the clock': (shape) => everyPart(shape, (part) => ({ ...part, clocks: [] })),
  'forgets what opaque constructs see': (shape) =>
    everyPart(shape, (part) => ({ ...part, uses: part.uses.filter(({ type }) => type !== 'everything') })),
  'forgets ties': (shape) => everyPart(shape, (part) => ({ ...part, ties: [] })),
};

it.each(Object.entries(WAYS))('finds a reader that %s', { timeout: 600_000 }, async (_, way) => {
  wrong.way = way;
  const after = await foundAfter(2);
  expect(after).not.toBeNull();
});

it('finds a fingerprint that is the same for all data', { timeout: 600_000 }, async () => {
  wrong.blind = true;
  expect(await foundAfter(2)).not.toBeNull();
});

/** A reader that sees its own text and nothing of what that reads. */
function blindReader(): (shape: Shape, reading: Reading) => Shape {
  const seen = new Map<string, Shape>();
  return (shape, { canonical }) => {
    const blind = seen.get(canonical) ?? everyPart(shape, (part) => ({ ...part, uses: [], ties: [] }));
    seen.set(canonical, blind);
    return blind;
  };
}

it('would find nearly every trap that a blind reader walks into', { timeout: 600_000 }, async () => {
  wrong.way = blindReader();
  const scratch = scratchFolder();
  const rebuild = await Rebuild.open(scratch);
  const stage = await Stage.open(scratch, rebuild);
  try {
    const pages = [trapPage((trap) => trap.before), trapPage((trap) => trap.after)] as const;
    await stage.turn(pages[0]);
    const { findings } = await stage.turn(pages[1]);
    const found = new Set(findings.map(({ node }) => node));
    const [before, after] = [
      await rebuild.tables(pages[0].files, today()),
      await rebuild.tables(pages[1].files, today()),
    ];
    const harmful = TRAPS.flatMap(({ name }, index) =>
      before.get(`m${index}.t1`)?.digest === after.get(`m${index}.t1`)?.digest ? [] : [{ name, node: `m${index}.t1` }],
    );
    expect(harmful.length).toBeGreaterThan(80);
    const missed = harmful.filter(({ node }) => !found.has(node)).map(({ name }) => name);
    expect(missed.length, missed.join(', ')).toBeLessThanOrEqual(2);
  } finally {
    await stage.close();
    rebuild.close();
  }
});

it('meets and finds the constructs of the generator where a reader is blind', { timeout: 600_000 }, async () => {
  wrong.way = blindReader();
  const caught = new Map<string, number>();
  const onFailure = ({ finding, story }: Failure): void => {
    const model = story.at(-1)?.project.models.find(({ name }) => name === finding.node);
    if (finding.type !== 'unsound' || model === undefined) return;
    for (const name of constructsIn(textOf(model))) caught.set(name, (caught.get(name) ?? 0) + 1);
  };
  const prover = await Prover.open({ seed: 3, onFailure });
  try {
    for (let part = 0; part < PROJECTS; part += 1) await prover.play(part, 10);
  } finally {
    prover.close();
  }
  expect([...caught.keys()].length).toBeGreaterThan(LEAST);
});
