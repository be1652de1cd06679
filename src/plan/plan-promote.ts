import { canonicalize } from 'json-canonicalize';
import type { Facts, SourceFact } from '../model/facts.ts';
import type { EnvironmentName, NodeName } from '../model/ids.ts';
import type { Leaf, Node } from '../model/node.ts';
import { problem, refuse, UserError } from '../model/problems.ts';
import type { Across } from '../model/references.ts';
import type { Entry } from '../state/contract.ts';
import { assemble } from './assemble.ts';
import type { PlanCore, Step } from './core.ts';
import { recordedNodes, type Desired } from './desired.ts';
import { existingHead } from './environments.ts';
import { leavesOf, takenData } from './gather.ts';
import type { Graph } from './graph.ts';
import { sourceDefinition } from './local.ts';
import { bindingConflict, bindingsIn, mergeBindings } from './merge-bindings.ts';
import { mergeBase, mergeDefinitions, type Merge } from './merge.ts';
import { graphFor } from './plan-apply.ts';
import type { Planning } from './planning.ts';
import { factsOf, headOf, type Version } from './version.ts';

/** Both sides' nodes, from their recorded definitions. */
interface Sides {
  readonly theirs: Desired;
  readonly ours: Desired | null;
}

function mergedNodes(merge: Merge, { theirs, ours }: Sides, next: number): Desired {
  const nodes = new Map<NodeName, Node>();
  const origins = new Map<NodeName, Entry['origin']>();
  const take = (name: NodeName, side: Desired | null, origin: Entry['origin'] | null): void => {
    const node = side?.nodes.get(name);
    const put = origin ?? side?.origins.get(name);
    if (node === undefined || put === undefined) throw new Error(`${name} is on neither side of the merge`);
    nodes.set(name, node);
    origins.set(name, put);
  };
  for (const name of merge.to) take(name, ours, null);
  for (const name of merge.from) take(name, theirs, { operation: 'promote', revision: next });
  return { nodes, origins };
}

interface Promotion {
  readonly base: Version | null;
  readonly from: EnvironmentName;
  readonly to: EnvironmentName;
  /** The revision that the promotion will be. */
  readonly next: number;
}

/** The merged code under the target's bindings, with what FROM changed of them. */
async function rebound(
  merged: Desired,
  { theirs, ours }: Sides,
  { base, from, to, next }: Promotion,
  planning: Planning,
): Promise<Desired> {
  const [there, here] = [bindingsIn(theirs.nodes.values()), bindingsIn(ours?.nodes.values() ?? [])];
  if (there.size === 0) return merged;
  const before = base === null ? null : await recordedNodes(planning.state, base);
  const { bindings, conflicts } = mergeBindings(bindingsIn(before?.nodes.values() ?? []), there, here, to);
  refuse(conflicts.map((name) => bindingConflict(name, from, to)));
  const moved = (name: string, across: Across): boolean => canonicalize(bindings.get(name)) !== canonicalize(across);
  const moving = [...merged.nodes].filter(
    ([name, node]) =>
      node !== ours?.nodes.get(name) || Object.entries(node.bindings ?? {}).some(([one, across]) => moved(one, across)),
  );
  const nodes = new Map([...merged.nodes, ...planning.rebind(new Map(moving), to, bindings)]);
  const put = moving.map(([name]) => [name, { operation: 'promote', revision: next }] as const);
  return { nodes, origins: new Map<NodeName, Entry['origin']>([...merged.origins, ...put]) };
}

const sameSource = (leaf: Leaf, other: Node | undefined): boolean =>
  other !== undefined && other.kind !== 'model' && sourceDefinition(other) === sourceDefinition(leaf);

/**
 * The target's facts. A source that it does not have in this form brings its snapshot along, unless the target's
 * bindings lead it elsewhere: then it is looked at there.
 */
async function factsAtTarget(
  graph: Graph,
  from: Version,
  to: Version | null,
  { theirs, ours }: Sides,
  planning: Planning,
): Promise<Facts> {
  const [there, here] = [factsOf(from, planning.timezone), to === null ? null : factsOf(to, planning.timezone)];
  const sources = new Map<NodeName, SourceFact>();
  const elsewhere: Leaf[] = [];
  for (const leaf of leavesOf(graph)) {
    const same = sameSource(leaf, ours?.nodes.get(leaf.name));
    const fact = (same ? here : there)?.sources.get(leaf.name) ?? here?.sources.get(leaf.name);
    if (!same && !sameSource(leaf, theirs.nodes.get(leaf.name)) && theirs.nodes.has(leaf.name)) elsewhere.push(leaf);
    else if (fact !== undefined) sources.set(leaf.name, fact);
  }
  const taken = await planning.facts.take(elsewhere, { clock: planning.now, previous: new Map() });
  return { ...(here ?? there), sources: new Map([...sources, ...taken]) };
}

/** Why a table must be built in the target although it was tested in another environment. */
type Rebuilt = 'newer data' | 'own values' | 'other code';

function rebuiltBy({ name, action, target }: Step, from: Version): Rebuilt | null {
  if (action !== 'build' || target === null) return null;
  const tested = from.nodes.get(name)?.entry;
  if (tested?.code === target.identity.codeKey) return 'newer data';
  return target.node.bindings !== undefined && tested?.local === target.identity.local ? 'own values' : 'other code';
}

function explainBuild(step: Step, from: Version, to: EnvironmentName): Step {
  const rebuilt = rebuiltBy(step, from);
  if (rebuilt === null) return step;
  const why: Readonly<Record<Rebuilt, string>> = {
    'newer data': `same code, caught up to ${to}'s data`,
    'own values': `same code, under what its references stand for in ${to}`,
    'other code': `reads other code in ${to} than where it was tested`,
  };
  return { ...step, reasons: [...step.reasons, why[rebuilt]] };
}

function notesOf(steps: readonly Step[], from: Version, to: EnvironmentName): readonly string[] {
  const count = (rebuilt: Rebuilt): number => steps.filter((step) => rebuiltBy(step, from) === rebuilt).length;
  const note = (many: number, text: (tables: string) => string): readonly string[] =>
    many === 0 ? [] : [text(`${many} ${many === 1 ? 'table' : 'tables'}`)];
  return [
    ...note(count('newer data'), (tables) => `same code, ${tables} caught up to ${to}'s data`),
    ...note(count('own values'), (tables) => `same code, ${tables} under what references stand for in ${to}`),
    ...note(count('other code'), (tables) => `${tables} read other code in ${to} than where they were tested`),
  ];
}

function refuseInexact(steps: readonly Step[], to: EnvironmentName): void {
  refuse(
    steps
      .filter((step) => step.action === 'build')
      .map((step) =>
        problem('not-exact', `\`${step.name}\` would be built in \`${to}\`: ${step.reasons.join('; ')}.`, {
          hint: 'Bring the branch up to date and test it there, or promote without --exact.',
        }),
      ),
  );
}

async function targetOf(
  from: Version,
  fromBase: EnvironmentName | null,
  to: EnvironmentName | null,
): Promise<EnvironmentName> {
  const name = from.ref.environment;
  if (fromBase === null) {
    throw new UserError(
      problem('environment-not-a-branch', `\`${name}\` is a base: there is nothing to promote it to.`, {
        hint: 'Promote a branch: bough promote BRANCH.',
      }),
    );
  }
  if (to !== null && to !== fromBase) {
    throw new UserError(
      problem('environment-not-a-branch', `\`${name}\` is a branch of \`${fromBase}\`, not of \`${to}\`.`, {
        hint: `Promote it to its base:\n  bough promote ${name} ${fromBase}`,
      }),
    );
  }
  return fromBase;
}

/** Refuses a merge whose result would not pass `check`, with the sides named. */
async function fitting<Result>(
  from: Version,
  to: EnvironmentName,
  make: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await make();
  } catch (error) {
    // What is wrong with the code has a place in a file; all else has another cause.
    if (!(error instanceof UserError) || !error.problems.some((one) => one.at !== undefined)) throw error;
    const message = `The code of \`${from.ref.environment}\` merged into \`${to}\` does not fit together.`;
    throw new UserError([problem('merge-conflict', message), ...error.problems], { cause: error });
  }
}

/** Plans to merge the tested code of one environment into its base, under the base's facts. Throws UserError. */
export async function planPromote(
  from: EnvironmentName,
  to: EnvironmentName | null,
  options: { readonly exact: boolean },
  planning: Planning,
): Promise<PlanCore> {
  const source = await existingHead(planning.state, from);
  const target = await targetOf(source.head, source.record.base, to);
  const record = await planning.state.environment(target);
  const head = await headOf(planning.state, target);
  const base = await mergeBase(planning.state, source.head, head);
  const merge = mergeDefinitions(base, source.head, head);
  refuse(merge.conflicts);
  const sides: Sides = {
    theirs: await recordedNodes(planning.state, source.head),
    ours: head === null ? null : await recordedNodes(planning.state, head),
  };
  const next = (record?.head ?? 0) + 1;
  const promotion = { base, from, to: target, next };
  const merged = await rebound(mergedNodes(merge, sides, next), sides, promotion, planning);
  const { graph } = await fitting(source.head, target, () => graphFor(merged.nodes, planning));
  const facts = await factsAtTarget(graph, source.head, head, sides, planning);
  const branch = (record?.base ?? null) !== null;
  const { origins } = merged;
  const goal = {
    graph,
    origins,
    facts,
    head,
    compared: head,
    branchPoint: head?.base ?? null,
    branch,
    behind: new Map(),
    ran: head === null ? [source.head] : [source.head, head],
  };
  const assembled = await fitting(source.head, target, () => assemble(goal, planning));
  const steps = assembled.steps.map((step) => explainBuild(step, source.head, target));
  if (options.exact) refuseInexact(steps, target);
  return {
    operation: 'promote',
    environment: target,
    base: record?.base ?? null,
    head: record?.head ?? 0,
    branchPoint: head?.revision.base ?? null,
    from: { ...source.head.ref, operation: source.head.revision.operationId },
    standsAt: null,
    clockAvoid: head?.revision.clockAvoid ?? null,
    facts,
    ...assembled,
    steps,
    data: takenData(facts, head),
    notes: notesOf(steps, source.head, target),
    creates: head === null,
    moves: steps.some((step) => step.write !== 'nothing'),
  };
}
