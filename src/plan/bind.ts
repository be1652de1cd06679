import { digestOf, keyOf } from '../identity/hash.ts';
import { nodeName, type Key, type NodeName } from '../model/ids.ts';
import { nearestName } from '../model/nearest.ts';
import type { Audit, ModelNode, Node, SourceNode, SqlText } from '../model/node.ts';
import { positionIn } from '../model/position.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { InputUse, Reading } from '../sql/contract.ts';
import type { BoundSql, Definition, GraphNode, GraphOptions } from './graph.ts';
import { canonicalOf, localOf, metadataOf, withBindings } from './local.ts';
import { recordOf, type ModelRecord } from './model-record.ts';
import { locate, outlined, type Outline } from './reader.ts';

type Parameters = ModelNode['parameters'];

/** A name that is close enough to be what was meant: the same table in another schema, or nearly the same spelling. */
function nearest(name: string, known: readonly string[]): string | null {
  const last = name.slice(name.lastIndexOf('.') + 1);
  return known.find((one) => one.slice(one.lastIndexOf('.') + 1) === last) ?? nearestName(name, known);
}

function implicitSource(use: Extract<InputUse, { type: 'file' }>, sql: SqlText): SourceNode {
  const slug = use.path.replace(/[^A-Za-z0-9]+/g, '_').slice(-40);
  return {
    kind: 'source',
    name: nodeName('file', `${slug}_${keyOf('call', use.call).slice(0, 8)}`),
    origin: { type: 'call', path: use.path, call: use.call },
    description: null,
    owner: null,
    tags: [],
    columns: [],
    audits: [],
    at: positionIn(sql, use.span.start),
  };
}

const isSqlAudit = (audit: Audit): audit is Extract<Audit, { type: 'sql' }> => audit.type === 'sql';

const NO_AUDITS: ReadonlyMap<number, BoundSql> = new Map();
const NO_PARAMETERS: Parameters = {};

const sourceKey = (sql: SqlText, parameters: Parameters): Key =>
  keyOf('source text', sql.untouched?.digest ?? digestOf(sql.text), canonicalOf(parameters));

/** A reading that is kept until somebody lets go of it, and made again after that. */
class Kept {
  readonly #make: () => Reading;
  #reading: Reading | null = null;

  constructor(make: () => Reading) {
    this.#make = make;
  }

  keep(): Reading {
    this.#reading = this.#make();
    return this.#reading;
  }

  get(): Reading {
    return this.#reading ?? this.#make();
  }

  release(): void {
    this.#reading = null;
  }
}

/** SQL of a file that nobody has touched: what it says was found out before, and is looked up when it is asked for. */
class RecordedSql implements BoundSql {
  readonly sql: SqlText;
  readonly source: Key;
  readonly written: Key;
  readonly callsClock: boolean;
  readonly inputs: readonly NodeName[];
  readonly #parameters: Parameters;
  readonly #options: Pick<GraphOptions, 'read' | 'remembered'>;

  constructor(
    { sql, parameters }: ModelNode,
    { source, written, callsClock, inputs }: ModelRecord,
    options: Pick<GraphOptions, 'read' | 'remembered'>,
  ) {
    this.sql = sql;
    this.source = source;
    this.written = written;
    this.callsClock = callsClock;
    this.inputs = inputs;
    this.#parameters = parameters;
    this.#options = options;
  }

  get outline(): Outline {
    return outlined(this.source, () => this.reading(), this.#options.remembered);
  }

  reading(): Reading {
    return this.#options.read(this.sql.text, this.#parameters);
  }

  release(): void {
    // Nothing is held.
  }
}

/** What is made of every node is written out: V8 gives each copy that gains properties a layout of its own. */
function keyed(definition: Definition): GraphNode {
  const { node, bound, audits, needs } = definition;
  const words = metadataOf(definition);
  return {
    node,
    bound,
    audits,
    needs,
    words,
    metadata: withBindings(words, node),
    local: localOf(definition, words),
  };
}

/** What a mention and a node's name are compared by. */
export const foldedName = (parts: readonly string[], fold: (identifier: string) => string): string =>
  parts.map(fold).join('.');

/** Finds the nodes that each node mentions. */
export class Binder {
  /** Files that a query reads directly. */
  readonly implicit = new Map<NodeName, SourceNode>();
  readonly #nodes: ReadonlyMap<NodeName, Node>;
  readonly #options: GraphOptions;
  readonly #byFolded: ReadonlyMap<string, NodeName>;
  readonly #problems = new Map<NodeName, readonly Problem[]>();
  /** Of the node in hand. */
  #found: Problem[] = [];

  constructor(nodes: ReadonlyMap<NodeName, Node>, options: GraphOptions) {
    this.#nodes = nodes;
    this.#options = options;
    this.#byFolded = new Map([...nodes.keys()].map((name) => [foldedName(name.split('.'), options.fold), name]));
  }

  /** In the order in which the nodes were given. */
  problems(): readonly Problem[] {
    return [...this.#nodes.keys()].flatMap((name) => this.#problems.get(name) ?? []);
  }

  graphNode(name: NodeName): GraphNode {
    const node = this.#nodes.get(name) ?? this.implicit.get(name);
    if (node === undefined) throw new Error(`nothing is named ${name}`);
    const bound = this.#options.part?.edges.get(name)?.graphNode ?? this.#asRecorded(node) ?? this.#bindNode(node);
    if (this.#found.length > 0) this.#problems.set(name, this.#found);
    this.#found = [];
    return bound;
  }

  /** A node that says what it said, over nodes that are still there; null where nobody knows. */
  #asRecorded(node: Node): GraphNode | null {
    if (node.kind !== 'model' || this.#options.outlined !== undefined) return null;
    const recorded = recordOf(node, this.#options.remembered);
    if (recorded === null || !recorded.inputs.every((input) => this.#nodes.has(input))) return null;
    const { metadata, local, inputs } = recorded;
    const bound = new RecordedSql(node, recorded, this.#options);
    return { node, bound, audits: NO_AUDITS, needs: [...new Set(inputs)], words: metadata, metadata, local, recorded };
  }

  #bindNode(node: Node): GraphNode {
    const bound = node.kind === 'model' ? this.#bind(node.sql, node) : null;
    const audits = node.audits.some(isSqlAudit) ? this.#bindAudits(node) : NO_AUDITS;
    const declared = node.kind === 'model' ? node.dependsOn.map((name) => this.#declared(node, name)) : [];
    const needs = [...(bound?.inputs ?? []), ...declared.filter((name): name is NodeName => name !== null)];
    return keyed({ node, bound, audits, needs: [...new Set(needs)] });
  }

  #bindAudits(node: Node): ReadonlyMap<number, BoundSql> {
    const audits = new Map<number, BoundSql>();
    node.audits.forEach((audit, index) => {
      if (!isSqlAudit(audit)) return;
      const sql = this.#bind(audit.sql, node);
      sql?.release();
      if (sql !== null) audits.set(index, sql);
    });
    return audits;
  }

  #bind(sql: SqlText, node: Node): BoundSql | null {
    const parameters = node.kind === 'model' ? node.parameters : NO_PARAMETERS;
    const kept = new Kept(() => this.#options.read(sql.text, parameters));
    const source = sourceKey(sql, parameters);
    const outline = outlined(source, () => kept.keep(), this.#options.remembered);
    this.#options.outlined?.(node, sql, outline);
    const found = outline.problems.map((one) => locate(sql, one));
    this.#found.push(...found);
    const inputs = outline.inputs.map((use) => this.#input(use, sql));
    const known = inputs.filter((input): input is NodeName => input !== null);
    if (known.length < inputs.length || found.some((one) => one.severity === 'error')) return null;
    const written = this.#written(sql, node, outline);
    const { callsClock } = outline;
    const held = { reading: () => kept.get(), release: () => kept.release() };
    return { sql, source, outline, written, callsClock, ...held, inputs: known };
  }

  /** Names stand in the text where references are put in. */
  #written(sql: SqlText, node: Node, outline: Outline): Key {
    const names = Object.keys(node.bindings ?? {});
    if (node.kind !== 'model' || names.length === 0) return outline.digest;
    const named = Object.fromEntries(names.map((name) => [name, `{{ ${name} }}`]));
    const parameters = { ...node.parameters, ...named };
    return outlined(
      sourceKey(sql, parameters),
      () => this.#options.read(sql.text, parameters),
      this.#options.remembered,
    ).digest;
  }

  #input(use: InputUse, sql: SqlText): NodeName | null {
    if (use.type === 'file') {
      const source = implicitSource(use, sql);
      if (!this.implicit.has(source.name)) this.implicit.set(source.name, source);
      return source.name;
    }
    const found = this.#named(use.parts.map((part) => part.text));
    if (found !== null) return found;
    const written = use.parts.map((part) => part.text).join('.');
    const near = nearest(written, [...this.#byFolded.values()]);
    const hint =
      near === null
        ? 'Declare it as a source under models/ (kind: source), or fix the name.'
        : `Did you mean ${near}? A table that another tool fills is declared as a source (kind: source).`;
    const at = positionIn(sql, use.span.start);
    this.#found.push(problem('table-unknown', `Unknown table \`${written}\`.`, { at, hint }));
    return null;
  }

  #named(parts: readonly string[]): NodeName | null {
    const folded = foldedName(parts, this.#options.fold);
    const found = this.#byFolded.get(folded);
    if (found === undefined) this.#options.part?.missing(folded);
    return found ?? null;
  }

  #declared(node: Node, name: NodeName): NodeName | null {
    const found = this.#named(name.split('.'));
    if (found !== null) return found;
    const near = nearest(name, [...this.#byFolded.values()]);
    const hint = near === null ? 'Name a node of the project.' : `Did you mean ${near}?`;
    const message = `\`depends_on\` names an unknown node \`${name}\`.`;
    this.#found.push(problem('table-unknown', message, { at: node.at, hint }));
    return null;
  }
}
