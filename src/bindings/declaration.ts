import { ruleBehind } from '../model/branches.ts';
import type { EnvironmentDeclaration, Wiring } from '../model/environments.ts';
import { asEnvironmentName, type EnvironmentName } from '../model/ids.ts';
import { nearestName } from '../model/nearest.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';
import type { Config } from '../model/project.ts';

export type Found =
  /** null: the project declares no environments, and the name is a branch of its base. */
  | { readonly ok: true; readonly declaration: EnvironmentDeclaration | null }
  | { readonly ok: false; readonly problem: Problem };

/** What a project says of its environments. */
export type Declares = Pick<Config, 'wiring' | 'branches' | 'base'>;

/** The declaration that an environment goes by: its own, or the one that the rule for its git branch names. */
export function declarationOf({ wiring, branches }: Declares, environment: EnvironmentName): Found {
  const { environments } = wiring;
  if (environments.size === 0) return { ok: true, declaration: null };
  const rule = ruleBehind(environment, branches);
  const like = rule === null || rule.like === null ? null : asEnvironmentName(rule.like);
  const declaration = environments.get(environment) ?? (like === null ? undefined : environments.get(like));
  if (declaration !== undefined) return { ok: true, declaration };
  if (rule !== null && like === null) {
    const message = `The rule for \`${rule.pattern}\` does not say by which declaration \`${environment}\` goes.`;
    const hint = `Add \`like:\`, one of ${[...environments.keys()].join(', ')}.`;
    return { ok: false, problem: problem('environment-undeclared', message, { at: rule.at, hint }) };
  }
  return { ok: false, problem: undeclared(like ?? environment, wiring, rule?.at) };
}

/** The environment that another one is a branch of; null for a root. */
export function baseOf(declares: Declares, environment: EnvironmentName): EnvironmentName | null {
  const found = declarationOf(declares, environment);
  const declaration = found.ok ? found.declaration : null;
  if (declaration === null) return environment === declares.base ? null : declares.base;
  // An environment that goes by a root's declaration is a branch of that root.
  return declaration.base ?? (declaration.name === environment ? null : declaration.name);
}

/** The root that an environment's bases lead to; a circle ends where it closes. */
export function rootOf(declares: Declares, environment: EnvironmentName): EnvironmentName {
  const seen = new Set<EnvironmentName>();
  for (let at = environment; ;) {
    const base = baseOf(declares, at);
    if (base === null || seen.has(at)) return at;
    seen.add(at);
    at = base;
  }
}

/** Which roots there are, and in which order code goes from one to the next. */
export function routesIn({ environments, promotion }: Wiring): {
  readonly roots: readonly EnvironmentName[];
  readonly path: readonly EnvironmentName[];
} {
  const roots = [...environments.values()].filter(({ base }) => base === null);
  return { roots: roots.map(({ name }) => name), path: promotion.map(({ name }) => name) };
}

/** Says that no environment of that name is declared, and which may have been meant. */
export function undeclared(environment: EnvironmentName, { environments }: Wiring, at?: Position): Problem {
  const known = [...environments.keys()];
  const near = nearestName(environment, known);
  return problem('environment-undeclared', `No environment \`${environment}\` is declared.`, {
    ...(at === undefined ? {} : { at }),
    hint: near === null ? `Declared: ${known.join(', ')}.` : `Did you mean \`${near}\`?`,
  });
}
