import { canonicalize } from 'json-canonicalize';
import type { NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import { problem, refuse, UserError, type ProblemCode } from '../model/problems.ts';
import type { Across } from '../model/references.ts';
import type { Entry } from '../state/contract.ts';
import { recordedNodes, type Desired } from './desired.ts';
import { bindingConflict, bindingsIn, mergeBindings } from './merge-bindings.ts';
import type { Merge } from './merge.ts';
import type { Planning } from './planning.ts';
import type { Route } from './route.ts';
import type { Version } from './version.ts';

/** Both sides' nodes, from their recorded definitions. */
export interface Sides {
  readonly theirs: Desired;
  readonly ours: Desired | null;
}

/** A promotion, and what its two sides grew from. */
export interface Promotion {
  readonly base: Version | null;
  readonly from: Version;
  readonly route: Route;
  /** The revision that the promotion will be. */
  readonly next: number;
}

export function mergedNodes(merge: Merge, { theirs, ours }: Sides, next: number): Desired {
  const nodes = new Map<NodeName, Node>();
  const origins = new Map<NodeName, Entry['origin']>();
  const take = (name: NodeName, side: Desired | null, origin: Entry['origin'] | null): void => {
    const node = side?.nodes.get(name);
    const put = origin ?? side?.origins.get(name);
    if (node === undefined || put === undefined) throw new Error(`${name} is on neither side of the merge`);
    nodes.set(name, node);
    origins.set(name, put);
  };
  for (const name of merge.to) take(name, ours, null);
  for (const name of merge.from) take(name, theirs, { operation: 'promote', revision: next });
  return { nodes, origins };
}

/** The merged code under the target's bindings, with what FROM changed of them. */
export async function rebound(
  merged: Desired,
  { theirs, ours }: Sides,
  { base, from, route, next }: Promotion,
  planning: Planning,
): Promise<Desired> {
  const [there, here] = [bindingsIn(theirs.nodes.values()), bindingsIn(ours?.nodes.values() ?? [])];
  if (there.size === 0) return guarded(merged, from, route, planning);
  const before = base === null ? null : await recordedNodes(await planning.stateOf(base.ref.environment), base);
  const known = bindingsIn(before?.nodes.values() ?? []);
  const { bindings, conflicts } = mergeBindings(known, there, here, route.target);
  refuse(conflicts.map((name) => bindingConflict(name, from.ref.environment, route)));
  const moved = (name: string, across: Across): boolean => canonicalize(bindings.get(name)) !== canonicalize(across);
  const moving = [...merged.nodes].filter(
    ([name, node]) =>
      node !== ours?.nodes.get(name) || Object.entries(node.bindings ?? {}).some(([one, across]) => moved(one, across)),
  );
  const bound = fitting(from, route, 'reference-unmapped', () =>
    planning.rebind(new Map(moving), route.target, bindings),
  );
  const put = moving.map(([name]) => [name, { operation: 'promote', revision: next }] as const);
  const nodes = new Map([...merged.nodes, ...bound]);
  const origins = new Map<NodeName, Entry['origin']>([...merged.origins, ...put]);
  return guarded({ nodes, origins }, from, route, planning);
}

function guarded(code: Desired, from: Version, route: Route, planning: Planning): Desired {
  fitting(from, route, 'status-mismatch', () => planning.guard(code.nodes.values()));
  return code;
}

/** Names both sides of a promotion where the code of one means nothing under the bindings of the other. */
function fitting<Result>({ ref }: Version, { target }: Route, code: ProblemCode, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const message = `The code of \`${ref.environment}\` does not fit \`${target}\`.`;
    throw new UserError([problem(code, message), ...error.problems], { cause: error });
  }
}
