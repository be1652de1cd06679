import { isDeepStrictEqual } from 'node:util';
import type { EnvironmentName } from '../model/ids.ts';
import { refuse } from '../model/problems.ts';
import type { EnvironmentOutside } from './open-outsides.ts';
import type { Given } from './outside.ts';

/** Merged values of overlays in one environment, by their dotted names in order. */
export interface ConfigView {
  readonly environment: EnvironmentName;
  readonly values: ReadonlyMap<string, Given>;
}

/** A value that is not the same in two environments; null: the environment has none of that name. */
export interface ConfigDifference {
  readonly name: string;
  readonly left: Given | null;
  readonly right: Given | null;
}

/** What the overlays say for an environment. Throws UserError with everything that is wrong with them. */
export function configView({ environment, values, problems }: EnvironmentOutside): ConfigView {
  refuse(problems);
  const sorted = [...values].sort(([one], [other]) => (one < other ? -1 : 1));
  return { environment, values: new Map(sorted) };
}

/** Names whose values differ, in order. */
export function configDifferences(left: ConfigView, right: ConfigView): readonly ConfigDifference[] {
  const names = [...new Set([...left.values.keys(), ...right.values.keys()])].sort();
  return names.flatMap((name) => {
    const [one, other] = [left.values.get(name) ?? null, right.values.get(name) ?? null];
    const same = one !== null && other !== null && isDeepStrictEqual(one.value, other.value);
    return same ? [] : [{ name, left: one, right: other }];
  });
}
