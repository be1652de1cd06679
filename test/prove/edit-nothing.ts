import { onSelect, onSite, onSource, type Edit, type Work } from './edit-places.ts';
import { namesIn } from './print.ts';
import type { SourceNode } from './project.ts';
import { allQueries, expr, literal, selectsOf, type Expr, type Item, type Select } from './query.ts';
import { someValue } from './draft.ts';

const isExpr = (item: Item): item is Extract<Item, { type: 'expr' }> => item.type === 'expr';

/** A condition that holds for every row. */
export const filterNothing = onSelect(({ select }, { random }) => {
  const always = random.pick(['1 = 1', "'a' < 'b'", '2 > 1', 'NOT false']);
  const { where } = select;
  select.where = where === null ? expr('bool', always) : expr('bool', '(', where, ' AND ', always, ')');
});

const sameAs = (one: Expr, way: number): Expr => {
  if (way === 0 && one.kind === 'int') return expr(one.kind, '(', one, ' + 0)');
  if (way === 1 && one.kind === 'text') return expr(one.kind, '(', one, " || '')");
  if (way === 2) return expr(one.kind, 'CASE WHEN true THEN ', one, ' END');
  return expr(one.kind, 'coalesce(', one, ', NULL)');
};

/** Another expression for the same values. */
export const sayOtherwise = onSelect(
  ({ select }, { random }) => {
    const item = random.pick(select.items.filter(isExpr));
    const [piece, ...others] = item.expr.pieces;
    const name = typeof piece === 'object' && piece.type === 'ref' && others.length === 0 ? piece.name : null;
    if (item.alias === null && name === null) return false;
    item.alias ??= name;
    item.expr = sameAs(item.expr, random.between(0, 3));
  },
  (select) => select.group === null && select.items.some(isExpr),
);

/** The same rows once more, and none of them. */
export const addNoRows = onSite(({ query }) => {
  if (query.body.type !== 'select' || query.order.length > 0 || query.limit !== null) return false;
  const none: Select = structuredClone(query.body);
  if (Array.isArray(none.distinct)) return false;
  none.where = expr('bool', 'false');
  query.body = { type: 'set', op: 'UNION ALL', left: query.body, right: none };
  return none.group !== null || !none.items.some((item) => isExpr(item) && isBlind(item.expr));
});

/** An aggregate gives a row for no rows. */
const isBlind = (one: Expr): boolean => one.pieces.some((piece) => typeof piece === 'string' && piece.includes('('));

/** As many rows as there are at most. */
export const limitNothing = onSite(({ query }) => {
  if (query.limit !== null || query.order.length > 0) return false;
  query.limit = literal('int', '100000');
});

/** Values that the engine takes for equal, and that are not the same. */
const TWINS = [
  ["INTERVAL '30 days'", "INTERVAL '1 month'"],
  ['0.0::DOUBLE', '-0.0::DOUBLE'],
  ["'a' COLLATE NOCASE", "'A' COLLATE NOCASE"],
] as const;

export const swapTwins = onSelect(
  ({ select }, { random }) => {
    const items = select.items.filter(isExpr);
    for (const item of items) {
      const [piece] = item.expr.pieces;
      const pair = TWINS.find((twins) => twins.some((twin) => twin === piece));
      if (pair === undefined) continue;
      item.expr = expr('other', pair.find((twin) => twin !== piece) ?? pair[0]);
      return;
    }
    if (items.some((item) => item.alias === 'twin')) return false;
    select.items.push({ type: 'expr', expr: expr('other', random.pick(TWINS)[0]), alias: 'twin' });
  },
  (select) => select.group === null && select.distinct === 'no',
);

export const permuteData = onSource((source, { random }) => {
  source.rows = random.shuffled(source.rows);
});

export const spellData = onSource((source) => {
  source.quoted = !source.quoted;
});

/** Columns of a source that no query names. A star can read them all the same. */
function unread({ project }: Work, source: SourceNode): number[] {
  const used = new Set(
    project.models.flatMap(({ query }) => allQueries(query).flatMap(({ body }) => selectsOf(body).flatMap(namesIn))),
  );
  return source.columns.flatMap(({ name }, place) => (place > 0 && !used.has(name) ? [place] : []));
}

/** Values change in a column that nobody reads, if there is one. */
export const changeUnread: Edit = (work) => {
  const { random, project } = work;
  const places = project.sources.flatMap((source) => unread(work, source).map((place) => ({ source, place })));
  if (places.length === 0) return false;
  const { source, place } = random.pick(places);
  const kind = source.columns[place]?.kind;
  if (kind === undefined) return false;
  for (const row of source.rows) if (random.chance(0.5)) row[place] = someValue(random, kind);
  return true;
};

/** A row comes twice, or once where it came twice. */
export const repeatRow = onSource((source, { random }) => {
  if (source.unique || source.rows.length === 0) return false;
  const row = random.pick(source.rows);
  const text = JSON.stringify(row);
  const same = source.rows.filter((one) => JSON.stringify(one) === text);
  if (same.length > 1) source.rows.splice(source.rows.indexOf(row), 1);
  else source.rows.push([...row]);
});
