import type { EnvironmentName } from './ids.ts';
import type { Position } from './problems.ts';

/** A schema that bears one name in every environment. */
export interface SharedSchema {
  readonly schema: string;
  readonly at: Position;
}

/** How the views of environments are named. */
export interface Naming {
  /** Template of every environment's schemas; null: `{schema}` at a root, `{env}_{schema}` elsewhere. */
  readonly schema: string | null;
  /** Templates of single environments. */
  readonly schemas: ReadonlyMap<EnvironmentName, string>;
  /** Schemas, in any letter case, that bear one name everywhere; only a root writes their views. */
  readonly shared: readonly SharedSchema[];
  /** Environments that the files name: a plain name of theirs stands in a template as it is, capitals too. */
  readonly declared: readonly EnvironmentName[];
}

/** As it is where the files say nothing. */
export const USUAL_NAMING: Naming = { schema: null, schemas: new Map(), shared: [], declared: [] };

/** What may stand in a template: the node's schema, and the environment as it is or in capitals. */
const PLACEHOLDERS = ['schema', 'env', 'ENV'] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];

/** Why a text cannot be a template, to end the sentence "the template …"; null where it can. */
export function templateFault(template: string): string | null {
  const names = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name ?? '');
  const unknown = names.find((name) => !PLACEHOLDERS.some((one) => one === name));
  if (unknown !== undefined) return `holds \`{${unknown}}\`: there are \`{schema}\`, \`{env}\` and \`{ENV}\``;
  const literal = template.replaceAll(/\{[^{}]*\}/g, '');
  if (/[{}]/.test(literal)) return 'has a brace without its partner';
  if (literal.includes('.'))
    return 'holds `.`: it names a schema, and all environments of a warehouse share one catalog';
  const strange = /[^\p{L}\p{M}\p{N}_$-]/u.exec(literal)?.[0];
  if (strange !== undefined)
    return `holds \`${strange}\`: beside its braces stand letters, digits, \`_\`, \`-\` and \`$\``;
  const count = names.filter((name) => name === 'schema').length;
  if (count === 1) return null;
  return count === 0 ? 'lacks `{schema}`: all schemas would be one' : 'holds `{schema}` twice';
}

/** The name that a template gives. */
export const filledTemplate = (template: string, values: Readonly<Record<Placeholder, string>>): string =>
  template.replaceAll(/\{(schema|env|ENV)\}/g, (_, name: Placeholder) => values[name]);
