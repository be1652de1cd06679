import type { Checked } from './bough.ts';
import { lint } from './lint/lint.ts';
import { refuse, type Problem } from './model/problems.ts';
import { graphOf } from './plan/graph.ts';
import type { Planning } from './plan/planning.ts';
import { byPlace, readProject } from './project/index.ts';
import type { World } from './world.ts';

const textOf = ({ code, message, at }: Problem): string => JSON.stringify([code, message, at]);

/** Environments share files, and what is wrong with those: each problem once. */
const unique = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((one) => [textOf(one), one])).values(),
];

/** A variable may well be set where the environment is used, and only there. */
const forgiving = (one: Problem): Problem => (one.code === 'variable-missing' ? { ...one, severity: 'warning' } : one);

/**
 * The files, what they mean in each environment that they declare, what the rules find, and the SQL: all that can be
 * wrong before anything is planned. Throws UserError with all problems where one is an error.
 */
export function checkFiles(world: World, planning: Planning): Checked {
  const { root, config } = world;
  const { nodes, problems: ofFiles } = readProject(root, world.variables);
  const project = { root, config, nodes };
  const declared = [...config.wiring.environments.keys()];
  const names = declared.length === 0 ? [config.base] : declared;
  const environments = names.map((name) => world.bound(project, name));
  const bound = environments.find(({ environment }) => environment === config.base) ?? environments[0];
  const ofEnvironments = environments
    .flatMap(({ environment, problems }) => [...world.outside(environment).problems, ...problems])
    .map(forgiving);
  const found = [...ofFiles, ...ofEnvironments, ...lint({ project, environments })];
  const broken = found.some((one) => one.severity === 'error');
  const { problems: ofSql } = graphOf(bound?.nodes ?? nodes, planning);
  // A table can be unknown because the very file that defines it is broken, a parameter because nothing binds it.
  const certain = broken ? ofSql.filter(({ code }) => code !== 'table-unknown' && code !== 'parameter-unknown') : ofSql;
  const problems = [...unique([...found, ...certain])].sort(byPlace);
  refuse(problems);
  return { name: config.name, nodes, environments: declared, warnings: problems };
}
