import { aliasOf, analyze, scopeOf, type Scope } from './analyze.ts';
import { Expressions, someLiteral, type Making } from './expressions.ts';
import {
  expr,
  literal,
  queryOf,
  ref,
  selectOf,
  type Expr,
  type Join,
  type JoinKind,
  type Kind,
  type Query,
  type Select,
  type Source,
} from './query.ts';
import type { Random } from './random.ts';

const TABLE_ALIASES = ['t', 'u', 's', 'o', 'k', 'a'];

/** What stands in a FROM. */
export class Tables {
  readonly #making: Making;
  readonly #random: Random;
  readonly #expressions: Expressions;
  readonly #query: (depth: number) => Query;

  constructor(making: Making, query: (depth: number) => Query) {
    this.#making = making;
    this.#random = making.random;
    this.#expressions = new Expressions(making);
    this.#query = query;
  }

  source(depth: number, taken: ReadonlySet<string>, left: Scope | null = null): Source {
    const random = this.#random;
    const alias = random.pick([...TABLE_ALIASES, 'p', 'r', 'y', 'z'].filter((one) => !taken.has(one)));
    const { readable } = this.#making;
    if (depth > 0 && random.chance(0.12)) {
      const query = this.#query(depth - 1);
      const width = analyze(query, this.#making.env, null).columns.length;
      const columns = random.chance(0.3) ? Array.from({ length: width }, (_, index) => `d${index}`) : null;
      return { type: 'query', query, alias, columns, lateral: false };
    }
    if (random.chance(0.03)) {
      const rows = Array.from({ length: 3 }, () => [someLiteral(random, 'int'), someLiteral(random, 'text')]);
      return { type: 'values', rows, alias, columns: ['id', 'tag'] };
    }
    if (random.chance(0.02)) return { type: 'series', to: literal('int', '3'), alias, column: 'n' };
    const made = random.chance(0.07) ? this.#made(alias, left) : null;
    if (made !== null) return made;
    // The later a table, the likelier: chains make deep graphs.
    const late = readable.slice(-4);
    const name = random.pick(random.chance(0.6) ? late : readable);
    const plain: Source = { type: 'table', name, alias: null };
    return taken.has(aliasOf(plain)) || random.chance(0.6) ? { ...plain, alias } : plain;
  }

  #made(alias: string, left: Scope | null): Source | null {
    const random = this.#random;
    const { env, readable } = this.#making;
    const name = random.pick(readable);
    const table = env.ctes.get(name) ?? env.tables.get(name);
    if (table === undefined) return null;
    const query = queryOf(
      selectOf([{ type: 'star', of: null, exclude: [], replace: [], rename: null }], {
        first: { type: 'table', name, alias: null },
        joins: [],
      }),
    );
    const ints = table.columns.filter(({ kind }) => kind === 'int').map((one) => ref(null, one.name));
    const [one, two] = random.shuffled(ints);
    if (left !== null && random.chance(0.6)) return this.#lateral(alias, left);
    if (one === undefined || two === undefined) return null;
    const piece = { type: 'query', query } as const;
    if (random.chance(0.5)) {
      const made = expr('other', '(UNPIVOT ', piece, ' ON ', one, ', ', two, ' INTO NAME what VALUE value)');
      const rest = table.columns.filter((column) => column.name !== one.name && column.name !== two.name);
      const columns = [...rest, { name: 'what', kind: 'text' as const }, { name: 'value', kind: 'int' as const }];
      return {
        type: 'made',
        made,
        alias,
        columns: columns.map(({ name: of, kind }) => ({ name: of, kind })),
        listed: false,
      };
    }
    const values = [literal('int', '1'), literal('int', '3')] as const;
    const using = random.pick([expr('int', 'count(*)'), expr('int', 'max(', one, ')')]);
    const made = expr(
      'other',
      '(PIVOT ',
      piece,
      ' ON ',
      two,
      ' IN (',
      values[0],
      ', ',
      values[1],
      ') USING ',
      using,
      ' GROUP BY ',
      one,
      ')',
    );
    const columns = [one.name, ...values.map(({ sql }) => sql)].map((of) => ({ name: of, kind: 'int' as const }));
    return { type: 'made', made, alias, columns, listed: false };
  }

  /** A table that is made of each row of what stands before it. */
  #lateral(alias: string, left: Scope): Source | null {
    const random = this.#random;
    const roll = random.next();
    if (roll < 0.3) {
      const list = this.#expressions.leaf('list', left);
      return {
        type: 'made',
        made: expr('int', 'unnest(', list, ')'),
        alias,
        columns: [{ name: 'x', kind: 'int' }],
        listed: true,
      };
    }
    if (roll < 0.5) {
      const to = this.#expressions.leaf('int', left);
      const made = expr('int', 'generate_series(1, least(3, ', to, '))');
      return { type: 'made', made, alias, columns: [{ name: 'n', kind: 'int' }], listed: true };
    }
    const query = this.#expressions.inner(left);
    return query === null ? null : { type: 'query', query, alias, columns: null, lateral: true };
  }

  from(depth: number): NonNullable<Select['from']> {
    const random = this.#random;
    const first = this.source(depth, new Set());
    const joins: Join[] = [];
    const count = Number(random.weighted({ 0: 5, 1: 4, 2: 1.5 }));
    for (let index = 0; index < count; index += 1) joins.push(this.join(first, joins, depth));
    return { first, joins };
  }

  join(first: Source, before: readonly Join[], depth: number): Join {
    const random = this.#random;
    const sources = [first, ...before.map((one) => one.source)];
    const { env } = this.#making;
    const left = scopeOf(selectOf([], { first, joins: [...before] }), env, null);
    const source = this.source(depth - 1, new Set(sources.map(aliasOf)), left);
    if ((source.type === 'query' && source.lateral) || (source.type === 'made' && source.listed))
      return { kind: random.pick(['COMMA', 'CROSS'] as const), source, on: null, using: null };
    const right = scopeOf(selectOf([], { first: source, joins: [] }), env, null);
    const kind = random.weighted<JoinKind>({
      INNER: 6,
      LEFT: 6,
      RIGHT: 1,
      FULL: 2,
      CROSS: 1,
      COMMA: 1,
      SEMI: 0.5,
      ANTI: 0.5,
      ASOF: 0.6,
    });
    if (kind === 'CROSS' || kind === 'COMMA') return { kind, source, on: null, using: null };
    if (kind === 'ASOF') {
      const on = this.#nearest(left, right);
      return { kind: on === null ? 'INNER' : kind, source, on: on ?? this.condition(left, right), using: null };
    }
    const shared = this.#shared(left, right);
    if (shared.length > 0 && random.chance(0.35))
      return {
        kind,
        source,
        on: null,
        using: random.chance(0.15) ? 'natural' : random.some(shared, random.between(1, 2)),
      };
    return { kind, source, on: this.condition(left, right), using: null };
  }

  /** What ASOF looks for: the nearest row that is not after. */
  #nearest(left: Scope, right: Scope): Expr | null {
    const columns = (scope: Scope, kind: Kind): Expr[] =>
      scope.sources.flatMap(({ alias, table }) =>
        table.columns.filter((one) => one.kind === kind).map((one) => expr(kind, ref(alias, one.name))),
      );
    for (const kind of ['int', 'date'] as const) {
      const [mine, theirs] = [columns(left, kind), columns(right, kind)];
      if (mine.length > 0 && theirs.length > 0)
        return expr(
          'bool',
          this.#random.pick(mine),
          ' >= ',
          this.#random.pick([theirs[0] ?? this.#random.pick(theirs), this.#random.pick(theirs)]),
        );
    }
    return null;
  }

  /** Names that both sides have once each. */
  #shared(left: Scope, right: Scope): string[] {
    const count = (scope: Scope, name: string): number =>
      scope.sources.flatMap(({ table }) => table.columns).filter((one) => one.name === name).length;
    const names = right.sources.flatMap(({ table }) => table.columns);
    return names
      .filter((one) => one.kind === 'int' || one.kind === 'text')
      .filter(({ name }) => count(right, name) === 1 && count(left, name) === 1)
      .map(({ name }) => name);
  }

  condition(left: Scope, right: Scope): Expr {
    const random = this.#random;
    const shared = this.#shared(left, right);
    const side = (scope: Scope, name: string): Expr | null => {
      const found = scope.sources.find(({ table }) => table.columns.some((one) => one.name === name));
      return found === undefined ? null : expr('other', ref(found.alias, name));
    };
    if (shared.length > 0 && random.chance(0.6)) {
      const name = random.pick(shared);
      const [mine, theirs] = [side(left, name), side(right, name)];
      if (mine !== null && theirs !== null) return expr('bool', mine, random.pick([' = ', ' = ', ' <= ']), theirs);
    }
    const qualified = (scope: Scope, kind: Kind): Expr[] =>
      scope.sources.flatMap(({ alias, table }) =>
        table.columns.filter((one) => one.kind === kind).map((one) => expr(kind, ref(alias, one.name))),
      );
    for (const kind of random.shuffled(['int', 'int', 'text', 'date'] as const)) {
      const [mine, theirs] = [qualified(left, kind), qualified(right, kind)];
      if (mine.length === 0 || theirs.length === 0) continue;
      return expr('bool', random.pick(mine), random.pick([' = ', ' = ', ' = ', ' < ']), random.pick(theirs));
    }
    return expr('bool', literal('bool', 'true'));
  }
}
