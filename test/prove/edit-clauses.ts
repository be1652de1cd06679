import { analyze } from './analyze.ts';
import { insert } from './edit-items.ts';
import { onSelect, onSite, onModel } from './edit-places.ts';
import { someLiteral } from './expressions.ts';
import {
  allQueries,
  expr,
  expressionsOf,
  GROUP_FORMS,
  JOINS,
  literal,
  ref,
  selectsOf,
  SET_OPS,
  sourcesOf,
  type Literal,
  type Query,
  type Select,
} from './query.ts';
import type { Random } from './random.ts';

/** Every literal of the models, within reach of an edit. */
function literalsOf(query: Query): Literal[] {
  const inSelect = (select: Select): Literal[] => [
    ...expressionsOf(select).flatMap((one) =>
      one.pieces.filter((piece) => typeof piece === 'object' && piece.type === 'literal'),
    ),
    ...sourcesOf(select).flatMap((source) =>
      source.type === 'values' ? source.rows.flat() : source.type === 'series' ? [source.to] : [],
    ),
  ];
  return allQueries(query).flatMap((one) => [
    ...selectsOf(one.body).flatMap(inSelect),
    ...(one.limit?.type === 'literal' ? [one.limit] : []),
    ...(one.offset === null ? [] : [one.offset]),
  ]);
}

export const changeLiteral = onModel(({ query }, { random }) => {
  const literals = literalsOf(query);
  if (literals.length === 0) return false;
  const one = random.pick(literals);
  const before = one.sql;
  one.sql = someLiteral(random, one.kind).sql;
  return one.sql !== before;
});

export const changeFilter = onSelect(({ select, scope, generator }, { random }) => {
  const { where } = select;
  const way = where === null ? 'new' : random.pick(['gone', 'more', 'new'] as const);
  if (way === 'gone') select.where = null;
  else if (where === null || way === 'new') select.where = generator.expressions.bool(scope, 2);
  else
    select.where = expr('bool', '(', where, random.pick([' AND ', ' OR ']), generator.expressions.bool(scope, 1), ')');
});

const joinsOf = (select: Select): boolean => (select.from?.joins.length ?? 0) > 0;

export const changeJoinKind = onSelect(({ select }, { random }) => {
  const join = random.pick(select.from?.joins ?? []);
  const conditional = join.on !== null || join.using !== null;
  const kinds = JOINS.filter((kind) => (kind === 'CROSS' || kind === 'COMMA') !== conditional && kind !== join.kind);
  join.kind = random.pick(kinds);
}, joinsOf);

export const changeJoinCondition = onSelect(({ select, scope, generator }, { random }) => {
  const join = random.pick(select.from?.joins ?? []);
  if (join.on === null || random.chance(0.3)) return toUsing(join, random);
  join.on = random.chance(0.5)
    ? expr('bool', join.on, ' AND ', generator.expressions.bool(scope, 0))
    : generator.expressions.bool(scope, 1);
}, joinsOf);

/** `l.k = r.k` becomes USING (k), and back. */
function toUsing(join: NonNullable<Select['from']>['joins'][number], random: Random): boolean {
  if (join.using === 'natural') return false;
  if (join.using !== null && join.using.length > 1) {
    join.using = random.some(join.using, 1);
    return true;
  }
  const [left, word, right] = join.on?.pieces ?? [];
  if (typeof left !== 'object' || left.type !== 'ref' || typeof right !== 'object' || right.type !== 'ref')
    return false;
  if (left.name !== right.name || word !== ' = ') return false;
  join.on = null;
  join.using = [left.name];
  return true;
}

export const addJoin = onSelect(({ select, generator }) => {
  if (select.from === null || select.from.joins.length > 2) return false;
  select.from.joins.push(generator.join(select.from.first, select.from.joins, 0));
});

export const dropJoin = onSelect(({ select }, { random }) => {
  select.from?.joins.splice(random.between(0, select.from.joins.length - 1), 1);
}, joinsOf);

export const changeGrouping = onSelect(
  ({ select, scope, generator }, { random }) => {
    const { group } = select;
    if (group === null) return false;
    if (random.chance(0.4)) {
      group.form = random.pick(GROUP_FORMS);
      return;
    }
    if (random.chance(0.5) && group.keys.length > 1) {
      group.keys.splice(random.between(0, group.keys.length - 1), 1);
      return;
    }
    const key = generator.anyColumn(scope);
    if (key === null) return false;
    group.keys.push(key);
    if (random.chance(0.7))
      insert(random, select.items, { type: 'expr', expr: key, alias: generator.freeName(key.kind, new Set()) });
  },
  (select) => select.group !== null,
);

export const changeHaving = onSelect(
  ({ select, scope, generator }, { random }) => {
    select.having =
      select.having === null
        ? expr(
            'bool',
            generator.expressions.aggregate('int', scope, false),
            random.pick([' > ', ' <= ']),
            literal('int', '1'),
          )
        : null;
  },
  (select) => select.group !== null,
);

export const changeQualify = onSelect(
  ({ select, scope, generator }, { random }) => {
    select.qualify =
      select.qualify === null
        ? expr('bool', generator.expressions.window(scope, false), random.pick([' <= ', ' = ']), literal('int', '1'))
        : null;
  },
  (select) => select.group === null,
);

export const changeWindow = onSelect(
  ({ select, scope, generator }, { random }) => {
    if (select.window === null) generator.named(select, scope);
    else select.window = expr('other', random.pick(['ORDER BY ', 'PARTITION BY ']), generator.anyColumn(scope) ?? '1');
  },
  (select) => select.group === null,
);

export const toggleDistinct = onSelect(({ select }) => {
  select.distinct = select.distinct === 'no' ? 'distinct' : 'no';
});

export const changeOrder = onSite(({ query, env, outer }, { random }) => {
  if (query.order.length > 0 && random.chance(0.5)) {
    if (random.chance(0.5)) query.order = query.limit === null ? [] : random.shuffled(query.order);
    for (const one of query.order) if (random.chance(0.4)) one.desc = !one.desc;
    return;
  }
  const named = analyze(query, env, outer).columns.filter(({ name }) => name !== '?');
  if (named.length === 0) return false;
  query.order.push({
    by: expr('other', ref(null, random.pick(named).name)),
    desc: random.chance(0.5),
    nulls: random.chance(0.3) ? 'FIRST' : null,
  });
});

export const changeLimit = onSite(({ query, env, outer }, { random }) => {
  if (query.limit !== null) {
    query.limit = random.chance(0.5) ? null : literal('int', String(random.between(1, 6)));
    if (query.limit === null) query.offset = null;
    return;
  }
  const { columns } = analyze(query, env, outer);
  if (columns.some(({ name }) => name === '?')) return false;
  query.order = random
    .shuffled(columns)
    .map(({ name }) => ({ by: expr('other', ref(null, name)), desc: random.chance(0.3), nulls: null }));
  query.limit = literal('int', String(random.between(1, 6)));
});

export const changeSetOperation = onSite(({ query }, { random }) => {
  if (query.body.type === 'select') {
    query.body = { type: 'set', op: random.pick(SET_OPS), left: query.body, right: structuredClone(query.body) };
    return;
  }
  if (random.chance(0.7)) query.body.op = random.pick(SET_OPS);
  else query.body = random.chance(0.5) ? query.body.left : query.body.right;
});
