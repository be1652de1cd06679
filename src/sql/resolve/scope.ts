import { quoteName } from '../context.ts';
import { short } from './meaning.ts';
import type { Meaning } from './meaning.ts';
import { allColumns } from './table.ts';
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
  #byName: Map<string, Source[]> | null = null;
  #merged: Map<string, Merged> | null = null;
  #hidden: Set<number> | null = null;
  /** Names cannot be told for certain, so none is reported as wrong. */
  loose = false;
  /** An aggregate of an inner query may belong to this one. */
  outerAggregate = false;
  /** The WINDOW clause. */
  windows: Meaning | null = null;

  constructor(parent: Scope | null) {
    this.parent = parent;
    this.depth = parent === null ? 0 : parent.depth + 1;
    this.watch = parent?.watch ?? { neighbours: false };
  }

  add(table: Table, names: readonly string[]): Source {
    const source = { index: this.sources.length, names, table };
    this.sources.push(source);
    if (this.sources.length > FEW) this.#index(this.#byName === null ? this.sources : [source]);
    return source;
  }

  #index(sources: readonly Source[]): void {
    this.#byName ??= new Map();
    for (const source of sources) {
      const name = source.names.at(-1) ?? '';
      const same = this.#byName.get(name);
      if (same === undefined) this.#byName.set(name, [source]);
      else same.push(source);
    }
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
    this.#merged.set(name, merged);
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
    if (this.#byName !== null || this.#hidden !== null) return undefined;
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
    const byName = this.#byName;
    if (byName === null) return this.visible();
    const found: Source[] = [];
    for (let length = Math.min(parts.length, 3); length > 0; length--) {
      for (const source of byName.get(parts[length - 1] ?? '') ?? [])
        if (!this.isHidden(source.index)) found.push(source);
    }
    return found;
  }

  /** Sources that names may reach. */
  visible(): readonly Source[] {
    return this.#hidden === null ? this.sources : this.sources.filter(({ index }) => !this.isHidden(index));
  }
}

/** Up to so many tables are searched one by one. */
const FEW = 8;
