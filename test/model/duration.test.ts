import { expect, it } from 'vitest';
import { parseDuration } from '../../src/model/duration.ts';

it.each([
  ['0', 0],
  ['0s', 0],
  ['500ms', 500],
  ['30s', 30_000],
  ['1.5m', 90_000],
  ['1h30m', 5_400_000],
  ['7d', 604_800_000],
  ['2w', 1_209_600_000],
])('%s is %d ms', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

it.each(['', '7', 'd', '-1s', '7 d', '7D', '1e3s', 's7', '1h30', `${'9'.repeat(30)}d`])('%j is no duration', (text) =>
  expect(parseDuration(text)).toBeNull(),
);
