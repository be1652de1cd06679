import type { EnvironmentDeclaration, Wiring } from '../model/environments.ts';
import type { EnvironmentName } from '../model/ids.ts';
import { nearestName } from '../model/nearest.ts';
import { problem, type Problem } from '../model/problems.ts';

export type Found =
  /** null: the project declares no environments, and the name is a branch of its base. */
  | { readonly ok: true; readonly declaration: EnvironmentDeclaration | null }
  | { readonly ok: false; readonly problem: Problem };

/** The declaration that an environment goes by. */
export function declarationOf(wiring: Wiring, environment: EnvironmentName): Found {
  if (wiring.environments.size === 0) return { ok: true, declaration: null };
  const declaration = wiring.environments.get(environment);
  return declaration === undefined
    ? { ok: false, problem: undeclared(environment, wiring) }
    : { ok: true, declaration };
}

/** Says that no environment of that name is declared, and which may have been meant. */
export function undeclared(environment: EnvironmentName, { environments }: Wiring): Problem {
  const known = [...environments.keys()];
  const near = nearestName(environment, known);
  return problem('environment-undeclared', `No environment \`${environment}\` is declared.`, {
    hint: near === null ? `Declared: ${known.join(', ')}.` : `Did you mean \`${near}\`?`,
  });
}
