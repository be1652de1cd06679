import type { Container } from '../model/references.ts';
import { problem, UserError } from '../model/problems.ts';
import type { TargetType } from './contract.ts';
import { postgresTarget } from './postgres/target.ts';

const TYPES: Readonly<Record<string, TargetType>> = { postgres: postgresTarget };

export const targetTypes: readonly string[] = Object.keys(TYPES);

/** Who writes to a container. Throws UserError (`connection-unsupported`). */
export function targetFor({ type }: Container): TargetType {
  const found = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (found !== undefined) return found;
  throw new UserError(
    problem('connection-unsupported', `Rows cannot be exported to ${type} yet.`, {
      hint: `There is: ${targetTypes.join(', ')}.`,
    }),
  );
}
