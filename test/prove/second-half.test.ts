import { it } from 'vitest';
import { proveHalf } from './half.ts';

it('what is published equals a full rebuild, whatever was edited: second half', { timeout: 1_800_000 }, () =>
  proveHalf(1),
);
