import { Buffer } from 'node:buffer';
import { keyOf } from '../identity/hash.ts';
import { filledTemplate, type Naming } from '../model/naming.ts';
import { asBuildId, partsOf, type BuildId, type EnvironmentName, type Key, type NodeName } from '../model/ids.ts';

const SHORT_KEY = 12;
const bytes = (text: string): number => Buffer.byteLength(text);

/** Cuts a name to a number of bytes; what was cut is told apart by a hash. */
function shortened(text: string, limit: number): string {
  // A UTF-16 unit takes three bytes at most.
  if (text.length * 3 <= limit || bytes(text) <= limit) return text;
  const digest = keyOf('short', text).slice(0, 6);
  let head = '';
  for (const character of text) {
    if (bytes(head + character) > limit - digest.length - 1) break;
    head += character;
  }
  return `${head}_${digest}`;
}

/** Name of a build without its attempt: `<schema>__<node>__<short key>`; the key is never shortened further. */
export function buildStem(node: NodeName, key: Key): string {
  const { schema, name } = partsOf(node);
  return `${shortened(schema, 16)}__${shortened(name, 24)}__${key.slice(0, SHORT_KEY)}`;
}

/** Name of one attempt at a build; `attempt` is six letters or digits. At most 63 bytes. */
export const buildId = (node: NodeName, key: Key, attempt: string): BuildId =>
  asBuildId(`${buildStem(node, key)}_${attempt}`);

/** Whether a relation is named as builds are, and as nothing else is that stands beside them. */
export const namesBuild = (name: string): name is BuildId => /^.+__.+__[0-9a-f]{12}_[0-9a-z]{6}$/su.test(name);

/** A build's name without its attempt: what it means, whoever made it. */
export const stemOf = (build: BuildId): string => build.replace(/_[0-9a-z]{6}$/, '');

/** A plain name; one that ends like a hash could be another's slug. */
const isPlain = (name: string): boolean => /^[a-z][a-z0-9_]{0,30}$/i.test(name) && !/_[0-9a-f]{8}$/i.test(name);

/**
 * An environment's name as it may stand in a schema's name: itself where it is plain, else its plain letters and a hash,
 * so that `feature/a` and `feature-a` never meet. Capitals are plain only in a name that the files declare, and then no
 * other name has its letters: engines compare names without letter case.
 */
export function environmentSlug(environment: EnvironmentName, declared: readonly EnvironmentName[]): string {
  if (isPlain(environment)) {
    const folded = environment.toLowerCase();
    const known = declared.find((one) => one.toLowerCase() === folded);
    if (known === environment || (known === undefined && environment === folded)) return environment;
  }
  const plain = environment
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .slice(0, 24);
  return `${plain}_${keyOf('environment', environment).slice(0, 8)}`;
}

export interface ViewName {
  readonly schema: string;
  readonly name: string;
}

/** What of an environment decides the names of its views. */
export interface NamedEnvironment {
  readonly name: EnvironmentName;
  readonly base: EnvironmentName | null;
}

const isShared = (schema: string, { shared }: Naming): boolean =>
  shared.some((one) => one.schema.toLowerCase() === schema.toLowerCase());

/** Schema and name of the view by which an environment's readers reach a node; null where it has none of its own. */
export function viewName(
  node: NodeName,
  environment: NamedEnvironment,
  naming: Naming,
  maxBytes: number,
): ViewName | null {
  const { schema, name } = partsOf(node);
  const short = (text: string): string => shortened(text, maxBytes);
  if (isShared(schema, naming)) return environment.base === null ? { schema: short(schema), name: short(name) } : null;
  const usual = environment.base === null ? '{schema}' : '{env}_{schema}';
  const template = naming.schemas.get(environment.name) ?? naming.schema ?? usual;
  if (template === '{schema}') return { schema: short(schema), name: short(name) };
  const env = environmentSlug(environment.name, naming.declared);
  return { schema: short(filledTemplate(template, { schema, env, ENV: env.toUpperCase() })), name: short(name) };
}
