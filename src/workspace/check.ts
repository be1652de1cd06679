import type { Checked } from './contract.ts';
import { exportProblems } from './exports.ts';
import { kindsOf } from '../bindings/kinds.ts';
import { lint } from '../lint/lint.ts';
import type { QueryOf } from '../lint/rule.ts';
import type { Text } from '../lint/ignores.ts';
import type { Leak } from '../lint/secrets/leak.ts';
import { scanFiles, trackedFiles, type Listed } from '../lint/secrets/scan.ts';
import { SCHEMA_HARD_CODED } from '../lint/rules/schema-hard-coded.ts';
import { mask } from '../model/masking.ts';
import { asError, refuse, warning, type Position, type Problem } from '../model/problems.ts';
import { graphOf, type GraphOptions } from '../plan/graph.ts';
import { byPlace, readProject, textsOf } from '../project/index.ts';
import type { World } from './world.ts';

const textOf = ({ code, message, at }: Problem): string => JSON.stringify([code, message, at]);

/** Environments share files, and what is wrong with those: each problem once. */
const unique = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((one) => [textOf(one), one])).values(),
];

/** A variable may well be set where the environment is used, and only there. */
const forgiving = (one: Problem): Problem => (one.code === 'variable-missing' ? { ...one, severity: 'warning' } : one);

const placeOf = (at: Position | undefined): string => JSON.stringify(at ?? null);

/** What of the SQL's problems does not follow from something else: from what else the files say, or from what rules found. */
function certain(
  ofSql: readonly Problem[],
  ofRest: readonly Problem[],
  linted: readonly Problem[],
): readonly Problem[] {
  // A table can be unknown because the very file that defines it is broken, a parameter because nothing binds it.
  const unsure = ofRest.some(({ severity }) => severity === 'error') ? ['table-unknown', 'parameter-unknown'] : [];
  const told = new Set(linted.filter(({ code }) => code === SCHEMA_HARD_CODED).map(({ at }) => placeOf(at)));
  return ofSql.filter(({ code, at }) => !unsure.includes(code) && !(code === 'table-unknown' && told.has(placeOf(at))));
}

/** Larger files are data; `bough secrets scan` looks into these, too. */
const CHECKED = 1024 * 1024;

/** The files that git tracks, and the problem where it cannot say so. */
async function tracked({ root, options }: World): Promise<Tracked> {
  try {
    return { files: await trackedFiles({ cwd: root, env: options.variables ?? process.env }), problems: [] };
  } catch (raw) {
    const message = `Git does not say which files it tracks, so no secrets were looked for in them: ${asError(raw).message}.`;
    const hint = 'Look into all files:\n  bough secrets scan';
    return { files: [], problems: [warning('file-unreadable', message, { hint })] };
  }
}

interface Tracked {
  readonly files: readonly Listed[];
  readonly problems: readonly Problem[];
}

/** Secrets in files that git tracks; those whose text is known are not read again. */
async function leaksIn(files: readonly Listed[], root: string, texts: readonly Text[]): Promise<readonly Leak[]> {
  const known = new Map(texts.map(({ path, text }) => [path, text]));
  return (await scanFiles(root, files, { largest: CHECKED, known })).leaks;
}

/** With secrets left out that were found only after something was said. */
const masked = (one: Problem): Problem => ({ ...one, message: mask(one.message) });

/** Comments in other texts than those where every rule can be ignored have been seen by the scan alone. */
function worthTelling(leaks: readonly Leak[], texts: readonly { readonly path: string }[]): readonly Leak[] {
  const seen = new Set(texts.map(({ path }) => path));
  return leaks.filter(({ ignored, path }) => !ignored || seen.has(path));
}

/**
 * The files, what they mean in each environment that they declare, the SQL, and what the rules find: all that can be
 * wrong before anything is planned. Throws UserError with all problems where one is an error.
 */
export async function checkFiles(world: World, reading: GraphOptions): Promise<Checked> {
  const { root, config } = world;
  // Git works while the files are read.
  const asked = tracked(world);
  const { nodes, problems: ofFiles } = readProject(root, world.surroundings.variables);
  const project = { root, config, nodes };
  const declared = [...config.wiring.environments.keys()];
  const names = declared.length === 0 ? [config.base] : declared;
  const environments = names.map((name) => world.bound(project, name));
  const bound = environments.find(({ environment }) => environment === config.base) ?? environments[0];
  const ofEnvironments = environments
    .flatMap(({ environment, problems }) => [...world.surroundings.outside(environment).problems, ...problems])
    .map(forgiving);
  const queries: QueryOf[] = [];
  const { problems: ofSql } = graphOf(bound?.nodes ?? nodes, {
    ...reading,
    outlined: (node, sql, outline) => void queries.push({ node, sql, outline }),
  });
  const found = [...ofFiles, ...ofEnvironments, ...exportProblems(config, environments)];
  const texts = textsOf(root, nodes.values());
  const { files, problems: ofGit } = await asked;
  const leaks = await leaksIn(files, root, texts);
  const { overridden } = world.surroundings.outside(config.base);
  const linted = lint({ project, environments, overridden, queries, texts, leaks: worthTelling(leaks, texts) });
  const problems = [...unique([...ofGit, ...found, ...linted, ...certain(ofSql, found, linted)])]
    .map(masked)
    .sort(byPlace);
  refuse(problems);
  return { name: config.name, nodes, environments: declared, references: kindsOf(config.wiring), warnings: problems };
}
