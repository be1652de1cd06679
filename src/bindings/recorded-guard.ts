import type { EnvironmentDeclaration, Wiring } from '../model/environments.ts';
import type { Node } from '../model/node.ts';
import type { Problem } from '../model/problems.ts';
import type { Mention } from '../model/references.ts';
import { Scope } from './scope.ts';
import { exportsOf, guard, guardWrites, type Use } from './status-guard.ts';

/** All names of what a source is connected by: as it is written, in full, and what it is another name for. */
function namesOf({ name, at }: Mention, scope: Scope, { aliases }: Wiring): readonly string[] {
  const found = scope.resolve(name, at);
  if (!found.ok) return [name];
  const alias = aliases.get(found.name);
  return [name, found.name, ...(alias === undefined ? [] : [alias.of])];
}

function usesOf(node: Node, scope: Scope, wiring: Wiring): readonly Use[] {
  if (node.kind !== 'source' || node.origin.type !== 'connection' || node.origin.container === null) return [];
  const { container } = node.origin;
  const mention = node.mentions?.find((one) => one.as === 'connection');
  return [
    mention === undefined
      ? { names: [node.name], container, at: node.origin.written?.at ?? node.at }
      : { names: [...namesOf(mention, scope, wiring), node.name], container, at: mention.at },
  ];
}

/**
 * The guard between production and the rest over recorded code: what it was bound to when it was recorded, under what
 * the environment says of itself now.
 */
export function guardRecorded(
  declaration: EnvironmentDeclaration,
  nodes: Iterable<Node>,
  wiring: Wiring,
): readonly Problem[] {
  const recorded = [...nodes];
  const scope = new Scope(wiring);
  const { problems } = guard(
    declaration,
    recorded.flatMap((node) => usesOf(node, scope, wiring)),
  );
  const writes = guardWrites(declaration, exportsOf(recorded));
  const anew = `Files bind recorded code anew:\n  bough apply ${declaration.name}`;
  return [...problems, ...writes].map((one) => ({
    ...one,
    hint: one.hint === undefined ? anew : `${one.hint} ${anew}`,
  }));
}
