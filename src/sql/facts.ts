import type { Facts } from './structure.ts';

/** What most expressions hold. */
export const NO_FACTS: Facts = {
  aggregate: false,
  window: false,
  multiplies: false,
  unknown: [],
  spreads: false,
  lambda: false,
  ties: [],
  clocks: [],
};
