import { quoteName } from '../context.ts';
import { joined, short } from './meaning.ts';
import type { Meaning } from './meaning.ts';
import { FEW, SourceIndex, isVague } from './source-index.ts';
import { allColumns, everything } from './table.ts';
import type { Column, Reference, Table } from './table.ts';

/** A table of a FROM. */
export interface Source {
  readonly index: number;
  /** What may qualify its columns: the alias, or catalog, schema and name; folded. */
  readonly names: readonly string[];
  readonly table: Table;
}

/** A column that USING or NATURAL made of two. */
export interface Merged {
  readonly meaning: Meaning;
  readonly sources: Set<number>;
  /** The first of them. */
  readonly first: number;
  readonly ofRow: boolean;
  /** The join that merged it last: where its left side and its right side start. */
  readonly place: { readonly start: number; readonly join: number };
}

export interface Alias {
  readonly meaning: Meaning;
  /** Given with AS, and so visible in the rest of the list. */
  readonly explicit: boolean;
  readonly ofRow: boolean;
}

/** What an expression that is being resolved was found to hang on, shared by a query and those within it. */
interface Watch {
  /** Other rows than its own: a window, or a column that holds one. */
  neighbours: boolean;
}

/** The names that one SELECT makes visible, within those of the queries round it. */
export class Scope {
  readonly parent: Scope | null;
  readonly depth: number;
  readonly watch: Watch;
  readonly sources: Source[] = [];
  readonly aliases = new Map<string, Alias>();
  /** Names that a join gave to the columns that it merged. */
  readonly joinAliases = new Map<string, ReadonlySet<string>>();
  #index: SourceIndex | null = null;
  #merged: Map<string, Merged> | null = null;
  #hidden: Set<number> | null = null;
  #crowd: { readonly size: number; readonly meaning: Meaning } | null = null;
  /** Names cannot be told for certain, so none is reported as wrong. */
  loose = false;
  /** An aggregate of an inner query may belong to this one. */
  outerAggregate = false;
  /** Outputs so far that differ by themselves. */
  drawn = 0;
  /** The WINDOW clause. */
  windows: Meaning | null = null;
  /** What an alias stands for that is given further on in the list; null where none may be used there. */
  ahead: (name: string) => Meaning | null = () => null;

  constructor(parent: Scope | null) {
    this.parent = parent;
    this.depth = parent === null ? 0 : parent.depth + 1;
    this.watch = parent?.watch ?? { neighbours: false };
  }

  add(table: Table, names: readonly string[]): Source {
    const source = { index: this.sources.length, names, table };
    this.sources.push(source);
    if (this.#index !== null) this.#index.add(source);
    else if (this.sources.length > FEW) this.#index = new SourceIndex(this.sources);
    return source;
  }

  /** Starts to watch for what hangs on other rows; gives back what `endWatch` needs. */
  startWatch(): boolean {
    const before = this.watch.neighbours;
    this.watch.neighbours = false;
    return before;
  }

  /** Whether all that was resolved meanwhile hangs on nothing but its own row. */
  endWatch(before: boolean): boolean {
    const alone = !this.watch.neighbours;
    if (before) this.watch.neighbours = true;
    return alone;
  }

  /** Leaves a source to its own join condition: no other name reaches it. */
  hide(index: number): void {
    this.#hidden ??= new Set();
    this.#hidden.add(index);
  }

  isHidden(index: number): boolean {
    return this.#hidden !== null && this.#hidden.has(index);
  }

  mergedAs(name: string): Merged | undefined {
    return this.#merged?.get(name);
  }

  merge(name: string, merged: Merged): void {
    this.#merged ??= new Map();
    this.#merged.delete(name);
    this.#merged.set(name, merged);
  }

  /** The names of the columns that joins merged, those of the outer joins first, as far as the joins start there. */
  mergedFrom(start: number): readonly string[] {
    if (this.#merged === null) return [];
    const found = [...this.#merged].filter(([, { place }]) => place.start === start);
    return found.toSorted(([, left], [, right]) => right.place.join - left.place.join).map(([name]) => name);
  }

  /** How a source is written: by number within its own query, by depth and number from inner ones. */
  #place(source: Source, from: Scope): string {
    return from === this ? String(source.index) : `^${this.depth}.${source.index}`;
  }

  /** A reference to a known column, as seen from `from`. */
  reference(source: Source, column: Column, from: Scope): Meaning {
    if (!column.ofRow) this.watch.neighbours = true;
    const { text: inner, atoms } = column.meaning;
    const text = `{${this.#place(source, from)}.${short(inner)}}`;
    if (from !== this) return { text, atoms };
    const reference: Reference = { text, atoms, column };
    return reference;
  }

  /** A reference by name into a table whose columns are unknown: its rows take in everything. */
  blind(source: Source, name: string, from: Scope): Meaning {
    this.watch.neighbours = true;
    return { text: `{${this.#place(source, from)}?${quoteName(name)}}`, atoms: source.table.rows.atoms };
  }

  wholeRow(source: Source, from: Scope): Meaning {
    if (source.table.columns?.every((column) => column.ofRow) !== true) this.watch.neighbours = true;
    const columns = allColumns(source.table);
    return { text: `{${this.#place(source, from)}:${short(columns.text)}}`, atoms: columns.atoms };
  }

  /** The one visible source of that name, if few tables are there and no other bears it. */
  only(name: string): Source | undefined {
    if (this.#index !== null || this.#hidden !== null) return undefined;
    let found: Source | undefined;
    for (const source of this.sources) {
      const { names } = source;
      if (names[names.length - 1] !== name) continue;
      if (found !== undefined) return undefined;
      found = source;
    }
    return found;
  }

  /** Visible sources that one of the first parts of a name may name: alias, schema and table, or all three. */
  named(parts: readonly string[]): readonly Source[] {
    if (this.#index === null) return this.visible();
    const found: Source[] = [];
    for (let length = Math.min(parts.length, 3); length > 0; length--) {
      for (const source of this.#index.titled(parts[length - 1] ?? ''))
        if (!this.isHidden(source.index)) found.push(source);
    }
    return found;
  }

  /** Visible sources that have a column of that name, and others that may have it unless they are a crowd. */
  owners(column: string): readonly Source[] {
    if (this.#index === null) return this.visible();
    const owners = this.#index.owners(column);
    const { vague } = this.#index;
    const all =
      vague.length === 0 || vague.length > FEW
        ? owners
        : [...new Set([...owners, ...vague])].toSorted((left, right) => left.index - right.index);
    return this.#hidden === null ? all : all.filter(({ index }) => !this.isHidden(index));
  }

  /** The visible ones of some sources that stand side by side, as far as they may have that column. */
  ownersBetween(column: string, first: number, end: number): readonly Source[] {
    const few = end - first <= FEW;
    const candidates = few ? this.sources.slice(first, end) : this.owners(column);
    return candidates.filter(({ index }) => index >= first && index < end && !this.isHidden(index));
  }

  /** Whether nobody knows all names of columns from source `first` on. */
  isVague(first: number): boolean {
    const candidates = this.#index?.vague ?? this.sources;
    return candidates.some((source) => source.index >= first && isVague(source));
  }

  /** What a name may mean in more than a few tables whose columns nobody knows: all that they hold. */
  crowd(): Meaning | null {
    const vague = this.#index?.vague ?? [];
    if (vague.length <= FEW) return null;
    if (this.#crowd?.size !== vague.length) {
      const { text, atoms } = joined(
        vague.map(({ table }) => everything(table)),
        ' , ',
      );
      this.#crowd = { size: vague.length, meaning: { text: short(text), atoms } };
    }
    return this.#crowd.meaning;
  }

  /** Sources that names may reach. */
  visible(): readonly Source[] {
    return this.#hidden === null ? this.sources : this.sources.filter(({ index }) => !this.isHidden(index));
  }
}
