import type { EnvironmentName, NodeName } from '../model/ids.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Route } from './route.ts';
import type { Version } from './version.ts';

/** Which side's definition each node takes; `null` side means that it is absent there. */
export interface Merge {
  readonly from: ReadonlySet<NodeName>;
  readonly to: ReadonlySet<NodeName>;
  /** Nodes of which FROM's definition replaces one of TO's that it did not grow from. */
  readonly replaced: ReadonlySet<NodeName>;
  readonly conflicts: readonly Problem[];
}

const sideOf = (version: Version | null, name: NodeName): string | null =>
  version?.nodes.get(name)?.entry.local ?? null;

/** What brings two sides together that both changed something. */
export const reconciled = (from: EnvironmentName, to: EnvironmentName, kind: Route['kind']): string =>
  kind === 'base'
    ? `Bring the code of ${to} into your files (git merge), then:\n  bough apply ${from} --refresh`
    : `Bring both together in your files (git merge), and to both sides, then promote again:\n  bough apply ${from}\n  bough apply ${to}`;

interface Sides {
  readonly base: Version | null;
  readonly from: Version;
  readonly to: Version;
  readonly kind: Route['kind'];
}

function conflictOf(name: NodeName, { base, from, to, kind }: Sides): Problem {
  const did = (version: Version): string => {
    const entry = version.nodes.get(name)?.entry;
    const { environment, revision } = version.ref;
    if (entry === undefined) return `${environment} removed it (by revision ${revision})`;
    const verb = sideOf(base, name) === null ? 'added' : 'changed';
    return `${environment} ${verb} it (revision ${entry.origin.operation === 'branch' ? revision : entry.origin.revision})`;
  };
  return problem('merge-conflict', `\`${name}\` was changed differently on both sides: ${did(from)}, ${did(to)}.`, {
    hint: reconciled(from.ref.environment, to.ref.environment, kind),
  });
}

/**
 * Three-way merge of node definitions. Roots that never promoted to each other have no base: then FROM's definitions
 * replace TO's, and what only TO has stays. Pure.
 */
export function mergeDefinitions(base: Version | null, from: Version, to: Version | null, kind: Route['kind']): Merge {
  const names = new Set<NodeName>([...from.nodes.keys(), ...(to?.nodes.keys() ?? [])]);
  const taken = { from: new Set<NodeName>(), to: new Set<NodeName>() };
  const replaced = new Set<NodeName>();
  const conflicts: Problem[] = [];
  for (const name of [...names].sort()) {
    const was = sideOf(base, name);
    const theirs = sideOf(from, name);
    const ours = sideOf(to, name);
    if (theirs === ours || theirs === was) {
      if (ours !== null) taken.to.add(name);
    } else if (ours === was || to === null) {
      if (theirs !== null) taken.from.add(name);
    } else if (base === null && kind === 'root') {
      taken.from.add(name);
      replaced.add(name);
    } else conflicts.push(conflictOf(name, { base, from, to, kind }));
  }
  return { ...taken, replaced, conflicts };
}
