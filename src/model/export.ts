import type { Position } from './problems.ts';
import type { Container, Written } from './references.ts';

/** `replace`: the table holds what the model holds. `upsert`: rows come or change by key. `append`: rows are added. */
export const EXPORT_MODES = ['replace', 'upsert', 'append'] as const;
export type ExportMode = (typeof EXPORT_MODES)[number];

/** A table in another database that is to hold the rows of a model. */
export interface Export {
  /** Comes with binding. */
  readonly container: Container | null;
  /** A connection that no reference names. */
  readonly written: Written | null;
  /** As it is called at a root; elsewhere the schema is named as those of views are. */
  readonly table: { readonly schema: string; readonly name: string };
  readonly mode: ExportMode;
  /** Columns that tell rows apart; for `upsert`, else empty. */
  readonly key: readonly string[];
  readonly at: Position;
}
