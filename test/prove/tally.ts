import type { Finding } from './check.ts';
import type { EditKind } from './edits.ts';

export interface Precision {
  /** Nodes that read a changed one, at any distance: a rule per model builds them all. */
  below: number;
  reused: number;
  /** Those whose tables are the same before and after. */
  same: number;
}

const none = (): Precision => ({ below: 0, reused: 0, same: 0 });

type Counted = EditKind | 'reverted' | 'refused' | 'broken where nothing is used';

/** What a run counted; plain data, so that runs can be added. */
export interface Totals {
  readonly edits: Readonly<Record<string, number>>;
  readonly imprecise: Readonly<Record<string, number>>;
  readonly findings: Readonly<Record<string, number>>;
  readonly precision: { readonly code: Precision; readonly data: Precision };
  /** What was drafted, and how much of it the engine refused. */
  readonly discards: { readonly models: readonly [number, number]; readonly edits: readonly [number, number] };
}

export class Tally {
  readonly #edits: Record<string, number> = {};
  readonly #imprecise: Record<string, number> = {};
  readonly #findings: Record<string, number> = {};
  readonly #precision = { code: none(), data: none() };

  edit(kind: Counted): void {
    this.#edits[kind] = (this.#edits[kind] ?? 0) + 1;
  }

  imprecise(kind: Counted): void {
    this.#imprecise[kind] = (this.#imprecise[kind] ?? 0) + 1;
  }

  finding(type: Finding['type']): void {
    this.#findings[type] = (this.#findings[type] ?? 0) + 1;
  }

  precision(of: 'code' | 'data', more: Precision): void {
    const sum = this.#precision[of];
    sum.below += more.below;
    sum.reused += more.reused;
    sum.same += more.same;
  }

  get counts(): Omit<Totals, 'discards'> {
    return { edits: this.#edits, imprecise: this.#imprecise, findings: this.#findings, precision: this.#precision };
  }
}
