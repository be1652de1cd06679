import type { Failure, Run } from './tally.ts';

/** The fixed, short part of the suite; `npm run torture` tries as much as there is time for. */
export const TIMEOUT = 900_000;

/** On a machine that is busy with other things, less is tried. */
const WITHIN = 40_000;

export function short(): Run & { readonly failures: readonly Failure[] } {
  const failures: Failure[] = [];
  return { seed: 20_261_121, lanes: 2, within: WITHIN, failures, onFailure: (failure) => failures.push(failure) };
}
