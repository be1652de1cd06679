import type { Rule } from '../rule.ts';

export const allowanceUnused: Rule = {
  id: 'allowance-unused',
  severity: 'warning',
  summary: 'An `allow:` allows something that is used.',
  why: 'A permission that is not needed is one that nobody looks at when, some day, it permits something.',
  find: ({ environments }) =>
    environments.flatMap(({ declaration, allowed }) =>
      (declaration?.allow ?? [])
        .filter(({ reference }) => !allowed.some(({ what }) => what === reference))
        .map(({ reference, at }) => ({
          message: `\`${reference}\` needs no permission: it is of the environment's own status.`,
          at,
          hint: 'Remove it, before it permits something else.',
        })),
    ),
};
