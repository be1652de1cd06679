import { foreignVersionOf } from '../model/foreign-version.ts';
import { withValueAt, type JsonScalar } from '../model/json.ts';
import type { ModelNode, Node, Origin, SeedNode, SourceNode } from '../model/node.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';
import type { Bound, Mention, ReleaseSelector } from '../model/references.ts';
import type { Lookup, Meaning } from './lookup.ts';

/** A node with what it names put in. */
export function substitute(node: Node, lookup: Lookup, problems: Problem[]): Node {
  const { mentions = [] } = node;
  if (mentions.length === 0) return node;
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
  return { ...boundNode(suggesting, found, problems), bindings };
}

function boundNode(node: Node, found: ReadonlyMap<Mention, Meaning>, problems: Problem[]): Node {
  switch (node.kind) {
    case 'model':
      return boundModel(node, found, problems);
    case 'seed':
      return boundSeed(node, found, problems);
    case 'source':
      return boundSource(node, found, problems);
  }
}

function boundModel(node: ModelNode, found: ReadonlyMap<Mention, Meaning>, problems: Problem[]): ModelNode {
  const values: Record<string, JsonScalar> = {};
  const releases: Record<string, ReleaseSelector> = {};
  let { export: exported, storage } = node;
  for (const [mention, { bound }] of found) {
    if (mention.as === 'export') {
      if (bound.kind !== 'connection') problems.push(wrongKind(mention, `is ${article(bound)}: ${EXPORT_NEEDS}`));
      else if (exported !== undefined) exported = { ...exported, container: bound.container };
      continue;
    }
    if (mention.as === 'storage') {
      storage = boundStorage(storage, mention, bound, problems);
      continue;
    }
    if (bound.kind === 'release') releases[mention.name] = bound.selector;
    const value = scalarOf(bound, mention, problems);
    if (value !== undefined) values[mention.name] = value;
  }
  const { releases: _before, ...rest } = node;
  const parameters = { ...node.parameters, ...values };
  const used = Object.keys(releases).length === 0 ? {} : { releases };
  return { ...rest, parameters, storage, ...used, ...(exported === undefined ? {} : { export: exported }) };
}

const EXPORT_NEEDS = 'rows are exported to a connection.';

function boundStorage(
  storage: ModelNode['storage'],
  mention: Mention,
  bound: Bound,
  problems: Problem[],
): ModelNode['storage'] {
  if (bound.kind === 'value') return withValueAt(storage, mention.path ?? [], bound.value);
  problems.push(wrongKind(mention, `is ${article(bound)}, and \`${mention.as}\` needs a value.`));
  return storage;
}

function boundSeed(node: SeedNode, found: ReadonlyMap<Mention, Meaning>, problems: Problem[]): SeedNode {
  let { path } = node;
  for (const [mention, { bound }] of found) path = textOf(bound, mention, problems) ?? path;
  return { ...node, path };
}

function boundSource(node: SourceNode, found: ReadonlyMap<Mention, Meaning>, problems: Problem[]): SourceNode {
  let origin: Origin = node.origin;
  for (const [mention, { bound }] of found) origin = boundOrigin(origin, mention, bound, problems);
  return { ...node, origin };
}

function boundOrigin(origin: Origin, mention: Mention, bound: Bound, problems: Problem[]): Origin {
  if (mention.as === 'connection') {
    if (bound.kind === 'connection')
      return origin.type === 'connection' ? { ...origin, container: bound.container } : origin;
    problems.push(wrongKind(mention, `is ${article(bound)}, and \`${mention.as}\` needs a connection.`));
    return origin;
  }
  const text = textOf(bound, mention, problems);
  if (text === null) return origin;
  if (mention.as === 'file') return origin.type === 'file' ? { ...origin, path: text } : origin;
  if (!('table' in origin)) return origin;
  if (mention.as === 'table') return { ...origin, table: text };
  return origin.type === 'table' ? { ...origin, version: text } : { ...origin, version: foreignVersionOf(text) };
}

/** Text that a value is; null, with the problem added, where it is none. */
function textOf(bound: Bound, mention: Mention, problems: Problem[]): string | null {
  if (bound.kind === 'value' && typeof bound.value === 'string' && bound.value.trim() !== '') return bound.value;
  const is = bound.kind === 'value' ? `stands for ${JSON.stringify(bound.value)}` : `is ${article(bound)}`;
  problems.push(wrongKind(mention, `${is}, and \`${mention.as}\` needs text.`));
  return null;
}

const article = ({ kind }: Bound): string => (kind === 'image' ? 'an image' : `a ${kind}`);

/**
 * What may stand in SQL: one value. For a release its selector, until its tag is known. undefined, with the problem added,
 * for anything else.
 */
function scalarOf(bound: Bound, mention: Mention, problems: Problem[]): JsonScalar | undefined {
  if (bound.kind === 'release') return bound.selector.pattern;
  if (bound.kind !== 'value') {
    problems.push(wrongKind(mention, `is ${article(bound)}: only values and releases can be put into SQL.`));
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
