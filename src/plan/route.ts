import type { EnvironmentName } from '../model/ids.ts';
import { nearestName } from '../model/nearest.ts';
import { problem, UserError, type ProblemCode } from '../model/problems.ts';
import type { EnvironmentRecord } from '../state/contract.ts';

/** Which roots a project declares, and in which order code goes from one to the next. */
export interface Routes {
  readonly roots: readonly EnvironmentName[];
  /** The promotion path; empty where it is not said. */
  readonly path: readonly EnvironmentName[];
}

/** Where a promotion goes. */
export interface Route {
  readonly target: EnvironmentName;
  /** `base`: a branch into its base. `root`: from one root to another. */
  readonly kind: 'base' | 'root';
  /** Against the promotion path, as a repair goes back. */
  readonly back: boolean;
}

const refused = (code: ProblemCode, message: string, hint: string): UserError =>
  new UserError(problem(code, message, { hint }));

const drawn = (path: readonly EnvironmentName[]): string => path.join(' → ');

/** What comes after an environment on the promotion path; null at its end, and beside it. */
export const nextStep = (path: readonly EnvironmentName[], from: EnvironmentName): EnvironmentName | null =>
  path.includes(from) ? (path[path.indexOf(from) + 1] ?? null) : null;

function nowhere(from: EnvironmentName, { roots, path }: Routes): UserError {
  const [other] = roots.filter((one) => one !== from);
  if (other === undefined) {
    const message = `\`${from}\` is a base: there is nothing to promote it to.`;
    return refused('environment-not-a-branch', message, 'Promote a branch: bough promote BRANCH.');
  }
  if (path.at(-1) === from) {
    const before = path.at(-2) ?? other;
    const hint = `To bring its code back:\n  bough promote ${from} ${before}`;
    return refused('promotion-path', `\`${from}\` is where the promotion path ends: ${drawn(path)}.`, hint);
  }
  const message = `\`${from}\` is a root, and no promotion path says where its code goes.`;
  const hint = `Say it:\n  bough promote ${from} ${other}\nor once for all in bough.yml, as in: promotion: [${from}, ${other}]`;
  return refused('promotion-path', message, hint);
}

function toBase({ name }: EnvironmentRecord, base: EnvironmentName, to: EnvironmentName | null): Route {
  if (to === null || to === base) return { target: base, kind: 'base', back: false };
  const message = `\`${name}\` is a branch of \`${base}\`, not of \`${to}\`.`;
  throw refused('environment-not-a-branch', message, `Promote it to its base:\n  bough promote ${name} ${base}`);
}

function toRoot(from: EnvironmentName, target: EnvironmentName, { roots, path }: Routes): Route {
  if (target === from) {
    const message = `\`${from}\` cannot be promoted to itself.`;
    throw refused('environment-not-a-branch', message, `See what it holds:\n  bough env show ${from}`);
  }
  if (!roots.includes(target)) {
    const near = nearestName(target, roots);
    const others = roots.filter((one) => one !== from).join(', ');
    const hint = near === null ? `Roots: ${others === '' ? 'no other' : others}.` : `Did you mean ${near}?`;
    const message = `\`${from}\` is a root, and \`${target}\` is none: its code goes to other roots only.`;
    throw refused('environment-not-a-branch', message, hint);
  }
  const [at, goal] = [path.indexOf(from), path.indexOf(target)];
  if (goal === -1 || (at !== -1 && goal <= at + 1)) return { target, kind: 'root', back: goal !== -1 && goal < at };
  if (at === -1) {
    const message = `\`${from}\` is no part of the promotion path that leads to \`${target}\`: ${drawn(path)}.`;
    throw refused('promotion-path', message, 'Name it under `promotion:` in bough.yml, where its code comes in.');
  }
  const next = path[at + 1] ?? target;
  const message = `Before \`${target}\`, the code of \`${from}\` goes to \`${next}\`: ${drawn(path)}.`;
  throw refused('promotion-path', message, `Go step by step:\n  bough promote ${from} ${next}`);
}

/** Where the code of an environment goes: a branch to its base, a root along the promotion path. Throws UserError. */
export function routeOf(from: EnvironmentRecord, to: EnvironmentName | null, routes: Routes): Route {
  if (from.base !== null) return toBase(from, from.base, to);
  const target = to ?? nextStep(routes.path, from.name);
  if (target === null) throw nowhere(from.name, routes);
  return toRoot(from.name, target, routes);
}
