import type { NodeName } from '../model/ids.ts';
import type { Target } from '../plan/core.ts';
import { inputNames } from '../plan/graph.ts';
import type { Build } from '../state/contract.ts';

/**
 * Guesses which column of a table came out different, so that one column can refute what would take all of them to prove.
 * A wrong guess costs one more look and nothing else.
 */
export class Suspects {
  readonly #targets: ReadonlyMap<NodeName, Target>;
  readonly #fold: (name: string) => string;
  readonly #different = new Map<NodeName, Set<string>>();

  constructor(targets: ReadonlyMap<NodeName, Target>, fold: (name: string) => string) {
    this.#targets = targets;
    this.#fold = fold;
  }

  /** Says that this column alone was found to differ. */
  note(node: NodeName, column: string): void {
    this.#different.set(node, (this.#different.get(node) ?? new Set()).add(column));
  }

  /** The likeliest of the columns: one that is made in another way, or of what differs further up. */
  among(columns: readonly string[], node: NodeName, now: Build, was: Build): string | null {
    const [left, right] = [now.recipe?.columns, was.recipe?.columns];
    if (left === null || left === undefined || right === null || right === undefined) return null;
    const made = columns.find((column) => left[column] !== right[column]);
    return made ?? columns.find((column) => this.#usesDifferent(node, column)) ?? null;
  }

  #usesDifferent(node: NodeName, column: string): boolean {
    const target = this.#targets.get(node);
    const shape = target?.identity.shape() ?? null;
    if (target === undefined || shape === null || this.#different.size === 0) return false;
    const inputs = inputNames(target.graphNode);
    const output = shape.columns?.find(({ name }) => this.#fold(name) === column);
    return (output?.uses ?? []).some((use) => {
      const input = inputs[use.input];
      return use.type === 'column' && input !== undefined && this.#different.get(input)?.has(this.#fold(use.column));
    });
  }
}
