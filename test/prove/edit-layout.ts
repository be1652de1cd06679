import { type Edit, pickModel, onSite } from './edit-places.ts';
import { namesIn } from './print.ts';
import type { Model } from './project.ts';
import { allQueries, expressionsOf, selectsOf, sourcesOf, type Piece, type Query, type Select } from './query.ts';
import type { Random } from './random.ts';

export const restyle =
  (change: (model: Model, random: Random) => void): Edit =>
  (work) => {
    const model = pickModel(work);
    if (model === null) return false;
    const before = JSON.stringify(model.style);
    change(model, work.random);
    return JSON.stringify(model.style) !== before;
  };

export const other = <T>(random: Random, choices: readonly T[], now: T): T =>
  random.pick(choices.filter((one) => one !== now));

function renameRefs(query: Query, from: string, to: string, stop: (query: Query) => boolean): void {
  for (const select of selectsOf(query.body)) {
    for (const one of expressionsOf(select)) one.pieces.forEach((piece) => renamePiece(piece, from, to, stop));
    for (const item of select.items) if (item.type === 'star' && item.of === from) item.of = to;
  }
  for (const { by } of query.order) by.pieces.forEach((piece) => renamePiece(piece, from, to, stop));
}

function renamePiece(piece: Piece, from: string, to: string, stop: (query: Query) => boolean): void {
  if (typeof piece === 'string' || piece.type === 'literal') return;
  if (piece.type === 'ref') {
    if (piece.of === from) piece.of = to;
  } else if (!stop(piece.query)) renameRefs(piece.query, from, to, stop);
}

const FRESH = ['alpha', 'beta', 'gamma', 'delta', 'omega'];

/** A table's alias, with every mention of it. */
export const renameAlias = onSite(({ query }, { random }) => {
  if (query.body.type !== 'select') return false;
  const aliased = sourcesOf(query.body).filter((source) => source.alias !== null);
  if (aliased.length === 0) return false;
  const source = random.pick(aliased);
  const from = source.alias ?? '';
  const columns = new Set(allQueries(query).flatMap(({ body }) => selectsOf(body).flatMap(namesIn)));
  // A row can be named by its table: such a name is left alone.
  if (columns.has(from)) return false;
  const to = random.pick(FRESH.filter((name) => !sourcesOf(query.body as Select).some((one) => one.alias === name)));
  const hides = (inner: Query): boolean =>
    selectsOf(inner.body).some((select) => sourcesOf(select).some((one) => one.alias === from));
  if (
    allQueries(query).some(
      (one) =>
        one !== query && selectsOf(one.body).some((select) => sourcesOf(select).some((inner) => inner.alias === to)),
    )
  )
    return false;
  source.alias = to;
  renameRefs(query, from, to, hides);
});

export const renameCte = onSite(({ query }, { random }) => {
  const every = allQueries(query);
  const names = every.flatMap(({ ctes }) => ctes.map(({ name }) => name));
  const unique = query.ctes.filter((cte) => names.filter((name) => name === cte.name).length === 1);
  const free = FRESH.filter((name) => !names.includes(name));
  if (unique.length === 0 || free.length === 0) return false;
  const cte = random.pick(unique);
  const to = random.pick(free);
  for (const one of every) {
    for (const select of selectsOf(one.body)) {
      for (const source of sourcesOf(select)) {
        if (source.type !== 'table' || source.name !== cte.name) continue;
        source.name = to;
        // Its columns may be qualified by the old name.
        source.alias ??= cte.name;
      }
    }
  }
  cte.name = to;
});

/** CTEs that do not read each other change places. */
export const reorderCtes = onSite(({ query }) => {
  for (let index = 0; index + 1 < query.ctes.length; index += 1) {
    const [left, right] = [query.ctes[index], query.ctes[index + 1]];
    if (left === undefined || right === undefined) continue;
    const used = [left, right].flatMap((cte) =>
      allQueries(cte.query).flatMap(({ body, ctes }) => [
        ...ctes.map(({ name }) => name),
        ...selectsOf(body).flatMap((select) =>
          sourcesOf(select).flatMap((source) => (source.type === 'table' ? [source.name] : [])),
        ),
      ]),
    );
    if (used.includes(left.name) || used.includes(right.name)) continue;
    query.ctes.splice(index, 2, right, left);
    return true;
  }
  return false;
});
