import type { EnvironmentDeclaration } from '../model/environments.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';
import type { Binding, Container } from '../model/references.ts';
import { containerText } from './container.ts';

/** A container of the other status that an environment may use all the same, and why. */
export interface Allowed {
  readonly what: string;
  readonly container: Container;
  readonly reason: string;
}

export interface Guarded {
  readonly problems: readonly Problem[];
  readonly allowed: readonly Allowed[];
}

export interface Use {
  /** Names under which the container is used; the first is how it is called. */
  readonly names: readonly string[];
  readonly container: Container;
  readonly at: Position;
}

/**
 * Production and non-production stay apart, both ways: an environment uses containers of its own status only, unless it
 * says why not. An environment without a status is not guarded.
 */
export function guard({ name, status, allow }: EnvironmentDeclaration, uses: readonly Use[]): Guarded {
  if (status === null) return { problems: [], allowed: [] };
  const problems: Problem[] = [];
  const allowed: Allowed[] = [];
  for (const { names, container, at } of uses) {
    if (container.status === status) continue;
    const [what = ''] = names;
    const allowance = allow.find(({ reference }) => names.includes(reference));
    if (allowance !== undefined) allowed.push({ what, container, reason: allowance.reason });
    else if (container.status === null) {
      const message = `\`${what}\` does not say whether ${containerText(container)} is production, and \`${name}\` is ${status}.`;
      problems.push(problem('status-missing', message, { at, hint: 'Add `status: production` or `non-production`.' }));
    } else {
      const message = `\`${name}\` is ${status}, and \`${what}\` leads to ${containerText(container)}, which is ${container.status}.`;
      const hint = `Bind it to another container, or say why it may: allow: [{ reference: ${what}, reason: … }].`;
      problems.push(problem('status-mismatch', message, { at, hint }));
    }
  }
  return { problems, allowed };
}

/** Connections among bindings, each with the place that set it. */
export const containersOf = (bindings: Iterable<Binding>): readonly Use[] =>
  [...bindings].flatMap(({ reference, bound, at }) =>
    bound.kind === 'connection' ? [{ names: [reference], container: bound.container, at }] : [],
  );
