import { someColumn, someModel, someRow, someType, someValue } from './draft.ts';
import { type Edit, envOf, onSelect, onSite, onModel, onSource } from './edit-places.ts';
import { readsOf } from './project.ts';
import { allQueries, isVolatile, queryOf, selectsOf, sourcesOf, type Query, type Source } from './query.ts';
import type { Random } from './random.ts';

/** A derived table moves into a CTE. */
export const extractCte = onSite(({ query }, { random }) => {
  for (const { from } of selectsOf(query.body)) {
    for (const place of from === null
      ? []
      : [
          { read: from.first, put: (one: Source) => (from.first = one) },
          ...from.joins.map((join) => ({ read: join.source, put: (one: Source) => (join.source = one) })),
        ]) {
      const { read, put } = place;
      if (read.type !== 'query' || read.lateral) continue;
      const name = freeCte(query, random);
      query.ctes.push({ name, columns: read.columns, materialized: false, recursive: false, query: read.query });
      put({ type: 'table', name, alias: read.alias });
      return;
    }
  }
  return false;
});

const freeCte = (query: Query, random: Random): string => {
  const taken = new Set(allQueries(query).flatMap(({ ctes }) => ctes.map(({ name }) => name)));
  return random.pick(['moved', 'part', 'piece', 'chunk', 'slice', 'bit'].filter((name) => !taken.has(name)));
};

/** The whole query moves into a CTE that is read with a star. */
export const wrapQuery = onModel((model, { random }) => {
  const name = freeCte(model.query, random);
  model.query = {
    ...queryOf({
      type: 'select',
      distinct: 'no',
      items: [{ type: 'star', of: null, exclude: [], replace: [], rename: null }],
      from: { first: { type: 'table', name, alias: null }, joins: [] },
      where: null,
      group: null,
      having: null,
      window: null,
      qualify: null,
    }),
    ctes: [{ name, columns: null, materialized: false, recursive: false, query: model.query }],
  };
});

export const swapTable = onSelect(({ select, model, env }, work) => {
  const tables = sourcesOf(select).filter((source) => source.type === 'table');
  if (tables.length === 0) return false;
  const table = work.random.pick(tables);
  const names = [...env.ctes.keys(), ...envOf(work, model).readable].filter((name) => name !== table.name);
  if (names.length === 0) return false;
  table.alias ??= table.name.slice(table.name.lastIndexOf('.') + 1);
  table.name = work.random.pick(names);
});

export const changeKind = onModel((model) => {
  model.view = !model.view;
  return !(model.view && isVolatile(model.query));
});

export const changeClock = onModel((model) => {
  model.clock = model.clock === 'follow' ? 'ignore' : 'follow';
});

export const changeOpaque = onModel((model) => {
  model.opaque = !model.opaque;
});

/** Names a node that stands before it, or none. */
export const changeNeeds = onModel((model, work) => {
  const { readable } = envOf(work, model);
  model.dependsOn = model.dependsOn.length > 0 ? [] : [work.random.pick(readable)];
});

export const changeTypes = onModel((model, { random, draft }) => {
  if (model.types.length > 0) {
    model.types.pop();
    return;
  }
  const columns = draft.tables.get(model.name)?.columns.filter(({ name }) => /^[a-z]+$/.test(name)) ?? [];
  if (columns.length === 0) return false;
  const { name, kind } = random.pick(columns);
  model.types = [{ name, type: someType(random, kind) }];
});

export const describe = onModel((model, { random }) => {
  model.description = `about ${random.between(1, 1000)}`;
});

export const addModel: Edit = (work) => {
  const { random, project, draft } = work;
  const number = Math.max(...project.models.map(({ name }) => Number(name.slice('mart.t'.length)))) + 1;
  project.models.push(someModel(random, `mart.t${number}`, draft, work.ties));
  return true;
};

export const dropModel: Edit = ({ random, project }) => {
  const read = new Set(project.models.flatMap((model) => [...readsOf(model.query)]));
  const leaves = project.models.filter((model) => !read.has(model.name));
  const gone = random.chance(0.9) ? random.pick(leaves) : random.pick(project.models);
  project.models = project.models.filter((model) => model !== gone);
  return project.models.length > 0;
};

export const changeData = onSource((source, { random }) => {
  const row = source.rows.length === 0 ? undefined : random.pick(source.rows);
  const column = random.between(0, source.columns.length - 1);
  const kind = source.columns[column]?.kind;
  if (row === undefined || random.chance(0.35)) source.rows.push(someRow(random, source));
  else if (random.chance(0.3) && source.rows.length > 1) source.rows.splice(source.rows.indexOf(row), 1);
  else if (column === 0 && source.unique) return false;
  else if (kind !== undefined) row[column] = column === 0 ? String(random.between(1, 5)) : someValue(random, kind);
});

export const addSourceColumn = onSource((source, work) => {
  const { random } = work;
  const column = someColumn(random, new Set(source.columns.map(({ name }) => name)));
  if (column === null) return false;
  const place = random.chance(0.6) ? source.columns.length : random.between(1, source.columns.length);
  source.columns.splice(place, 0, column);
  for (const row of source.rows) row.splice(place, 0, someValue(random, column.kind));
});

export const dropSourceColumn = onSource((source, { random }) => {
  if (source.columns.length < 3) return false;
  const place = random.between(1, source.columns.length - 1);
  source.columns.splice(place, 1);
  for (const row of source.rows) row.splice(place, 1);
});

export const moveSourceColumn = onSource((source, { random }) => {
  const place = random.between(1, source.columns.length - 1);
  const [column] = source.columns.splice(place, 1);
  if (column !== undefined) source.columns.push(column);
  for (const row of source.rows) row.push(...row.splice(place, 1));
});

export const retypeSource = onSource((source, { random }) => {
  const column = random.pick(source.columns);
  const before = column.declared;
  column.declared = random.chance(0.25) ? null : random.chance(0.2) ? 'VARCHAR' : someType(random, column.kind);
  return column.declared !== before;
});
