import { analyze, untied, type Column, type Table } from './analyze.ts';
import { STRICT, type Content, type Loose } from './content.ts';
import { Generator, KINDS, NAMES } from './generate.ts';
import { filesOf, type Files, type Model, type Project, type SourceColumn, type SourceNode } from './project.ts';
import { allQueries, callsClock, expr, isVolatile, PLAIN, ref, type Cte, type Kind } from './query.ts';
import { Refused, type Rebuild } from './rebuild.ts';
import type { Random } from './random.ts';
import { writtenIn } from './written.ts';

/** A project with the tables that its files stand for. */
export interface Draft {
  readonly project: Project;
  readonly files: Files;
  readonly contents: ReadonlyMap<string, Content>;
  readonly tables: ReadonlyMap<string, Table>;
  /** What may differ from one run of a query over the same tables to the next, by its text. */
  readonly loose: ReadonlyMap<string, Loose>;
}

export function kindOf(type: string): Kind {
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/.test(type)) return 'int';
  if (/^(DOUBLE|FLOAT|DECIMAL)/.test(type)) return 'num';
  if (/^STRUCT\(a (INTEGER|BIGINT|SMALLINT), b VARCHAR\)$/.test(type)) return 'struct';
  if (/^(INTEGER|BIGINT|SMALLINT)\[\]$/.test(type)) return 'list';
  return ({ VARCHAR: 'text', BOOLEAN: 'bool', DATE: 'date' } as const)[type] ?? 'other';
}

const looseOf = (table: Table, width: number): Loose => {
  const columns = table.columns.map((column) => column.tied);
  if (!table.rowsTied && !columns.includes(true)) return STRICT;
  // Columns that the analysis did not foresee: nothing is known of any.
  return columns.length === width ? { rows: table.rowsTied, columns } : { rows: true, columns: [] };
};

function tableOf(
  model: Model,
  content: Content,
  tables: ReadonlyMap<string, Table>,
): { readonly table: Table; readonly loose: Loose } {
  const env = { tables: untied(tables), ctes: new Map(), ignoresClock: model.clock === 'ignore' };
  const own = analyze(model.query, env, null);
  const loose = looseOf(own, content.columns.length);
  const columns = content.columns.map((name, index): Column => ({
    name,
    kind: kindOf(content.types[index] ?? ''),
    tied: loose.rows || loose.columns[index] === true,
  }));
  return { table: { columns, rowsTied: loose.rows }, loose };
}

/** Where only the day matters, nothing moves before the next. */
export const today = (): string => `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`;

const COUNTED = JSON.stringify(expr('int', '(', ref(null, 'n'), ' + 1)').pieces);

/** An edit can take away what ends a recursion, and DuckDB lets nobody break one off. */
function isEndless({ recursive, query: { body } }: Cte): boolean {
  if (!recursive) return false;
  if (body.type === 'select' || body.right.type !== 'select') return true;
  const [, counted] = body.right.items;
  const [name, sign, bound, more] = body.right.where?.pieces ?? [];
  const isBound = typeof name === 'object' && name.type === 'ref' && name.name === 'n' && sign === ' < ';
  const counts = counted?.type === 'expr' && JSON.stringify(counted.expr.pieces) === COUNTED;
  return !counts || !isBound || typeof bound !== 'object' || bound.type !== 'literal' || more !== undefined;
}

/** The first model that would never be built. */
export const endlessIn = ({ models }: Project): string | null =>
  models.find(({ query }) => allQueries(query).some(({ ctes }) => ctes.some(isEndless)))?.name ?? null;

/** Rebuilds a project and looks at what came out; throws Refused where the engine will not have it. */
export async function draftOf(project: Project, rebuild: Rebuild): Promise<Draft> {
  const endless = endlessIn(project);
  if (endless !== null) throw new Refused(endless, 'a recursion without an end');
  const files = filesOf(project);
  const contents = await rebuild.tables(files, today());
  const texts = writtenIn(files);
  const tables = new Map<string, Table>();
  const loose = new Map<string, Loose>();
  for (const source of project.sources) {
    const content = contents.get(source.name);
    if (content === undefined) throw new Error(`${source.name} was not loaded`);
    const columns = content.columns.map((name, index): Column => ({
      name,
      kind: kindOf(content.types[index] ?? ''),
      tied: false,
      unique: source.unique && index === 0,
    }));
    tables.set(source.name, { columns, rowsTied: false });
  }
  for (const model of project.models) {
    const content = contents.get(model.name);
    if (content === undefined) throw new Error(`${model.name} was not built`);
    const made = tableOf(model, content, tables);
    tables.set(model.name, made.table);
    loose.set(texts.get(model.name)?.sql ?? '', made.loose);
  }
  return { project, files, contents, tables, loose };
}

export function someValue(random: Random, kind: Kind): string | null {
  if (random.chance(0.15)) return null;
  switch (kind) {
    case 'int':
      return String(random.between(0, 6));
    case 'num':
      return random.pick(['0.5', '1.25', '2.75', '10.0', '3.5']);
    case 'text':
      return random.pick(['ann', 'bob', 'Zed', 'a_b', 'abc']);
    case 'bool':
      return random.pick(['true', 'false']);
    case 'date':
    case 'struct':
    case 'list':
    case 'other':
      return random.pick(['2026-01-01', '2026-01-15', '2026-02-01', '2025-12-31']);
  }
}

const DECLARED: Readonly<Record<Kind, readonly string[]>> = {
  int: ['INTEGER', 'BIGINT', 'SMALLINT'],
  num: ['DOUBLE', 'DECIMAL(10,2)'],
  text: ['VARCHAR'],
  bool: ['BOOLEAN'],
  date: ['DATE'],
  struct: ['VARCHAR'],
  list: ['VARCHAR'],
  other: ['VARCHAR'],
};

export const someType = (random: Random, kind: Kind): string => random.pick(DECLARED[kind]);

export function someColumn(random: Random, taken: ReadonlySet<string>): SourceColumn | null {
  const kind = random.pick(KINDS);
  const free = NAMES[kind].filter((name) => !taken.has(name));
  if (free.length === 0) return null;
  return { name: random.pick(free), kind, declared: random.chance(0.6) ? someType(random, kind) : null };
}

function someSource(random: Random, number: number): SourceNode {
  const columns: SourceColumn[] = [{ name: 'id', kind: 'int', declared: 'INTEGER' }];
  for (let count = random.between(2, 4); count > 0; count -= 1) {
    const column = someColumn(random, new Set(columns.map((one) => one.name)));
    if (column !== null) columns.push(column);
  }
  const source: SourceNode = {
    name: `raw.s${number}`,
    seed: random.chance(0.25),
    unique: random.chance(0.4),
    quoted: false,
    columns,
    rows: [],
  };
  for (let count = random.between(5, 11); count > 0; count -= 1) source.rows.push(someRow(random, source));
  const [first] = source.rows;
  if (first !== undefined && !source.unique && random.chance(0.4)) source.rows.push([...first]);
  return source;
}

/** A new row; its first value is not among the others' where the column is unique. */
export function someRow(random: Random, { columns, rows, unique }: SourceNode): (string | null)[] {
  const next = Math.max(0, ...rows.map(([id]) => Number(id))) + 1;
  const id = String(unique ? next : random.between(1, 5));
  return columns.map((column, index) => (index === 0 ? id : someValue(random, column.kind)));
}

/** Counts what the engine refused while a project was drafted. */
export interface Discards {
  tried: number;
  refused: number;
  readonly messages: Map<string, number>;
}

export const noDiscards = (): Discards => ({ tried: 0, refused: 0, messages: new Map() });

export function discard(discards: Discards, error: unknown): void {
  if (!(error instanceof Refused)) throw error;
  discards.refused += 1;
  const short =
    error.message
      .replace(/^\S+: /, '')
      .split('\n')[0]
      ?.replaceAll(/"[^"]*"|'[^']*'|\d+/g, '…')
      .slice(0, 90) ?? '';
  discards.messages.set(short, (discards.messages.get(short) ?? 0) + 1);
}

/** A model over what there is so far. */
export function someModel(random: Random, name: string, draft: Draft, ties: boolean): Model {
  const readable = [...draft.tables.keys()];
  const making = { random, env: { tables: draft.tables, ctes: new Map() }, readable };
  // Small queries let what changes above come through to those below.
  const query = new Generator(making, ties).query(random.chance(0.5) ? 0 : random.between(1, 2));
  const view = random.chance(0.12) && !isVolatile(query);
  const mayIgnore = !callsClock(query) || (ties && !view);
  return {
    name,
    view,
    description: null,
    clock: random.chance(0.05) && mayIgnore ? 'ignore' : 'follow',
    opaque: random.chance(0.03),
    dependsOn: [],
    types: [],
    query,
    style: { ...PLAIN },
  };
}

const ATTEMPTS = 40;
export const MOST_ROWS = 60;

/** A project of a few sources and more models, each accepted by the engine. */
export async function someProject(random: Random, rebuild: Rebuild, discards: Discards): Promise<Draft> {
  const sources = Array.from({ length: random.between(2, 3) }, (_, number) => someSource(random, number));
  let draft = await draftOf({ sources, models: [] }, rebuild);
  const ties = random.chance(0.35);
  const wanted = random.between(5, random.chance(0.1) ? 15 : 8);
  for (let attempt = 0; draft.project.models.length < wanted && attempt < ATTEMPTS; attempt += 1) {
    discards.tried += 1;
    const model = someModel(random, `mart.t${draft.project.models.length}`, draft, ties);
    try {
      const next = await draftOf({ sources, models: [...draft.project.models, model] }, rebuild);
      const rows = next.contents.get(model.name)?.rows.length ?? 0;
      if (rows <= MOST_ROWS && (rows > 0 || random.chance(0.1))) draft = next;
    } catch (error) {
      discard(discards, error);
    }
  }
  return draft;
}
