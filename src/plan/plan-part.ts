import type { BuildId, EnvironmentName, NodeName } from '../model/ids.ts';
import type { PlanNode } from '../model/plan.ts';
import { UserError } from '../model/problems.ts';
import type { PlanCore, Step } from './core.ts';
import { keptRow, rowOf } from './document.ts';
import { cutOut, mentionedIn, unsettled, type Attempt, type Cut, type Nodes, type PartFiles } from './cut.ts';
import { depthFirst } from './depth-first.ts';
import { PartState } from './part-state.ts';
import { planApply, standingOf } from './plan-apply.ts';
import type { Planning } from './planning.ts';
import { digestOf, rememberedProject, rememberPart, type RememberedProject } from './remembered-project.ts';

/** A plan whose core lacks nodes to which nothing happens; it can be carried out as any other. */
export interface PlannedPart {
  readonly core: PlanCore;
  /** The nodes that it lacks, with the builds that they keep. */
  readonly outside: ReadonlyMap<NodeName, BuildId>;
  /** The rows of all nodes, as a plan of the whole gives them. */
  readonly rows: readonly PlanNode[];
}

/** Of more than this the whole is planned: a part costs something, too. */
const LARGEST = 0.6;

type Names = readonly NodeName[];

const NOTHING_ASKED = { refresh: false, takeBack: false, pinned: null } as const;

/**
 * The same plan as `planApply` makes, by planning only what moved since the last plan and what that reaches. A node is left
 * out where its file is as it was, the state records the keys that it had, and so it is with all that it reads: nothing can
 * happen to it. null where that is not to be told, or where anything is wrong: the whole is planned then.
 */
export async function planPart(
  environment: EnvironmentName,
  files: PartFiles,
  given: Planning,
): Promise<PlannedPart | null> {
  const { remembered, engine } = given;
  const project = remembered === undefined ? null : rememberedProject(remembered, engine);
  if (project === null) return null;
  const state = new PartState(given.state);
  const planning = { ...given, state: state.reader() };
  const { head, base, baseHead } = await standingOf(environment, planning);
  const compared = head ?? baseHead;
  if (compared === null) return null;
  // What a branch says itself can be what its branch point says by now.
  const pointers =
    head === null || base === null ? compared.nodes : new Map([...head.nodes].filter(([, { own }]) => !own));
  const indices = new Map(project.names.map((name, index) => [name, index]));
  return refusedAsNull(() => growing({ project, files, environment, planning, state, pointers, indices }));
}

/**
 * Plans what moved, and plans again with the nodes that it mentions, with all that reads it, with what carrying it out looks
 * into, and in the order of the whole, until nothing outside reads what moved.
 */
async function growing(attempt: Attempt): Promise<PlannedPart | null> {
  const { project, indices } = attempt;
  let [nodes, order] = [unsettled(attempt), project.names];
  const mentioned = new Set<number>();
  while (nodes.size <= project.names.length * LARGEST) {
    const cut = cutOut(nodes, mentioned, order, attempt);
    if (cut === null) return null;
    if (cut.forgotten.length > 0) {
      nodes = new Set([...nodes, ...cut.forgotten]);
      continue;
    }
    const core = await coreOf(cut, attempt);
    const more = core === null ? mentionedIn(cut, attempt) : [];
    for (const index of more) mentioned.add(index);
    if (more.length > 0) continue;
    if (core === null || !holds(core, cut, attempt)) return null;
    const reached = new Set([...reachedBy(core, nodes, attempt), ...lookedInto(core, cut, attempt)]);
    const whole = isGraphSame(core, cut, attempt) ? project.names : orderOf(core, cut, attempt);
    if (whole === null) return null;
    if (reached.size === nodes.size && whole.join('\n') === order.join('\n')) {
      const found = { project, indices, order, steps: core.steps, edges: cut.part.edges };
      rememberPart({ ...found, rewired: whole !== project.names }, attempt.planning);
      return plannedPart(core, order, attempt);
    }
    [nodes, order] = [reached, whole];
  }
  return null;
}

/** The plan of a part; null where it is refused. */
function coreOf({ written, outside, part }: Cut, attempt: Attempt): Promise<PlanCore | null> {
  const { environment, planning, state } = attempt;
  const around = { ...planning, part, state: state.reader((name) => outside.has(name)) };
  return refusedAsNull(() => planApply(environment, written, NOTHING_ASKED, around));
}

/** Why something is refused is told by the plan of the whole. */
async function refusedAsNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Whether no node is gone, and those that are only read are as they were. */
function holds({ steps }: PlanCore, { part }: Cut, { project, indices }: Attempt): boolean {
  const targets = new Map(steps.map(({ name, target }) => [name, target]));
  const isThere = (name: NodeName): boolean => (targets.get(name) ?? null) !== null;
  if (![...targets.keys(), ...part.order].every(isThere)) return false;
  const edges = steps.filter(({ name }) => part.edges.has(name));
  return edges.every(
    (step) =>
      step.change === 'unchanged' && step.write === 'nothing' && isAsItWas(step, indices.get(step.name) ?? -1, project),
  );
}

/** Whether readers see nothing else than they saw. */
function isAsItWas({ target, before, action, write }: Step, index: number, { digests }: RememberedProject): boolean {
  return (
    target !== null &&
    before !== null &&
    action === 'reuse' &&
    before.entry.key === target.identity.key &&
    before.entry.build === target.build &&
    (target.identity.besides.length === 0 || before.entry.local === target.identity.local) &&
    (target.node.kind === 'model' || write === 'nothing') &&
    digestOf(target) === digests[index]
  );
}

/** The nodes, and all that reads what moved among them, however far away. */
function reachedBy({ steps }: PlanCore, nodes: Nodes, { project, indices }: Attempt): Nodes {
  const moved = new Set(
    steps.flatMap((step) => {
      const index = indices.get(step.name);
      return index === undefined || isAsItWas(step, index, project) ? [] : [index];
    }),
  );
  if (moved.size === 0) return nodes;
  // Inputs stand before their readers.
  for (const [reader, needs] of project.needs.entries()) if (needs.some((need) => moved.has(need))) moved.add(reader);
  return new Set([...nodes, ...moved]);
}

/**
 * Nodes at the edge that carrying the plan out looks into: where what is built could keep a build that it has, it is asked how
 * its inputs are made. What a view holds is in the tables behind it.
 */
function lookedInto({ steps }: PlanCore, { part }: Cut, { indices }: Attempt): Nodes {
  const targets = new Map(steps.map(({ name, target }) => [name, target]));
  const isView = (name: NodeName): boolean => {
    const node = targets.get(name)?.node;
    return node?.kind === 'model' && node.materialized === 'view';
  };
  const names = steps.flatMap(({ name, action, target }): Names => {
    if (part.edges.has(name) || target === null) return [];
    const all = action === 'build' || isView(name);
    return target.graphNode.needs.filter((need) => part.edges.has(need) && (all || isView(need)));
  });
  return new Set(names.flatMap((name) => indices.get(name) ?? []));
}

/** Whether each node reads what it read, and there is no other. */
function isGraphSame({ steps }: PlanCore, { part }: Cut, { project, indices }: Attempt): boolean {
  return steps.every(({ name, target }) => {
    const needs = project.needs[indices.get(name) ?? -1];
    const read = target?.graphNode.needs ?? [];
    if (part.edges.has(name)) return true;
    return needs?.length === read.length && read.every((need, at) => indices.get(need) === needs[at]);
  });
}

/** The nodes in the order in which a plan of the whole has them; null where they read each other in a circle. */
function orderOf({ steps }: PlanCore, { part, outside }: Cut, { project, indices }: Attempt): Names | null {
  const { names, needs } = project;
  // Code that the files lag behind is planned, too; files that queries read come to light on the way.
  const named = steps.filter(({ target }) => target?.node.kind !== 'source' || target.node.origin.type !== 'call');
  const planned = new Map(steps.map(({ name, target }) => [name, target?.graphNode.needs]));
  const remembered = (name: NodeName): Names =>
    (needs[indices.get(name) ?? -1] ?? []).flatMap((need) => names[need] ?? []);
  const order: NodeName[] = [];
  const circles: Names[] = [];
  depthFirst([...named.map(({ name }) => name), ...outside].sort(), {
    enter: (name) => (part.edges.has(name) ? null : planned.get(name)) ?? remembered(name),
    leave: (name) => order.push(name),
    circle: (path) => circles.push(path),
  });
  return circles.length === 0 ? order : null;
}

function plannedPart(core: PlanCore, order: Names, { pointers }: Attempt): PlannedPart | null {
  const steps = new Map(core.steps.map((step) => [step.name, step]));
  if (order.filter((name) => steps.has(name)).join('\n') !== [...steps.keys()].join('\n')) return null;
  const outside = new Map<NodeName, BuildId>();
  const rows = order.map((name): PlanNode => {
    const step = steps.get(name);
    if (step !== undefined) return rowOf(step);
    const build = pointers.get(name)?.entry.build ?? null;
    if (build === null) throw new Error(`${name} was left out of a plan without a build`);
    outside.set(name, build);
    return keptRow(name, build);
  });
  return { core, outside, rows };
}
