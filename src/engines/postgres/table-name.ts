import { quotedTable } from '../../postgres/table-name.ts';
import { EngineError } from '../contract.ts';
import type { Sql } from '../contract.ts';

/** A table as a user names it, quoted. */
export function tableName(written: string): Sql {
  const quoted = quotedTable(written);
  if (quoted === null) throw new EngineError(`\`${written}\` is not the name of a table`, null);
  return quoted;
}
