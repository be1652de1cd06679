import { basename, extname } from 'node:path';
import { listFiles } from '../files/list-files.ts';
import { checkShape } from '../files/shape.ts';
import { readText, startOf } from '../files/text-file.ts';
import { readYaml, type YamlDocument } from '../files/yaml.ts';
import type { Team } from '../model/environments.ts';
import { asTeamName, type EnvironmentName, type ReferenceName } from '../model/ids.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';
import type { Written } from '../model/references.ts';
import { fillConfig, type Variables } from './config-variables.ts';
import { bindingsAt, environmentAt } from './environments.ts';
import { readReferences, type Declared } from './references.ts';
import { teamSchema } from './wiring-schemas.ts';

/** A team, and what its file declares and maps. */
export interface ReadTeam {
  readonly team: Team;
  readonly declared: Declared;
  readonly bindings: ReadonlyMap<EnvironmentName, ReadonlyMap<ReferenceName, Written>>;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

interface Reading {
  /** Teams of the project's own file. */
  readonly teams: readonly YamlDocument[];
  readonly variables: Variables;
  readonly problems: Problem[];
}

/** The teams of a project: those of its own file, and one file each under `teams/`. */
export function readTeams(root: string, { teams, variables, problems }: Reading): readonly ReadTeam[] {
  const documents = listFiles(root, 'teams', problems).flatMap((path) => {
    const file = /\.ya?ml$/i.test(path) ? readText(root, path, problems) : null;
    return file === null ? [] : readYaml(file, problems);
  });
  return [...teams, ...documents].flatMap((written) => {
    const before = problems.length;
    const { document } = fillConfig(written, variables, problems);
    return problems.length > before ? [] : (readTeam(document, problems) ?? []);
  });
}

function readTeam(document: YamlDocument, problems: Problem[]): ReadTeam | null {
  const written = checkShape(document, teamSchema, problems);
  if (written === null) return null;
  const { path } = document.file;
  const named = written.name ?? basename(path, extname(path));
  if (!NAME.test(named)) {
    const hint = 'Give it a `name:` made of letters, digits and `_`.';
    const message = `\`${named}\` cannot name a team: it stands before the names of its references.`;
    problems.push(problem('name-invalid', message, { at: startOf(path), hint }));
    return null;
  }
  const name = asTeamName(named);
  const bindings = new Map<EnvironmentName, ReadonlyMap<ReferenceName, Written>>();
  const maps = new Map<EnvironmentName, Position>();
  for (const [text, map] of Object.entries(written.environments ?? {})) {
    const at = ['environments', text];
    const environment = environmentAt(text, document, at, problems);
    if (environment === null) continue;
    maps.set(environment, document.keyAt(at));
    bindings.set(environment, bindingsAt(map ?? {}, name, document, at));
  }
  return {
    team: { name, description: written.description ?? null, maps, at: document.start },
    declared: readReferences(written.references ?? {}, { document, team: name, problems }),
    bindings,
  };
}
