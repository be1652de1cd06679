import type { Position } from './problems.ts';

/**
 * What a role may be allowed to do with a view. Writing through a view would change a build, which other environments may
 * share.
 */
export const PRIVILEGES = ['select'] as const;
export type Privilege = (typeof PRIVILEGES)[number];

/** Every role. */
export const EVERYBODY = 'public';

/** What one role may do with a view. */
export interface Grant {
  readonly role: string;
  readonly privileges: readonly Privilege[];
  readonly at: Position;
}

/** Who may do what, in one order, wherever it was written. */
export const grantsText = (grants: readonly Grant[]): string =>
  grants
    .map(({ role, privileges }) => JSON.stringify([role, [...privileges].sort()]))
    .sort()
    .join();

export const sameGrants = (left: readonly Grant[], right: readonly Grant[]): boolean =>
  grantsText(left) === grantsText(right);

/** What either of the two says. */
export const mergedGrants = (own: readonly Grant[], shared: readonly Grant[]): readonly Grant[] => {
  const merged = new Map<string, Grant>();
  for (const grant of [...own, ...shared]) {
    const known = merged.get(grant.role)?.privileges ?? [];
    merged.set(grant.role, { ...grant, privileges: [...new Set([...known, ...grant.privileges])] });
  }
  return [...merged.values()];
};
