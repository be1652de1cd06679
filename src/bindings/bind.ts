import { ENVIRONMENT_WORDS, type EnvironmentDeclaration, type Wiring } from '../model/environments.ts';
import type { EnvironmentName, NodeName, ReferenceName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import type { Problem } from '../model/problems.ts';
import type { Project } from '../model/project.ts';
import type { Binding, Container, Written } from '../model/references.ts';
import { Binder } from './binder.ts';
import { declarationOf } from './declaration.ts';
import { lookupIn, type Lookup, type Side } from './lookup.ts';
import type { Outside } from './outside.ts';
import { parseContainer } from './parse.ts';
import { Scope } from './scope.ts';
import { exposedSecrets } from './secrets/exposed.ts';
import { containersOf, exportsOf, guard, guardWrites, type Allowed, type Use } from './status-guard.ts';
import { substitute } from './substitute.ts';

/** A project as one environment sees it. */
export interface BoundProject {
  readonly environment: EnvironmentName;
  /** The declaration that the environment goes by; null where the project declares none. */
  readonly declaration: EnvironmentDeclaration | null;
  /** Every reference and alias that could be bound. */
  readonly bindings: ReadonlyMap<ReferenceName, Binding>;
  /** Nodes with what they name of references and parameters put in. */
  readonly nodes: ReadonlyMap<NodeName, Node>;
  /** Containers of the other status that are used all the same. */
  readonly allowed: readonly Allowed[];
  readonly problems: readonly Problem[];
}

/** What is outside the declarations, by environment. */
export type OutsideOf = (environment: EnvironmentName) => Outside;

/** Gives every name of a project its meaning in one environment. Pure; all problems are returned. */
export function bind(project: Project, environment: EnvironmentName, outsideOf: OutsideOf): BoundProject {
  const { wiring } = project.config;
  const found = declarationOf(project.config, environment);
  if (!found.ok) return unbound(project, environment, found.problem);
  const { declaration } = found;
  const scope = new Scope(wiring);
  const sideOf = (name: EnvironmentName, declared: EnvironmentDeclaration): Side => {
    const outside = outsideOf(name);
    return { environment: declared.name, outside, binder: new Binder(wiring, scope, declared, outside) };
  };
  const own = sideOf(environment, declaration ?? bare(environment));
  const others = [...wiring.environments.values()].filter((one) => one !== declaration);
  const bindings = declaration === null ? new Map<ReferenceName, Binding>() : own.binder.all(ENVIRONMENT_WORDS);
  const problems: Problem[] = [];
  const sides = [own, ...others.map((one) => sideOf(one.name, one))] as const;
  const overlays = overlaidIn(project, own.outside).map((name) => ({ environment: name, outside: outsideOf(name) }));
  const lookup = lookupIn({ parameters: project.config.parameters, scope, sides, overlays, problems });
  const nodes = boundNodes(project, lookup, own.outside, problems);
  const guarded = guard(own.binder.declaration, [...containersOf(declaredOf(bindings, wiring)), ...written(nodes)]);
  const told = guarded.problems.some(({ code }) => code === 'status-mismatch');
  const writes = told ? [] : guardWrites(own.binder.declaration, exportsOf(nodes.values()));
  const all = [...own.binder.declaration.unset, ...own.binder.problems, ...problems, ...guarded.problems, ...writes];
  return { environment, declaration, bindings, nodes, allowed: guarded.allowed, problems: all };
}

/** Bindings without those of aliases, which lead nowhere else. */
const declaredOf = (bindings: BoundProject['bindings'], { aliases }: Wiring): readonly Binding[] =>
  [...bindings.values()].filter(({ reference }) => !aliases.has(reference));

function boundNodes(project: Project, lookup: Lookup, outside: Outside, problems: Problem[]): BoundProject['nodes'] {
  const nodes = new Map<NodeName, Node>();
  for (const [name, node] of project.nodes) {
    const bound = withContainer(substitute(node, lookup, problems), outside, problems);
    exposedSecrets(bound, problems);
    nodes.set(name, bound);
  }
  return nodes;
}

/** A node whose connection no reference names. */
function withContainer(node: Node, outside: Outside, problems: Problem[]): Node {
  const own = ownConnection(node);
  if (own === null) return node;
  const given = outside.expand(own, problems);
  const container = given === null ? null : parseContainer(given.value, own, problems);
  if (node.kind === 'model' && node.export !== undefined) return { ...node, export: { ...node.export, container } };
  if (node.kind !== 'source' || node.origin.type !== 'connection') return node;
  return { ...node, origin: { ...node.origin, container } };
}

/** The connection that a node describes itself; null where it has none, or a reference names it. */
function ownConnection(node: Node): Written | null {
  if (node.kind === 'model') return node.export?.written ?? null;
  return node.kind === 'source' && node.origin.type === 'connection' ? node.origin.written : null;
}

/** Containers that nodes describe themselves. */
const written = (nodes: BoundProject['nodes']): readonly Use[] =>
  [...nodes.values()].flatMap((node) => {
    const own = ownConnection(node);
    const container = containerIn(node);
    return own === null || container === null ? [] : [{ names: [node.name], container, at: own.at }];
  });

function containerIn(node: Node): Container | null {
  if (node.kind === 'model') return node.export?.container ?? null;
  return node.kind === 'source' && node.origin.type === 'connection' ? node.origin.container : null;
}

const unbound = ({ nodes }: Project, environment: EnvironmentName, why: Problem): BoundProject => ({
  environment,
  declaration: null,
  bindings: new Map(),
  nodes,
  allowed: [],
  problems: [why],
});

/** Environments that overlays can say something of. */
const overlaidIn = ({ config }: Project, { values, overridden }: Outside): readonly EnvironmentName[] =>
  values.size === 0 ? [] : [...new Set([config.base, ...config.wiring.environments.keys(), ...overridden.keys()])];

/** An environment of a project that declares none. */
const bare = (name: EnvironmentName): EnvironmentDeclaration => ({
  name,
  status: null,
  base: null,
  home: null,
  bindings: new Map(),
  allow: [],
  grants: [],
  unset: [],
  at: { file: 'bough.yml', line: 1, column: 1 },
});
