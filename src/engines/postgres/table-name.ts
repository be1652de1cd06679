import { quoteIdentifier } from '../../postgres/literal.ts';
import { EngineError } from '../contract.ts';
import type { Sql } from '../contract.ts';

/** `raw.orders`, `"Raw"."my.orders"`, as a user names a table, quoted; what is not quoted is lower case. */
export function tableName(written: string): Sql {
  const parts = written.match(/"(?:[^"]|"")+"|[^.\s"]+/g) ?? [];
  if (parts.join('.') !== written.replaceAll(/\s*\.\s*/g, '.').trim() || parts.length > 2) {
    throw new EngineError(`\`${written}\` is not the name of a table`, null);
  }
  return parts
    .map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase()))
    .map(quoteIdentifier)
    .join('.');
}
