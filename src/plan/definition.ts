import { canonicalize } from 'json-canonicalize';
import type { Node } from '../model/node.ts';
import { problem, UserError } from '../model/problems.ts';

const FORMAT = 'bough.definition/1';
const KINDS: ReadonlySet<unknown> = new Set<Node['kind']>(['source', 'seed', 'model']);

/**
 * A node as revisions record it: canonical JSON. It holds the places in the files too, so that an error in recorded
 * code can still be shown where it was written; two definitions that differ only there mean the same.
 */
export const definitionOf = (node: Node): string => canonicalize({ format: FORMAT, node: recordable(node) });

function recordable(node: Node): Node {
  if (node.kind !== 'model') return node;
  const { text, file, line, column, indent } = node.sql;
  return { ...node, sql: { text, file, line, column, indent } };
}

/** The node that `definitionOf` recorded. Throws UserError where the record is damaged or of a newer Bough. */
export function nodeFromDefinition(json: string): Node {
  const record = parse(json);
  const format = isObject(record) && 'format' in record ? record.format : undefined;
  if (format === FORMAT && isRecord(record)) return complete(record.node);
  if (format !== FORMAT && typeof format === 'string' && format.startsWith('bough.definition/')) {
    throw new UserError(problem('state-newer', `A recorded definition has the format \`${format}\`.`, NEWER));
  }
  throw new UserError(problem('state-damaged', 'A recorded definition cannot be read.'));
}

/** What a definition could not say when it was recorded is what it meant then. */
const complete = (node: Node): Node => (node.kind === 'model' ? { ...node, cutoff: node.cutoff ?? 'on' } : node);

const NEWER = { hint: 'It was written by a newer Bough: update this one.' };

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** What was written by `definitionOf` of this format is a node; damage shows at its outer form. */
const isRecord = (record: unknown): record is { readonly node: Node } =>
  isObject(record) &&
  'node' in record &&
  isObject(record.node) &&
  'kind' in record.node &&
  KINDS.has(record.node.kind) &&
  'name' in record.node &&
  typeof record.node.name === 'string';

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
