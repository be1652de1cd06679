import type { JsonScalar } from '../model/json.ts';
import type { ModelNode, Node, Origin, SourceNode } from '../model/node.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';
import type { Bound, Mention } from '../model/references.ts';
import type { Lookup, Meaning } from './lookup.ts';

/** A node with what it names put in. */
export function substitute(node: Node, lookup: Lookup, problems: Problem[]): Node {
  const { mentions = [] } = node;
  if (mentions.length === 0 || node.kind === 'seed') return node;
  const found = new Map<Mention, Meaning>();
  const near: Record<string, null> = {};
  for (const mention of mentions) {
    const meaning = lookup(mention);
    if (typeof meaning === 'string') near[meaning] = null;
    else if (meaning !== null) found.set(mention, meaning);
  }
  // The reader of the SQL tells of names that there are not, and suggests from what there is.
  const suggesting = node.kind === 'model' ? { ...node, parameters: { ...near, ...node.parameters } } : node;
  if (found.size === 0) return suggesting;
  const bindings = Object.fromEntries([...found].map(([{ name }, { across }]) => [name, across]));
  const bound =
    suggesting.kind === 'model' ? boundModel(suggesting, found, problems) : boundSource(suggesting, found, problems);
  return { ...bound, bindings };
}

function boundModel(node: ModelNode, found: ReadonlyMap<Mention, Meaning>, problems: Problem[]): ModelNode {
  const values: Record<string, JsonScalar> = {};
  let exported = node.export;
  for (const [mention, { bound }] of found) {
    if (mention.as === 'export') {
      if (bound.kind !== 'connection') problems.push(wrongKind(mention, `is ${article(bound)}: ${EXPORT_NEEDS}`));
      else if (exported !== undefined) exported = { ...exported, container: bound.container };
      continue;
    }
    const value = scalarOf(bound, mention, problems);
    if (value !== undefined) values[mention.name] = value;
  }
  const parameters = { ...node.parameters, ...values };
  return { ...node, parameters, ...(exported === undefined ? {} : { export: exported }) };
}

const EXPORT_NEEDS = 'rows are exported to a connection.';

function boundSource(node: SourceNode, found: ReadonlyMap<Mention, Meaning>, problems: Problem[]): SourceNode {
  let origin: Origin = node.origin;
  for (const [mention, { bound }] of found) origin = boundOrigin(origin, mention, bound, problems);
  return { ...node, origin };
}

function boundOrigin(origin: Origin, mention: Mention, bound: Bound, problems: Problem[]): Origin {
  const wrong = (what: string): Origin => {
    problems.push(wrongKind(mention, `is ${article(bound)}, and \`${mention.as}\` needs ${what}.`));
    return origin;
  };
  if (mention.as === 'connection') {
    if (bound.kind !== 'connection') return wrong('a connection');
    return origin.type === 'connection' ? { ...origin, container: bound.container } : origin;
  }
  if (bound.kind !== 'value' || typeof bound.value !== 'string') return wrong('a value that is text');
  if (mention.as === 'file') return origin.type === 'file' ? { ...origin, path: bound.value } : origin;
  return 'table' in origin ? { ...origin, table: bound.value } : origin;
}

const article = ({ kind }: Bound): string => (kind === 'image' ? 'an image' : `a ${kind}`);

/** What may stand in SQL: one value. undefined, with the problem added, for anything else. */
function scalarOf(bound: Bound, mention: Mention, problems: Problem[]): JsonScalar | undefined {
  if (bound.kind !== 'value') {
    problems.push(wrongKind(mention, `is ${article(bound)}: only values can be put into SQL.`));
    return undefined;
  }
  const { value } = bound;
  if (typeof value !== 'object' || value === null) return value;
  problems.push(
    wrongKind(mention, `is ${Array.isArray(value) ? 'a list' : 'a map'}: only one value can be put into SQL.`),
  );
  return undefined;
}

const wrongKind = ({ name, at }: { readonly name: string; readonly at: Position }, how: string): Problem =>
  problem('reference-kind', `\`${name}\` ${how}`, { at });
