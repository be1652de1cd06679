import type { EnvironmentName } from '../../model/ids.ts';
import { nearestName } from '../../model/nearest.ts';
import type { Position } from '../../model/problems.ts';
import type { Rule, Subject } from '../rule.ts';

interface Mentioned {
  readonly name: EnvironmentName;
  readonly where: string;
  readonly at: Position;
}

function mentioned({ project, overridden }: Subject): readonly Mentioned[] {
  const { base, wiring } = project.config;
  const { environments, teams, promotion } = wiring;
  const start = { file: 'bough.yml', line: 1, column: 1 };
  return [
    { name: base, where: 'the base', at: [...environments.values()][0]?.at ?? start },
    ...[...environments.values()].flatMap(({ name, base: of, at }) =>
      of === null ? [] : [{ name: of, where: `the base of \`${name}\``, at }],
    ),
    ...promotion.map(({ name, at }) => ({ name, where: 'part of the promotion path', at })),
    ...[...teams.values()].flatMap((team) =>
      [...team.maps].map(([name, at]) => ({ name, where: `mapped by the team \`${team.name}\``, at })),
    ),
    ...[...overridden].map(([name, at]) => ({ name, where: 'what this override is for', at })),
  ];
}

export const environmentUndeclared: Rule = {
  id: 'environment-undeclared',
  severity: 'error',
  summary: 'An environment that is named somewhere is declared under `environments:`.',
  why: 'A misspelt environment would be a new one, without bindings and without a status.',
  find: (subject) => {
    const { wiring } = subject.project.config;
    const known = [...wiring.environments.keys()];
    if (known.length === 0 && wiring.teams.size === 0) return [];
    return mentioned(subject)
      .filter(({ name }) => !wiring.environments.has(name))
      .map(({ name, where, at }) => {
        const near = nearestName(name, known);
        const hint = near === null ? 'Declare it under `environments:`.' : `Did you mean \`${near}\`?`;
        return { message: `\`${name}\` is ${where}, and is not declared.`, at, hint };
      });
  },
};
