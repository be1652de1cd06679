import type { EnvironmentDeclaration } from '../model/environments.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';
import type { NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
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

/** A node whose rows go to another database. */
export interface Exporting {
  readonly node: NodeName;
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

/**
 * What `allow` permits is reading: only an environment that says it is production writes to a production container.
 * Tells of the exports that would.
 */
export const guardWrites = (
  { name, status }: Pick<EnvironmentDeclaration, 'name' | 'status'>,
  exports: readonly Exporting[],
): readonly Problem[] =>
  exports.flatMap(({ node, at, container }) => {
    if (container.status !== 'production' || status === 'production') return [];
    const says = status === null ? 'does not say that it is production' : `is ${status}`;
    const message = `\`${name}\` ${says}, and \`${node}\` exports to ${containerText(container)}, which is production.`;
    const hint =
      status === null
        ? `Add \`status: production\` to \`${name}\`, if it is.`
        : 'Bind its connection to another container: no `allow` lets it write there.';
    return [problem('status-mismatch', message, { at, hint })];
  });

/** Exports among nodes, each with the container that it leads to. */
export const exportsOf = (nodes: Iterable<Node>): readonly Exporting[] =>
  [...nodes].flatMap((node) => {
    const { container = null, at } = (node.kind === 'model' ? node.export : undefined) ?? {};
    return container === null || at === undefined ? [] : [{ node: node.name, container, at }];
  });

/** Connections among bindings, each with the place that set it. */
export const containersOf = (bindings: Iterable<Binding>): readonly Use[] =>
  [...bindings].flatMap(({ reference, bound, at }) =>
    bound.kind === 'connection' ? [{ names: [reference], container: bound.container, at }] : [],
  );
