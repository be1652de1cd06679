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

export interface Present {
  readonly bound: Bound;
  /** Variables have a say in it: it is recorded as theirs. */
  readonly variable: boolean;
}

/** Where recorded code is bound anew. */
export interface Target {
  readonly environment: EnvironmentName;
  /** The environment and those it takes values from, itself first. */
  readonly line: readonly EnvironmentName[];
  /** What names stand for, whatever was recorded with a node. */
  readonly known: ReadonlyMap<string, Across>;
  /**
   * What a name stands for by the configuration at hand; null where it does not say. Asked for what is recorded nowhere:
   * variables, and environments that came after the code was recorded.
   */
  readonly present: (mention: Mention) => Present | null;
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
      if (said !== null && said.kind !== 'variable') return { bound: said, across };
      const present = target.present(mention);
      if (present !== null) return { bound: present.bound, across: { ...across, ...recordedAs(present, target) } };
      problems.push(unmapped(mention, target.environment));
      return null;
    };
    const bound = substitute(node, lookup, problems);
    exposedSecrets(bound, problems);
    rebound.set(name, bound);
  }
  return { nodes: rebound, problems };
}

const recordedAs = ({ bound, variable }: Present, { line, environment }: Target): Across => ({
  [line[0] ?? environment]: variable ? { kind: 'variable' } : bound,
});

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
