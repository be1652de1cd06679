import type { Session } from '../engines/contract.ts';
import type { Grant } from '../model/grants.ts';
import { nearestName } from '../model/nearest.ts';
import { problem, refuse, type Problem } from '../model/problems.ts';
import type { PlanCore } from '../plan/core.ts';

/**
 * Refuses grants to roles that there are not, each with its place. What new data or a rollback moves was granted before:
 * a role that has gone since is passed over there.
 */
export async function refuseUnknownRoles(core: PlanCore, session: Session): Promise<void> {
  if (core.operation !== 'apply' && core.operation !== 'promote') return;
  const written = core.steps.filter(({ write }) => write === 'entry');
  const grants = [...core.grants.now, ...written.flatMap(({ target }) => target?.node.grants ?? [])];
  if (grants.length === 0) return;
  const known = await session.roles();
  const there = new Set(known);
  refuse(grants.filter(({ role }) => !there.has(role)).map((grant) => unknown(grant, known)));
}

function unknown({ role, at }: Grant, known: readonly string[]): Problem {
  const near = nearestName(role, known);
  const hint = near === null ? `Make it first:\n  CREATE ROLE "${role}"` : `Did you mean \`${near}\`?`;
  return problem('role-unknown', `The warehouse has no role \`${role}\`.`, { at, hint });
}
