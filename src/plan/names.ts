import { keyOf } from '../identity/hash.ts';
import { asBuildId, partsOf, type BuildId, type EnvironmentName, type Key, type NodeName } from '../model/ids.ts';

const SHORT_KEY = 12;
const encoder = new TextEncoder();
const bytes = (text: string): number => encoder.encode(text).length;

/** Cuts a name to a number of bytes; what was cut is told apart by a hash. */
function shortened(text: string, limit: number): string {
  if (bytes(text) <= limit) return text;
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

/**
 * An environment's name as it may stand in a schema's name: itself where it is plain, else its plain letters and a hash,
 * so that `feature/a` and `feature-a` never meet.
 */
export function environmentSlug(environment: EnvironmentName): string {
  if (/^[a-z][a-z0-9_]{0,30}$/.test(environment)) return environment;
  const plain = environment
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .slice(0, 24);
  return `${plain}_${keyOf('environment', environment).slice(0, 8)}`;
}

/** Schema and name of the view by which an environment's readers reach a node. */
export function viewName(
  node: NodeName,
  environment: { readonly name: EnvironmentName; readonly base: EnvironmentName | null },
  maxBytes: number,
): { readonly schema: string; readonly name: string } {
  const { schema, name } = partsOf(node);
  const own = environment.base === null ? schema : `${environmentSlug(environment.name)}_${schema}`;
  return { schema: shortened(own, maxBytes), name: shortened(name, maxBytes) };
}
