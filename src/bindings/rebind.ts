import type { EnvironmentName, NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Across, Bound, FromVariables, Mention } from '../model/references.ts';
import { exposedSecrets } from './secrets/exposed.ts';
import { substitute } from './substitute.ts';

export interface Rebound {
  readonly nodes: ReadonlyMap<NodeName, Node>;
  readonly problems: readonly Problem[];
}

/** Where recorded code is bound anew. */
export interface Target {
  readonly environment: EnvironmentName;
  /** The environment and those it takes values from, itself first. */
  readonly line: readonly EnvironmentName[];
  /** What names stand for, whatever was recorded with a node. */
  readonly known: ReadonlyMap<string, Across>;
  /** What a name stands for by variables, which are recorded nowhere; null where they are not to be had. */
  readonly outside: (mention: Mention) => Bound | null;
}

/**
 * Recorded code under the bindings of an environment: code travels, bindings stay. What is `known` goes first; for a
 * name that is new there, what was declared for it when the code was recorded.
 */
export function rebind(nodes: ReadonlyMap<NodeName, Node>, target: Target): Rebound {
  const problems: Problem[] = [];
  const rebound = new Map<NodeName, Node>();
  for (const [name, node] of nodes) {
    const { bindings } = node;
    if (bindings === undefined) {
      rebound.set(name, node);
      continue;
    }
    const lookup = (mention: Mention): { readonly bound: Bound; readonly across: Across } | null => {
      const recorded = bindings[mention.name];
      if (recorded === undefined) return null;
      const across = target.known.get(mention.name) ?? recorded;
      const said = saidAt(target.line, across) ?? saidAt(target.line, recorded);
      const bound = said?.kind === 'variable' ? target.outside(mention) : said;
      if (bound !== null) return { bound, across };
      problems.push(unmapped(mention, target.environment));
      return null;
    };
    const bound = substitute(node, lookup, problems);
    exposedSecrets(bound, problems);
    rebound.set(name, bound);
  }
  return { nodes: rebound, problems };
}

/** The nearest environment of the line that says anything. */
function saidAt(line: readonly EnvironmentName[], across: Across): Bound | FromVariables | null {
  for (const environment of line) {
    const said = across[environment];
    if (said !== undefined) return said;
  }
  return null;
}

const unmapped = ({ name, at }: Mention, environment: EnvironmentName): Problem =>
  problem('reference-unmapped', `What \`${name}\` stands for in \`${environment}\` is not known here.`, {
    at,
    hint: `Set its variables, or apply files that say it:\n  bough apply ${environment}`,
  });
