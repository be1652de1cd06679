import { hash } from 'node:crypto';
import type { Tie, Use } from '../contract.ts';
import { NO_ATOMS, atomSetOf, eachAtom, plus } from './atom-set.ts';
import type { AtomSet } from './atom-set.ts';

/**
 * What a piece of a query means: a text in which names of tables, CTEs and aliases are resolved away, and the set of
 * what it takes from outside, by its numbers in `Atoms`. Equal texts over equal inputs give equal data.
 */
export interface Meaning {
  readonly text: string;
  readonly atoms: AtomSet;
}

export function union(meanings: readonly Meaning[]): AtomSet {
  let atoms = NO_ATOMS;
  for (const meaning of meanings) atoms = plus(atoms, meaning.atoms);
  return atoms;
}

export const joined = (meanings: readonly Meaning[], separator: string): Meaning => ({
  text: meanings.map((meaning) => meaning.text).join(separator),
  atoms: union(meanings),
});

/** What may be any of several; null where there are none. */
export function oneOf(meanings: readonly Meaning[]): Meaning | null {
  const [first, ...others] = meanings;
  if (first === undefined) return null;
  if (others.length === 0) return first;
  if (others.every((other) => other.text === first.text)) return { text: first.text, atoms: union(meanings) };
  const texts = [...new Set(meanings.map((meaning) => meaning.text))];
  return { text: `either( ${texts.join(' , ')} )`, atoms: union(meanings) };
}

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

export interface Expanded {
  readonly uses: readonly Use[];
  readonly ties: readonly Tie[];
  readonly clocks: readonly ('date' | 'timestamp')[];
}

/** Numbers everything that a query takes from outside, so that sets of it are sets of numbers. */
export class Atoms {
  readonly #atoms: Atom[] = [];
  readonly #known = new Map<string, AtomSet>();
  readonly #expanded = new Map<AtomSet, Expanded>();
  /** Input of the reading → its number in canonical order. */
  readonly #order: readonly number[];
  /** Something in sight can differ by itself, as `random()` does. */
  anyVolatile = false;

  constructor(order: readonly number[]) {
    this.#order = order;
  }

  use(use: Use): AtomSet {
    const name = use.type === 'column' ? `c${use.input} ${use.column}` : `${use.type}${use.input}`;
    return this.#set(name, { type: 'use', use });
  }

  tie(tie: Tie): AtomSet {
    if (tie.kind === 'volatile') this.anyVolatile = true;
    return this.#set(`t${tie.span.start} ${tie.construct}`, { type: 'tie', tie });
  }

  clock(family: 'date' | 'timestamp'): AtomSet {
    return this.#set(family, { type: 'clock', family });
  }

  #set(name: string, atom: Atom): AtomSet {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const set = atomSetOf(this.#atoms.length);
    this.#known.set(name, set);
    this.#atoms.push(atom);
    return set;
  }

  /** Whether what takes this in can differ by itself. */
  isVolatile(atoms: AtomSet): boolean {
    return this.anyVolatile && this.expand(atoms).ties.some((tie) => tie.kind === 'volatile');
  }

  /** The members of a set; uses stand in canonical order, which their inputs' numbers in the reading need not follow. */
  expand(atoms: AtomSet): Expanded {
    // Thousands of columns can hang on one set of thousands: they share the list.
    const known = this.#expanded.get(atoms) ?? this.#members(atoms);
    this.#expanded.set(atoms, known);
    return known;
  }

  #members(atoms: AtomSet): Expanded {
    const uses: Use[] = [];
    const ties: Tie[] = [];
    const clocks: ('date' | 'timestamp')[] = [];
    eachAtom(atoms, (member) => {
      const atom = this.#atoms[member];
      if (atom?.type === 'use') uses.push(atom.use);
      else if (atom?.type === 'tie') ties.push(atom.tie);
      else if (atom !== undefined) clocks.push(atom.family);
    });
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
