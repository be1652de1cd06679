import type { EnvironmentName } from '../model/ids.ts';
import { problem, UserError } from '../model/problems.ts';
import type { EnvironmentRecord, Revision, StateReader } from '../state/contract.ts';
import { nearestName } from '../model/nearest.ts';
import { headOf, type Version } from './version.ts';

/** Environments that exist and have a revision. */
export const living = (records: readonly EnvironmentRecord[]): readonly EnvironmentRecord[] =>
  records.filter((record) => record.deletedAt === null && record.head > 0);

/** Head of an environment that must exist. Throws UserError `environment-unknown` with the nearest name. */
export async function existingHead(
  state: StateReader,
  environment: EnvironmentName,
): Promise<{ readonly record: EnvironmentRecord; readonly head: Version }> {
  const record = await state.environment(environment);
  const head = await headOf(state, environment);
  if (record !== null && head !== null) return { record, head };
  const names = living(await state.environments()).map((one) => one.name);
  const near = nearestName(environment, names);
  const hint =
    near !== null
      ? `Did you mean ${near}?`
      : names.length === 0
        ? `No environment exists yet. Make one with:\n  bough apply ${environment}`
        : `Environments: ${names.join(', ')}.`;
  throw new UserError(problem('environment-unknown', `There is no environment \`${environment}\`.`, { hint }));
}

/** The revision whose content a revision has: itself, or where a rollback stands. */
export function placeOf(revisions: readonly Revision[], revision: number): number {
  const found = revisions.find((one) => one.revision === revision);
  return found === undefined || found.standsAt === null ? revision : placeOf(revisions, found.standsAt);
}

/** The branch point that new facts give a branch: its base's head, but not the one that a rollback left. */
export async function nextBranchPoint(
  state: StateReader,
  head: Version,
  base: EnvironmentName,
): Promise<Version | null> {
  const baseHead = await headOf(state, base);
  const revisions = await state.revisions(head.ref.environment);
  let left = 0;
  for (let at = head.ref.revision; at > 0; at -= 1) {
    const revision = revisions.find((one) => one.revision === at);
    if (revision === undefined || revision.operation === 'run' || revision.operation === 'delete') break;
    if (revision.operation !== 'rollback') continue;
    const before = revisions.find((one) => one.revision === placeOf(revisions, at - 1));
    left = Math.max(left, before?.base?.revision ?? 0);
  }
  return baseHead !== null && baseHead.ref.revision > left ? baseHead : head.base;
}
