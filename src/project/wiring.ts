import type { YamlDocument } from '../files/yaml.ts';
import type { EnvironmentDeclaration, Home, Team, Wiring } from '../model/environments.ts';
import { asReferenceName, type EnvironmentName, type ReferenceName } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';
import type { Alias, Reference, Written } from '../model/references.ts';
import type { ConfigFile } from './config-file.ts';
import type { Filled, Variables } from './config-variables.ts';
import { environmentAt, readEnvironments } from './environments.ts';
import { readReferences, type Declared } from './references.ts';
import { readTeams, type ReadTeam } from './teams.ts';
import type { WrittenEnvironments, WrittenReferences } from './wiring-schemas.ts';

interface WrittenWiring {
  readonly parameters?: { readonly [name: string]: Json | { readonly reference: string } } | undefined;
  readonly references?: WrittenReferences | undefined;
  readonly environments?: WrittenEnvironments | undefined;
  readonly promotion?: readonly string[] | undefined;
}

interface Place extends Filled {
  readonly root: string;
  readonly teams: ConfigFile['teams'];
  readonly variables: Variables;
  readonly base: EnvironmentName;
  /** Of the project, and of the base unless it says otherwise. */
  readonly home: Home;
  readonly problems: Problem[];
}

/** References, environments and teams, of the project's own file and of `teams/`. */
export function readWiring(written: WrittenWiring, place: Place): Wiring {
  const { document, root, problems } = place;
  const own = readReferences(written.references ?? {}, { document, team: null, problems });
  const teams = readTeams(root, place);
  const declared = [own, ...teams.map((team) => team.declared)];
  const names = [...declared.flatMap((one) => one.aliases), ...aliasedParameters(written.parameters ?? {}, document)];
  problems.push(...sameNames(written.parameters ?? {}, own, document));
  const environments = readEnvironments(written.environments ?? {}, place);
  return {
    references: byName(declared.flatMap((one): readonly Reference[] => one.references)),
    aliases: byName(names),
    teams: namedTeams(teams, problems),
    environments: byName(withTeams(environments, teams)),
    promotion: (written.promotion ?? []).flatMap((text, index) => {
      const path = ['promotion', index];
      const name = environmentAt(text, document, path, problems);
      return name === null ? [] : [{ name, at: document.at(path) }];
    }),
  };
}

/** A parameter that names a reference is another name for it. */
const aliasedParameters = (
  parameters: NonNullable<WrittenWiring['parameters']>,
  document: YamlDocument,
): readonly Alias[] =>
  Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && 'reference' in value && typeof value.reference === 'string'
      ? [
          {
            name: asReferenceName(name),
            of: asReferenceName(value.reference),
            at: document.keyAt(['parameters', name]),
          },
        ]
      : [],
  );

/** A name means one thing: a parameter, or a reference. */
const sameNames = (parameters: object, { references, aliases }: Declared, document: YamlDocument): readonly Problem[] =>
  [...references, ...aliases]
    .filter(({ name }) => Object.hasOwn(parameters, name))
    .map(({ name, at }) =>
      problem('name-duplicate', `\`${name}\` is a parameter and a reference.`, {
        at,
        hint: `The parameter stands in line ${document.keyAt(['parameters', name]).line}. Rename one of them.`,
      }),
    );

const byName = <Name, Named extends { readonly name: Name }>(all: readonly Named[]): ReadonlyMap<Name, Named> =>
  new Map(all.map((one) => [one.name, one]));

function namedTeams(read: readonly ReadTeam[], problems: Problem[]): Wiring['teams'] {
  const first = new Map<Team['name'], Team>();
  for (const { team } of read) {
    const earlier = first.get(team.name);
    if (earlier === undefined) first.set(team.name, team);
    else problems.push(duplicate(team, earlier.at));
  }
  return first;
}

const duplicate = (team: Team, { file, line, column }: Position): Problem =>
  problem('name-duplicate', `Two teams are named \`${team.name}\`: here and at ${file}:${line}:${column}.`, {
    at: team.at,
    hint: 'Rename one of them with `name:`.',
  });

/** Environments with what teams map in them beside the project's own. */
const withTeams = (
  environments: readonly EnvironmentDeclaration[],
  teams: readonly ReadTeam[],
): readonly EnvironmentDeclaration[] =>
  environments.map((environment) => {
    const ofTeams = teams.flatMap((team): readonly (readonly [ReferenceName, Written])[] => [
      ...(team.bindings.get(environment.name) ?? []),
    ]);
    return ofTeams.length === 0
      ? environment
      : { ...environment, bindings: new Map([...environment.bindings, ...ofTeams]) };
  });
