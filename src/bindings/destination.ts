import { environmentFor, ruleFor, type BranchRule } from '../model/branches.ts';
import { environmentName } from '../model/environment-name.ts';
import type { EnvironmentName } from '../model/ids.ts';
import { nearestName } from '../model/nearest.ts';
import { printable } from '../model/printable.ts';
import { problem, UserError } from '../model/problems.ts';
import type { Checkout } from './checkout.ts';

/** The environment that the files of a checkout are meant for. */
export interface Destination {
  readonly environment: EnvironmentName;
  readonly branch: string;
  /** The variable that told the branch; null where git did. */
  readonly variable: string | null;
}

const NAME_IT = 'Name the environment, as in `bough plan dev`.';

const unknown = (message: string, hint = NAME_IT): UserError =>
  new UserError(problem('branch-unknown', message, { hint }));

/** Throws UserError where there is no branch, or the rules know nothing of it: work never goes where nobody sent it. */
export function destinationOf(checkout: Checkout, rules: readonly BranchRule[], base: EnvironmentName): Destination {
  if (checkout.type !== 'branch') throw unknown(...absence(checkout));
  const { branch, variable, proposed } = checkout;
  const rule = ruleFor(branch, rules);
  if (rule === null) throw unmapped(branch, rules);
  const environment = named(environmentFor(rule, branch), branch);
  if (proposed && environment === base) {
    throw unknown(
      `\`${printable(branch)}\` (${variable}) is only proposed, by whomever, and would act on \`${environment}\`.`,
    );
  }
  return { environment, branch, variable };
}

function absence(checkout: Exclude<Checkout, { type: 'branch' }>): [message: string, hint?: string] {
  switch (checkout.type) {
    case 'detached': {
      const where = checkout.commit === null ? '' : ` at ${checkout.commit}`;
      return [`Git has no branch checked out: HEAD is detached${where}.`, `Check a branch out. ${NAME_IT}`];
    }
    case 'ambiguous': {
      const told = checkout.named.map(({ variable, branch }) => `${variable}=${printable(branch)}`).join(', ');
      return [`HEAD is detached, and the variables name different branches: ${told}.`];
    }
    case 'no-git':
      return ['`git` is not installed, so nobody knows the branch.'];
    case 'no-repository':
      return ['This is no git repository, so there is no branch whose environment could be meant.'];
    case 'failed':
      return [`Git cannot tell the branch: ${printable(checkout.message)}.`];
  }
}

function unmapped(branch: string, rules: readonly BranchRule[]): UserError {
  const patterns = rules.map(({ pattern }) => pattern);
  const near = nearestName(branch, patterns);
  const known = near === null ? `Mapped are ${patterns.join(', ')}.` : `Did you mean \`${near}\`?`;
  const message = `The branch \`${printable(branch)}\` is of no environment.`;
  const hint = `${known} Add it to \`branches\` in bough.yml, or name the environment.`;
  return new UserError(problem('branch-unmapped', message, { hint }));
}

/** Git allows more in the name of a branch than can stand in the name of an environment. */
function named(environment: string, branch: string): EnvironmentName {
  try {
    return environmentName(environment);
  } catch (raw) {
    if (!(raw instanceof UserError)) throw raw;
    throw unknown(`The branch \`${printable(branch)}\` gives no environment: ${raw.message}.`);
  }
}
