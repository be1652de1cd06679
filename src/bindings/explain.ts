import type { EnvironmentName } from '../model/ids.ts';
import { problem, refuse, UserError, type Position, type Problem } from '../model/problems.ts';
import type { Project } from '../model/project.ts';
import type { Bound, SetBy } from '../model/references.ts';
import type { BoundProject } from './bind.ts';
import type { Outside } from './outside.ts';
import { Scope } from './scope.ts';

/** What a name means in one environment, and every place that had a hand in it. */
export interface Explanation {
  readonly name: string;
  readonly environment: EnvironmentName;
  /** Another name that this one stands for; null where it is none. */
  readonly of: string | null;
  readonly bound: Bound;
  /** The first set it, each later one overrode the one before. */
  readonly setBy: readonly SetBy[];
  /** A secret or credential that it names, and where that is found; null where it names none. */
  readonly secret: { readonly name: string; readonly setBy: SetBy | null } | null;
  /** Where nodes use it. */
  readonly usedAt: readonly Position[];
}

interface Asked {
  readonly project: Project;
  readonly bound: BoundProject;
  readonly outside: Outside;
  /** What is wrong with the files around the project. */
  readonly problems: readonly Problem[];
}

/** Says what a reference, a parameter or a value of an overlay means. Throws UserError where it means nothing. */
export function explain(name: string, { project, bound, outside, problems }: Asked): Explanation {
  const { wiring, parameters } = project.config;
  const { environment } = bound;
  const mentions = [...project.nodes.values()].flatMap((node) => node.mentions ?? []);
  const usedBy = (...names: readonly string[]): readonly Position[] =>
    mentions.filter((mention) => names.includes(mention.name)).map(({ at }) => at);
  const common = { name, environment, of: null, secret: null };
  if (Object.hasOwn(parameters, name)) {
    const setBy: readonly SetBy[] = [{ type: 'file', at: { file: 'bough.yml', line: 1, column: 1 } }];
    return { ...common, bound: { kind: 'value', value: parameters[name] ?? null }, setBy, usedAt: usedBy(name) };
  }
  const given = outside.values.get(name);
  if (given !== undefined)
    return { ...common, bound: { kind: 'value', value: given.value }, setBy: given.setBy, usedAt: usedBy(name) };
  const scope = new Scope(wiring);
  const start = { file: 'bough.yml', line: 1, column: 1 };
  const resolved = scope.resolve(name, start);
  const known = [...Object.keys(parameters), ...outside.values.keys()];
  if (!resolved.ok) {
    const inside = [...outside.values.keys()].filter((one) => one.startsWith(`${name}.`));
    if (inside.length > 0) throw new UserError(noValue(name, inside));
    const { at: _at, ...told } =
      scope.candidates(name).length === 0 ? scope.unknown(name, start, known) : resolved.problem;
    throw new UserError(told);
  }
  const binding = bound.bindings.get(resolved.name);
  if (binding === undefined) {
    refuse([...problems, ...bound.problems]);
    throw new UserError(problem('reference-unmapped', `No environment is declared that could bind \`${name}\`.`));
  }
  const of = wiring.aliases.get(resolved.name)?.of ?? null;
  const names = [name, resolved.name, resolved.name.slice(resolved.name.indexOf('.') + 1)];
  return {
    ...common,
    of,
    ...binding,
    name,
    environment,
    secret: secretOf(binding.bound, project, outside),
    usedAt: usedBy(...names),
  };
}

const noValue = (name: string, inside: readonly string[]): Problem =>
  problem('reference-unknown', `\`${name}\` is no value, but holds some.`, {
    hint: `Ask for one: ${inside.join(', ')}.`,
  });

function secretOf(bound: Bound, { config }: Project, outside: Outside): Explanation['secret'] {
  const name = bound.kind === 'secret' ? bound.secret : bound.kind === 'connection' ? bound.container.credential : null;
  if (name === null) return null;
  const declared = config.secrets.get(name);
  return { name, setBy: declared === undefined ? outside.secretSetBy(name) : { type: 'file', at: declared.at } };
}
