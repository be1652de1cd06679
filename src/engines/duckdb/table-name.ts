import { EngineError } from '../contract.ts';
import type { Sql } from '../contract.ts';
import type { Names } from './names.ts';
import { quoteIdentifier } from './names.ts';

/** `raw.orders`, `"Raw"."my.orders"`, `other_db.raw.orders`, as a user names a table, quoted. */
export function tableName(names: Names, written: string): Sql {
  const parts = written.match(/"(?:[^"]|"")+"|[^.\s"]+/g) ?? [];
  if (parts.join('.') !== written.replaceAll(/\s*\.\s*/g, '.').trim() || parts.length > 3) {
    throw new EngineError(`\`${written}\` is not the name of a table`, null);
  }
  const plain = parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
  const [schema, name] = plain;
  if (plain.length === 2 && schema !== undefined && name !== undefined) return names.relation({ schema, name });
  return plain.map(quoteIdentifier).join('.');
}
