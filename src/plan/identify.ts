import { keyOf, type Ingredient } from '../identity/hash.ts';
import { leafKeys } from '../identity/keys.ts';
import { meaningKey, type Meaning } from '../identity/meaning.ts';
import type { Facts, SourceFact } from '../model/facts.ts';
import type { NodeName } from '../model/ids.ts';
import type { SeedNode, SourceNode } from '../model/node.ts';
import type { Graph, GraphNode } from './graph.ts';
import type { Identified, IdentifyContext, IdentifyOptions, Identity } from './identity.ts';
import { identifyModel } from './identify-model.ts';
import type { Detail } from './seen.ts';
import { asWritten, isCopied, loadingOf, partsOfMetadata, placeOf } from './local.ts';
import { Recent } from './recent.ts';

export type { Identified, Identity } from './identity.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one costs a thousand times what using it costs. */
function formatIn(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(timeZone, made);
  return made;
}

/** The calendar day of an instant in a time zone, `2026-11-21`. */
export const dayOf = (instant: string, timezone: string): string =>
  timezone === 'UTC' ? instant.slice(0, 10) : formatIn(timezone).format(new Date(instant));

function identifyLeaf(
  node: SourceNode | SeedNode,
  graphNode: GraphNode,
  fact: SourceFact,
  context: IdentifyContext,
): Identity {
  const loading = loadingOf(node);
  const copied = node.kind === 'seed' || isCopied(node);
  const common = { columns: fact.columns, fold: context.fold };
  const definition: Ingredient = [node.name, placeOf(asWritten(node)), loadingOf(asWritten(node))];
  const code = leafKeys({ ...common, token: definition, live: false, own: [] });
  const own: Ingredient[] = [context.facts.engine, copied];
  const build = leafKeys({ ...common, token: [loading, fact.snapshot], live: fact.live, own });
  const { local, metadata } = graphNode;
  const parts = partsOfMetadata(graphNode.words, node);
  const meaning = (): Meaning => ({
    rows: code.rows,
    clauses: [{ label: 'source', key: code.rows, line: node.at.line }],
    columns: (code.columns ?? []).map(({ name, key }) => ({ label: name, key, line: null })),
    own: [],
    build: code.build,
    metadata,
    ...(parts === undefined ? {} : { parts }),
  });
  const seen = { code, build, columns: fact.columns.map((column) => column.name) };
  return {
    local,
    codeKey: meaningKey({ build: code.build, metadata }),
    key: build.build,
    digest: keyOf('seen', JSON.stringify(seen)),
    besides: [],
    problems: [],
    seen: () => seen,
    meaning,
    uses: () => null,
    shape: () => null,
  };
}

const RECENT = 1000;

/** Makes the keys of nodes under given facts, one by one. Pure. */
export class Identifier {
  readonly facts: Facts;
  readonly #context: IdentifyContext;

  /** `known` are the keys that were made already under facts that are the same for all that they depend on. */
  constructor(facts: Facts, options: IdentifyOptions, known: ReadonlyMap<NodeName, Identity> = new Map()) {
    const { fold, resolve, remembered, part } = options;
    const clock = { date: dayOf(facts.clock, facts.timezone), timestamp: facts.clock };
    const kept = remembered === undefined ? {} : { remembered };
    const recent = new Recent<Identity, Detail>(RECENT);
    this.facts = facts;
    this.#context = {
      facts,
      fold,
      resolve,
      ...kept,
      identities: new Map(known),
      ...(part === undefined ? {} : { part }),
      clock,
      frame: keyOf('frame', facts.engine),
      recent,
    };
  }

  get identities(): ReadonlyMap<NodeName, Identity> {
    return this.#context.identities;
  }

  /** What the node reads must have been added before; a node without facts, or over one, has no keys. */
  add(name: NodeName, graph: Graph): void {
    const { facts, identities, part } = this.#context;
    const graphNode = graph.nodes.get(name);
    if (graphNode === undefined || identities.has(name)) return;
    const { node } = graphNode;
    const fact = facts.sources.get(name);
    if (node.kind === 'model') {
      const identity = part?.edges.get(name)?.identity ?? identifyModel(node, graphNode, graph, this.#context);
      if (identity !== null) identities.set(name, identity);
    } else if (fact !== undefined) identities.set(name, identifyLeaf(node, graphNode, fact, this.#context));
  }
}

/** Keys of every node of a graph under given facts, inputs first. Pure; problems of name resolution are returned. */
export function identify(
  graph: Graph,
  facts: Facts,
  options: IdentifyOptions,
  known: ReadonlyMap<NodeName, Identity> = new Map(),
): Identified {
  const identifier = new Identifier(facts, options, known);
  for (const name of graph.order) identifier.add(name, graph);
  const { identities } = identifier;
  return { identities, problems: [...identities.values()].flatMap((identity) => identity.problems) };
}
