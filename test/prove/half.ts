import { expect } from 'vitest';
import { countOf } from './report.ts';
import { prove } from './run.ts';

/** Edits of both halves together; `npm run prove` makes as many as there is time for. */
const EDITS = Number(process.env['BOUGH_PROVE'] ?? 2000);
const SEED = 20_261_121;

/** On a machine that is busy with other things, fewer are made. */
const WITHIN = 90_000;
const LEAST = 100;

/** One of two files that make the edits, side by side: every other project. */
export async function proveHalf(half: 0 | 1): Promise<void> {
  const wanted = EDITS / 2;
  const started = performance.now();
  const { totals, told } = await prove({ seed: SEED, edits: wanted, part: half, step: 2, within: WITHIN, shrink: 2 });
  expect(told.map(({ text }) => text).join('\n')).toBe('');
  const late = performance.now() - started > WITHIN;
  expect(countOf(totals.edits)).toBeGreaterThanOrEqual(late ? LEAST : wanted);
  const { models, edits } = totals.discards;
  expect(models[1] / models[0]).toBeLessThan(0.2);
  expect(edits[1] / edits[0]).toBeLessThan(0.3);
  expect(totals.precision.code.reused).toBeGreaterThan(0);
  expect(totals.nodes['kept']).toBeGreaterThan(0);
}
