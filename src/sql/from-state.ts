import type { Context } from './context.ts';
import type { Step } from './structure.ts';

/** State of one FROM that is being read. */
export interface FromState {
  readonly context: Context;
  readonly limit: number;
  readonly steps: Step[];
  /** Closing brackets of the joins in brackets that are open. */
  readonly open: number[];
  /** Folded names of the tables so far, for paths into their columns. */
  readonly names: Set<string>;
}

/** Where the tokens of the innermost open bracket, or of the FROM, end. */
export const limitOf = (state: FromState): number => state.open.at(-1) ?? state.limit;
