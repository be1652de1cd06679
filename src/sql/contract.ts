import type { Span } from '../model/problems.ts';
import type { ProblemCode } from '../model/problems.ts';

export const DIALECTS = ['duckdb', 'postgres', 'snowflake', 'bigquery', 'databricks', 'trino', 'starrocks'] as const;
export type Dialect = (typeof DIALECTS)[number];

export interface Identifier {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * One mention of something outside the query, in order of appearance. `span` is what splicing replaces: the dotted
 * name, or the whole reading expression (`'x.parquet'`, `read_csv('x.csv', header = true)`).
 */
export type InputUse =
  | {
      readonly type: 'table';
      /** As the engine will spell them, where it folds to lower case. */
      readonly parts: readonly Identifier[];
      readonly span: Span;
      /** Where the mention has no alias of its own: the name by which the query's columns may qualify it. */
      readonly needsAlias: string | null;
      /**
       * Where columns are qualified by schema and table (`analytics.orders` of `analytics.orders.total`): when the
       * mention is replaced, the alias, quoted, replaces these too.
       */
      readonly qualifiers: readonly Span[];
    }
  | {
      readonly type: 'file';
      readonly path: string;
      readonly call: string;
      readonly span: Span;
      readonly needsAlias: string | null;
    };

export interface ParameterUse {
  readonly name: string;
  readonly span: Span;
  /** The literal that stands for it. */
  readonly literal: string;
}

/** A call of the clock. The date family has a new snapshot each day, the timestamp family each run. */
export interface ClockUse {
  readonly family: 'date' | 'timestamp';
  /** Canonical name of the function, which decides the type of the literal: `current_date`, `now`, `localtimestamp` … */
  readonly function: string;
  readonly span: Span;
}

/** A construct whose result can differ between two builds of one meaning. */
export interface Tie {
  /**
   * volatile: differs by itself (`random()`). clock: reads the engine's own clock, as `clock: ignore` wants it. tie: depends
   * on how the engine breaks a tie. order: depends on the order of the input's rows, so it takes in the input's build key.
   */
  readonly kind: 'volatile' | 'clock' | 'tie' | 'order';
  /** As shown to the user: `random()`, `LIMIT without a total order`. */
  readonly construct: string;
  readonly span: Span;
}

export interface SqlProblem {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint: string | null;
  readonly span: Span;
}

/** One replacement in a text. An empty span inserts. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/**
 * What one query says by itself, before its names are resolved. Depends on the text, the dialect and the values of the
 * parameters that it uses and on nothing else; plain JSON, so it can be cached by content.
 */
export interface Reading {
  readonly dialect: Dialect;
  /** The text with comments and layout gone, keywords in lower case, names as written, parameters put in. */
  readonly canonical: string;
  readonly inputs: readonly InputUse[];
  readonly parameters: readonly ParameterUse[];
  readonly clocks: readonly ClockUse[];
  readonly ties: readonly Tie[];
  readonly problems: readonly SqlProblem[];
  /**
   * To be spliced together with the clock's instants and the physical names: a column that takes its name from `now()`,
   * or from a table that a subquery reads, is given that name, because what is put in would bring another each time.
   */
  readonly keptNames: readonly Edit[];
  /** Semicolons after the query: a query that is put into another one must not have them. */
  readonly semicolons: readonly Span[];
  /** The reader's own; null where the query is read as opaque. */
  readonly structure: unknown;
}

/** What stands behind one `InputUse`, at the same index. */
export interface InputTable {
  /** Present columns in order; null where nobody knows them. */
  readonly columns: readonly { readonly name: string; readonly type: string | null }[] | null;
  /** Sets of columns declared unique: a window's order that holds one of them whole has no ties. */
  readonly unique: readonly (readonly string[])[];
}

/** What a part of a query takes from input number `input` of the reading. */
export type Use =
  | { readonly input: number; readonly type: 'rows' }
  | { readonly input: number; readonly type: 'column'; readonly column: string }
  /** All rows and all columns, in order, whatever they are: what opaque constructs see. */
  | { readonly input: number; readonly type: 'everything' };

/** A piece of meaning: equal canonical text over equal used keys gives equal data. */
export interface Part {
  /** What the user would call it: `WHERE`, `GROUP BY`, `column total`, `query`. */
  readonly label: string;
  /** Inputs and their columns stand in it by number and name, never by alias. */
  readonly canonical: string;
  /**
   * In the order of the numbers in `canonical`, which is not the order of the reading: inputs are numbered as they are
   * met from the main query on, so that the order of CTEs does not matter. A key takes in what each use leads to, in
   * this order, and never `input` itself.
   */
  readonly uses: readonly Use[];
  readonly ties: readonly Tie[];
  /** Which clock families it calls. */
  readonly clocks: readonly ('date' | 'timestamp')[];
  readonly span: Span;
}

export interface OutputColumn extends Part {
  /** As it is spelled in the result. */
  readonly name: string;
}

/**
 * What one query means over its inputs' present columns. `rows` lists the clauses that decide which rows there are;
 * `columns` is null where the output's columns cannot be known: everything is then in `rows`.
 */
export interface Shape {
  readonly rows: readonly Part[];
  readonly columns: readonly OutputColumn[] | null;
  /** What matters to this table only: ORDER BY without LIMIT, spelling of the output's names. */
  readonly own: readonly Part[];
  readonly problems: readonly SqlProblem[];
}
