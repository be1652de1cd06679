import type { Finding } from './judge.ts';
import { draftOf, MOST_ROWS } from './draft.ts';
import { filesOf, readsOf, type Model, type Project } from './project.ts';
import { allQueries, PLAIN, selectsOf } from './query.ts';
import { Refused, type Rebuild } from './rebuild.ts';
import { pageOf, play, type Page } from './story.ts';

/** One step of a story: the project, and what is done with it. */
export type Chapter = Omit<Page, 'files' | 'loose'> & { readonly project: Project };

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Makes a project smaller in one way; applied to every chapter alike. */
type Cut = (project: Project) => void;

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Applies `change` to every part of a value, from the outside in. `undefined` takes an element out of its list. */
function rewritten(value: Json, change: (value: Json) => Json | undefined): Json {
  if (Array.isArray(value)) {
    return value.flatMap((one) => {
      const next = change(one);
      return next === undefined ? [] : [rewritten(next, change)];
    });
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, one]) => {
    const next = change(one);
    return [key, rewritten(next === undefined ? one : next, change)] as const;
  });
  return Object.fromEntries(entries);
}

/** All parts of a value, outer ones first. */
function parts(value: Json): Json[] {
  const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return [...inner, ...inner.flatMap(parts)];
}

const SIMPLE: Readonly<Record<string, string>> = {
  int: '1',
  num: '0.5',
  text: "'x'",
  bool: 'true',
  date: "DATE '2026-01-01'",
};

/** What may stand for a part and is simpler. */
function simpler(part: { [key: string]: Json }): Json[] {
  const found: Json[] = [];
  const { type, pieces, kind, left, right, query, ctes, first } = part;
  if (type === 'set' && left !== undefined && right !== undefined) found.push(left, right);
  if (type === 'select') {
    for (const key of ['where', 'having', 'window', 'qualify', 'group'] as const)
      if (part[key] !== null) found.push({ ...part, [key]: null });
    if (part['distinct'] !== 'no') found.push({ ...part, distinct: 'no' });
  }
  if (ctes !== undefined) {
    if (part['limit'] !== null) found.push({ ...part, limit: null, offset: null });
    if (part['order'] !== undefined && JSON.stringify(part['order']) !== '[]') found.push({ ...part, order: [] });
  }
  if (type === 'query' && query !== undefined && part['alias'] !== undefined)
    found.push(
      ...parts(query)
        .filter((one) => isObject(one) && one['type'] === 'table')
        .map((one) => ({ ...(one as object), alias: part['alias'] ?? null })),
    );
  if (first !== undefined && JSON.stringify(part['joins']) !== '[]') found.push({ ...part, joins: [] });
  if (Array.isArray(pieces) && typeof kind === 'string' && pieces.length > 0) {
    const plain = SIMPLE[kind];
    for (const piece of pieces)
      if (isObject(piece) && piece['type'] === 'ref' && pieces.length > 1)
        found.push({ ...part, pieces: [piece], ties: [] });
    if (plain !== undefined && JSON.stringify(pieces) !== JSON.stringify([plain]))
      found.push({ ...part, pieces: [plain], ties: [] });
  }
  return found;
}

const inModel =
  (name: string, change: (model: Model) => void): Cut =>
  (project) => {
    for (const model of project.models) if (model.name === name) change(model);
  };

/** Keeps a node and what it reads, at any distance. */
function onlyFor(project: Project, name: string): Cut {
  const kept = new Set([name]);
  for (const model of [...project.models].reverse()) {
    if (kept.has(model.name)) for (const read of readsOf(model.query)) kept.add(read);
  }
  return (one) => {
    one.models = one.models.filter((model) => kept.has(model.name));
    one.sources = one.sources.filter((source) => kept.has(source.name));
  };
}

function cutsOf(project: Project, node: string | null, quiet: boolean): Cut[] {
  const cuts: Cut[] = node === null ? [] : [onlyFor(project, node)];
  for (const { name } of project.models) cuts.push(onlyFor(project, name));
  for (const { name } of [...project.models].reverse()) {
    cuts.push((one) => {
      one.models = one.models.filter((model) => model.name !== name);
    });
  }
  for (const { name } of project.sources) {
    cuts.push((one) => {
      one.sources = one.sources.filter((source) => source.name !== name);
    });
  }
  if (!quiet) {
    cuts.push((one) => {
      for (const model of one.models) model.style = { ...PLAIN };
    });
  }
  // Within queries, what is left could mean something else than what was changed.
  if (!quiet) for (const model of project.models) cuts.push(...modelCuts(model));
  for (const source of project.sources) cuts.push(...sourceCuts(source));
  return cuts;
}

function modelCuts(model: Model): Cut[] {
  const cuts: Cut[] = [];
  if (model.view) cuts.push(inModel(model.name, (one) => (one.view = false)));
  if (model.description !== null) cuts.push(inModel(model.name, (one) => (one.description = null)));
  const seen = new Set<string>();
  const query = model.query as unknown as Json;
  for (const part of [query, ...parts(query)]) {
    const text = JSON.stringify(part);
    if (seen.has(text) || !isObject(part)) continue;
    seen.add(text);
    const replace = (next: Json | undefined): Cut =>
      inModel(model.name, (one) => {
        const change = (value: Json): Json | undefined => (JSON.stringify(value) === text ? next : value);
        const [whole = one.query] = rewritten([one.query as unknown as Json], change) as unknown as Model['query'][];
        one.query = whole;
      });
    cuts.push(replace(undefined), ...simpler(part).map(replace));
  }
  return cuts;
}

function sourceCuts(source: Project['sources'][number]): Cut[] {
  const cuts: Cut[] = [];
  const here =
    (change: (one: Project['sources'][number]) => void): Cut =>
    (project) => {
      for (const one of project.sources) if (one.name === source.name) change(one);
    };
  const half = new Set(source.rows.filter((_, index) => index % 2 === 0).map((row) => JSON.stringify(row)));
  cuts.push(here((one) => (one.rows = one.rows.filter((other) => !half.has(JSON.stringify(other))))));
  for (const row of source.rows) {
    const text = JSON.stringify(row);
    cuts.push(here((one) => (one.rows = one.rows.filter((other) => JSON.stringify(other) !== text))));
  }
  for (const { name } of source.columns) {
    cuts.push(
      here((one) => {
        const place = one.columns.findIndex((column) => column.name === name);
        if (place === -1) return;
        one.columns.splice(place, 1);
        for (const row of one.rows) row.splice(place, 1);
      }),
    );
  }
  return cuts;
}

/** Whether a cut left something that could still be written. */
const isWhole = (project: Project): boolean =>
  project.sources.every(({ columns }) => columns.length > 0) &&
  project.models.every(({ query }) =>
    allQueries(query).every(({ body }) => selectsOf(body).every((select) => select.items.length > 0)),
  );

/** What the engine said, without the names in it. */
const complaintOf = (error: Refused): string =>
  error.message
    .replace(/^\S+: /, '')
    .split('\n')[0]
    ?.replaceAll(/"[^"]*"|'[^']*'|\d+/g, '…') ?? '';

/** Time and attempts that a shrinking may take. */
export interface Patience {
  readonly milliseconds: number;
}

export interface Shrunk {
  readonly pages: readonly Page[];
  readonly finding: Finding;
}

/** Makes a failing story smaller, as long as it fails in the same way. */
export class Shrinker {
  readonly #rebuild: Rebuild;
  readonly #scratch: string;
  readonly #deadline: number;
  readonly #type: Finding['type'];
  /** What the engine said against the last page, where it did. */
  #complaint: string | null = null;

  constructor(rebuild: Rebuild, scratch: string, type: Finding['type'], patience: Patience) {
    this.#rebuild = rebuild;
    this.#scratch = scratch;
    this.#type = type;
    this.#deadline = performance.now() + patience.milliseconds;
  }

  async #fails(story: readonly Chapter[]): Promise<Shrunk | null> {
    try {
      const pages = await this.#pages(story);
      if (pages === null) return null;
      const [finding] = (await play(pages, this.#rebuild, this.#scratch)).filter(({ type }) => type === this.#type);
      return finding === undefined ? null : { pages, finding };
    } catch (error) {
      if (error instanceof Refused) return null;
      if (this.#type === 'crash' && error instanceof Error) return null;
      throw error;
    }
  }

  /** null where a chapter is no more what it was: refused by the engine or not. */
  async #pages(story: readonly Chapter[]): Promise<readonly Page[] | null> {
    await this.#rebuild.clear();
    const pages: Page[] = [];
    for (const { project, operation, ...rest } of story) {
      const { expect } = rest;
      try {
        const draft = await draftOf(project, this.#rebuild);
        if (expect === 'refused' || [...draft.contents.values()].some(({ rows }) => rows.length > MOST_ROWS * 3))
          return null;
        pages.push(pageOf(draft, operation, rest));
      } catch (error) {
        if (!(error instanceof Refused) || expect !== 'refused') throw error;
        this.#complaint ??= complaintOf(error);
        if (this.#complaint !== complaintOf(error)) return null;
        pages.push({ files: filesOf(project), operation, ...rest, loose: {} });
      }
    }
    return pages;
  }

  /** null where the story as it stands does not fail. */
  async shrink(story: readonly Chapter[]): Promise<Shrunk | null> {
    let best = story.slice(-2);
    let shrunk = await this.#fails(best);
    if (shrunk === null) {
      best = story.slice();
      shrunk = await this.#fails(best);
      if (shrunk === null) return null;
      ({ best, shrunk } = await this.#fewer(best, shrunk));
    }
    for (let progress = true; progress && performance.now() < this.#deadline;) {
      progress = false;
      const size = JSON.stringify(best).length;
      for (const cut of cutsOf(merged(best), shrunk.finding.node, this.#type === 'imprecise')) {
        if (performance.now() > this.#deadline) break;
        const smaller = best.map((chapter) => {
          const project = structuredClone(chapter.project);
          cut(project);
          return { ...chapter, project };
        });
        if (JSON.stringify(smaller) === JSON.stringify(best) || !smaller.every(({ project }) => isWhole(project)))
          continue;
        const found = await this.#fails(smaller);
        if (found === null) continue;
        [best, shrunk, progress] = [smaller, found, true];
        if (JSON.stringify(smaller).length < 0.7 * size) break;
      }
    }
    return shrunk;
  }

  async #fewer(story: readonly Chapter[], known: Shrunk): Promise<{ best: Chapter[]; shrunk: Shrunk }> {
    let best = [...story];
    let shrunk = known;
    for (let index = 0; index < best.length - 1 && performance.now() < this.#deadline;) {
      if (best.length === 2 && best[1]?.expect !== 'applied') break;
      const without = best.filter((_, place) => place !== index);
      const found = await this.#fails(without);
      if (found === null) index += 1;
      else [best, shrunk] = [without, found];
    }
    return { best, shrunk };
  }
}

/** Models and sources of all chapters. */
const merged = (story: readonly Chapter[]): Project => ({
  models: story.flatMap(({ project }) => project.models),
  sources: story.flatMap(({ project }) => project.sources),
});
