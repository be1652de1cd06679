import { insideOf, scopeOf, withCtes, type Env, type Scope } from './analyze.ts';
import type { Draft } from './draft.ts';
import { Generator } from './generate.ts';
import { namesIn } from './print.ts';
import { readsOf, type Model, type Project, type SourceNode } from './project.ts';
import { allQueries, expressionsOf, selectsOf, sourcesOf, type Query, type Select } from './query.ts';
import type { Random } from './random.ts';

/** What an edit works on: a copy of the project that it may change. */
export interface Work {
  readonly random: Random;
  readonly draft: Draft;
  readonly project: Project;
  readonly ties: boolean;
}

/** Changes the project; false where there is nothing for it to change. */
export type Edit = (work: Work) => boolean;

/** One query of a model, with what its names stand for. */
interface Site {
  readonly model: Model;
  readonly query: Query;
  readonly env: Env;
  /** Of the query round it, where it stands in an expression. */
  readonly outer: Scope | null;
}

function sitesIn(model: Model, query: Query, env: Env, outer: Scope | null): Site[] {
  const sites: Site[] = [];
  let seen = env;
  for (const cte of query.ctes) {
    sites.push(...sitesIn(model, cte.query, insideOf(cte, seen), null));
    seen = withCtes({ ...query, ctes: [cte] }, seen);
  }
  sites.push({ model, query, env: seen, outer });
  for (const select of selectsOf(query.body)) {
    for (const source of sourcesOf(select))
      if (source.type === 'query')
        sites.push(...sitesIn(model, source.query, seen, source.lateral ? scopeOf(select, seen, outer) : null));
    const scope = scopeOf(select, seen, outer);
    for (const one of expressionsOf(select)) {
      for (const piece of one.pieces) {
        if (typeof piece === 'object' && piece.type === 'query')
          sites.push(...sitesIn(model, piece.query, seen, scope));
      }
    }
  }
  return sites;
}

/** A model: more often one that others read, and one whose data hang on ties. */
export function pickModel({ random, project, draft }: Work): Model | null {
  const read = new Set(project.models.flatMap(({ query }) => [...readsOf(query)]));
  const inner = project.models.filter(({ name }) => read.has(name));
  const loose = inner.filter(({ name }) => {
    const table = draft.tables.get(name);
    return table !== undefined && (table.rowsTied || table.columns.some(({ tied }) => tied));
  });
  const roll = random.next();
  const from = roll < 0.2 && loose.length > 0 ? loose : roll < 0.6 && inner.length > 0 ? inner : project.models;
  return from.length === 0 ? null : random.pick(from);
}

export function envOf(work: Work, model: Model): { env: Env; readable: string[] } {
  const before = work.project.models.slice(0, work.project.models.indexOf(model)).map(({ name }) => name);
  const names = [...work.project.sources.map(({ name }) => name), ...before];
  const tables = new Map(
    names.flatMap((name) => {
      const table = work.draft.tables.get(name);
      return table === undefined ? [] : [[name, table] as const];
    }),
  );
  return { env: { tables, ctes: new Map() }, readable: [...tables.keys()] };
}

/** A query of some model, more often its outermost. */
function pickSite(work: Work): Site | null {
  const model = pickModel(work);
  if (model === null) return null;
  const sites = sitesIn(model, model.query, envOf(work, model).env, null);
  const top = sites.find((site) => site.query === model.query);
  return top !== undefined && work.random.chance(0.5) ? top : work.random.pick(sites);
}

interface Place extends Site {
  readonly select: Select;
  readonly scope: Scope;
  readonly generator: Generator;
}

function pickPlace(work: Work, fits: (select: Select) => boolean = () => true): Place | null {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const site = pickSite(work);
    if (site === null) return null;
    const selects = selectsOf(site.query.body).filter(fits);
    if (selects.length === 0) continue;
    const select = work.random.pick(selects);
    const readable = [...site.env.ctes.keys(), ...envOf(work, site.model).readable];
    const generator = new Generator({ random: work.random, env: site.env, readable }, work.ties);
    return { ...site, select, scope: scopeOf(select, site.env, site.outer), generator };
  }
  return null;
}

/** An edit of one select. */
export const onSelect =
  (change: (place: Place, work: Work) => boolean | void, fits?: (select: Select) => boolean): Edit =>
  (work) => {
    const place = pickPlace(work, fits);
    return place !== null && change(place, work) !== false;
  };

export const onSite =
  (change: (site: Site, work: Work) => boolean | void): Edit =>
  (work) => {
    const site = pickSite(work);
    return site !== null && change(site, work) !== false;
  };

export const onModel =
  (change: (model: Model, work: Work) => boolean | void): Edit =>
  (work) => {
    const model = pickModel(work);
    return model !== null && change(model, work) !== false;
  };

export const onSource =
  (change: (source: SourceNode, work: Work) => boolean | void): Edit =>
  (work) =>
    change(work.random.pick(work.project.sources), work) !== false;

/** Names that readers of a model use for something, and could be caught by a new column. */
export function temptingNames(work: Work, model: Model): string[] {
  const readers = work.project.models.filter((one) => readsOf(one.query).has(model.name));
  return readers.flatMap((reader) =>
    allQueries(reader.query).flatMap(({ body }) =>
      selectsOf(body).flatMap((select) => [
        ...namesIn(select),
        ...select.items.flatMap((item) => (item.type === 'expr' && item.alias !== null ? [item.alias] : [])),
      ]),
    ),
  );
}
