import type { Column } from './facts.ts';

/** Rows on their way from a warehouse into another database. */
export interface Outflow {
  /** With types as PostgreSQL names them: the words that warehouses and targets share. */
  readonly columns: readonly Column[];
  /** CSV without a header, in UTF-8: an empty field is NULL, `""` is the empty text; values as PostgreSQL reads them. */
  readonly rows: AsyncIterable<Uint8Array>;
  /** The rows have left the warehouse, which may be given back while they are written. */
  readonly detached: boolean;
}
