import {
  type Body,
  type Cte,
  type Expr,
  type Item,
  type Kind,
  type Query,
  type Ref,
  type Select,
  type Source,
} from './query.ts';

export interface Column {
  readonly name: string;
  readonly kind: Kind;
  /** May differ from one build to the next without anything being wrong. */
  readonly tied: boolean;
  /** No two rows have it alike. */
  readonly unique?: boolean;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rowsTied: boolean;
}

/** What names stand for: tables of the project, and the CTEs in sight. */
export interface Env {
  readonly tables: ReadonlyMap<string, Table>;
  readonly ctes: ReadonlyMap<string, Table>;
  /** The clock is the engine's own, and differs from build to build. */
  readonly ignoresClock?: boolean;
}

export interface Seen {
  readonly alias: string;
  readonly table: Table;
}

export interface Scope {
  readonly sources: readonly Seen[];
  /** Tables of semi and anti joins: only their own condition sees them. */
  readonly hidden: readonly Seen[];
  /** Columns that USING made one of. */
  readonly merged: ReadonlySet<string>;
  readonly outer: Scope | null;
}

const NOTHING: Table = { columns: [], rowsTied: false };

export const aliasOf = (source: Source): string =>
  source.alias ?? (source.type === 'table' ? source.name.slice(source.name.lastIndexOf('.') + 1) : '');

/** `left` is what stands before it in the FROM. */
function sourceTable(source: Source, env: Env, outer: Scope | null, left: Scope): Table {
  switch (source.type) {
    case 'table':
      return env.ctes.get(source.name) ?? env.tables.get(source.name) ?? NOTHING;
    case 'query':
      return renamed(analyze(source.query, env, source.lateral ? left : outer), source.columns);
    case 'values':
      return {
        columns: source.columns.map((name, index) => ({
          name,
          kind: source.rows[0]?.[index]?.kind ?? 'other',
          tied: false,
        })),
        rowsTied: false,
      };
    case 'series':
      return { columns: [{ name: source.column, kind: 'int', tied: false }], rowsTied: false };
    case 'made': {
      const tied = exprTied(source.made, { env, scope: left, aliases: new Map() });
      return { columns: source.columns.map((column) => ({ ...column, tied })), rowsTied: tied };
    }
  }
}

const renamed = (table: Table, names: readonly string[] | null): Table =>
  names === null
    ? table
    : { ...table, columns: table.columns.map((column, index) => ({ ...column, name: names[index] ?? column.name })) };

export function scopeOf(select: Select, env: Env, outer: Scope | null): Scope {
  const sources: Seen[] = [];
  const hidden: Seen[] = [];
  const merged = new Set<string>();
  const scope: Scope = { sources, hidden, merged, outer };
  const see = (source: Source, into: Seen[]): Table => {
    const table = sourceTable(source, env, outer, scope);
    into.push({ alias: aliasOf(source), table });
    return table;
  };
  if (select.from !== null) see(select.from.first, sources);
  for (const join of select.from?.joins ?? []) {
    const before = sources.flatMap(({ table }) => table.columns);
    const right = see(join.source, join.kind === 'SEMI' || join.kind === 'ANTI' ? hidden : sources);
    if (join.using === 'natural') {
      for (const { name } of right.columns) if (before.some((one) => one.name === name)) merged.add(name);
    } else for (const name of join.using ?? []) merged.add(name);
  }
  return scope;
}

interface Names {
  readonly env: Env;
  readonly scope: Scope;
  /** Aliases given so far in the list. */
  readonly aliases: ReadonlyMap<string, boolean>;
}

function refTied(one: Ref, names: Names): boolean {
  for (let scope: Scope | null = names.scope; scope !== null; scope = scope.outer) {
    const found = [...scope.sources, ...scope.hidden]
      .filter((source) => one.of === null || source.alias === one.of)
      .flatMap((source) => source.table.columns.filter((column) => column.name === one.name));
    if (found.length > 0) return found.some((column) => column.tied);
    if (one.of === null && scope === names.scope && names.aliases.has(one.name))
      return names.aliases.get(one.name) === true;
  }
  return false;
}

const tellsApart = (refs: readonly Ref[], scope: Scope): boolean =>
  scope.sources.every(({ alias, table }) => {
    const named = (column: Column): boolean =>
      refs.some(
        (one) => one.name === column.name && (one.of === alias || (one.of === null && isAlone(one.name, scope))),
      );
    return table.columns.every(named) || table.columns.some((column) => column.unique === true && named(column));
  });

const isAlone = (name: string, { sources, merged }: Scope): boolean =>
  !merged.has(name) && sources.filter(({ table }) => table.columns.some((column) => column.name === name)).length === 1;

function exprTied(one: Expr, names: Names): boolean {
  return (
    one.ties.some((tie) =>
      tie === 'clock' ? names.env.ignoresClock === true : typeof tie === 'string' || !tellsApart(tie, names.scope),
    ) ||
    one.pieces.some((piece) => {
      if (typeof piece === 'string' || piece.type === 'literal') return false;
      if (piece.type === 'ref') return refTied(piece, names);
      const table = analyze(piece.query, names.env, names.scope);
      return table.rowsTied || table.columns.some((column) => column.tied);
    })
  );
}

/** Columns that a star stands for, in order. */
export function starColumns(item: Extract<Item, { type: 'star' }>, scope: Scope): readonly Column[] {
  const seen = new Set<string>();
  const columns: Column[] = [];
  for (const { alias, table } of scope.sources) {
    if (item.of !== null && item.of !== alias) continue;
    for (const column of table.columns) {
      if (item.exclude.includes(column.name)) continue;
      if (item.of === null && scope.merged.has(column.name)) {
        if (seen.has(column.name)) continue;
        seen.add(column.name);
      }
      columns.push(item.rename?.name === column.name ? { ...column, name: item.rename.to } : column);
    }
  }
  return columns;
}

function selectTable(select: Select, env: Env, outer: Scope | null): Table {
  const scope = scopeOf(select, env, outer);
  const aliases = new Map<string, boolean>();
  const names: Names = { env, scope, aliases };
  const columns: Column[] = [];
  for (const item of select.items) {
    if (item.type === 'expr') {
      const tied = exprTied(item.expr, names);
      const name = item.alias ?? ownName(item.expr);
      columns.push({ name, kind: item.expr.kind, tied });
      aliases.set(name, tied);
      continue;
    }
    for (const column of starColumns(item, scope)) {
      const replaced = item.replace.find((one) => one.name === column.name);
      if (replaced === undefined) columns.push(column);
      else columns.push({ name: column.name, kind: replaced.expr.kind, tied: exprTied(replaced.expr, names) });
    }
  }
  const on = (select.from?.joins ?? []).flatMap((join) => (join.on === null ? [] : [join.on]));
  const clauses = [...on, select.where, select.having, select.qualify, ...(select.group?.keys ?? [])];
  const windowTied = select.window !== null && exprTied(select.window, names);
  const merged = [...scope.merged].some((name) => refTied({ type: 'ref', of: null, name }, names));
  const distinct = Array.isArray(select.distinct) ? select.distinct : [];
  const rowsTied =
    merged ||
    windowTied ||
    asofTied(select, scope) ||
    [...scope.sources, ...scope.hidden].some(({ table }) => table.rowsTied) ||
    [...clauses, ...distinct].some((one) => one !== null && exprTied(one, names)) ||
    ((select.distinct === 'distinct' || select.group?.form === 'all') && columns.some((column) => column.tied));
  return allOr({ columns, rowsTied });
}

/** Of several rows that are as near, ASOF takes one. */
const asofTied = (select: Select, scope: Scope): boolean =>
  (select.from?.joins ?? []).some(({ kind, on, source }) => {
    if (kind !== 'ASOF') return false;
    const right = scope.sources.find(({ alias }) => alias === aliasOf(source));
    const unique = right?.table.columns.find((column) => column.unique === true);
    return !on?.pieces.some(
      (piece) =>
        typeof piece === 'object' && piece.type === 'ref' && piece.of === right?.alias && piece.name === unique?.name,
    );
  });

/** Where the rows can differ, so can every column. What was unique may come several times. */
const allOr = ({ rowsTied, columns }: Table): Table => ({
  rowsTied,
  columns: columns.map(({ name, kind, tied }) => ({ name, kind, tied: rowsTied || tied })),
});

/** The name of a column that was given none. */
export function ownName(one: Expr): string {
  const [piece, ...others] = one.pieces;
  return typeof piece === 'object' && piece.type === 'ref' && others.length === 0 ? piece.name : '?';
}

function bodyTable(body: Body, env: Env, outer: Scope | null): Table {
  if (body.type === 'select') return selectTable(body, env, outer);
  const left = branchTable(body.left, env, outer);
  const right = branchTable(body.right, env, outer);
  const tied = [left, right].some((side) => side.rowsTied || side.columns.some((column) => column.tied));
  const extra = body.op.includes('BY NAME')
    ? right.columns.filter((column) => !left.columns.some((one) => one.name === column.name))
    : [];
  return allOr({ columns: [...left.columns, ...extra], rowsTied: tied });
}

/** Nothing orders the rows among which DISTINCT ON of a branch chooses. */
function branchTable(body: Body, env: Env, outer: Scope | null): Table {
  const table = bodyTable(body, env, outer);
  return body.type === 'select' && Array.isArray(body.distinct) ? allOr({ ...table, rowsTied: true }) : table;
}

/** Whether DISTINCT ON chooses among rows that differ. */
function choiceTied(query: Query, env: Env, outer: Scope | null): boolean {
  const { body } = query;
  if (body.type !== 'select' || !Array.isArray(body.distinct)) return false;
  const refs = query.order.flatMap(({ by }) =>
    by.pieces.filter((piece) => typeof piece === 'object' && piece.type === 'ref'),
  );
  return !tellsApart(refs, scopeOf(body, env, outer));
}

/** No table of a test has as many rows. */
export const EVERY_ROW = 100_000;

/** Whether a LIMIT cuts between rows that differ. */
function limitTied(query: Query, table: Table): boolean {
  if (query.limit === null && query.offset === null) return false;
  if (query.limit?.type === 'literal' && Number(query.limit.sql) >= EVERY_ROW && query.offset === null) return false;
  const ordered = new Set(query.order.map(({ by }) => ownName(by)));
  const names = table.columns.map(({ name }) => name.toLowerCase());
  // Of several rows that DISTINCT makes one of, any lends what is ordered by besides.
  const isDistinct = query.body.type === 'select' && query.body.distinct === 'distinct';
  if (isDistinct && [...ordered].some((name) => !names.includes(name.toLowerCase()))) return true;
  // Of two columns of one name, ORDER BY takes one.
  const isTold = ({ name }: Column, index: number): boolean =>
    ordered.has(name) && names.every((one, at) => at === index || one !== name.toLowerCase());
  return table.columns.some((column, index) => column.tied || !isTold(column, index));
}

/** Columns of a query and which of them may differ between two builds. */
export function analyze(query: Query, env: Env, outer: Scope | null): Table {
  const inner = withCtes(query, env);
  const table = bodyTable(query.body, inner, outer);
  const tied = choiceTied(query, inner, outer) || limitTied(query, table);
  return tied ? allOr({ ...table, rowsTied: true }) : table;
}

export function withCtes(query: Query, env: Env): Env {
  if (query.ctes.length === 0) return env;
  const ctes = new Map(env.ctes);
  for (const cte of query.ctes)
    ctes.set(cte.name, renamed(analyze(cte.query, insideOf(cte, { ...env, ctes }), null), cte.columns));
  return { ...env, ctes };
}

/** What the query of a CTE sees: of a recursive one, itself too. */
export function insideOf({ name, columns, recursive, query }: Cte, env: Env): Env {
  if (!recursive || query.body.type === 'select') return env;
  const start = renamed(bodyTable(query.body.left, env, null), columns);
  return { ...env, ctes: new Map([...env.ctes, [name, start]]) };
}

/** The same tables, nothing of them tied. */
export function untied(tables: ReadonlyMap<string, Table>): ReadonlyMap<string, Table> {
  const clean = (table: Table): Table => ({
    rowsTied: false,
    columns: table.columns.map((column) => ({ ...column, tied: false })),
  });
  return new Map([...tables].map(([name, table]) => [name, clean(table)]));
}
