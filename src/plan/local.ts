import { canonicalize } from 'json-canonicalize';
import { keyOf, keyOfJson, type Ingredient } from '../identity/hash.ts';
import type { MetadataParts } from '../identity/meaning.ts';
import { grantsText } from '../model/grants.ts';
import type { Key } from '../model/ids.ts';
import type { Export } from '../model/export.ts';
import { withValueAt } from '../model/json.ts';
import type { ModelNode, Node, SeedNode, SourceNode } from '../model/node.ts';
import type { Across, Mention } from '../model/references.ts';
import type { Definition } from './graph.ts';

/** Canonical JSON; most records of thousands of nodes are empty. */
export const canonicalOf = (record: object): string => (Object.keys(record).length === 0 ? '{}' : canonicalize(record));

/** What most nodes say of themselves: its key is made once. */
const NOTHING = JSON.stringify([null, null, [], [], []]);
const NO_METADATA = keyOfJson('metadata', NOTHING);

export function metadataOf({ node, audits }: Definition): Key {
  // Only where it is said, so that everything recorded before keeps its key.
  const cutoff = node.kind === 'model' && node.cutoff === 'off' ? ['cutoff off'] : [];
  const { description, owner, tags, grants = [] } = node;
  const exported = node.kind === 'model' && node.export !== undefined ? [exportOf(node, node.export)] : [];
  const granted = grants.length === 0 ? [] : [`grants ${grantsText(grants)}`];
  const more = [...cutoff, ...exported, ...granted];
  const said: Ingredient[] = [description, owner, [...tags].sort(), auditsOf(node, audits), described(node), ...more];
  const written = JSON.stringify(said);
  return written === NOTHING ? NO_METADATA : keyOfJson('metadata', written);
}

/**
 * What names stand for elsewhere builds nothing here, and must be recorded all the same: a promotion carries it. It is no
 * part of the definition by itself, which two branches may change without getting into each other's way.
 */
export const withBindings = (metadata: Key, { bindings }: Node): Key =>
  bindings === undefined ? metadata : keyOf('metadata and bindings', metadata, canonicalize(bindings));

/** Where the rows go as the author wrote it: the same in every environment. */
function exportOf({ mentions = [] }: ModelNode, { container, written, table, mode, key }: Export): Ingredient {
  const named = mentions.find((one) => one.as === 'export')?.name ?? null;
  return ['export', named, written === null ? null : canonicalize(container), table.schema, table.name, mode, [...key]];
}

/** The metadata of a node that names references, taken apart; undefined for any other. */
export function partsOfMetadata(words: Key, { bindings }: Node): MetadataParts | undefined {
  if (bindings === undefined) return undefined;
  const said = new Map<string, Record<string, Across[string]>>();
  for (const [name, across] of Object.entries(bindings)) {
    for (const [environment, bound] of Object.entries(across))
      said.set(environment, { ...said.get(environment), [name]: bound });
  }
  const keys = [...said].map(([environment, names]) => [environment, keyOf('bindings', canonicalize(names))] as const);
  return { words, bindings: Object.fromEntries(keys) };
}

const described = (node: Node): Ingredient =>
  node.columns.filter((column) => column.description !== null).map((column) => [column.name, column.description]);

/** An audit's canonical form: SQL without layout, everything else as it is. */
const auditsOf = (node: Node, bound: Definition['audits']): Ingredient =>
  node.audits.map((audit, index): Ingredient => {
    if (audit.type !== 'sql') {
      const { at: _at, ...rest } = audit;
      return canonicalize(rest);
    }
    return ['sql', audit.severity, audit.name, bound.get(index)?.written ?? audit.sql.text];
  });

/** What decides the rows that a source loads, its content aside. */
export function loadingOf(node: SourceNode | SeedNode): Ingredient {
  const declared = forcedOf(node);
  if (node.kind === 'seed') return ['file', 'csv', canonicalize(node.csv), declared];
  const { origin } = node;
  switch (origin.type) {
    case 'file':
      return ['file', origin.format, origin.format === 'csv' ? canonicalize(origin.csv) : null, declared];
    case 'table':
      return ['table', origin.table, declared];
    case 'connection':
      return ['connection', origin.table, origin.query?.text ?? null, declared];
    case 'call':
      return ['call', origin.call, declared];
  }
}

/** Where a source's content lies; part of its code, not of its content's key. */
export function placeOf(node: SourceNode | SeedNode): Ingredient {
  if (node.kind === 'seed') return ['seed', node.path];
  const { origin } = node;
  switch (origin.type) {
    case 'file':
      return ['file', origin.path, origin.load];
    case 'table':
      return ['table', origin.pin, origin.version];
    case 'connection':
      return ['connection', canonicalize(origin.container), canonicalize(origin.version)];
    case 'call':
      return ['call', origin.path];
  }
}

/** Storage as its author wrote it: with names in place of what references stand for. */
function writtenStorage({ storage, mentions = [] }: ModelNode): ModelNode['storage'] {
  let written = storage;
  for (const { as, name, path } of mentions)
    if (as === 'storage' && path !== undefined) written = withValueAt(written, path, `{{ ${name} }}`);
  return written;
}

export const storageOf = (node: ModelNode, storage = node.storage): Ingredient => [
  node.materialized,
  canonicalOf(storage),
  node.clock,
];

export const forcedOf = (node: Node): Ingredient =>
  node.columns.filter((column) => column.type !== null).map((column): Ingredient => [column.name, column.type]);

/** Types that the author forces on columns, by folded name. */
export const forcedTypes = (node: Node, fold: (name: string) => string): ReadonlyMap<string, string> =>
  new Map(node.columns.flatMap(({ name, type }) => (type === null ? [] : [[fold(name), type] as const])));

/** What a source is by definition, its metadata aside: where this moves, a new snapshot is taken. */
export const sourceDefinition = (node: SourceNode | SeedNode): Key =>
  keyOf('source', node.name, placeOf(node), loadingOf(node));

/**
 * A source as its author wrote it: what references stand for is taken out. What is left is the same in every
 * environment, so that code can travel between them.
 */
export function asWritten(node: SourceNode | SeedNode): SourceNode | SeedNode {
  const { mentions } = node;
  if (mentions === undefined) return node;
  const named = (as: Mention['as']): string | null => {
    const found = mentions.find((one) => one.as === as);
    return found === undefined ? null : `{{ ${found.name} }}`;
  };
  if (node.kind === 'seed') return { ...node, path: named('file') ?? node.path };
  const { origin } = node;
  switch (origin.type) {
    case 'file':
      return { ...node, origin: { ...origin, path: named('file') ?? origin.path } };
    case 'table': {
      const version = named('version') ?? origin.version;
      return { ...node, origin: { ...origin, table: named('table') ?? origin.table, version } };
    }
    case 'connection': {
      const container = named('connection') === null ? origin.container : null;
      const table = `${named('connection') ?? ''} ${named('table') ?? origin.table ?? ''}`;
      const query = named('version');
      const version = query === null ? origin.version : ({ type: 'query', query } as const);
      return { ...node, origin: { ...origin, container, table, version } };
    }
    case 'call':
      return node;
  }
}

/** Key of a definition by itself, its inputs by name; needs no facts. Equal in all environments. */
export function localOf({ node, bound, needs }: Definition, metadata: Key): Key {
  if (node.kind !== 'model') return keyOf('local', node.kind, sourceDefinition(asWritten(node)), metadata);
  const text = bound === null ? node.sql.text : bound.written;
  const storage = storageOf(node, writtenStorage(node));
  return keyOf('local', 'model', node.name, text, needs, storage, forcedOf(node), node.opaque, metadata);
}

/** Whether a source's rows are loaded into a build of its own. */
export function isCopied({ origin }: SourceNode): boolean {
  if (origin.type === 'file') return origin.load === 'copy';
  return origin.type !== 'table' || origin.pin;
}
