import type { ClockUse, Identifier, Tie } from './contract.ts';
import type { Span } from '../model/problems.ts';

/**
 * What the structure parser finds: queries, their clauses and the names in them, before any name is resolved. Plain
 * JSON. An expression is no tree but the run of its tokens, with names and subqueries set apart.
 */
export interface Expression {
  readonly items: readonly Item[];
  readonly span: Span;
  /** What it holds outside its subqueries. */
  readonly facts: Facts;
}

export type Item =
  /** Canonical spelling of one token. */
  | string
  | Name
  | { readonly type: 'query'; readonly query: Query; readonly rowsOnly: boolean }
  /** `*` or `t.*` where an argument stands: takes in all columns. */
  | { readonly type: 'star'; readonly qualifier: readonly string[] }
  /** `#2`, in Snowflake `$2`: the second column of FROM. */
  | { readonly type: 'ordinal'; readonly number: number }
  | { readonly type: 'relation'; readonly relation: Relation };

/** A dotted name, folded. It may be a column, a field, a whole row, or a word that only looks like a name. */
export interface Name {
  readonly type: 'name';
  readonly parts: readonly string[];
  /** As it is written, where the letter case of a field can matter and differs. */
  readonly written?: readonly string[];
  readonly span: Span;
  /** Stands where nothing but a column can stand. */
  readonly sure: boolean;
}

export interface Facts {
  readonly aggregate: boolean;
  readonly window: boolean;
  /** May turn one row into many, or none. */
  readonly multiplies: boolean;
  /** Functions that the reader does not know: each may be an aggregate. */
  readonly unknown: readonly string[];
  /** Gives an unknown number of columns (`COLUMNS(…)`). */
  readonly spreads: boolean;
  /** Names in it may be the arguments of a lambda. */
  readonly lambda: boolean;
  readonly ties: readonly TieSite[];
  readonly clocks: readonly ClockUse[];
}

export interface TieSite {
  readonly tie: Tie;
  /** Where these names hold a unique set of columns, there is no tie; null where nothing helps. */
  readonly keys: readonly Name[] | null;
}

export interface Query {
  readonly ctes: readonly Cte[];
  readonly body: Body;
  readonly order: Clause | null;
  /** LIMIT, OFFSET, FETCH, TOP. */
  readonly limit: Clause | null;
  /** What follows and was not understood. */
  readonly rest: Clause | null;
  readonly span: Span;
}

/** A clause of a query: a list of expressions under a label that the user knows. */
export interface Clause {
  readonly label: string;
  /** Words of the clause that are not in its expressions: `all`, `percent`, `with ties`. */
  readonly words: string;
  readonly list: readonly Expression[];
  /** How the clause itself, apart from its expressions, can hang on the order of rows. */
  readonly ties: readonly TieSite[];
  readonly span: Span;
}

export interface Cte {
  readonly id: number;
  readonly name: Identifier;
  readonly columns: readonly string[] | null;
  readonly query: Query;
  /** Its own name is visible in it. */
  readonly recursive: boolean;
  /** NOT MATERIALIZED: each that reads it runs it anew. */
  readonly inlined: boolean;
  /** What stands beside the query and matters: `using key`, `search`, `cycle`. */
  readonly rest: Clause | null;
}

export type Body =
  | Select
  | Values
  | { readonly type: 'nested'; readonly query: Query }
  | { readonly type: 'set'; readonly branches: readonly Branch[]; readonly span: Span }
  /** Nothing is known but what it mentions. */
  | { readonly type: 'opaque'; readonly expression: Expression; readonly label: string };

/** The operator joins a branch to all before it; null for the first. */
export interface Branch {
  readonly operator: SetOperator | null;
  readonly body: Body;
}

export interface SetOperator {
  readonly kind: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly byName: boolean;
  readonly span: Span;
}

export interface Values {
  readonly type: 'values';
  readonly rows: readonly (readonly Expression[])[];
  readonly span: Span;
}

export interface Select {
  readonly type: 'select';
  readonly distinct: Clause | null;
  readonly items: readonly SelectItem[];
  readonly from: From | null;
  readonly where: Clause | null;
  readonly group: Clause | null;
  readonly having: Clause | null;
  readonly qualify: Clause | null;
  readonly windows: Clause | null;
  readonly top: Clause | null;
  /** Settings that the text gives to this query alone. */
  readonly hint: Clause | null;
  readonly sample: Clause | null;
  /** Clauses that were not understood. */
  readonly rest: Clause | null;
  readonly span: Span;
}

export type SelectItem =
  | {
      readonly type: 'value';
      readonly expression: Expression;
      readonly alias: Identifier | null;
      /** The name that the engine gives without an alias; null where the reader cannot tell. */
      readonly name: string | null;
      /** What the engine makes that name of, where the reader cannot tell it. */
      readonly written?: string;
    }
  | StarItem;

export interface StarItem {
  readonly type: 'star';
  readonly qualifier: readonly string[];
  /** Names as they are dotted: the last part is the column. */
  readonly exclude: readonly (readonly string[])[];
  readonly replace: readonly { readonly name: Identifier; readonly expression: Expression }[];
  readonly rename: readonly { readonly from: readonly string[]; readonly to: Identifier }[];
  /** Something follows that was not understood. */
  readonly rest: Expression | null;
  readonly span: Span;
}

export interface From {
  readonly steps: readonly Step[];
  readonly span: Span;
}

export type Step =
  | { readonly type: 'relation'; readonly relation: Relation; readonly join: Join | null }
  | { readonly type: 'on'; readonly expression: Expression }
  /** `alias`, folded, may qualify the columns that it names. */
  | { readonly type: 'using'; readonly names: readonly string[]; readonly alias: string | null; readonly span: Span }
  | { readonly type: 'open'; readonly join: Join | null }
  | { readonly type: 'close' };

export interface Join {
  /** `comma`, `cross`, `inner`, `left`, `right`, `full`, `semi`, `anti`, `asof`, `positional`, `asof left` … */
  readonly kind: string;
  readonly natural: boolean;
  /** POSITIONAL pairs rows by their order, ASOF picks one of those that tie. */
  readonly tie: Tie | null;
  readonly span: Span;
}

export interface Relation {
  readonly source: RelationSource;
  readonly alias: Identifier | null;
  /** Name by which columns may be qualified, folded, when there is no alias. */
  readonly names: readonly string[];
  readonly columns: readonly Identifier[] | null;
  /** TABLESAMPLE, PIVOT and whatever else follows; the columns are then unknown. */
  readonly suffix: Expression | null;
  readonly span: Span;
}

export type RelationSource =
  | { readonly type: 'input'; readonly input: number }
  | { readonly type: 'cte'; readonly id: number }
  | { readonly type: 'query'; readonly query: Query }
  /** A table function: `name` folded; null for what is not a plain call. */
  | { readonly type: 'function'; readonly name: string | null; readonly call: Expression };
