import { expect, it } from 'vitest';
import { short, TIMEOUT } from '../short.ts';
import { rubbish } from './run.ts';

it('is refused with a code, and nothing that was published is lost', { timeout: TIMEOUT }, async () => {
  const run = short();
  const lines = await rubbish({ ...run, most: 120 });
  expect(run.failures.map(({ text, replay }) => `${text}\n${replay}`)).toEqual([]);
  expect(lines.reduce((sum, { tried }) => sum + tried, 0)).toBeGreaterThan(10);
});
