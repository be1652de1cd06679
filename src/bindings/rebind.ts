import type { EnvironmentName, NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Bound, Mention } from '../model/references.ts';
import { substitute } from './substitute.ts';

export interface Rebound {
  readonly nodes: ReadonlyMap<NodeName, Node>;
  readonly problems: readonly Problem[];
}

/**
 * Recorded code under the bindings of an environment: code travels, bindings stay. What the environment's `own` nodes
 * stand under goes first; for a name that is new to it, what was declared for it when the code was recorded.
 */
export function rebind(nodes: ReadonlyMap<NodeName, Node>, environment: EnvironmentName, own: Iterable<Node>): Rebound {
  const known = new Map<string, Bound>();
  for (const { bindings = {} } of own) {
    for (const [name, across] of Object.entries(bindings)) {
      const bound = across[environment];
      if (bound !== undefined) known.set(name, bound);
    }
  }
  const problems: Problem[] = [];
  const rebound = new Map<NodeName, Node>();
  for (const [name, node] of nodes) {
    const { bindings } = node;
    if (bindings === undefined) {
      rebound.set(name, node);
      continue;
    }
    const lookup = (mention: Mention): { bound: Bound; across: { [environment: string]: Bound } } | null => {
      const across = bindings[mention.name];
      if (across === undefined) return null;
      const bound = known.get(mention.name) ?? across[environment];
      if (bound !== undefined) return { bound, across: { ...across, [environment]: bound } };
      problems.push(unmapped(mention, environment));
      return null;
    };
    rebound.set(name, substitute(node, lookup, problems));
  }
  return { nodes: rebound, problems };
}

const unmapped = ({ name, at }: Mention, environment: EnvironmentName): Problem =>
  problem('reference-unmapped', `What \`${name}\` stands for in \`${environment}\` was never recorded.`, {
    at,
    hint: `Apply files that say it:\n  bough apply ${environment}`,
  });
