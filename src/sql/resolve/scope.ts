import { quoteName } from '../context.ts';
import { short } from './meaning.ts';
import type { Meaning } from './meaning.ts';
import { allColumns } from './table.ts';
import type { Column, Table } from './table.ts';

/** A table of a FROM. */
export interface Source {
  readonly index: number;
  /** What may qualify its columns: the alias, or catalog, schema and name; folded. */
  readonly names: readonly string[];
  readonly table: Table;
  /** References to its columns from its own query. */
  readonly references: Map<Column, Meaning>;
}

/** A column that USING or NATURAL made of two. */
export interface Merged {
  readonly meaning: Meaning;
  readonly sources: ReadonlySet<number>;
}

export interface Alias {
  readonly meaning: Meaning;
  /** Given with AS, and so visible in the rest of the list. */
  readonly explicit: boolean;
}

/** The names that one SELECT makes visible, within those of the queries round it. */
export class Scope {
  readonly parent: Scope | null;
  readonly depth: number;
  readonly sources: Source[] = [];
  readonly merged = new Map<string, Merged>();
  readonly aliases = new Map<string, Alias>();
  /** Sources that only their own join condition sees. */
  readonly hidden = new Set<number>();
  /** What each reference to a column stands for, by its text. */
  readonly references = new Map<string, Column>();
  /** Texts in which a value hangs on other rows than its own. */
  readonly relative: string[] = [];
  /** Names cannot be told for certain, so none is reported as wrong. */
  loose = false;
  /** An aggregate of an inner query may belong to this one. */
  outerAggregate = false;
  /** The WINDOW clause. */
  windows: Meaning | null = null;

  constructor(parent: Scope | null) {
    this.parent = parent;
    this.depth = parent === null ? 0 : parent.depth + 1;
  }

  add(table: Table, names: readonly string[]): Source {
    const source = { index: this.sources.length, names, table, references: new Map<Column, Meaning>() };
    this.sources.push(source);
    return source;
  }

  /** How a source is written: by number within its own query, by depth and number from inner ones. */
  #place(source: Source, from: Scope): string {
    return from === this ? String(source.index) : `^${this.depth}.${source.index}`;
  }

  /** A reference to a known column, as seen from `from`. */
  reference(source: Source, column: Column, from: Scope): Meaning {
    const known = from === this ? source.references.get(column) : undefined;
    if (known !== undefined) return known;
    const text = `{${this.#place(source, from)}.${short(column.meaning.text)}}`;
    if (from === this) {
      this.references.set(text, column);
      if (!column.ofRow) this.relative.push(text);
    }
    const meaning = { text, atoms: column.meaning.atoms };
    if (from === this) source.references.set(column, meaning);
    return meaning;
  }

  /** A reference by name into a table whose columns are unknown: its rows take in everything. */
  blind(source: Source, name: string, from: Scope): Meaning {
    return { text: `{${this.#place(source, from)}?${quoteName(name)}}`, atoms: source.table.rows.atoms };
  }

  wholeRow(source: Source, from: Scope): Meaning {
    const columns = allColumns(source.table);
    return { text: `{${this.#place(source, from)}:${short(columns.text)}}`, atoms: columns.atoms };
  }

  /** Sources that names may reach. */
  visible(): readonly Source[] {
    return this.hidden.size === 0 ? this.sources : this.sources.filter(({ index }) => !this.hidden.has(index));
  }
}
