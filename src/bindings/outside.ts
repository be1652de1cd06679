import type { Json } from '../model/json.ts';
import type { Problem } from '../model/problems.ts';
import type { SetBy, Written } from '../model/references.ts';

/** A value that is ready to be used, and all that had a hand in it: the first set it, the others overrode it. */
export interface Given {
  readonly value: Json;
  readonly setBy: readonly [SetBy, ...SetBy[]];
}

/** What binding takes from beyond the declarations, for one environment. Read before; asking it reads nothing. */
export interface Outside {
  /** What a file says with `${VAR}` put in; null, with the problems added, where a variable is missing. */
  expand(written: Written, problems: Problem[]): Given | null;
  /** Values of overlays by their dotted names: `training.train_days`. */
  readonly values: ReadonlyMap<string, Given>;
}

/** Takes everything as it is written, and knows nothing else. */
export const NOTHING_OUTSIDE: Outside = {
  expand: ({ value, at }) => ({ value, setBy: [{ type: 'file', at }] }),
  values: new Map(),
};
