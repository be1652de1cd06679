import { printQuery } from './print.ts';
import { sourcesOf, selectsOf, allQueries, type Kind, type Query, type Style } from './query.ts';

/** A column of a CSV file. */
export interface SourceColumn {
  name: string;
  kind: Kind;
  /** Type that its file declares; null leaves it to be detected. */
  declared: string | null;
}

export interface SourceNode {
  name: string;
  seed: boolean;
  /** Its first column is declared, and is, unique: orders by it have no ties. */
  unique: boolean;
  /** Whether its file holds every field in quotes, which changes its bytes and nothing else. */
  quoted: boolean;
  columns: SourceColumn[];
  rows: (string | null)[][];
}

export interface Model {
  name: string;
  view: boolean;
  description: string | null;
  clock: 'follow' | 'ignore';
  opaque: boolean;
  dependsOn: string[];
  /** Types that are forced. */
  types: { name: string; type: string }[];
  query: Query;
  style: Style;
}

/** A project before it is written down. Models stand after what they read. */
export interface Project {
  sources: SourceNode[];
  models: Model[];
}

export type Files = Readonly<Record<string, string>>;

const fileOf = (name: string): string => name.replace('.', '/');

function csvText(source: SourceNode): string {
  const field = (value: string | null): string =>
    value === null ? '' : source.quoted || /[",\n ]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const lines = [source.columns.map((column) => column.name), ...source.rows].map((row) => row.map(field).join(','));
  return `${lines.join('\n')}\n`;
}

function sourceYaml(source: SourceNode): string {
  const declared = source.columns.filter((column) => column.declared !== null);
  const columns = declared.map((column) => `  ${column.name}: ${column.declared}`);
  const head = [
    `kind: ${source.seed ? 'seed' : 'source'}`,
    `name: ${source.name}`,
    `file: data/${fileOf(source.name)}.csv`,
  ];
  const audits = source.unique ? ['audits:', `  - unique: ${source.columns[0]?.name ?? ''}`] : [];
  return `${[...head, ...(columns.length === 0 ? [] : ['columns:', ...columns]), ...audits].join('\n')}\n`;
}

/** The file of a model. */
export function textOf(model: Model): string {
  const head = [
    ...(model.view ? ['kind: view'] : []),
    ...(model.description === null ? [] : [`description: ${model.description}`]),
    ...(model.clock === 'ignore' ? ['clock: ignore'] : []),
    ...(model.opaque ? ['opaque: true'] : []),
    ...(model.dependsOn.length === 0 ? [] : [`depends_on: [${model.dependsOn.join(', ')}]`]),
    ...(model.types.length === 0 ? [] : ['columns:', ...model.types.map(({ name, type }) => `  ${name}: ${type}`)]),
  ];
  return `${head.length === 0 ? '' : `/* bough\n${head.join('\n')}\n*/\n`}${printQuery(model.query, model.style)}`;
}

/** The project as files. */
export function filesOf(project: Project): Files {
  const files: Record<string, string> = { 'bough.yml': 'name: prove\nengine:\n  type: duckdb\n  threads: 1\n' };
  for (const source of project.sources) {
    files[`data/${fileOf(source.name)}.csv`] = csvText(source);
    files[`models/${fileOf(source.name)}.yml`] = sourceYaml(source);
  }
  for (const model of project.models) files[`models/${fileOf(model.name)}.sql`] = textOf(model);
  return files;
}

/** Nodes that a query reads by name. */
export function readsOf(query: Query): ReadonlySet<string> {
  const found = new Set<string>();
  for (const one of allQueries(query)) {
    for (const select of selectsOf(one.body)) {
      for (const source of sourcesOf(select))
        if (source.type === 'table' && source.name.includes('.')) found.add(source.name);
    }
  }
  return found;
}

/** Every node that reads one of these, at any distance. */
export function below(project: Project, names: ReadonlySet<string>): ReadonlySet<string> {
  const moved = new Set(names);
  const found = new Set<string>();
  for (const model of project.models) {
    if (![...readsOf(model.query), ...model.dependsOn].some((name) => moved.has(name))) continue;
    moved.add(model.name);
    found.add(model.name);
  }
  return found;
}
