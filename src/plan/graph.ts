import { keyOf } from '../identity/hash.ts';
import { canonicalize } from 'json-canonicalize';
import type { Remembered } from '../model/facts.ts';
import { nodeName, type Key, type NodeName } from '../model/ids.ts';
import type { Audit, ModelNode, Node, SourceNode, SqlText } from '../model/node.ts';
import { nearestName } from '../model/nearest.ts';
import { positionIn } from '../model/position.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { InputUse, Reading } from '../sql/contract.ts';
import { localOf, metadataOf } from './local.ts';
import { locate, outlined, type Outline, type ReadSql } from './reader.ts';

/** SQL that was read, with the node behind each of its inputs, at the same index. */
export interface BoundSql {
  readonly sql: SqlText;
  /** Stands for the text and the parameters that it may use. */
  readonly source: Key;
  readonly outline: Outline;
  /** Reads the text again. */
  readonly reading: () => Reading;
  readonly inputs: readonly NodeName[];
}

/** A node with what its SQL mentions. */
export interface Definition {
  readonly node: Node;
  /** Models only. */
  readonly bound: BoundSql | null;
  /** The SQL of `sql` audits, by the audit's place in the node's list. */
  readonly audits: ReadonlyMap<number, BoundSql>;
  /** What must be there before this node: its inputs and what it declares in `depends_on`, each once. */
  readonly needs: readonly NodeName[];
}

export interface GraphNode extends Definition {
  /** Description, owner, tags, audits. */
  readonly metadata: Key;
  /** The definition by itself: canonical text and metadata, inputs by name. */
  readonly local: Key;
}

/** What stands behind the input numbers of a node's shape: the inputs of its text, then what only `depends_on` names. */
export function inputNames({ bound, needs }: GraphNode): readonly NodeName[] {
  const read = bound?.inputs ?? [];
  return [...read, ...needs.filter((name) => !read.includes(name))];
}

/** All nodes, implicit sources among them, inputs before their readers. */
export interface Graph {
  readonly nodes: ReadonlyMap<NodeName, GraphNode>;
  readonly order: readonly NodeName[];
}

/** A name that is close enough to be what was meant: the same table in another schema, or nearly the same spelling. */
export function nearest(name: string, known: readonly string[]): string | null {
  const last = name.slice(name.lastIndexOf('.') + 1);
  return known.find((one) => one.slice(one.lastIndexOf('.') + 1) === last) ?? nearestName(name, known);
}

interface Binder {
  readonly remembered: Remembered | undefined;
  readonly fold: (identifier: string) => string;
  readonly read: ReadSql;
  readonly byFolded: ReadonlyMap<string, NodeName>;
  readonly implicit: Map<NodeName, SourceNode>;
  readonly problems: Problem[];
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

function bindInput(use: InputUse, sql: SqlText, binder: Binder): NodeName | null {
  if (use.type === 'file') {
    const source = implicitSource(use, sql);
    if (!binder.implicit.has(source.name)) binder.implicit.set(source.name, source);
    return source.name;
  }
  const written = use.parts.map((part) => part.text).join('.');
  const found = binder.byFolded.get(use.parts.map((part) => binder.fold(part.text)).join('.'));
  if (found !== undefined) return found;
  const near = nearest(written, [...binder.byFolded.values()]);
  const hint =
    near === null
      ? 'Declare it as a source under models/ (kind: source), or fix the name.'
      : `Did you mean ${near}? A table that another tool fills is declared as a source (kind: source).`;
  binder.problems.push(
    problem('table-unknown', `Unknown table \`${written}\`.`, { at: positionIn(sql, use.span.start), hint }),
  );
  return null;
}

function bind(sql: SqlText, parameters: ModelNode['parameters'], binder: Binder): BoundSql | null {
  const reading = (): Reading => binder.read(sql.text, parameters);
  const source = keyOf('source text', sql.text, canonicalize(parameters));
  const outline = outlined(source, reading, binder.remembered);
  const found = outline.problems.map((one) => locate(sql, one));
  binder.problems.push(...found);
  const inputs = outline.inputs.map((use) => bindInput(use, sql, binder));
  const known = inputs.filter((input): input is NodeName => input !== null);
  return known.length === inputs.length && !found.some((one) => one.severity === 'error')
    ? { sql, source, outline, reading, inputs: known }
    : null;
}

const isSqlAudit = (audit: Audit): audit is Extract<Audit, { type: 'sql' }> => audit.type === 'sql';

const NO_AUDITS: ReadonlyMap<number, BoundSql> = new Map();

function bindAudits(node: Node, parameters: ModelNode['parameters'], binder: Binder): ReadonlyMap<number, BoundSql> {
  const audits = new Map<number, BoundSql>();
  node.audits.forEach((audit, index) => {
    if (!isSqlAudit(audit)) return;
    const sql = bind(audit.sql, parameters, binder);
    if (sql !== null) audits.set(index, sql);
  });
  return audits;
}

function graphNode(node: Node, binder: Binder): GraphNode {
  const parameters = node.kind === 'model' ? node.parameters : {};
  const bound = node.kind === 'model' ? bind(node.sql, parameters, binder) : null;
  const audits = node.audits.some(isSqlAudit) ? bindAudits(node, parameters, binder) : NO_AUDITS;
  const declared = node.kind === 'model' ? node.dependsOn.map((name) => declaredNeed(node, name, binder)) : [];
  const needs = [...(bound?.inputs ?? []), ...declared.filter((name): name is NodeName => name !== null)];
  return keyed({ node, bound, audits, needs: [...new Set(needs)] });
}

function keyed(definition: Definition): GraphNode {
  const metadata = metadataOf(definition);
  return { ...definition, metadata, local: localOf(definition, metadata) };
}

function declaredNeed(node: Node, name: NodeName, binder: Binder): NodeName | null {
  const found = binder.byFolded.get(name.split('.').map(binder.fold).join('.'));
  if (found !== undefined) return found;
  const near = nearest(name, [...binder.byFolded.values()]);
  const hint = near === null ? 'Name a node of the project.' : `Did you mean ${near}?`;
  binder.problems.push(
    problem('table-unknown', `\`depends_on\` names an unknown node \`${name}\`.`, { at: node.at, hint }),
  );
  return null;
}

/** Depth-first order without recursion; the path of each cycle is reported once. */
function topological(nodes: ReadonlyMap<NodeName, GraphNode>, problems: Problem[]): readonly NodeName[] {
  const order: NodeName[] = [];
  const done = new Set<NodeName>();
  const path: NodeName[] = [];
  const onPath = new Set<NodeName>();
  const visit = (start: NodeName): void => {
    const stack: { name: NodeName; next: number }[] = [{ name: start, next: 0 }];
    path.push(start);
    onPath.add(start);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const need = nodes.get(frame.name)?.needs[frame.next];
      frame.next += 1;
      if (need === undefined) {
        stack.pop();
        path.pop();
        onPath.delete(frame.name);
        done.add(frame.name);
        order.push(frame.name);
      } else if (onPath.has(need)) {
        problems.push(cycleProblem([...path.slice(path.indexOf(need)), need], nodes));
      } else if (!done.has(need)) {
        stack.push({ name: need, next: 0 });
        path.push(need);
        onPath.add(need);
      }
    }
  };
  for (const name of [...nodes.keys()].sort()) if (!done.has(name)) visit(name);
  return order;
}

function cycleProblem(path: readonly NodeName[], nodes: ReadonlyMap<NodeName, GraphNode>): Problem {
  const first = nodes.get(path[0]!);
  const bound = first?.bound;
  const index = bound?.inputs.indexOf(path[1]!) ?? -1;
  const use = bound?.outline.inputs[index];
  const at = bound && use ? positionIn(bound.sql, use.span.start) : first?.node.at;
  return problem('cycle', `These nodes read each other in a circle: ${path.join(' → ')}.`, {
    ...(at === undefined ? {} : { at }),
    hint: 'Break the circle: one of them must read something else.',
  });
}

export interface GraphOptions {
  readonly fold: (identifier: string) => string;
  readonly read: ReadSql;
  readonly remembered?: Remembered;
}

/** Reads the SQL of every model and finds what each reads. Pure; all problems are returned. */
export function graphOf(
  nodes: ReadonlyMap<NodeName, Node>,
  options: GraphOptions,
): { readonly graph: Graph; readonly problems: readonly Problem[] } {
  const byFolded = new Map([...nodes.keys()].map((name) => [name.split('.').map(options.fold).join('.'), name]));
  const { fold, read, remembered } = options;
  const binder: Binder = { fold, read, remembered, byFolded, implicit: new Map(), problems: [] };
  const all = new Map<NodeName, GraphNode>();
  for (const [name, node] of nodes) all.set(name, graphNode(node, binder));
  for (const [name, source] of binder.implicit) {
    if (!all.has(name)) all.set(name, keyed({ node: source, bound: null, audits: NO_AUDITS, needs: [] }));
  }
  const order = topological(all, binder.problems);
  return { graph: { nodes: all, order }, problems: binder.problems };
}
