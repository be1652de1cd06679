import type { BuildId, EnvironmentName, Key, NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import type { PlanNode } from '../model/plan.ts';
import { UserError } from '../model/problems.ts';
import type { PlanCore, Step } from './core.ts';
import { keptRow, rowOf } from './document.ts';
import { edgeOf, type Edge, type Part } from './part.ts';
import { PartState } from './part-state.ts';
import { planApply, standingOf } from './plan-apply.ts';
import type { Planning } from './planning.ts';
import { digestOf, rememberedProject, rememberPart, type RememberedProject } from './remembered-project.ts';
import type { Pointer } from './version.ts';

/** The files of a project, as far as they are asked for. */
export interface PartFiles {
  /** What a SQL file looks like; null where it has to be read, or is not there. */
  readonly addressOf: (file: string) => Key | null;
  /** The nodes of all files but those. Throws UserError with all problems. */
  readonly read: (outside: ReadonlySet<string>) => ReadonlyMap<NodeName, Node>;
}

/** A plan whose core lacks nodes to which nothing happens. */
export interface PlannedPart {
  readonly core: PlanCore;
  /** The nodes that it lacks, with the builds that they keep. */
  readonly outside: ReadonlyMap<NodeName, BuildId>;
  /** The rows of all nodes, as a plan of the whole gives them. */
  readonly rows: readonly PlanNode[];
}

interface Attempt {
  readonly project: RememberedProject;
  readonly files: PartFiles;
  readonly environment: EnvironmentName;
  readonly planning: Planning;
  readonly state: PartState;
  readonly pointers: ReadonlyMap<NodeName, Pointer>;
  readonly indices: ReadonlyMap<NodeName, number>;
}

/** A part of the files, and what is around it. */
interface Cut {
  readonly written: ReadonlyMap<NodeName, Node>;
  readonly outside: ReadonlySet<NodeName>;
  readonly part: Part;
}

/** Indices of nodes in the project. */
type Nodes = ReadonlySet<number>;

/** Of more than this the whole is planned: a part costs something, too. */
const LARGEST = 0.6;

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
  const attempt = { project, files, environment, planning, state, pointers, indices };
  try {
    return await growing(attempt);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Plans what moved, and plans again with all that reads it, until nothing outside reads what moved. */
async function growing(attempt: Attempt): Promise<PlannedPart | null> {
  const { project, planning } = attempt;
  let nodes = unsettled(attempt);
  while (nodes.size <= project.names.length * LARGEST) {
    const cut = cutOut(nodes, attempt);
    const core = cut === null ? null : await coreOf(cut, nodes, attempt);
    if (cut === null || core === null) return null;
    const reached = reachedBy(core, nodes, attempt);
    if (reached.size === nodes.size) {
      rememberPart(project, core.steps, cut.part.edges, planning);
      return plannedPart(core, attempt);
    }
    nodes = reached;
  }
  return null;
}

/** Nodes that moved by themselves, and those that depend on more than files and inputs. */
function unsettled({ project, files, pointers }: Attempt): Nodes {
  const nodes = new Set<number>();
  for (const [index, name] of project.names.entries()) {
    const file = project.files[index] ?? '';
    const entry = pointers.get(name)?.entry;
    const settled =
      file !== '' &&
      files.addressOf(file) === project.addresses[index] &&
      entry !== undefined &&
      entry.build !== null &&
      entry.fact === null &&
      `${entry.key}${entry.code}${entry.local}` === project.keys[index];
    if (!settled) nodes.add(index);
  }
  return nodes;
}

/** These nodes, and what they read as far as it is seen from them; null where nobody remembers that. */
function cutOut(nodes: Nodes, { project, files, planning: { remembered } }: Attempt): Cut | null {
  const { names, needs, audited, keys } = project;
  const inside = new Set(nodes);
  for (const index of nodes) for (const need of [...(needs[index] ?? []), ...(audited[index] ?? [])]) inside.add(need);
  const isOutside = (_: unknown, index: number): boolean => !inside.has(index);
  const written = files.read(new Set(project.files.filter(isOutside)));
  const outside = new Set(names.filter(isOutside));
  const edges = new Map<NodeName, Edge>();
  for (const [index, name] of names.entries()) {
    if (!inside.has(index) || nodes.has(index)) continue;
    const node = written.get(name);
    const isModel = node?.kind === 'model' && remembered !== undefined;
    const edge = isModel ? edgeOf(node, keys[index] ?? '', remembered) : null;
    if (edge === null) return null;
    edges.set(name, edge);
  }
  const order = names.filter((_, index) => inside.has(index));
  return { written, outside, part: { order, edges } };
}

/** The plan of a part; null where the files define other nodes than they did. */
async function coreOf({ written, outside, part }: Cut, nodes: Nodes, attempt: Attempt): Promise<PlanCore | null> {
  const { environment, planning, state, indices } = attempt;
  const isKnown = (name: NodeName): boolean => indices.has(name) && !outside.has(name);
  if (![...written.keys()].every(isKnown)) return null;
  const around = { ...planning, part, state: state.reader((name) => outside.has(name)) };
  const core = await planApply(environment, written, NOTHING_ASKED, around);
  const { steps } = core;
  const isSame = steps.length === part.order.length && steps.every((step) => isThere(step, nodes, attempt));
  return isSame ? core : null;
}

/** Whether it is the node that was there: it reads what it read, and outside the part it is as it was. */
function isThere(step: Step, nodes: Nodes, { project, indices }: Attempt): boolean {
  const { name, target, change, write } = step;
  const index = indices.get(name);
  if (index === undefined || target === null) return false;
  if (!nodes.has(index)) return change === 'unchanged' && write === 'nothing' && isAsItWas(step, index, project);
  const needs = project.needs[index] ?? [];
  const read = target.graphNode.needs;
  return read.length === needs.length && read.every((need, at) => indices.get(need) === needs[at]);
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

function plannedPart(core: PlanCore, { project, pointers }: Attempt): PlannedPart {
  const steps = new Map(core.steps.map((step) => [step.name, step]));
  const outside = new Map<NodeName, BuildId>();
  const rows = project.names.map((name): PlanNode => {
    const step = steps.get(name);
    if (step !== undefined) return rowOf(step);
    const build = pointers.get(name)?.entry.build ?? null;
    if (build === null) throw new Error(`${name} was left out of a plan without a build`);
    outside.set(name, build);
    return keptRow(name, build);
  });
  return { core, outside, rows };
}
