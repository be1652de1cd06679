import { analyze, scopeOf, starColumns, withCtes, type Column, type Env, type Scope } from './analyze.ts';
import { candidates, everyRef, Expressions, refExpr, someLiteral, type Making } from './expressions.ts';
import {
  expr,
  GROUP_FORMS,
  literal,
  queryOf,
  ref,
  selectOf,
  SET_OPS,
  tied,
  type Body,
  type Cte,
  type Expr,
  type Item,
  type Join,
  type Kind,
  type Order,
  type Query,
  type Select,
  type Source,
} from './query.ts';
import type { Random } from './random.ts';
import { Tables } from './generate-tables.ts';

/** Few names, so that they meet: in joins, as aliases, from above and from outside. */
export const NAMES: Readonly<Record<Kind, readonly string[]>> = {
  int: ['id', 'k', 'a', 'b', 'n', 'total'],
  num: ['v', 'amount', 'x'],
  text: ['name', 'tag', 'c'],
  bool: ['flag', 'ok'],
  date: ['day', 'since'],
  // As tables are called, too.
  struct: ['s', 'o', 'u'],
  list: ['l', 'items'],
  other: ['extra'],
};
const CTE_NAMES = ['base', 'w', 'step', 'orders', 's0', 't'];
export const KINDS: readonly Kind[] = ['int', 'int', 'num', 'text', 'text', 'date', 'bool'];

export class Generator {
  readonly #making: Making;
  readonly #random: Random;
  readonly expressions: Expressions;
  readonly #tables: Tables;
  /** Whether results may hang on ties. */
  readonly #ties: boolean;

  constructor(making: Making, ties: boolean) {
    this.#making = making;
    this.#random = making.random;
    this.#ties = ties;
    this.expressions = new Expressions(making);
    this.#tables = new Tables(making, (depth) => this.query(depth));
  }

  #within(env: Env): Generator {
    const ctes = [...env.ctes.keys()];
    const readable = ctes.length === 0 ? this.#making.readable : [...ctes, ...ctes, ...this.#making.readable.slice(-3)];
    return new Generator({ ...this.#making, env, readable: [...new Set(readable)] }, this.#ties);
  }

  freeName(kind: Kind, taken: ReadonlySet<string>): string {
    const free = NAMES[kind].filter((name) => !taken.has(name));
    if (free.length > 0) return this.#random.pick(free);
    for (let number = 1; ; number += 1) if (!taken.has(`${kind}${number}`)) return `${kind}${number}`;
  }

  /** A query that gives columns of the wanted kinds, or what it likes. */
  query(depth: number, wanted: readonly Kind[] | null = null): Query {
    const random = this.#random;
    const ctes: Cte[] = [];
    let env = this.#making.env;
    if (depth > 0 && random.chance(0.35)) {
      for (let count = random.between(1, 3); count > 0; count -= 1) {
        const cte = (random.chance(0.1) ? this.#recursive(ctes, env) : null) ?? this.#cte(ctes, env, depth);
        ctes.push(cte);
        env = withCtes({ ...queryOf({} as Body), ctes: [cte] }, env);
      }
    }
    const inner = ctes.length === 0 ? this : this.#within(env);
    const body = inner.body(depth, wanted);
    return inner.#limited({ ...queryOf(body), ctes }, env);
  }

  #cte(before: readonly Cte[], env: Env, depth: number): Cte {
    const random = this.#random;
    const taken = new Set(before.map((cte) => cte.name));
    const name = random.pick(CTE_NAMES.filter((one) => !taken.has(one)));
    const within = env.ctes.size === 0 ? this : this.#within(env);
    const query = within.query(depth - 1);
    const width = analyze(query, env, null).columns.length;
    const columns = random.chance(0.1) ? Array.from({ length: width }, (_, index) => `c${index}`) : null;
    return { name, columns, materialized: random.chance(0.1), recursive: false, query };
  }

  /** A CTE that counts up from the rows of a table. */
  #recursive(before: readonly Cte[], env: Env): Cte | null {
    const random = this.#random;
    const taken = new Set(before.map((cte) => cte.name));
    const name = random.pick(CTE_NAMES.filter((one) => !taken.has(one)));
    const from = random.pick(this.#making.readable);
    const table = env.ctes.get(from) ?? env.tables.get(from);
    const columns = table?.columns.filter(({ kind }) => kind === 'int') ?? [];
    if (from === name || columns.length === 0) return null;
    const start = selectOf(
      [
        { type: 'expr', expr: expr('int', ref('r', random.pick(columns).name)), alias: 'k' },
        { type: 'expr', expr: expr('int', literal('int', '1')), alias: 'n' },
      ],
      { first: { type: 'table', name: from, alias: 'r' }, joins: [] },
    );
    const next = selectOf(
      [
        { type: 'expr', expr: expr('int', ref(null, 'k')), alias: null },
        { type: 'expr', expr: expr('int', '(', ref(null, 'n'), ' + 1)'), alias: null },
      ],
      { first: { type: 'table', name, alias: null }, joins: [] },
    );
    next.where = expr('bool', ref(null, 'n'), ' < ', literal('int', String(random.between(1, 3))));
    const body: Body = { type: 'set', op: random.chance(0.5) ? 'UNION' : 'UNION ALL', left: start, right: next };
    return { name, columns: null, materialized: false, recursive: true, query: queryOf(body) };
  }

  #limited(query: Query, env: Env): Query {
    const random = this.#random;
    const { body } = query;
    if (body.type === 'select' && Array.isArray(body.distinct)) {
      const loose = this.#ties && random.chance(0.4);
      const rest = loose
        ? []
        : everyRef(scopeOf(body, env, null)).map((one): Order => ({
            by: expr('other', one),
            desc: false,
            nulls: null,
          }));
      return { ...query, order: [...body.distinct.map((by): Order => ({ by, desc: false, nulls: null })), ...rest] };
    }
    const { columns } = analyze(query, env, null);
    const named = columns.filter(({ name }) => name !== '?');
    if (named.length === 0 || !random.chance(0.15)) return query;
    const order = (column: Column): Order => ({
      by: expr(column.kind, ref(null, column.name)),
      desc: random.chance(0.4),
      nulls: random.chance(0.2) ? 'FIRST' : null,
    });
    if (random.chance(0.4)) return { ...query, order: random.some(named, 2).map(order) };
    const total = !this.#ties || random.chance(0.6);
    if (total && named.length < columns.length) return query;
    return {
      ...query,
      order: (total ? random.shuffled(named) : random.some(named, 1)).map(order),
      limit: this.#limit(env),
      offset: random.chance(0.2) ? literal('int', '1') : null,
    };
  }

  #limit(env: Env): Query['limit'] {
    const plain = literal('int', String(this.#random.between(1, 8)));
    if (!this.#random.chance(0.1)) return plain;
    const none: Scope = { sources: [], hidden: [], merged: new Set(), outer: null };
    const [piece] = new Expressions({ ...this.#making, env }).scalar('int', none)?.pieces ?? [];
    return typeof piece === 'object' && piece.type === 'query' ? piece : plain;
  }

  body(depth: number, wanted: readonly Kind[] | null): Body {
    const random = this.#random;
    if (depth > 0 && random.chance(0.15)) {
      const kinds = wanted ?? Array.from({ length: random.between(2, 4) }, () => random.pick(KINDS));
      const left = this.body(depth - 1, kinds);
      const right = this.body(depth - 1, kinds);
      const flat = this.#unordered(left) && this.#unordered(right);
      if (flat) return { type: 'set', op: random.pick(SET_OPS), left, right };
      return left;
    }
    return this.select(depth, wanted);
  }

  /** DISTINCT ON needs an ORDER BY of its own, which a part of a set operation has not. */
  #unordered = (body: Body): boolean => body.type === 'set' || !Array.isArray(body.distinct);

  join(first: Source, before: readonly Join[], depth: number): Join {
    return this.#tables.join(first, before, depth);
  }

  select(depth: number, wanted: readonly Kind[] | null): Select {
    const random = this.#random;
    const { env } = this.#making;
    const select = selectOf([], this.#tables.from(depth));
    const scope = scopeOf(select, env, null);
    if (random.chance(0.35)) select.where = this.expressions.bool(scope, 2);
    if (random.chance(wanted === null ? 0.3 : 0.15)) this.#aggregate(select, scope, wanted);
    else this.#project(select, scope, wanted);
    return select;
  }

  #aggregate(select: Select, scope: Scope, wanted: readonly Kind[] | null): void {
    const random = this.#random;
    const kinds = wanted ?? Array.from({ length: random.between(2, 4) }, () => random.pick(KINDS));
    const keys = random.chance(0.1) ? 0 : random.between(1, Math.max(1, Math.min(2, kinds.length - 1)));
    const taken = new Set<string>();
    const group: Expr[] = [];
    kinds.forEach((kind, index) => {
      const isKey = index < keys;
      const one = isKey
        ? this.expressions.of(kind, scope, random.chance(0.3) ? 1 : 0)
        : this.expressions.aggregate(kind, scope, this.#ties);
      // A literal as a key would be taken for a place in the list.
      const usable =
        isKey && !one.pieces.some((piece) => typeof piece === 'object' && piece.type === 'ref')
          ? expr(kind, 'coalesce(', one, ', NULL)')
          : one;
      if (isKey) group.push(usable);
      select.items.push(this.#item(usable, taken, isKey));
    });
    if (keys > 0) select.group = { form: random.pick(GROUP_FORMS), keys: group };
    if (random.chance(0.2)) {
      const than = (random.chance(0.2) ? this.expressions.scalar('int', scope) : null) ?? literal('int', '1');
      select.having = expr('bool', this.expressions.aggregate('int', scope, false), ' > ', than);
    }
    if (wanted === null && random.chance(0.1))
      select.items.push(this.#item(expr('int', 'rank() OVER (ORDER BY count(*))'), taken, false));
  }

  /** An item with a name of its own; a bare column often keeps its own. */
  #item(one: Expr, taken: Set<string>, mayBare: boolean): Item {
    const [piece, ...others] = one.pieces;
    const bare = typeof piece === 'object' && piece.type === 'ref' && others.length === 0 ? piece.name : null;
    if (mayBare && bare !== null && !taken.has(bare) && this.#random.chance(0.7)) {
      taken.add(bare);
      return { type: 'expr', expr: one, alias: null };
    }
    const alias = this.freeName(one.kind, taken);
    taken.add(alias);
    return { type: 'expr', expr: one, alias };
  }

  #project(select: Select, scope: Scope, wanted: readonly Kind[] | null): void {
    const random = this.#random;
    const taken = new Set<string>();
    if (wanted === null && random.chance(0.25)) this.#star(select, scope, taken);
    const count = wanted?.length ?? random.between(select.items.length === 0 ? 2 : 0, 5);
    for (let index = 0; index < count; index += 1) {
      const kind = wanted?.[index] ?? null;
      select.items.push(this.#item(this.#projection(kind, select, scope), taken, true));
    }
    if (wanted === null && random.chance(0.07)) this.named(select, scope);
    if (random.chance(0.12)) select.distinct = 'distinct';
    else if (random.chance(0.05) && everyRef(scope).length > 0) {
      const [key] = random.some(everyRef(scope), 1);
      if (key !== undefined) select.distinct = [expr('other', key)];
    } else if (random.chance(0.06)) this.#qualify(select, scope);
  }

  /** A window with a name, and what is looked at through it. */
  named(select: Select, scope: Scope): void {
    const random = this.#random;
    const order = this.expressions.column(null, scope) ?? expr('int', '1');
    const partition = this.expressions.leaf(random.pick(['int', 'text'] as const), scope);
    select.window = random.pick([
      expr('other', 'ORDER BY ', order),
      expr('other', 'PARTITION BY ', partition, ' ORDER BY ', order),
    ]);
    for (const call of random.some(
      ['rank() OVER w', 'dense_rank() OVER w', 'count(*) OVER w', 'cume_dist() OVER w'],
      2,
    )) {
      const kind = call.startsWith('cume') ? 'num' : 'int';
      select.items.push({ type: 'expr', expr: expr(kind, call), alias: this.freeName(kind, new Set()) });
    }
  }

  #projection(wanted: Kind | null, select: Select, scope: Scope): Expr {
    const random = this.#random;
    const [seen] = random.some(
      scope.sources.flatMap(({ table }) => table.columns),
      1,
    );
    if (wanted === null && random.chance(0.05))
      return this.expressions.of(random.pick(['struct', 'list'] as const), scope, 1);
    if (wanted === null && random.chance(0.02)) return tied(expr('other', 'now()'), 'clock');
    const kind =
      wanted ?? (seen !== undefined && seen.kind !== 'other' && random.chance(0.8) ? seen.kind : random.pick(KINDS));
    const roll = random.next();
    if (kind === 'int' && roll < 0.12) return this.expressions.window(scope, this.#ties);
    if (kind === 'int' && roll < 0.14)
      return expr('int', 'unnest([', someLiteral(random, 'int'), ', ', this.expressions.leaf('int', scope), '])');
    if (kind === 'int' && roll < 0.15)
      return expr(
        'int',
        random.chance(0.5)
          ? 'unnest(generate_series(1, 2))'
          : expr('int', 'unnest(', this.expressions.leaf('list', scope), ')'),
      );
    if (kind === 'int' && roll > 0.7 && this.#ties)
      return tied(expr('int', 'CAST(floor(random() * 100) AS INTEGER)'), 'volatile');
    if (roll < 0.24) {
      const lateral = select.items.flatMap((item) =>
        item.type === 'expr' && item.alias !== null && item.expr.kind === kind ? [item.alias] : [],
      );
      if (
        lateral.length > 0 &&
        !select.items.some((item) => item.type === 'expr' && item.expr.pieces.includes('unnest(['))
      )
        return kind === 'int'
          ? expr('int', '(', ref(null, random.pick(lateral)), ' + 1)')
          : expr(kind, ref(null, random.pick(lateral)));
    }
    if (roll < 0.6 || wanted !== null) return this.expressions.of(kind, scope, wanted === null ? 0 : 1);
    return this.expressions.of(kind, scope, 2);
  }

  #star(select: Select, scope: Scope, taken: Set<string>): void {
    const random = this.#random;
    const of = scope.sources.length > 1 || random.chance(0.2) ? random.pick(scope.sources).alias : null;
    const item: Extract<Item, { type: 'star' }> = { type: 'star', of, exclude: [], replace: [], rename: null };
    const columns = starColumns(item, scope);
    const names = new Set(columns.map((one) => one.name));
    if (names.size < columns.length || columns.length === 0) return;
    if (columns.length > 1 && random.chance(0.3)) item.exclude.push(random.pick(columns).name);
    const rest = columns.filter((one) => !item.exclude.includes(one.name) && one.name !== '?');
    if (rest.length > 0 && random.chance(0.2)) {
      const { name, kind } = random.pick(rest);
      item.replace.push({ name, expr: this.expressions.of(kind, scope, 1) });
    }
    if (rest.length > 0 && item.replace.length === 0 && random.chance(0.15)) {
      const { name, kind } = random.pick(rest);
      item.rename = { name, to: this.freeName(kind, new Set(rest.map((one) => one.name))) };
      taken.add(item.rename.to);
    }
    for (const { name } of rest) taken.add(name);
    select.items.push(item);
  }

  #qualify(select: Select, scope: Scope): void {
    const window = this.expressions.window(scope, this.#ties);
    const than = (this.#random.chance(0.15) ? this.expressions.scalar('int', scope) : null) ?? literal('int', '1');
    select.qualify = expr('bool', window, this.#random.pick([' <= ', ' = ']), than);
  }

  /** One more item for a select that stands somewhere. */
  extraItem(select: Select, scope: Scope, name: string | null): Item {
    const random = this.#random;
    const taken = new Set(select.items.flatMap((item) => (item.type === 'expr' ? [item.alias ?? ''] : [])));
    const kind = random.pick(KINDS);
    const aggregates =
      select.group !== null || select.items.some((item) => item.type === 'expr' && isAggregate(item.expr));
    const one = aggregates
      ? this.expressions.aggregate(kind, scope, this.#ties)
      : this.#projection(null, select, scope);
    return { type: 'expr', expr: one, alias: name ?? this.freeName(one.kind, taken) };
  }

  /** A column of the same kind for an item to become. */
  otherItem(item: Extract<Item, { type: 'expr' }>, select: Select, scope: Scope): Item {
    const alias = item.alias ?? this.freeName(item.expr.kind, new Set());
    if (isAggregate(item.expr))
      return { type: 'expr', expr: this.expressions.aggregate(item.expr.kind, scope, this.#ties), alias };
    return { type: 'expr', expr: this.#projection(item.expr.kind, select, scope), alias };
  }

  anyColumn(scope: Scope): Expr | null {
    const found = candidates(scope, this.#random);
    return found.length === 0 ? null : refExpr(this.#random.pick(found));
  }
}

const AGGREGATE = /^(count|sum|max|min|avg|string_agg|bool_or|bool_and|any_value|first|list|array_agg)\(/;
export const isAggregate = (one: Expr): boolean => {
  const [first] = one.pieces;
  return (
    typeof first === 'string' &&
    AGGREGATE.test(first) &&
    !one.pieces.some((piece) => typeof piece === 'string' && piece.includes('OVER '))
  );
};
