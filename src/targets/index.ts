import type { Container } from '../model/references.ts';
import type { TargetType } from './contract.ts';
import { postgresTarget } from './postgres/target.ts';

const TYPES: Readonly<Record<string, TargetType>> = { postgres: postgresTarget };

/** Types of databases that take rows. */
export const targetTypes: readonly string[] = Object.keys(TYPES);

/** Who writes to a container; null where nobody can. */
export const targetFor = ({ type }: Container): TargetType | null =>
  Object.hasOwn(TYPES, type) ? (TYPES[type] ?? null) : null;
