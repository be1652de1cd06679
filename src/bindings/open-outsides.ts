import type { Lookup } from '../files/interpolate.ts';
import type { EnvironmentName } from '../model/ids.ts';
import type { Problem } from '../model/problems.ts';
import { expand } from './expand.ts';
import { loadCheck, type CheckValues } from './json-schema.ts';
import type { Given, Outside } from './outside.ts';
import { layersFor, readParts, type Part } from './overlays.ts';
import { readProfile, type Profile } from './profiles.ts';
import { valuesOf, type PartValues } from './values.ts';
import { commandSecrets } from './secrets/command.ts';
import { fileSecrets } from './secrets/files.ts';
import type { SecretProvider } from './secrets/provider.ts';
import { noteNamed, secretsIn } from './secrets/secret-names.ts';
import { secretVariable, variableSecrets } from './secrets/variables.ts';
import { variablesFrom, type Scope, type Variables } from './variables.ts';

export interface OutsideOptions {
  readonly root: string;
  /** Variables of the process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's own folder. */
  readonly home: string;
  /** The profile to read, absolute; null: the one that is found; false: none. */
  readonly profile: string | null | false;
}

/** All that one environment takes from beyond the declarations, with what is wrong with it. */
export interface EnvironmentOutside extends Outside {
  readonly environment: EnvironmentName;
  /** By part: `training`. */
  readonly parts: ReadonlyMap<string, PartValues>;
  readonly profile: Profile | null;
  /** What is wrong with files of the environment and with those of all; grows while variables are asked for. */
  readonly problems: readonly Problem[];
}

/** What lies outside a project's declarations: variables, env files, overlays and profiles. Each file is read once. */
export interface Outsides {
  /** Variables as the files of an environment see them; null: what holds for all. */
  readonly lookup: (environment: EnvironmentName | null) => Lookup;
  /** What is wrong with the files, whatever the environment. */
  readonly problems: readonly Problem[];
  readonly parts: ReadonlyMap<string, Part>;
  /** Variables that are missing in overlays, as warnings: an environment that is used tells of its own by itself. */
  readonly missing: () => readonly Problem[];
  /** Who is asked for the secrets of an environment, one after the other; null: for what holds for all. */
  readonly providers: (environment: EnvironmentName | null) => readonly SecretProvider[];
  /** `line` leads from the root to the environment itself. */
  for(environment: EnvironmentName, line: readonly EnvironmentName[]): EnvironmentOutside;
}

export async function openOutsides(options: OutsideOptions): Promise<Outsides> {
  const problems: Problem[] = [];
  const variables = variablesFrom(options.root, options.environment, problems);
  const parts = readParts(options.root, problems);
  const hasSchema = [...parts.values()].some((part) => part.schema !== null);
  const check: CheckValues = hasSchema ? await loadCheck() : () => [];
  const commands = commandSecrets(options.root, options.environment);
  const known = new Map<EnvironmentName, EnvironmentOutside>();
  return {
    lookup: (environment) => {
      const own = variables({ environment, part: null });
      return (name) => own(name)?.value ?? null;
    },
    problems,
    parts,
    missing: () => [...parts.values()].flatMap((part) => missingIn(part, variables)),
    providers: (environment) => {
      const own = variables({ environment, part: null });
      return [variableSecrets(own), fileSecrets(options.root, own), commands];
    },
    for: (environment, line) => {
      const made =
        known.get(environment) ??
        outsideOf({ environment, line }, { options, variables, parts, check, shared: problems });
      known.set(environment, made);
      return made;
    },
  };
}

function missingIn(part: Part, variables: Sources['variables']): readonly Problem[] {
  const found = new Map<string, Problem>();
  for (const environment of [null, ...part.overrides.keys()]) {
    const layer = layersFor(part, environment === null ? [] : [environment]);
    const problems: Problem[] = [];
    if (layer !== null) valuesOf(layer, variables({ environment, part: part.name }), problems);
    for (const one of problems) found.set(JSON.stringify(one.at), { ...one, severity: 'warning' });
  }
  return [...found.values()];
}

interface Sources {
  readonly options: OutsideOptions;
  readonly variables: (scope: Scope) => Variables;
  readonly parts: ReadonlyMap<string, Part>;
  readonly check: CheckValues;
  readonly shared: readonly Problem[];
}

interface Wanted {
  readonly environment: EnvironmentName;
  readonly line: readonly EnvironmentName[];
}

function outsideOf({ environment, line }: Wanted, sources: Sources): EnvironmentOutside {
  const { options, variables, parts, check, shared } = sources;
  const problems: Problem[] = [];
  const own = variables({ environment, part: null });
  const merged = new Map<string, PartValues>();
  for (const part of parts.values()) {
    const layer = layersFor(part, line);
    if (layer === null) continue;
    const before = problems.length;
    const values = valuesOf(layer, variables({ environment, part: part.name }), problems);
    merged.set(part.name, values);
    // What is missing cannot be judged; it is told by itself.
    if (part.schema !== null && problems.length === before) {
      problems.push(...check(part.schema, { value: values.value, name: part.name, at: values.at }));
    }
  }
  const profile = readProfile(environment, { ...options, wanted: options.profile }, problems);
  const written = [...(profile?.connections.values() ?? []), ...(profile?.sourceDefaults.values() ?? [])];
  noteNamed(
    written.flatMap(({ value }) => secretsIn(value)),
    (name) => own(name)?.value ?? null,
  );
  return {
    environment,
    parts: merged,
    values: dotted(merged),
    unset: new Set([...merged].flatMap(([part, { unset }]) => [...unset].map((path) => `${part}.${path}`))),
    overridden: new Map(
      [...parts.values()].flatMap(({ overrides }) => [...overrides].map(([name, { at }]) => [name, at] as const)),
    ),
    profile,
    get problems() {
      return [...shared, ...problems];
    },
    connections: profile?.connections ?? new Map(),
    sourceDefaults: profile?.sourceDefaults ?? new Map(),
    expand: (written, found) => expand(written, own, found),
    secretSetBy: (name) => secretVariable(name, own)?.setBy ?? null,
  };
}

/** `train_days` of the part `training` is `training.train_days`. */
const dotted = (parts: ReadonlyMap<string, PartValues>): ReadonlyMap<string, Given> =>
  new Map(
    [...parts].flatMap(([part, { given }]) => [...given].map(([path, value]) => [`${part}.${path}`, value] as const)),
  );
