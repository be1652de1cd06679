import type { Finding } from './judge.ts';
import type { Answer } from './subject.ts';
import type { Step } from './play.ts';

export interface Precision {
  /** Nodes that read a changed one, at any distance: a rule per model builds them all. */
  below: number;
  reused: number;
  /** Those whose tables are the same before and after. */
  same: number;
}

const none = (): Precision => ({ below: 0, reused: 0, same: 0 });

type Counted = Step | 'refused' | 'broken where nothing is used';

/** What a run counted; plain data, so that runs can be added. */
export interface Totals {
  readonly edits: Readonly<Record<string, number>>;
  readonly imprecise: Readonly<Record<string, number>>;
  readonly findings: Readonly<Record<string, number>>;
  /** What became of nodes, what was compared. */
  readonly nodes: Readonly<Record<string, number>>;
  readonly precision: { readonly code: Precision; readonly data: Precision };
  /** What was drafted, and how much of it the engine refused. */
  readonly discards: { readonly models: readonly [number, number]; readonly edits: readonly [number, number] };
}

export class Tally {
  readonly #edits: Record<string, number> = {};
  readonly #imprecise: Record<string, number> = {};
  readonly #findings: Record<string, number> = {};
  readonly #nodes: Record<string, number> = {};
  readonly #precision = { code: none(), data: none() };

  edit(kind: Counted): void {
    add(this.#edits, kind, 1);
  }

  imprecise(kind: Counted): void {
    add(this.#imprecise, kind, 1);
  }

  finding(type: Finding['type']): void {
    add(this.#findings, type, 1);
  }

  /** What became of the nodes of an operation. */
  result({ result }: Extract<Answer, { type: 'done' }>): void {
    for (const { action } of result?.nodes ?? []) add(this.#nodes, action, 1);
  }

  judged(tables: number, fingerprints: number): void {
    add(this.#nodes, 'compared', tables);
    add(this.#nodes, 'fingerprints', fingerprints);
  }

  precision(of: 'code' | 'data', more: Precision): void {
    const sum = this.#precision[of];
    sum.below += more.below;
    sum.reused += more.reused;
    sum.same += more.same;
  }

  get counts(): Omit<Totals, 'discards'> {
    return {
      edits: this.#edits,
      imprecise: this.#imprecise,
      findings: this.#findings,
      nodes: this.#nodes,
      precision: this.#precision,
    };
  }
}

function add(counts: Record<string, number>, name: string, more: number): void {
  counts[name] = (counts[name] ?? 0) + more;
}
