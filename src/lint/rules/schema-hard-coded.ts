import type { NodeName } from '../../model/ids.ts';
import { partsOf } from '../../model/ids.ts';
import type { Naming } from '../../model/naming.ts';
import { positionIn } from '../../model/position.ts';
import type { Project } from '../../model/project.ts';
import { environmentSlug } from '../../plan/names.ts';
import type { Finding, Rule, Subject } from '../rule.ts';

export const SCHEMA_HARD_CODED = 'schema-hard-coded';

/** The view of a node in an environment; `known`: the files name the environment. */
interface ViewOf {
  readonly node: NodeName;
  readonly environment: string;
  readonly known: boolean;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** What the schemas of a node's views look like, with the environment as group 1; null where it stands in none. */
function patternOf(template: string, schema: string): RegExp | null {
  const source = escaped(template)
    .replace('\\{schema\\}', () => escaped(schema))
    .replaceAll(/\\\{(?:env|ENV)\\\}/g, '([a-z][a-z0-9_]*)');
  return source.includes('([a-z]') ? new RegExp(`^${source}$`, 'i') : null;
}

/** Tells which table names are views of environments, by the templates and the environments that the files name. */
class Views {
  readonly #project: Project;
  readonly #byTable = new Map<string, NodeName[]>();
  readonly #slugs: ReadonlyMap<string, string>;
  readonly #templates: readonly string[];

  constructor(project: Project) {
    this.#project = project;
    const { naming, wiring, base } = project.config;
    const environments = [...new Set([...naming.declared, ...wiring.environments.keys(), base])];
    this.#slugs = new Map(environments.map((name) => [environmentSlug(name, naming.declared).toLowerCase(), name]));
    this.#templates = templatesOf(naming);
    for (const name of project.nodes.keys()) {
      const table = partsOf(name).name.toLowerCase();
      this.#byTable.set(table, [...(this.#byTable.get(table) ?? []), name]);
    }
  }

  /** null for a name that is a node's own, or no environment's. */
  find(parts: readonly string[]): ViewOf | null {
    const [schema, table] = parts.slice(-2).map((part) => part.toLowerCase());
    if (schema === undefined || table === undefined) return null;
    const alike = this.#byTable.get(table) ?? [];
    if (alike.some((name) => partsOf(name).schema.toLowerCase() === schema)) return null;
    for (const node of alike) {
      for (const template of this.#templates) {
        const slug = patternOf(template, partsOf(node).schema)?.exec(schema)?.[1]?.toLowerCase();
        if (slug === undefined) continue;
        const environment = this.#slugs.get(slug);
        return { node, environment: environment ?? slug, known: environment !== undefined };
      }
    }
    return null;
  }

  sources(): readonly Finding[] {
    return [...this.#project.nodes.values()].flatMap((node) => {
      if (node.kind !== 'source' || node.origin.type !== 'table') return [];
      const view = this.find(node.origin.table.replaceAll('"', '').split('.'));
      return view?.known === true ? [finding(node.origin.table, view, node.at)] : [];
    });
  }
}

const templatesOf = ({ schema, schemas }: Naming): readonly string[] => [
  ...new Set([schema ?? '{env}_{schema}', ...schemas.values()]),
];

function finding(written: string, { node, environment, known }: ViewOf, at: Finding['at']): Finding {
  const where = known ? `\`${environment}\`` : `an environment named \`${environment}\``;
  const other = known ? '' : ' If it is another table, declare it as a source.';
  return {
    message: `\`${written}\` is what \`${node}\` is called in ${where}: every environment would read that one.`,
    at,
    hint: `Write \`${node}\`: each environment leads it to its own.${other}`,
  };
}

function find({ project, queries }: Subject): readonly Finding[] {
  const views = new Views(project);
  const mentions = queries.flatMap(({ sql, outline }) =>
    outline.inputs.flatMap((use) => {
      if (use.type !== 'table') return [];
      const parts = use.parts.map(({ text }) => text);
      const view = views.find(parts);
      return view === null ? [] : [finding(parts.join('.'), view, positionIn(sql, use.span.start))];
    }),
  );
  return [...mentions, ...views.sources()];
}

export const schemaHardCoded: Rule = {
  id: SCHEMA_HARD_CODED,
  severity: 'error',
  summary: "SQL names tables as the project does, never as one environment's views are called.",
  why:
    'A query that names `dev_analytics.orders` reads dev in production, too. Which environments there are is told by ' +
    'the files: those under `environments:`, the base, those of `branches:`, and whatever the template of names fits.',
  find,
};
