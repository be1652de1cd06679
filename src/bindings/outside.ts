import type { EnvironmentName } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import type { Position, Problem } from '../model/problems.ts';
import type { SetBy, Written } from '../model/references.ts';

/** A value that is ready to be used, and all that had a hand in it: the first set it, the others overrode it. */
export interface Given {
  readonly value: Json;
  readonly setBy: readonly [SetBy, ...SetBy[]];
  /** Variables have a say in it: on another machine, or tomorrow, it may be another value with the same files. */
  readonly variable: boolean;
}

/** What binding takes from beyond the declarations, for one environment. Read before; asking it reads nothing. */
export interface Outside {
  /** What a file says with `${VAR}` put in; null, with the problems added, where a variable is missing. */
  expand(written: Written, problems: Problem[]): Given | null;
  /** Values of overlays by their dotted names: `training.train_days`. */
  readonly values: ReadonlyMap<string, Given>;
  /** Names of values that lack a variable. */
  readonly unset: ReadonlySet<string>;
  /** Environments that any override is for, and the place of one. */
  readonly overridden: ReadonlyMap<EnvironmentName, Position>;
  /** Connections of the profile by name. */
  readonly connections: ReadonlyMap<string, Written>;
  /** What the profile says of all connections of a type; a connection's own keys win. */
  readonly sourceDefaults: ReadonlyMap<string, Written>;
  /** The variable that holds the secret of that name, or names its file; null where there is none. */
  secretSetBy(name: string): SetBy | null;
}
