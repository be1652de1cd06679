/** What a value is, as far as the generator cares. */
/** A struct has an int `a` and a text `b`; a list is of ints. */
export type Kind = 'int' | 'num' | 'text' | 'bool' | 'date' | 'struct' | 'list' | 'other';

export interface Ref {
  type: 'ref';
  /** Alias of the table; null where the name stands alone. */
  of: string | null;
  name: string;
}

export interface Literal {
  type: 'literal';
  kind: Kind;
  sql: string;
}

export interface Subquery {
  type: 'query';
  query: Query;
}

export type Piece = string | Ref | Literal | Subquery;

/**
 * What can make two builds of one meaning differ: `always`, or unless the given columns tell all rows of the FROM apart.
 * `volatile` differs by itself, and so does `clock` in a model that leaves the clock to the engine.
 */
export type Tie = 'always' | 'volatile' | 'clock' | Ref[];

/** SQL in pieces: words between the parts that edits look for. */
export interface Expr {
  kind: Kind;
  pieces: Piece[];
  ties: Tie[];
}

export type Item =
  | { type: 'expr'; expr: Expr; alias: string | null }
  | {
      type: 'star';
      of: string | null;
      exclude: string[];
      replace: { name: string; expr: Expr }[];
      rename: { name: string; to: string } | null;
    };

export type Source =
  | { type: 'table'; name: string; alias: string | null }
  | { type: 'query'; query: Query; alias: string; columns: string[] | null; lateral: boolean }
  | { type: 'values'; rows: Literal[][]; alias: string; columns: string[] }
  | { type: 'series'; to: Literal; alias: string; column: string }
  /** PIVOT, UNPIVOT, functions of what stands before them: whose columns are known all the same. */
  | { type: 'made'; made: Expr; alias: string; columns: { name: string; kind: Kind }[]; listed: boolean };

export const JOINS = ['INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS', 'COMMA', 'SEMI', 'ANTI', 'ASOF'] as const;
export type JoinKind = (typeof JOINS)[number];

export interface Join {
  kind: JoinKind;
  source: Source;
  on: Expr | null;
  /** Names, or `natural`: all that both sides have. */
  using: string[] | 'natural' | null;
}

export const GROUP_FORMS = ['exprs', 'ordinals', 'aliases', 'all', 'rollup', 'cube', 'sets'] as const;

export interface Group {
  form: (typeof GROUP_FORMS)[number];
  keys: Expr[];
}

export interface Select {
  type: 'select';
  distinct: 'no' | 'distinct' | Expr[];
  items: Item[];
  from: { first: Source; joins: Join[] } | null;
  where: Expr | null;
  group: Group | null;
  having: Expr | null;
  /** What stands between the brackets of `WINDOW w AS ()`. */
  window: Expr | null;
  qualify: Expr | null;
}

export const SET_OPS = [
  'UNION',
  'UNION ALL',
  'INTERSECT',
  'EXCEPT',
  'EXCEPT ALL',
  'INTERSECT ALL',
  'UNION BY NAME',
  'UNION ALL BY NAME',
] as const;

export interface SetOperation {
  type: 'set';
  op: (typeof SET_OPS)[number];
  left: Body;
  right: Body;
}

export type Body = Select | SetOperation;

export interface Cte {
  name: string;
  columns: string[] | null;
  materialized: boolean;
  /** Its second part reads it. */
  recursive: boolean;
  query: Query;
}

export interface Order {
  by: Expr;
  desc: boolean;
  nulls: 'FIRST' | 'LAST' | null;
}

export interface Query {
  ctes: Cte[];
  body: Body;
  order: Order[];
  limit: Literal | Subquery | null;
  offset: Literal | null;
}

/** How a query is written down, which means nothing. */
export interface Style {
  /** Keywords and functions in small letters. */
  small: boolean;
  layout: 'flat' | 'lines' | 'wide';
  /** Seed of the comments; 0 for none. */
  comments: number;
  /** How names of tables are spelled: as they are, in capitals or in quotes. */
  names: 'plain' | 'capital' | 'quoted';
  inner: boolean;
  outer: boolean;
  as: boolean;
  unequal: '<>' | '!=';
  ascending: boolean;
  semicolon: boolean;
  brackets: boolean;
  /** FROM stands before SELECT. */
  fromFirst: boolean;
}

export const PLAIN: Style = {
  small: false,
  layout: 'flat',
  comments: 0,
  names: 'plain',
  inner: false,
  outer: false,
  as: true,
  unequal: '<>',
  ascending: false,
  semicolon: false,
  brackets: false,
  fromFirst: false,
};

export const ref = (of: string | null, name: string): Ref => ({ type: 'ref', of, name });
export const literal = (kind: Kind, sql: string): Literal => ({ type: 'literal', kind, sql });

/** Joins words and expressions into one expression. */
export function expr(kind: Kind, ...parts: readonly (Piece | Expr)[]): Expr {
  const pieces: Piece[] = [];
  const ties: Tie[] = [];
  for (const part of parts) {
    if (typeof part === 'object' && 'pieces' in part) {
      pieces.push(...part.pieces);
      ties.push(...part.ties);
    } else pieces.push(part);
  }
  return { kind, pieces, ties };
}

export const tied = (one: Expr, ...ties: readonly Tie[]): Expr => ({ ...one, ties: [...one.ties, ...ties] });

export const queryOf = (body: Body): Query => ({ ctes: [], body, order: [], limit: null, offset: null });

export const selectOf = (items: Item[], from: Select['from']): Select => ({
  type: 'select',
  distinct: 'no',
  items,
  from,
  where: null,
  group: null,
  having: null,
  window: null,
  qualify: null,
});

export const sourcesOf = (select: Select): Source[] =>
  select.from === null ? [] : [select.from.first, ...select.from.joins.map((join) => join.source)];

/** Every expression that a select holds by itself, those of its subqueries aside. */
export function expressionsOf(select: Select): Expr[] {
  const found: Expr[] = select.distinct === 'no' || select.distinct === 'distinct' ? [] : [...select.distinct];
  for (const item of select.items) {
    if (item.type === 'expr') found.push(item.expr);
    else found.push(...item.replace.map((one) => one.expr));
  }
  for (const join of select.from?.joins ?? []) if (join.on !== null) found.push(join.on);
  for (const source of sourcesOf(select)) if (source.type === 'made') found.push(source.made);
  for (const one of [select.where, select.having, select.window, select.qualify]) if (one !== null) found.push(one);
  return [...found, ...(select.group?.keys ?? [])];
}

export const selectsOf = (body: Body): Select[] =>
  body.type === 'select' ? [body] : [...selectsOf(body.left), ...selectsOf(body.right)];

/** The queries that stand right within this one. */
export function innerQueries(query: Query): Query[] {
  const found = query.ctes.map((cte) => cte.query);
  if (query.limit?.type === 'query') found.push(query.limit.query);
  for (const select of selectsOf(query.body)) {
    for (const source of sourcesOf(select)) if (source.type === 'query') found.push(source.query);
    for (const one of expressionsOf(select)) {
      for (const piece of one.pieces) if (typeof piece === 'object' && piece.type === 'query') found.push(piece.query);
    }
  }
  return found;
}

/** The query and all within it. */
export function allQueries(query: Query): Query[] {
  return [query, ...innerQueries(query).flatMap(allQueries)];
}

const hasTie =
  (tie: Tie) =>
  (query: Query): boolean =>
    allQueries(query).some(({ body }) =>
      selectsOf(body).some((select) => expressionsOf(select).some(({ ties }) => ties.includes(tie))),
    );

export const isVolatile = hasTie('volatile');
export const callsClock = hasTie('clock');
