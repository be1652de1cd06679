import { hash } from 'node:crypto';
import type { Tie, Use } from '../contract.ts';

/**
 * What a piece of a query means: a text in which names of tables, CTEs and aliases are resolved away, and the set of
 * what it takes from outside, as bits of `Atoms`. Equal texts over equal inputs give equal data.
 */
export interface Meaning {
  readonly text: string;
  readonly atoms: bigint;
}

export function union(meanings: readonly Meaning[]): bigint {
  let atoms = 0n;
  for (const meaning of meanings) atoms |= meaning.atoms;
  return atoms;
}

export const joined = (meanings: readonly Meaning[], separator: string): Meaning => ({
  text: meanings.map((meaning) => meaning.text).join(separator),
  atoms: union(meanings),
});

const LONGEST = 48;

/**
 * A stand-in for a text within another: itself where it is one short token, else a digest. It keeps the texts of
 * queries over queries over queries from growing with their depth.
 */
export function short(text: string): string {
  if (text.length <= LONGEST && !text.includes(' ')) return text;
  return `#${hash('sha256', text).slice(0, 32)}`;
}

type Atom =
  | { readonly type: 'use'; readonly use: Use }
  | { readonly type: 'tie'; readonly tie: Tie }
  | { readonly type: 'clock'; readonly family: 'date' | 'timestamp' };

/** Bits that are looked at together, as many as fit a small integer. */
const CHUNK = 30n;
const CHUNK_MASK = (1n << CHUNK) - 1n;

export interface Expanded {
  readonly uses: readonly Use[];
  readonly ties: readonly Tie[];
  readonly clocks: readonly ('date' | 'timestamp')[];
}

/** Numbers everything that a query takes from outside, so that sets of it are one number. */
export class Atoms {
  readonly #atoms: Atom[] = [];
  readonly #bits = new Map<string, bigint>();
  /** Input of the reading → its number in canonical order. */
  readonly #order: readonly number[];

  constructor(order: readonly number[]) {
    this.#order = order;
  }

  use(use: Use): bigint {
    const name = use.type === 'column' ? `c${use.input} ${use.column}` : `${use.type}${use.input}`;
    return this.#bit(name, { type: 'use', use });
  }

  tie(tie: Tie): bigint {
    return this.#bit(`t${tie.span.start} ${tie.construct}`, { type: 'tie', tie });
  }

  clock(family: 'date' | 'timestamp'): bigint {
    return this.#bit(family, { type: 'clock', family });
  }

  #bit(name: string, atom: Atom): bigint {
    const known = this.#bits.get(name);
    if (known !== undefined) return known;
    const bit = 1n << BigInt(this.#atoms.length);
    this.#bits.set(name, bit);
    this.#atoms.push(atom);
    return bit;
  }

  /** The members of a set; uses stand in canonical order, which their inputs' numbers in the reading need not follow. */
  expand(atoms: bigint): Expanded {
    const uses: Use[] = [];
    const ties: Tie[] = [];
    const clocks: ('date' | 'timestamp')[] = [];
    for (let rest = atoms, base = 0; rest !== 0n; rest >>= CHUNK, base += 30) {
      for (let low = Number(rest & CHUNK_MASK); low !== 0; low &= low - 1) {
        const atom = this.#atoms[base + 31 - Math.clz32(low & -low)];
        if (atom?.type === 'use') uses.push(atom.use);
        else if (atom?.type === 'tie') ties.push(atom.tie);
        else if (atom !== undefined) clocks.push(atom.family);
      }
    }
    if (uses.length > 1) uses.sort((left, right) => this.#compare(left, right));
    if (ties.length > 1) ties.sort((left, right) => left.span.start - right.span.start);
    return { uses, ties, clocks: clocks.sort() };
  }

  #compare(left: Use, right: Use): number {
    const byInput = (this.#order[left.input] ?? 0) - (this.#order[right.input] ?? 0);
    if (byInput !== 0) return byInput;
    if (left.type !== right.type) return left.type > right.type ? -1 : 1;
    if (left.type !== 'column' || right.type !== 'column') return 0;
    return left.column < right.column ? -1 : left.column > right.column ? 1 : 0;
  }
}
