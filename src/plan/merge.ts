import type { NodeName } from '../model/ids.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Revision, RevisionRef, StateReader } from '../state/contract.ts';
import { ancestry, versionAt, type Version } from './version.ts';

/** Which side's definition each node takes; `null` side means that it is absent there. */
export interface Merge {
  readonly from: ReadonlySet<NodeName>;
  readonly to: ReadonlySet<NodeName>;
  readonly conflicts: readonly Problem[];
}

const sameRef = (left: RevisionRef | null, right: RevisionRef | null): boolean =>
  left?.environment === right?.environment && left?.revision === right?.revision;

/**
 * The version that both sides grew from: the newest point of FROM's line that TO's line contains, be it a revision of
 * FROM that was promoted, or a branch point of FROM; else the branch point. null: FROM began with nothing.
 */
export async function mergeBase(state: StateReader, from: Version, to: Version | null): Promise<Version | null> {
  const fromLine = ancestry(await state.revisions(from.ref.environment), from.ref.revision);
  const toLine = to === null ? [] : ancestry(await state.revisions(to.ref.environment), to.ref.revision);
  const promoted = (revision: Revision): boolean => toLine.some((one) => sameRef(one.from, revision));
  const contained = (ref: RevisionRef): boolean =>
    toLine.some((one) => one.environment === ref.environment && one.revision === ref.revision);
  for (const [index, revision] of fromLine.entries()) {
    if (promoted(revision)) return versionAt(state, revision);
    const came = revision.base !== null && !sameRef(revision.base, fromLine[index + 1]?.base ?? null);
    if (came && revision.base !== null && contained(revision.base)) return versionAt(state, revision.base);
  }
  return from.base;
}

const sideOf = (version: Version | null, name: NodeName): string | null =>
  version?.nodes.get(name)?.entry.local ?? null;

function conflictOf(name: NodeName, base: Version | null, from: Version, to: Version): Problem {
  const did = (version: Version): string => {
    const entry = version.nodes.get(name)?.entry;
    const { environment, revision } = version.ref;
    if (entry === undefined) return `${environment} removed it (by revision ${revision})`;
    const verb = sideOf(base, name) === null ? 'added' : 'changed';
    return `${environment} ${verb} it (revision ${entry.origin.operation === 'branch' ? revision : entry.origin.revision})`;
  };
  return problem('merge-conflict', `\`${name}\` was changed differently on both sides: ${did(from)}, ${did(to)}.`, {
    hint: `Bring the code of ${to.ref.environment} into your files (git merge), then:\n  bough apply ${from.ref.environment} --refresh`,
  });
}

/** Three-way merge of node definitions. Pure. */
export function mergeDefinitions(base: Version | null, from: Version, to: Version | null): Merge {
  const names = new Set<NodeName>([...from.nodes.keys(), ...(to?.nodes.keys() ?? [])]);
  const taken = { from: new Set<NodeName>(), to: new Set<NodeName>() };
  const conflicts: Problem[] = [];
  for (const name of [...names].sort()) {
    const was = sideOf(base, name);
    const theirs = sideOf(from, name);
    const ours = sideOf(to, name);
    if (theirs === ours || theirs === was) {
      if (ours !== null) taken.to.add(name);
    } else if (ours === was || to === null) {
      if (theirs !== null) taken.from.add(name);
    } else conflicts.push(conflictOf(name, base, from, to));
  }
  return { ...taken, conflicts };
}
