import type { Json } from '../model/json.ts';
import { nearestName } from '../model/nearest.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Reference, Written } from '../model/references.ts';
import type { Given, Outside } from './outside.ts';
import { isMap } from './parse.ts';

type Profile = Pick<Outside, 'connections' | 'sourceDefaults' | 'expand'>;

/** What a file or the profile says of a reference. */
export interface Said {
  readonly written: Written;
  /** Comes from the profile: another machine has another one. */
  readonly profile: boolean;
}

/**
 * Where what a reference stands for is written: in the environment, or, for a connection that the environment names or
 * leaves out, in the profile. null: nowhere; a name that the profile does not have is added to the problems.
 */
export function saidOf(
  { name, kind }: Pick<Reference, 'name' | 'kind'>,
  written: Written | undefined,
  { connections }: Profile,
  problems: Problem[],
): Said | null {
  if (kind !== 'connection') return written === undefined ? null : { written, profile: false };
  const wanted: Json = written === undefined ? name : written.value;
  if (typeof wanted !== 'string') return written === undefined ? null : { written, profile: false };
  const found = connections.get(wanted);
  if (found !== undefined) return { written: found, profile: true };
  if (written === undefined) return null;
  const near = nearestName(wanted, [...connections.keys()]);
  const message = `No profile has a connection \`${wanted}\`.`;
  const hint =
    near === null ? 'Add it under `connections:` of a profile, or say here what it is.' : `Did you mean \`${near}\`?`;
  problems.push(problem('connection-unknown', message, { at: written.at, hint }));
  return null;
}

/** A connection with what the profile says of all connections of its type under it. */
export function withDefaults(given: Given, { sourceDefaults, expand }: Profile, problems: Problem[]): Given | null {
  const { value } = given;
  const type = isMap(value) ? value['type'] : undefined;
  const written = typeof type === 'string' ? sourceDefaults.get(type) : undefined;
  if (written === undefined || !isMap(value)) return given;
  const defaults = expand(written, problems);
  if (defaults === null || !isMap(defaults.value)) return defaults === null ? null : given;
  return {
    value: { ...defaults.value, ...value },
    setBy: [...defaults.setBy, ...given.setBy],
    variable: true,
  };
}
