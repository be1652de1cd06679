import { quoteIdentifier } from '../../postgres/literal.ts';
import type { Sql } from '../contract.ts';

/**
 * A value as text that no other value of its type has. What a type's output function prints, under fixed settings, is
 * what PostgreSQL itself dumps and restores: -0, the scale of a numeric, 30 days against 1 mon, the bounds of an array.
 * The length before it keeps a delimiter, or the letter of NULL, from passing for structure.
 */
export function exactText(column: string): Sql {
  const value = quoteIdentifier(column);
  // The cast of a char(n) would strip its blanks, which is no loss: each value of the type has them.
  return `CASE WHEN ${value} IS NULL THEN 'N' ELSE octet_length(${value}::text)::text || ':' || ${value}::text END`;
}
