import type { Path, YamlDocument } from '../files/yaml.ts';
import { environmentName } from '../model/environment-name.ts';
import { isEnvironmentWord, type Allowance, type EnvironmentDeclaration, type Home } from '../model/environments.ts';
import { asReferenceName, type EnvironmentName, type ReferenceName, type TeamName } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import { problem, UserError, type Problem } from '../model/problems.ts';
import type { Written } from '../model/references.ts';
import type { Filled } from './config-variables.ts';
import { grantsOf } from './grants.ts';
import { homeOf } from './home.ts';
import { qualified } from './references.ts';
import { type WrittenEnvironment, type WrittenEnvironments } from './wiring-schemas.ts';
import { writtenAt } from '../files/written.ts';

interface Place extends Filled {
  readonly root: string;
  /** The base of environments that do not name one. */
  readonly base: EnvironmentName;
  /** Where that base lives, unless it says otherwise. */
  readonly home: Home;
  readonly problems: Problem[];
}

/** A name of an environment in a file; null, with the problem added, where it cannot be one. */
export function environmentAt(
  text: string,
  document: YamlDocument,
  path: Path,
  problems: Problem[],
): EnvironmentName | null {
  try {
    return environmentName(text);
  } catch (raw) {
    if (!(raw instanceof UserError)) throw raw;
    const at = document.keyAt(path);
    problems.push(...raw.problems.map((one) => ({ ...one, code: 'name-invalid' as const, at })));
    return null;
  }
}

/** What stands under `environments:`. */
export function readEnvironments(written: WrittenEnvironments, place: Place): readonly EnvironmentDeclaration[] {
  return Object.entries(written).flatMap(([text, one]) => {
    const path: Path = ['environments', text];
    const name = environmentAt(text, place.document, path, place.problems);
    return name === null ? [] : [environmentOf(name, one ?? {}, path, place)];
  });
}

function environmentOf(
  name: EnvironmentName,
  written: WrittenEnvironment,
  path: Path,
  place: Place,
): EnvironmentDeclaration {
  const { document, base: projectBase, problems } = place;
  const said = written.base ?? (name === projectBase ? 'none' : projectBase);
  const base = said === 'none' ? null : environmentAt(said, document, [...path, 'base'], problems);
  const own = Object.entries(written).filter(([key]) => !isEnvironmentWord(key));
  return {
    name,
    status: written.status ?? null,
    base,
    home: base === null ? rootHome(name, written, path, place) : refusedHome(written, path, place),
    bindings: bindingsAt(Object.fromEntries(own) as Record<string, Json>, null, document, path),
    allow: (written.allow ?? []).map(({ reference, reason }, index): Allowance => {
      return { reference: asReferenceName(reference), reason, at: document.at([...path, 'allow', index]) };
    }),
    grants: grantsOf(written.grants ?? {}, document, [...path, 'grants']),
    unset: place.unset.get(name) ?? [],
    at: document.keyAt(path),
  };
}

/** The base lives where the project does, any other root in files of its own. */
function rootHome(
  name: EnvironmentName,
  written: WrittenEnvironment,
  path: Path,
  { base, home, ...place }: Place,
): Home {
  if (name !== base) return homeOf(written, encodeURIComponent(name), { ...place, path });
  const own = homeOf(written, 'warehouse', { ...place, path });
  return {
    engine: written.engine === undefined ? home.engine : own.engine,
    state: written.state === undefined ? home.state : own.state,
  };
}

function refusedHome(written: WrittenEnvironment, path: Path, { document, problems }: Place): null {
  for (const key of ['engine', 'state'] as const) {
    if (written[key] === undefined) continue;
    const hint = 'A branch lives in the warehouse of its base. `base: none` makes a root of it.';
    problems.push(problem('yaml-shape', `\`${key}\` belongs to a root.`, { at: document.keyAt([...path, key]), hint }));
  }
  return null;
}

/** A map from references to what they stand for, every key of it. */
export const bindingsAt = (
  written: { readonly [name: string]: Json },
  team: TeamName | null,
  document: YamlDocument,
  path: Path,
): ReadonlyMap<ReferenceName, Written> =>
  new Map(
    Object.entries(written).map(([name, value]) => [
      qualified(team, name),
      writtenAt(document, [...path, name], value),
    ]),
  );
