import type { Span } from '../../model/problems.ts';
import { NO_ATOMS, plus } from './atom-set.ts';
import type { AtomSet } from './atom-set.ts';
import { short } from './meaning.ts';
import type { Meaning } from './meaning.ts';

/** A column of a table or query, seen from a row of it. */
export interface Column {
  /** As it is spelled; null where the engine makes up a name that the reader cannot tell. */
  readonly name: string | null;
  readonly folded: string | null;
  readonly meaning: Meaning;
  /** Hangs on nothing but the row itself, not on which other rows there are. */
  readonly ofRow: boolean;
  readonly span: Span;
}

/** A meaning that is nothing but a column of a table in the FROM beside it. */
export interface Reference extends Meaning {
  readonly column: Column;
}

/** The column that a meaning is, if it is no more than that. */
export const columnOf = (meaning: Meaning | Reference): Column | undefined =>
  'column' in meaning ? meaning.column : undefined;

/** A clause that decides which rows there are. Tables in it stand for their rows. */
export interface RowsPart {
  readonly label: string;
  readonly pieces: readonly (string | Table)[];
  /** What it takes from outside, the rows of its tables aside. */
  readonly atoms: AtomSet;
  readonly span: Span;
}

/** Sets of columns, by their texts, of which no two rows have the same values. */
export type UniqueSets = readonly (readonly string[])[];

export const NOTHING_UNIQUE: UniqueSets = [];

export interface TableContent {
  readonly parts: readonly RowsPart[];
  /** null: unknown, and then `parts` takes in all that the query can see. */
  readonly columns: readonly Column[] | null;
  readonly unique?: UniqueSets;
  /** ORDER BY without LIMIT. */
  readonly order?: RowsPart | null;
}

/** A table, or what a query gives. */
export class Table {
  readonly parts: readonly RowsPart[];
  readonly order: RowsPart | null;
  /** What reasons call it: the name of a CTE. */
  readonly title: string | null;
  readonly unique: UniqueSets;
  readonly #columns: readonly Column[] | null;
  #rows: Meaning | null = null;
  #byName: Map<string, Column[]> | null = null;
  #nameless: readonly Column[] | null = null;

  constructor(content: TableContent, title: string | null = null) {
    this.parts = content.parts;
    this.#columns = content.columns;
    this.order = content.order ?? null;
    this.unique = content.unique ?? NOTHING_UNIQUE;
    this.title = title;
  }

  /** Without the work of making the columns of an input. */
  get columnsKnown(): boolean {
    return this.#columns !== null;
  }

  get columns(): readonly Column[] | null {
    return this.#columns;
  }

  /** Which rows there are. */
  get rows(): Meaning {
    this.#rows ??= rowsOf(this.parts);
    return this.#rows;
  }

  find(folded: string): readonly Column[] {
    return this.#named().get(folded) ?? [];
  }

  #named(): ReadonlyMap<string, readonly Column[]> {
    if (this.#byName !== null) return this.#byName;
    this.#byName = new Map();
    for (const column of this.columns ?? []) {
      if (column.folded === null) continue;
      const same = this.#byName.get(column.folded);
      if (same === undefined) this.#byName.set(column.folded, [column]);
      else same.push(column);
    }
    return this.#byName;
  }

  /** The names under which `find` finds something. */
  foldedNames(): Iterable<string> {
    return this.#named().keys();
  }

  get nameless(): readonly Column[] {
    this.#nameless ??= (this.columns ?? []).filter((column) => column.folded === null);
    return this.#nameless;
  }

  get names(): readonly string[] {
    return (this.columns ?? []).flatMap(({ name }) => (name === null ? [] : [name]));
  }

  /** The same under a name of its own. */
  titled(title: string): Table {
    const { parts, columns, unique, order } = this;
    return new Table({ parts, columns, unique, order }, title);
  }
}

function rowsOf(parts: readonly RowsPart[]): Meaning {
  let atoms = NO_ATOMS;
  const texts: string[] = [];
  for (const part of parts) {
    atoms = plus(atoms, part.atoms);
    for (const piece of part.pieces) {
      if (typeof piece === 'string') texts.push(piece);
      else {
        texts.push(short(piece.rows.text));
        atoms = plus(atoms, piece.rows.atoms);
      }
    }
    texts.push(';');
  }
  return { text: texts.join(' '), atoms };
}

/** All columns with their names, for constructs that take in everything. */
export function allColumns(table: Table): Meaning {
  if (table.columns === null) return { text: '*', atoms: table.rows.atoms };
  let atoms = NO_ATOMS;
  const texts: string[] = [];
  for (const { name, meaning } of table.columns) {
    atoms = plus(atoms, meaning.atoms);
    texts.push(`${name ?? '?'}=${short(meaning.text)}`);
  }
  return { text: texts.join(' , '), atoms };
}

/** Rows and all columns. */
export function everything(table: Table): Meaning {
  const columns = allColumns(table);
  return { text: `[ ${short(table.rows.text)} | ${columns.text} ]`, atoms: plus(table.rows.atoms, columns.atoms) };
}
