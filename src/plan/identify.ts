import { keyOf, type Ingredient } from '../identity/hash.ts';
import { leafKeys, modelKeys, type ModelKeys, type NodeKeys } from '../identity/keys.ts';
import { meaningKey, type Meaning, type MeaningPart } from '../identity/meaning.ts';
import type { Facts, SourceFact } from '../model/facts.ts';
import type { Key, NodeName } from '../model/ids.ts';
import type { ModelNode, SeedNode, SourceNode } from '../model/node.ts';
import { positionIn } from '../model/position.ts';
import { problem, warning, type Problem } from '../model/problems.ts';
import type { InputTable, Part, Reading, Shape } from '../sql/contract.ts';
import type { BoundSql, Graph, GraphNode } from './graph.ts';
import { forcedOf, isCopied, loadingOf, localOf, metadataOf, placeOf, storageOf } from './local.ts';
import { locate } from './reader.ts';
import type { ResolveSql } from './reader.ts';

/** Everything that keys say of one node under given facts. */
export interface Identity {
  /** The definition by itself: canonical text and metadata, inputs by name. */
  readonly local: Key;
  /** What its meaning is recorded under. */
  readonly codeKey: Key;
  /** Code identity in full, with lines; made again when it is asked for. */
  readonly meaning: () => Meaning;
  readonly code: NodeKeys;
  readonly build: NodeKeys;
  /** Nodes on whose very build this one's data depends. */
  readonly besides: readonly NodeName[];
  /** Output columns as they are spelled, in order; null where they are not known. */
  readonly columns: readonly string[] | null;
  /** Resolves the query again; null for a source. Thousands of shapes do not fit into memory at once. */
  readonly shape: () => Shape | null;
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

function identifyLeaf(node: SourceNode | SeedNode, graphNode: GraphNode, fact: SourceFact, context: Context): Identity {
  const loading = loadingOf(node);
  const copied = node.kind === 'seed' || node.origin.type === 'call' || isCopied(node);
  const common = { columns: fact.columns, fold: context.fold };
  const definition: Ingredient = [node.name, placeOf(node), loading];
  const code = leafKeys({ ...common, token: definition, live: false, own: [] });
  const own: Ingredient[] = [context.facts.engine, copied];
  const build = leafKeys({ ...common, token: [loading, fact.snapshot], live: fact.live, own });
  const metadata = metadataOf(node, graphNode);
  const meaning = (): Meaning => ({
    rows: code.rows,
    clauses: [{ label: 'source', key: code.rows, line: node.at.line }],
    columns: (code.columns ?? []).map(({ name, key }) => ({ label: name, key, line: null })),
    build: code.build,
    metadata,
  });
  return {
    local: localOf(graphNode),
    codeKey: meaningKey({ build: code.build, metadata }),
    meaning,
    code,
    build,
    besides: [],
    columns: fact.columns.map((column) => column.name),
    shape: () => null,
  };
}

function opaqueShape(bound: BoundSql, reading: Reading): Shape {
  const part: Part = {
    label: 'query',
    canonical: reading.canonical,
    uses: bound.inputs.map((_, input) => ({ input, type: 'everything' as const })),
    ties: reading.ties,
    clocks: [...new Set(reading.clocks.map((use) => use.family))],
    span: { start: 0, end: bound.sql.text.length },
  };
  return { rows: [part], columns: null, own: [], problems: [] };
}

function inputTable(name: NodeName, graph: Graph, context: Context): InputTable {
  const node = graph.nodes.get(name)?.node;
  const unique = (node?.audits ?? []).flatMap((audit) => (audit.type === 'unique' ? [audit.columns] : []));
  const known = context.identities.get(name)?.columns;
  const columns =
    context.facts.sources.get(name)?.columns ?? known?.map((column) => ({ name: column, type: null })) ?? null;
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

/** The query over its inputs as they are now; everything that it needs is captured, so that it can be asked again. */
function shaper(node: ModelNode, bound: BoundSql, needs: number, graph: Graph, context: Context): () => Shape {
  const { resolve } = context;
  const tables = bound.inputs.map((name) => inputTable(name, graph, context));
  return () => {
    const reading = bound.reading();
    const shape = node.opaque ? opaqueShape(bound, reading) : resolve(reading, tables);
    const whole = withDeclaredNeeds(shape, bound.inputs.length, needs);
    return node.clock === 'ignore' ? withoutClock(whole) : whole;
  };
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
  const ask = shaper(node, bound, names.length, graph, context);
  const shape = ask();
  context.problems.push(...shape.problems.map((one) => locate(node.sql, one)));
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
  const besides = [...build.besides]
    .map((index) => names[index])
    .filter((name): name is NodeName => name !== undefined);
  return {
    local: localOf(graphNode),
    codeKey: meaningKey({ build: code.build, metadata }),
    meaning: () => meaningOf(node, ask(), code, metadata),
    code,
    build,
    besides: [...new Set(besides)],
    columns: shape.columns?.map((column) => column.name) ?? null,
    shape: ask,
  };
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
