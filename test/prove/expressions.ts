import type { Random } from './random.ts';
import { aliasOf, type Env, type Scope } from './analyze.ts';
import {
  expr,
  literal,
  queryOf,
  ref,
  tied,
  type Expr,
  type Kind,
  type Literal,
  type Piece,
  type Query,
  type Ref,
  type Tie,
} from './query.ts';

/** What an expression may be made of. */
export interface Making {
  readonly random: Random;
  readonly env: Env;
  /** Names of the tables that may be read. */
  readonly readable: readonly string[];
}

const TEXTS = ["'ann'", "'bob'", "'a_b'", "'Zed'", "'abc'", "'it''s'"];
const DATES = ["DATE '2026-01-01'", "DATE '2026-01-15'", "DATE '2026-02-01'", "DATE '2025-12-31'"];

export function someLiteral(random: Random, kind: Kind): Literal {
  switch (kind) {
    case 'int':
      return literal(kind, String(random.between(0, 6)));
    case 'num':
      return literal(kind, random.pick(['0.5', '1.25', '2.0', '2.75', '3', '0.25::DOUBLE']));
    case 'text':
      return literal(kind, random.pick(TEXTS));
    case 'bool':
      return literal(kind, random.pick(['true', 'false']));
    case 'date':
      return literal(kind, random.pick(DATES));
    case 'struct':
      return literal(kind, random.pick(["{'a': 1, 'b': 'x'}", "{'a': 2, 'b': 'ann'}"]));
    case 'list':
      return literal(kind, random.pick(['[1, 2]', '[3]', '[2, 2, 5]']));
    case 'other':
      return literal(kind, 'NULL');
  }
}

interface Candidate {
  readonly ref: Ref;
  readonly kind: Kind;
}

/** Columns in sight, by a name that means one of them only. */
export function candidates(scope: Scope, random: Random): readonly Candidate[] {
  const counts = new Map<string, number>();
  for (const { table } of scope.sources) {
    for (const { name } of table.columns) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return scope.sources.flatMap(({ alias, table }) =>
    table.columns.map(({ name, kind }): Candidate => {
      const alone = counts.get(name) === 1 || scope.merged.has(name);
      const bare = scope.merged.has(name) || (alone && random.chance(scope.sources.length === 1 ? 0.8 : 0.4));
      return { ref: ref(bare ? null : alias, name), kind };
    }),
  );
}

export const refExpr = ({ ref: one, kind }: Candidate): Expr => expr(kind, one);

const refsIn = (one: Expr): Ref[] => one.pieces.filter((piece) => typeof piece === 'object' && piece.type === 'ref');

/** All columns in sight, each by the name of its table. */
export const everyRef = (scope: Scope): Ref[] =>
  scope.sources.flatMap(({ alias, table }) => table.columns.map(({ name }) => ref(alias, name)));

export class Expressions {
  readonly #making: Making;
  readonly #random: Random;

  constructor(making: Making) {
    this.#making = making;
    this.#random = making.random;
  }

  column(kind: Kind | null, scope: Scope): Expr | null {
    const found = candidates(scope, this.#random).filter((one) => kind === null || one.kind === kind);
    return found.length === 0 ? null : refExpr(this.#random.pick(found));
  }

  leaf(kind: Kind, scope: Scope): Expr {
    if (this.#random.chance(0.1)) return expr(kind, someLiteral(this.#random, kind));
    return this.column(kind, scope) ?? this.#converted(kind, scope) ?? expr(kind, someLiteral(this.#random, kind));
  }

  /** A column of another kind, made into this one. */
  #converted(kind: Kind, scope: Scope): Expr | null {
    const column = this.column(null, scope);
    if (column === null) return null;
    switch (kind) {
      case 'int':
        return expr(kind, 'length(CAST(', column, ' AS VARCHAR))');
      case 'text':
        return expr(kind, 'CAST(', column, ' AS VARCHAR)');
      case 'bool':
        return expr(kind, column, ' IS NOT NULL');
      case 'num':
        return column.kind === 'int' ? expr(kind, 'CAST(', column, ' AS DOUBLE)') : null;
      case 'struct':
        return expr(kind, "{'a': length(CAST(", column, " AS VARCHAR)), 'b': CAST(", column, ' AS VARCHAR)}');
      case 'list':
        return expr(kind, '[length(CAST(', column, ' AS VARCHAR)), 1]');
      case 'date':
      case 'other':
        return null;
    }
  }

  of(kind: Kind, scope: Scope, depth: number): Expr {
    const random = this.#random;
    if (depth <= 0 || random.chance(0.25)) return this.leaf(kind, scope);
    const sub = (of: Kind): Expr => this.of(of, scope, depth - 1);
    if (random.chance(0.12))
      return expr(kind, 'CASE WHEN ', sub('bool'), ' THEN ', sub(kind), ' ELSE ', sub(kind), ' END');
    if (random.chance(0.08)) return expr(kind, 'coalesce(', sub(kind), ', ', sub(kind), ')');
    if (random.chance(0.05)) return this.scalar(kind, scope) ?? this.leaf(kind, scope);
    switch (kind) {
      case 'int':
        return this.#int(sub);
      case 'num':
        return this.#num(sub);
      case 'text':
        return this.#text(sub);
      case 'bool':
        return this.bool(scope, depth);
      case 'date':
        return this.#date(sub);
      case 'struct':
        return this.#random.chance(0.4)
          ? this.leaf(kind, scope)
          : expr(kind, "{'a': ", sub('int'), ", 'b': ", sub('text'), '}');
      case 'list':
        return this.#list(sub, scope);
      case 'other':
        return this.leaf(kind, scope);
    }
  }

  #list(sub: (kind: Kind) => Expr, scope: Scope): Expr {
    return this.#random.pick([
      () => this.leaf('list', scope),
      () => expr('list', '[', sub('int'), ', ', sub('int'), ']'),
      () => expr('list', '[e + ', sub('int'), ' FOR e IN ', this.leaf('list', scope), ' IF e > 1]'),
      () => expr('list', 'list_transform(', this.leaf('list', scope), ', lambda e: e * ', sub('int'), ')'),
      () => expr('list', 'list_filter(', this.leaf('list', scope), ', lambda e: e <> ', sub('int'), ')'),
    ])();
  }

  #int(sub: (kind: Kind) => Expr): Expr {
    return this.#random.pick([
      () => expr('int', '(', sub('struct'), ').a'),
      () => expr('int', 'len(', sub('list'), ')'),
      () => expr('int', 'list_sum(', sub('list'), ')'),
      () => tied(expr('int', 'year(current_date)'), 'clock'),
      () => tied(expr('int', "date_diff('day', ", sub('date'), ', today())'), 'clock'),
      () => expr('int', '(', sub('int'), ' + ', sub('int'), ')'),
      () => expr('int', '(', sub('int'), ' - ', sub('int'), ')'),
      () => expr('int', '(', sub('int'), ' * ', literal('int', '2'), ')'),
      () => expr('int', '(', sub('int'), ' % ', literal('int', '3'), ')'),
      () => expr('int', 'length(', sub('text'), ')'),
      () => expr('int', 'abs(', sub('int'), ')'),
      () => expr('int', 'nullif(', sub('int'), ', ', sub('int'), ')'),
      () => expr('int', 'CAST(', sub('int'), ' AS BIGINT)'),
      () => expr('int', 'year(', sub('date'), ')'),
      () => expr('int', 'extract(day FROM ', sub('date'), ')'),
      () => expr('int', 'greatest(', sub('int'), ', ', sub('int'), ')'),
    ])();
  }

  #num(sub: (kind: Kind) => Expr): Expr {
    return this.#random.pick([
      () => expr('num', '(', sub('num'), ' + ', sub('num'), ')'),
      () => expr('num', '(', sub('int'), ' * ', literal('num', '0.5'), ')'),
      () => expr('num', 'CAST(', sub('int'), ' AS DOUBLE)'),
      () => expr('num', 'round(CAST(', sub('num'), ' AS DOUBLE), 1)'),
      () => expr('num', 'TRY_CAST(', sub('text'), ' AS DOUBLE)'),
      () => expr('num', '(', sub('int'), ' / 4)'),
      () => expr('num', sub('int'), '::DECIMAL(18, 2)'),
    ])();
  }

  #text(sub: (kind: Kind) => Expr): Expr {
    return this.#random.pick([
      () => expr('text', 'upper(', sub('text'), ')'),
      () => expr('text', 'lower(', sub('text'), ')'),
      () => expr('text', '(', sub('text'), ' || ', sub('text'), ')'),
      () => expr('text', 'concat(', sub('text'), ', ', sub('int'), ')'),
      () => expr('text', 'CAST(', sub('int'), ' AS VARCHAR)'),
      () => expr('text', 'substr(', sub('text'), ', 1, ', literal('int', '2'), ')'),
      () => expr('text', 'replace(', sub('text'), ", 'b', ", literal('text', "'c'"), ')'),
      () => expr('text', 'trim(', sub('text'), ')'),
      () => expr('text', '(', sub('struct'), ').b'),
      () => expr('text', 'array_to_string(', sub('list'), ", '-')"),
      () => expr('text', 'strftime(', sub('date'), ", '%Y-%m')"),
    ])();
  }

  #date(sub: (kind: Kind) => Expr): Expr {
    return this.#random.pick([
      () => expr('date', '(', sub('date'), ' + ', literal('int', '1'), ')'),
      () => expr('date', "CAST(date_trunc('month', ", sub('date'), ') AS DATE)'),
      () => expr('date', 'last_day(', sub('date'), ')'),
      () => tied(expr('date', 'current_date'), 'clock'),
      () => tied(expr('date', 'CAST(now() AS DATE)'), 'clock'),
    ])();
  }

  bool(scope: Scope, depth: number): Expr {
    const random = this.#random;
    const sub = (of: Kind): Expr => this.of(of, scope, depth - 1);
    const kind = random.pick(['int', 'int', 'num', 'text', 'date'] as const);
    const compared = (): Expr => {
      const right = random.chance(0.5) ? expr(kind, someLiteral(random, kind)) : sub(kind);
      return expr(
        'bool',
        this.column(kind, scope) ?? sub(kind),
        random.pick([' = ', ' <> ', ' < ', ' <= ', ' > ', ' >= ']),
        right,
      );
    };
    if (depth <= 0) return compared();
    return random.pick([
      compared,
      compared,
      compared,
      () => expr('bool', sub(kind), random.pick([' IS NULL', ' IS NOT NULL'])),
      () => expr('bool', '(', sub('bool'), ' AND ', sub('bool'), ')'),
      () => expr('bool', '(', sub('bool'), ' OR ', sub('bool'), ')'),
      () => expr('bool', 'NOT (', sub('bool'), ')'),
      () => expr('bool', sub('int'), ' BETWEEN ', someLiteral(random, 'int'), ' AND ', someLiteral(random, 'int')),
      () => expr('bool', sub('int'), ' IN (', someLiteral(random, 'int'), ', ', someLiteral(random, 'int'), ', 5)'),
      () => expr('bool', sub('text'), ' LIKE ', literal('text', random.pick(["'a%'", "'%b%'", "'_'"]))),
      () => expr('bool', sub(kind), ' IS NOT DISTINCT FROM ', sub(kind)),
      () => this.#inQuery(scope) ?? compared(),
      () => this.#exists(scope) ?? compared(),
      () => tied(expr('bool', sub('date'), random.pick([' < ', ' >= ']), 'current_date'), 'clock'),
      () => expr('bool', 'list_contains(', sub('list'), ', ', sub('int'), ')'),
    ])();
  }

  /** A table to read in a subquery, under a name that hides nothing on purpose or by chance. */
  #inner(outer: Scope): { scope: Scope; source: { type: 'table'; name: string; alias: string | null } } | null {
    const { readable, env } = this.#making;
    if (readable.length === 0) return null;
    const name = this.#random.pick(readable);
    const source = {
      type: 'table' as const,
      name,
      alias: this.#random.chance(0.7) ? `q${this.#random.between(1, 3)}` : null,
    };
    const table = env.ctes.get(name) ?? env.tables.get(name);
    if (table === undefined) return null;
    return { source, scope: { sources: [{ alias: aliasOf(source), table }], hidden: [], merged: new Set(), outer } };
  }

  #subquery(
    scope: Scope,
    source: { type: 'table'; name: string; alias: string | null },
    item: Expr,
    outer: Scope,
  ): Query {
    const where = this.#random.chance(0.6) ? this.#correlation(scope, outer) : null;
    return queryOf({
      type: 'select',
      distinct: 'no',
      items: [{ type: 'expr', expr: item, alias: null }],
      from: { first: source, joins: [] },
      where,
      group: null,
      having: null,
      window: null,
      qualify: null,
    });
  }

  /** `inner = outer`, where a column of the outer query stands with its table or alone. */
  #correlation(inner: Scope, outer: Scope): Expr | null {
    const kind = this.#random.pick(['int', 'text', 'date'] as const);
    const left = this.column(kind, inner);
    const right = this.column(kind, outer);
    return left === null || right === null ? null : expr('bool', left, this.#random.pick([' = ', ' = ', ' > ']), right);
  }

  /** One value of another table; null where there is none of the kind. */
  scalar(kind: Kind, outer: Scope): Expr | null {
    const found = this.#inner(outer);
    const argument = found === null ? null : this.column(kind, found.scope);
    if (found === null || argument === null || kind === 'bool' || kind === 'other') return null;
    const item = expr(kind, this.#random.pick(['max(', 'min(']), argument, ')');
    return expr(kind, { type: 'query', query: this.#subquery(found.scope, found.source, item, outer) });
  }

  /** A query over a table that looks at the rows of another. */
  inner(outer: Scope): Query | null {
    const found = this.#inner(outer);
    const item = found === null ? null : this.column(null, found.scope);
    return found === null || item === null ? null : this.#subquery(found.scope, found.source, item, outer);
  }

  #inQuery(outer: Scope): Expr | null {
    const kind = this.#random.pick(['int', 'text'] as const);
    const found = this.#inner(outer);
    const item = found === null ? null : this.column(kind, found.scope);
    const left = this.column(kind, outer);
    if (found === null || item === null || left === null) return null;
    const query = this.#subquery(found.scope, found.source, item, outer);
    return expr('bool', left, this.#random.pick([' IN ', ' NOT IN ']), { type: 'query', query });
  }

  #exists(outer: Scope): Expr | null {
    const found = this.#inner(outer);
    if (found === null) return null;
    const query = this.#subquery(found.scope, found.source, expr('int', '1'), outer);
    return expr('bool', this.#random.pick(['EXISTS ', 'NOT EXISTS ']), { type: 'query', query });
  }

  /** An aggregate of one kind over the columns in sight. */
  aggregate(kind: Kind, scope: Scope, ties: boolean): Expr {
    const random = this.#random;
    const arg = (of: Kind): Expr => this.of(of, scope, 1);
    const filter = random.chance(0.1) ? [' FILTER (WHERE ', this.bool(scope, 0), ')'] : [];
    const made = (...pieces: readonly (Piece | Expr)[]): Expr => expr(kind, ...pieces, ...filter);
    if (ties && random.chance(0.15)) return tied(made(random.pick(['any_value(', 'first(']), arg(kind), ')'), 'always');
    switch (kind) {
      case 'int':
        return random.pick([
          () => made('count(*)'),
          () => made('count(', arg('text'), ')'),
          () => made('count(DISTINCT ', arg('int'), ')'),
          () => made('sum(', arg('int'), ')'),
          () => made('max(', arg('int'), ')'),
        ])();
      case 'num':
        return random.pick([
          () => made('avg(', arg('int'), ')'),
          () => made('sum(', arg('num'), ')'),
          () => made('max(', arg('num'), ')'),
        ])();
      case 'text': {
        const column = this.column('text', scope) ?? expr('text', "'x'");
        if (ties && random.chance(0.2)) return tied(made('string_agg(', column, ", ',')"), 'always');
        return random.pick([
          () => made('max(', arg('text'), ')'),
          () => made('string_agg(', column, ", ',' ORDER BY ", column, ')'),
        ])();
      }
      case 'bool':
        return made(random.pick(['bool_or(', 'bool_and(']), arg('bool'), ')');
      case 'list': {
        const column = this.column('int', scope) ?? expr('int', '1');
        if (ties && random.chance(0.4)) return tied(made(random.pick(['list(', 'array_agg(']), column, ')'), 'always');
        return made('list(', column, ' ORDER BY ', column, ')');
      }
      case 'date':
      case 'struct':
      case 'other':
        return made(random.pick(['min(', 'max(']), arg(kind), ')');
    }
  }

  /** A window function. Its place may hang on ties, if these are allowed. */
  window(scope: Scope, ties: boolean): Expr {
    const random = this.#random;
    const partition = this.leaf(random.pick(['int', 'text'] as const), scope);
    const total = everyRef(scope);
    const order = this.column(null, scope) ?? expr('int', '1');
    const by = random.chance(0.5) ? [' PARTITION BY ', partition] : [];
    const whole = total.flatMap((one, index): Piece[] => (index === 0 ? [one] : [', ', one]));
    const flavour = random.pick(['place', 'peer', 'sum', 'frame'] as const);
    const over = (...pieces: readonly (Piece | Expr)[]): (Piece | Expr)[] => [' OVER (', ...by, ...pieces, ')'];
    if (flavour === 'peer') return expr('int', random.pick(['rank()', 'dense_rank()']), ...over(' ORDER BY ', order));
    if (flavour === 'sum') {
      return expr(
        'int',
        random.pick(['sum(', 'max(', 'count(']),
        this.leaf('int', scope),
        ')',
        ...over(...(random.chance(0.5) ? [' ORDER BY ', order] : [])),
      );
    }
    const loose = (ties && random.chance(0.6)) || total.length === 0;
    const ordering = loose && random.chance(0.85);
    const tie: Tie = !loose ? total : ordering ? refsIn(order) : 'always';
    const ordered = !loose ? [' ORDER BY ', ...whole] : ordering ? [' ORDER BY ', order] : [];
    if (flavour === 'frame') {
      return tied(
        expr(
          'int',
          'sum(',
          this.leaf('int', scope),
          ')',
          ...over(...ordered, ' ROWS BETWEEN 1 PRECEDING AND CURRENT ROW'),
        ),
        tie,
      );
    }
    const call: (Piece | Expr)[] = random.chance(0.6)
      ? ['row_number()']
      : [random.pick(['lag(', 'lead(', 'first_value(']), this.leaf('int', scope), ')'];
    return tied(expr('int', ...call, ...over(...ordered)), tie);
  }
}
