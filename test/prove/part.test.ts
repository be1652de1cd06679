import { expect, it, vi } from 'vitest';
import { prove } from './run.ts';

// What is found out is remembered, as by a Bough that was built, and files are looked at as if they had lain still.
vi.hoisted(() => vi.stubGlobal('__BOUGH_ANALYSIS__', 'tested'));
vi.mock('../../src/files/settled.ts', () => ({ isSettled: () => true }));

const WITHIN = 40_000;

it('planning what moved since the last plan gives the plan of the whole', async () => {
  const { totals, told } = await prove({ seed: 4, edits: 150, part: 0, step: 1, within: WITHIN, shrink: 1 });
  expect(told.map(({ text }) => text).join('\n')).toBe('');
  expect(totals.nodes['planned in part']).toBeGreaterThan(0);
});
