import { keyOf, type Ingredient } from '../identity/hash.ts';
import { modelKeys, type ModelKeys, type NodeKeys } from '../identity/keys.ts';
import { meaningKey, type Meaning, type MeaningPart } from '../identity/meaning.ts';
import type { Key, NodeName } from '../model/ids.ts';
import type { ModelNode } from '../model/node.ts';
import { linesIn } from '../model/position.ts';
import type { Problem } from '../model/problems.ts';
import type { Part, Shape } from '../sql/contract.ts';
import { inputNames, type Graph, type GraphNode } from './graph.ts';
import type { Identity, IdentifyContext } from './identity.ts';
import { forcedTypes, partsOfMetadata, storageOf } from './local.ts';
import { shapeAddress, shapeOf, uniqueIn, viewProblems, type Asked } from './model-shape.ts';
import { keepRecord, type ModelRecord, type Summary } from './model-record.ts';
import { locate } from './reader.ts';
import { readDetail, writeDetail, type Detail } from './seen.ts';

const partsOf = (
  parts: readonly Pick<Part, 'label' | 'span'>[],
  keys: readonly Key[],
  lineOf: (offset: number) => number,
): readonly MeaningPart[] =>
  parts.map(({ label, span }, index) => ({ label, key: keys[index] ?? keyOf('absent'), line: lineOf(span.start) }));

const columnPart = (label: string, key: Key, lineOf: () => number): MeaningPart => ({
  label,
  key,
  get line() {
    return lineOf();
  },
});

const startOf = ({ columns }: Shape, index: number): number => columns?.[index]?.span.start ?? 0;

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** Folded names of the columns that a query uses of some of its inputs; null: it sees everything. */
function usedOf(shape: Shape, isInput: (input: number) => boolean, fold: (name: string) => string): string[] | null {
  const used = new Set<string>();
  for (const part of [...shape.rows, ...(shape.columns ?? []), ...shape.own]) {
    for (const use of part.uses) {
      if (use.type === 'rows' || !isInput(use.input)) continue;
      if (use.type === 'everything') return null;
      used.add(fold(use.column));
    }
  }
  return [...used];
}

interface Answer {
  readonly summary: Summary;
  readonly detail: Detail;
}

function calculate(asked: Asked, shape: Shape, metadata: Key): Answer {
  const { node, names, inputs, context } = asked;
  const own: Ingredient[] = [storageOf(node)];
  const shared = { fold: context.fold, clock: context.clock, forced: forcedTypes(node, context.fold) };
  const seen = inputs.map((input) => input.seen());
  const codeInputs = seen.map(({ code }) => code);
  const buildInputs = seen.map(({ build }) => build);
  const code = modelKeys(shape, codeInputs, { identity: 'code', own, ...shared });
  const engine = [...own, context.facts.engine];
  const build = modelKeys(shape, buildInputs, { identity: 'build', own: engine, ...shared });
  const besides = [...build.besides]
    .map((index) => names[index])
    .filter((name): name is NodeName => name !== undefined);
  const digest = keyOf('seen', code.build, build.build, tiesOf(build));
  const problems = [...shape.problems.map((one) => locate(node.sql, one)), ...viewProblems(node, shape)];
  const codeKey = meaningKey({ build: code.build, metadata });
  return {
    summary: { key: build.build, codeKey, digest, besides: [...new Set(besides)], problems },
    detail: {
      code: seenOf(code),
      build: seenOf(build),
      columns: shape.columns?.map((column) => column.name) ?? null,
      clauses: code.clauses,
      own: code.own,
    },
  };
}

const seenOf = ({ rows, rowsTied, columns, build }: ModelKeys): NodeKeys => ({ rows, rowsTied, columns, build });

/** The one thing that readers see and that is not in the keys. */
const tiesOf = ({ rowsTied, columns }: NodeKeys): Ingredient => [
  rowsTied,
  ...(columns ?? []).flatMap(({ tied }, index) => (tied ? [index] : [])),
];

/** Stands for what the keys of a model depend on besides the model itself. */
function surroundingsOf({ node, bound, names, inputs, context, graph }: Asked): string {
  const { frame, clock } = context;
  const isUnique = (name: NodeName): boolean => uniqueIn(name, graph).length > 0;
  let surroundings: string = frame;
  if (bound.callsClock && node.clock === 'follow') surroundings += ` ${clock.date} ${clock.timestamp}`;
  if (names.some(isUnique)) surroundings += ` ${JSON.stringify(names.map((name) => uniqueIn(name, graph)))}`;
  for (const { digest } of inputs) surroundings += ` ${digest}`;
  return surroundings;
}

/** Stands for all that the keys of a model depend on. */
export function questionOf(
  { sql }: ModelNode,
  { local, metadata, source }: Pick<ModelRecord, 'local' | 'metadata' | 'source'>,
  surroundings: string,
): Key {
  // `local` stands for the definition, but for where it stands, how it is spelled, and what its names stand for.
  const { file, line, column, indent } = sql;
  return keyOf('question', local, metadata, source, file, line, column, indent, surroundings);
}

/** Keys of one model, calculated where nobody remembers them. The detail is kept as it is written: it is smaller so. */
class ModelIdentity implements Identity {
  readonly local: Key;
  readonly codeKey: Key;
  readonly key: Key;
  readonly digest: Key;
  readonly besides: readonly NodeName[];
  readonly problems: readonly Problem[];
  readonly #asked: Asked;
  readonly #graphNode: GraphNode;
  readonly #surroundings: string;
  #known: Key | null = null;
  #shapeAddress: Key | null = null;
  #written: string | null = null;

  constructor(asked: Asked, graphNode: GraphNode) {
    this.#asked = asked;
    this.#graphNode = graphNode;
    this.#surroundings = surroundingsOf(asked);
    const { recorded } = graphNode;
    const summary = recorded?.surroundings === this.#surroundings ? recorded.summary : this.#lookUp();
    this.local = graphNode.local;
    this.codeKey = summary.codeKey;
    this.key = summary.key;
    this.digest = summary.digest;
    this.besides = summary.besides;
    this.problems = summary.problems;
  }

  get #question(): Key {
    const { node, bound } = this.#asked;
    const { local, metadata } = this.#graphNode;
    this.#known ??= questionOf(node, { local, metadata, source: bound.source }, this.#surroundings);
    return this.#known;
  }

  #lookUp(): Summary {
    const { remembered } = this.#asked.context;
    const known = remembered?.get('keys', this.#question) ?? null;
    // What stands there was written by `#calculate`, under a key that stands for its type and its content.
    const summary = known === null ? this.#calculate().summary : (JSON.parse(known) as Summary);
    // Under two sets of facts in turn, a record would be written anew by each.
    if (known === null || this.#graphNode.recorded === undefined)
      keepRecord(this.#graphNode, this.#surroundings, summary, remembered);
    return summary;
  }

  #calculate(): Answer {
    const { remembered, recent } = this.#asked.context;
    const made = calculate(this.#asked, this.shape(), this.#graphNode.metadata);
    const written = writeDetail(made.detail);
    recent.set(this, made.detail);
    remembered?.put('keys', this.#question, JSON.stringify(made.summary));
    remembered?.put('seen', this.#question, written);
    // Whoever remembers it lets go of it, too.
    this.#written = (remembered?.get('seen', this.#question) ?? null) === null ? written : null;
    return made;
  }

  seen(): Detail {
    const { remembered, recent } = this.#asked.context;
    const known = recent.get(this);
    if (known !== undefined) return known;
    const written = this.#written ?? remembered?.get('seen', this.#question) ?? null;
    if (written === null) return this.#calculate().detail;
    const detail = readDetail(written);
    recent.set(this, detail);
    return detail;
  }

  /** The query is looked up where somebody asks for labels of clauses or for lines: what moved is told by the keys alone. */
  meaning(): Meaning {
    const { code, clauses, own } = this.seen();
    const shape = once(() => this.shape());
    const lineOf = linesIn(this.#asked.node.sql);
    const parts = partsOfMetadata(this.#graphNode.words, this.#asked.node);
    return {
      rows: code.rows,
      get clauses() {
        return partsOf(shape().rows, clauses, lineOf);
      },
      columns:
        code.columns?.map(({ name, key }, index) => columnPart(name, key, () => lineOf(startOf(shape(), index)))) ??
        null,
      get own() {
        return partsOf(shape().own, own, lineOf);
      },
      build: code.build,
      metadata: this.#graphNode.metadata,
      ...(parts === undefined ? {} : { parts }),
    };
  }

  uses(node: NodeName): readonly string[] | null {
    const { names, context } = this.#asked;
    return usedOf(this.shape(), (input) => names[input] === node, context.fold);
  }

  shape(): Shape {
    this.#shapeAddress ??= shapeAddress(this.#asked);
    return shapeOf(this.#asked, this.#shapeAddress);
  }
}

/** Keys of one model; null where something that it reads has none. */
export function identifyModel(
  node: ModelNode,
  graphNode: GraphNode,
  graph: Graph,
  context: IdentifyContext,
): Identity | null {
  const { bound } = graphNode;
  if (bound === null) return null;
  const names = inputNames(graphNode);
  const known = names.map((name) => context.identities.get(name));
  const inputs = known.filter((identity): identity is Identity => identity !== undefined);
  if (inputs.length !== names.length) return null;
  return new ModelIdentity({ node, bound, names, inputs, graph, context }, graphNode);
}
