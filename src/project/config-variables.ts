import { interpolate, type Lookup } from '../files/interpolate.ts';
import type { YamlDocument } from '../files/yaml.ts';
import { isEnvironmentWord } from '../model/environments.ts';
import { asEnvironmentName, type EnvironmentName } from '../model/ids.ts';
import type { Problem } from '../model/problems.ts';

/** Variables that an environment's files see; null: what holds for all. */
export type Variables = (environment: EnvironmentName | null) => Lookup;

export const NO_VARIABLES: Variables = () => () => null;

/** A file of the configuration with its variables put in. */
export interface Filled {
  readonly document: YamlDocument;
  /** What is missing in what environments say of themselves: of no concern while they are not used. */
  readonly unset: ReadonlyMap<EnvironmentName, readonly Problem[]>;
}

/**
 * Puts variables in. What an environment says of itself sees that environment's; what references stand for is left as
 * it is written, because it is bound one environment at a time.
 */
export function fillConfig(document: YamlDocument, variables: Variables, problems: Problem[]): Filled {
  const unset = new Map<EnvironmentName, Problem[]>();
  const scopeOf = (environment: EnvironmentName): { readonly lookup: Lookup; readonly problems: Problem[] } => {
    const known = unset.get(environment) ?? [];
    unset.set(environment, known);
    return { lookup: variables(environment), problems: known };
  };
  const filled = interpolate(document, ([top, environment, key]) => {
    if (top !== 'environments' || environment === undefined || key === undefined) {
      return { lookup: variables(null), problems };
    }
    return isEnvironmentWord(String(key)) ? scopeOf(asEnvironmentName(String(environment))) : null;
  });
  return { document: filled, unset };
}

/** What is missing in what environments say, references too: worth telling before any of them can be used. */
export function missingOfEnvironments(document: YamlDocument, variables: Variables): readonly Problem[] {
  const missing: Problem[] = [];
  interpolate(document, ([top, environment]) =>
    top === undefined || top === 'environments'
      ? {
          lookup: variables(environment === undefined ? null : asEnvironmentName(String(environment))),
          problems: missing,
        }
      : null,
  );
  return missing.map((one) => ({ ...one, severity: 'warning' }));
}
