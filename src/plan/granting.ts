import { grantsText, sameGrants, type Grant } from '../model/grants.ts';
import type { EnvironmentName } from '../model/ids.ts';
import type { PlanGrants } from '../model/plan.ts';
import type { Planning } from './planning.ts';
import type { Version } from './version.ts';

/** Who may read all views of an environment, and who might before. */
export interface Granting {
  readonly before: readonly Grant[];
  readonly now: readonly Grant[];
}

/** As the files say it: `apply` alone takes it from there. */
export function declaredGranting(environment: EnvironmentName, head: Version | null, planning: Planning): Granting {
  const now = planning.grantsOf(environment);
  // What is made new has no views that others could read.
  return { before: head?.revision.grants ?? now, now };
}

export const keptGranting = ({ revision: { grants } }: Version): Granting => ({ before: grants, now: grants });

export const movesGrants = ({ before, now }: Granting): boolean => !sameGrants(before, now);

const rowsOf = (grants: readonly Grant[]): readonly string[] => grants.map((grant) => grantsText([grant]));

const without = (grants: readonly Grant[], others: readonly Grant[]): readonly Grant[] => {
  const known = new Set(rowsOf(others));
  return grants.filter((grant) => !known.has(grantsText([grant])));
};

const byRole = (grants: readonly Grant[]): PlanGrants['given'] =>
  Object.fromEntries(grants.map(({ role, privileges }) => [role, privileges]));

/** What changes for readers of the environment as a whole; null where nothing does. */
export function grantsChange(granting: Granting): PlanGrants | null {
  if (!movesGrants(granting)) return null;
  const { before, now } = granting;
  return { given: byRole(without(now, before)), taken: byRole(without(before, now)) };
}

const listed = (grants: PlanGrants['given']): string =>
  Object.entries(grants)
    .map(([role, privileges]) => `${role} (${privileges.join(', ')})`)
    .join(', ');

export function grantNotes(environment: EnvironmentName, granting: Granting): readonly string[] {
  const change = grantsChange(granting);
  if (change === null) return [];
  return [
    ...(Object.keys(change.given).length === 0
      ? []
      : [`views of ${environment} are opened to ${listed(change.given)}`]),
    ...(Object.keys(change.taken).length === 0
      ? []
      : [`views of ${environment} are closed to ${listed(change.taken)}`]),
  ];
}
