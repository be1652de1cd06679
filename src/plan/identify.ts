import { canonicalize } from 'json-canonicalize';
import { keyOf, type Ingredient } from '../identity/hash.ts';
import { leafKeys, modelKeys, type ModelKeys, type NodeKeys } from '../identity/keys.ts';
import type { Meaning, MeaningPart } from '../identity/meaning.ts';
import type { Facts, SourceFact } from '../model/facts.ts';
import type { Key, NodeName } from '../model/ids.ts';
import type { ModelNode, Node, SeedNode, SourceNode } from '../model/node.ts';
import { positionIn } from '../model/position.ts';
import { problem, warning, type Problem } from '../model/problems.ts';
import type { InputTable, Part, Shape } from '../sql/contract.ts';
import type { BoundSql, Graph, GraphNode } from './graph.ts';
import { locate } from './reader.ts';
import type { ResolveSql } from './reader.ts';

/** Everything that keys say of one node under given facts. */
export interface Identity {
  /** The definition by itself: canonical text and metadata, inputs by name. */
  readonly local: Key;
  readonly meaning: Meaning;
  readonly code: NodeKeys;
  readonly build: NodeKeys;
  /** Nodes on whose very build this one's data depends. */
  readonly besides: readonly NodeName[];
  /** null for sources, and for a model whose inputs could not be bound. */
  readonly shape: Shape | null;
}

export interface Identified {
  readonly identities: ReadonlyMap<NodeName, Identity>;
  readonly problems: readonly Problem[];
}

interface Context {
  readonly facts: Facts;
  readonly fold: (name: string) => string;
  readonly resolve: ResolveSql;
  readonly identities: Map<NodeName, Identity>;
  readonly problems: Problem[];
  readonly clock: { readonly date: string; readonly timestamp: string };
}

/** The calendar day of an instant in a time zone, `2026-11-21`. */
export const dayOf = (instant: string, timezone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    new Date(instant),
  );

const metadataOf = (node: Node, graphNode: GraphNode): Key =>
  keyOf('metadata', node.description, node.owner, [...node.tags].sort(), auditsOf(node, graphNode), described(node));

const described = (node: Node): Ingredient =>
  node.columns.filter((column) => column.description !== null).map((column) => [column.name, column.description]);

/** An audit's canonical form: SQL without layout, everything else as it is. */
const auditsOf = (node: Node, graphNode: GraphNode): Ingredient =>
  node.audits.map((audit, index): Ingredient => {
    if (audit.type !== 'sql') {
      const { at: _at, ...rest } = audit;
      return canonicalize(rest);
    }
    return ['sql', audit.severity, audit.name, graphNode.audits.get(index)?.reading.canonical ?? audit.sql.text];
  });

/** What decides the rows that a source loads, its content aside. */
function loadingOf(node: SourceNode | SeedNode): Ingredient {
  const declared = forcedOf(node);
  if (node.kind === 'seed') return ['file', 'csv', canonicalize(node.csv), declared];
  const { origin } = node;
  switch (origin.type) {
    case 'file':
      return ['file', origin.format, origin.format === 'csv' ? canonicalize(origin.csv) : null, declared];
    case 'table':
      return ['table', origin.table, declared];
    case 'call':
      return ['call', origin.call, declared];
  }
}

/** Where a source's content lies; part of its code, not of its content's key. */
const placeOf = (node: SourceNode | SeedNode): Ingredient => {
  if (node.kind === 'seed') return ['seed', node.path];
  if (node.origin.type === 'file') return ['file', node.origin.path, node.origin.load];
  return node.origin.type === 'table' ? ['table', node.origin.pin, node.origin.version] : ['call', node.origin.path];
};

const storageOf = (node: ModelNode): Ingredient => [node.materialized, canonicalize(node.storage), node.clock];

const forcedOf = (node: Node): Ingredient =>
  node.columns.filter((column) => column.type !== null).map((column): Ingredient => [column.name, column.type]);

/** What a source is by definition, its metadata aside: where this moves, a new snapshot is taken. */
export const sourceDefinition = (node: SourceNode | SeedNode): Key =>
  keyOf('source', node.name, placeOf(node), loadingOf(node));

/** Key of a definition by itself, its inputs by name; needs no facts. */
export function localOf(graphNode: GraphNode): Key {
  const { node, bound, needs } = graphNode;
  const metadata = metadataOf(node, graphNode);
  if (node.kind !== 'model') return keyOf('local', node.kind, sourceDefinition(node), metadata);
  const text = bound === null ? node.sql.text : bound.reading.canonical;
  return keyOf('local', 'model', node.name, text, needs, storageOf(node), forcedOf(node), node.opaque, metadata);
}

function identifyLeaf(node: SourceNode | SeedNode, graphNode: GraphNode, fact: SourceFact, context: Context): Identity {
  const loading = loadingOf(node);
  const copied = node.kind === 'seed' || node.origin.type === 'call' || isCopied(node);
  const common = { columns: fact.columns, fold: context.fold };
  const definition: Ingredient = [node.name, placeOf(node), loading];
  const code = leafKeys({ ...common, token: definition, live: false, own: [] });
  const own: Ingredient[] = [context.facts.engine, copied];
  const build = leafKeys({ ...common, token: [loading, fact.snapshot], live: fact.live, own });
  const columns = fact.columns.map(({ name }, index): MeaningPart => {
    const key = code.columns?.[index]?.key ?? code.rows;
    return { label: context.fold(name), key, line: null };
  });
  const metadata = metadataOf(node, graphNode);
  const clauses = [{ label: 'source', key: code.rows, line: node.at.line }];
  const meaning = { rows: code.rows, clauses, columns, build: code.build, metadata };
  return { local: localOf(graphNode), meaning, code, build, besides: [], shape: null };
}

/** Whether a source's rows are loaded into a build of its own. */
export const isCopied = (node: SourceNode): boolean =>
  node.origin.type === 'file' ? node.origin.load === 'copy' : node.origin.type === 'call' || node.origin.pin;

function opaqueShape(bound: BoundSql, extra: number): Shape {
  const count = bound.inputs.length + extra;
  const part: Part = {
    label: 'query',
    canonical: bound.reading.canonical,
    uses: Array.from({ length: count }, (_, input) => ({ input, type: 'everything' as const })),
    ties: bound.reading.ties,
    clocks: [...new Set(bound.reading.clocks.map((use) => use.family))],
    span: { start: 0, end: bound.sql.text.length },
  };
  return { rows: [part], columns: null, own: [], problems: [] };
}

function inputTable(name: NodeName, graph: Graph, context: Context): InputTable {
  const node = graph.nodes.get(name)?.node;
  const unique = (node?.audits ?? []).flatMap((audit) => (audit.type === 'unique' ? [audit.columns] : []));
  const identity = context.identities.get(name);
  const fact = context.facts.sources.get(name);
  const columns =
    fact?.columns ?? identity?.shape?.columns?.map((column) => ({ name: column.name, type: null })) ?? null;
  return { columns, unique };
}

function withDeclaredNeeds(shape: Shape, inputs: number, needs: number): Shape {
  if (needs === inputs) return shape;
  const uses = Array.from({ length: needs - inputs }, (_, index) => ({
    input: inputs + index,
    type: 'everything' as const,
  }));
  const part: Part = {
    label: 'depends_on',
    canonical: 'depends_on',
    uses,
    ties: [],
    clocks: [],
    span: { start: 0, end: 0 },
  };
  return { ...shape, rows: [...shape.rows, part] };
}

function shapeOf(node: ModelNode, bound: BoundSql, inputs: readonly NodeName[], graph: Graph, context: Context): Shape {
  const shape = node.opaque
    ? opaqueShape(bound, 0)
    : context.resolve(
        bound.reading,
        bound.inputs.map((name) => inputTable(name, graph, context)),
      );
  context.problems.push(...shape.problems.map((one) => locate(node.sql, one)));
  return withDeclaredNeeds(shape, bound.inputs.length, inputs.length);
}

const linesOf = (parts: readonly Part[], keys: readonly Key[], node: ModelNode): readonly MeaningPart[] =>
  parts.map((part, index) => ({
    label: part.label,
    key: keys[index] ?? keyOf('absent'),
    line: positionIn(node.sql, part.span.start).line,
  }));

function meaningOf(node: ModelNode, shape: Shape, code: ModelKeys, metadata: Key): Meaning {
  const columns =
    shape.columns?.map((column, index): MeaningPart => {
      const key = code.columns?.[index];
      const line = positionIn(node.sql, column.span.start).line;
      return { label: key?.name ?? column.name, key: key?.key ?? code.rows, line };
    }) ?? null;
  return { rows: code.rows, clauses: linesOf(shape.rows, code.clauses, node), columns, build: code.build, metadata };
}

function withoutClock(shape: Shape): Shape {
  const still = (part: Part): Part => ({ ...part, clocks: [] });
  const columns = shape.columns?.map((column) => ({ ...column, clocks: [] })) ?? null;
  return { ...shape, rows: shape.rows.map(still), columns, own: shape.own.map(still) };
}

function identifyModel(node: ModelNode, graphNode: GraphNode, graph: Graph, context: Context): Identity | null {
  const { bound } = graphNode;
  if (bound === null) return null;
  const declared = graphNode.needs.filter((name) => !bound.inputs.includes(name));
  const names = [...bound.inputs, ...declared];
  const known = names.map((name) => context.identities.get(name));
  const inputs = known.filter((identity): identity is Identity => identity !== undefined);
  if (inputs.length !== names.length) return null;
  const read = shapeOf(node, bound, names, graph, context);
  const shape = node.clock === 'ignore' ? withoutClock(read) : read;
  refuseVolatileView(node, shape, context);
  const storage = storageOf(node);
  const forced = forcedOf(node);
  const shared = { fold: context.fold, clock: context.clock };
  const code = modelKeys(
    shape,
    inputs.map((input) => input.code),
    { ...shared, identity: 'code', own: [storage, forced] },
  );
  const own = [storage, forced, context.facts.engine];
  const build = modelKeys(
    shape,
    inputs.map((input) => input.build),
    { ...shared, identity: 'build', own },
  );
  const metadata = metadataOf(node, graphNode);
  const local = localOf(graphNode);
  const besides = [...build.besides]
    .map((index) => names[index])
    .filter((name): name is NodeName => name !== undefined);
  return { local, meaning: meaningOf(node, shape, code, metadata), code, build, besides: [...new Set(besides)], shape };
}

function refuseVolatileView(node: ModelNode, shape: Shape, context: Context): void {
  if (node.materialized !== 'view') return;
  const parts = [...shape.rows, ...(shape.columns ?? []), ...shape.own];
  for (const tie of parts.flatMap((part) => part.ties)) {
    const at = positionIn(node.sql, tie.span.start);
    context.problems.push(
      tie.kind === 'volatile'
        ? problem('view-volatile', `View \`${node.name}\` calls ${tie.construct}: every read would give other data.`, {
            at,
            hint: 'Make it a table (kind: table).',
          })
        : warning('view-ties', `View \`${node.name}\` depends on ${tie.construct}: two reads can give other data.`, {
            at,
            hint: 'Give it a total order, or make it a table.',
          }),
    );
  }
}

/** Keys of every node of a graph under given facts, inputs first. Pure; problems of name resolution are returned. */
export function identify(
  graph: Graph,
  facts: Facts,
  options: { readonly fold: (name: string) => string; readonly resolve: ResolveSql },
): Identified {
  const clock = { date: dayOf(facts.clock, facts.timezone), timestamp: facts.clock };
  const { fold, resolve } = options;
  const context: Context = { facts, fold, resolve, identities: new Map(), problems: [], clock };
  for (const name of graph.order) {
    const graphNode = graph.nodes.get(name);
    if (graphNode === undefined) continue;
    const { node } = graphNode;
    if (node.kind === 'model') {
      const identity = identifyModel(node, graphNode, graph, context);
      if (identity !== null) context.identities.set(name, identity);
      continue;
    }
    const fact = facts.sources.get(name);
    if (fact !== undefined) context.identities.set(name, identifyLeaf(node, graphNode, fact, context));
  }
  return { identities: context.identities, problems: context.problems };
}
