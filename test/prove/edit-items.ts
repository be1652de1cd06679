import { starColumns } from './analyze.ts';
import { onSelect, temptingNames } from './edit-places.ts';
import { NAMES } from './generate.ts';
import { namesIn } from './print.ts';
import { expr, ref, type Item, type Select } from './query.ts';
import type { Random } from './random.ts';

export const insert = <T>(random: Random, list: T[], one: T): void => {
  list.splice(random.chance(0.6) ? list.length : random.between(0, list.length), 0, one);
};

export const addItem = onSelect(({ select, scope, generator, model, query }, work) => {
  const { random } = work;
  const taken = new Set(
    select.items.flatMap((item) =>
      item.type === 'expr' ? [item.alias ?? namesIn({ ...select, items: [item] })[0] ?? ''] : [],
    ),
  );
  const tempting = query === model.query ? temptingNames(work, model).filter((name) => !taken.has(name)) : [];
  const name = tempting.length > 0 && random.chance(0.5) ? random.pick(tempting) : null;
  insert(random, select.items, generator.extraItem(select, scope, name));
});

/** Adds a column that exists in the inputs, under its own name. */
export const addColumn = onSelect(
  ({ select, generator, scope }, { random }) => {
    const column = generator.anyColumn(scope);
    if (column === null) return false;
    insert(random, select.items, { type: 'expr', expr: column, alias: null });
    if (select.group !== null && select.group.form !== 'all') select.group.keys.push(column);
  },
  (select) => !select.items.some((item) => item.type === 'star'),
);

export const dropItem = onSelect(
  ({ select }, { random }) => {
    const [gone] = select.items.splice(random.between(0, select.items.length - 1), 1);
    if (gone?.type !== 'expr' || select.group === null) return;
    const text = JSON.stringify(gone.expr);
    if (random.chance(0.5)) select.group.keys = select.group.keys.filter((key) => JSON.stringify(key) !== text);
  },
  (select) => select.items.length > 1,
);

export const reorderItems = onSelect(
  ({ select }, { random }) => {
    const [moved] = select.items.splice(random.between(0, select.items.length - 1), 1);
    if (moved !== undefined) select.items.splice(random.between(0, select.items.length), 0, moved);
  },
  (select) => select.items.length > 1,
);

const exprItems = (select: Select): Extract<Item, { type: 'expr' }>[] =>
  select.items.filter((item) => item.type === 'expr');

export const renameItem = onSelect(
  ({ select, generator }, { random }) => {
    const item = random.pick(exprItems(select));
    item.alias = random.chance(0.7)
      ? generator.freeName(item.expr.kind, new Set([item.alias ?? '']))
      : random.pick(Object.values(NAMES).flat());
  },
  (select) => exprItems(select).length > 0,
);

export const changeItem = onSelect(
  ({ select, scope, generator }, { random }) => {
    const item = random.pick(exprItems(select));
    const text = JSON.stringify(item.expr);
    const next = generator.otherItem(item, select, scope);
    const keys = select.group?.keys ?? [];
    select.items[select.items.indexOf(item)] = next;
    if (next.type === 'expr')
      keys.forEach((key, index) => {
        if (JSON.stringify(key) === text) keys[index] = next.expr;
      });
  },
  (select) => exprItems(select).length > 0,
);

export const castItem = onSelect(
  ({ select }, { random }) => {
    const item = random.pick(exprItems(select));
    const [piece, ...others] = item.expr.pieces;
    if (item.alias === null && (others.length > 0 || typeof piece !== 'object' || piece.type !== 'ref')) return false;
    item.alias ??= typeof piece === 'object' && piece.type === 'ref' ? piece.name : null;
    const type = random.pick(
      {
        int: ['BIGINT', 'DOUBLE'],
        num: ['DOUBLE', 'DECIMAL(18,3)'],
        text: ['VARCHAR'],
        bool: ['INTEGER', 'VARCHAR'],
        date: ['VARCHAR', 'TIMESTAMP'],
        struct: ['VARCHAR'],
        list: ['VARCHAR'],
        other: ['VARCHAR'],
      }[item.expr.kind],
    );
    item.expr = expr(item.expr.kind, 'CAST(', item.expr, ` AS ${type})`);
  },
  (select) => select.group === null && exprItems(select).length > 0,
);

export const changeStar = onSelect(
  ({ select, scope, generator }, { random }) => {
    const stars = select.items.filter((item) => item.type === 'star');
    const star = random.pick(stars);
    const columns = starColumns({ ...star, exclude: [] }, scope).filter(({ name }) => name !== '?');
    if (columns.length === 0) return false;
    if (random.chance(0.35)) {
      const listed = starColumns(star, scope).map(({ name, kind }): Item => ({
        type: 'expr',
        expr: expr(kind, ref(star.of, name)),
        alias: null,
      }));
      if (star.replace.length > 0 || listed.length === 0) return false;
      select.items.splice(select.items.indexOf(star), 1, ...listed);
    } else if (star.exclude.length > 0 && random.chance(0.5)) star.exclude.pop();
    else {
      const { name, kind } = random.pick(columns);
      const way = random.pick(['exclude', 'rename', 'replace'] as const);
      if (way === 'exclude') star.exclude = [name];
      else if (way === 'rename') star.rename = star.rename === null ? { name, to: random.pick(NAMES[kind]) } : null;
      else star.replace = star.replace.length > 0 ? [] : [{ name, expr: generator.expressions.of(kind, scope, 1) }];
    }
    star.replace = star.replace.filter(({ name }) => !star.exclude.includes(name));
  },
  (select) => select.items.some((item) => item.type === 'star'),
);

export const addStar = onSelect(
  ({ select, scope }, { random }) => {
    const names = new Set(exprItems(select).map((item) => item.alias));
    if (scope.sources.length === 0) return false;
    const { alias } = random.pick(scope.sources);
    insert(random, select.items, { type: 'star', of: alias, exclude: [], replace: [], rename: null });
    return names.size > 0;
  },
  (select) => select.group === null,
);
