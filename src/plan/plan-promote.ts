import type { Facts, SourceFact } from '../model/facts.ts';
import type { EnvironmentName, NodeName } from '../model/ids.ts';
import type { Leaf, Node } from '../model/node.ts';
import { problem, refuse, UserError } from '../model/problems.ts';
import type { Entry } from '../state/contract.ts';
import { assemble } from './assemble.ts';
import type { PlanCore, Step } from './core.ts';
import { recordedNodes, type Desired } from './desired.ts';
import { existingHead } from './environments.ts';
import { leavesOf, takenData } from './gather.ts';
import type { Graph } from './graph.ts';
import { sourceDefinition } from './local.ts';
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

/** The code of FROM under the target's bindings. */
function rebound({ theirs, ours }: Sides, to: EnvironmentName, planning: Planning): Sides {
  const nodes = planning.rebind(theirs.nodes, to, ours?.nodes.values() ?? []);
  return { theirs: { ...theirs, nodes }, ours };
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

/** A table that must be built in the target: its data has moved on, or it reads other code than where it was tested. */
function explainBuild(step: Step, from: Version, to: EnvironmentName): Step {
  if (step.action !== 'build' || step.target === null) return step;
  const tested = from.nodes.get(step.name)?.entry.code === step.target.identity.codeKey;
  const why = tested ? `same code, caught up to ${to}'s data` : `reads other code in ${to} than where it was tested`;
  return { ...step, reasons: [...step.reasons, why] };
}

function notesOf(steps: readonly Step[], to: EnvironmentName): readonly string[] {
  const builds = steps.filter((step) => step.action === 'build');
  const caught = builds.filter((step) => step.reasons.at(-1)?.startsWith('same code') === true).length;
  const other = builds.length - caught;
  const tables = (count: number): string => `${count} ${count === 1 ? 'table' : 'tables'}`;
  return [
    ...(caught > 0 ? [`same code, ${tables(caught)} caught up to ${to}'s data`] : []),
    ...(other > 0 ? [`${tables(other)} read other code in ${to} than where they were tested`] : []),
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
  const merge = mergeDefinitions(await mergeBase(planning.state, source.head, head), source.head, head);
  refuse(merge.conflicts);
  const sides: Sides = {
    theirs: await recordedNodes(planning.state, source.head),
    ours: head === null ? null : await recordedNodes(planning.state, head),
  };
  const merged = mergedNodes(merge, rebound(sides, target, planning), (record?.head ?? 0) + 1);
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
    from: source.head.ref,
    standsAt: null,
    clockAvoid: head?.revision.clockAvoid ?? null,
    facts,
    ...assembled,
    steps,
    data: takenData(facts, head),
    notes: notesOf(steps, target),
    creates: head === null,
    moves: steps.some((step) => step.write !== 'nothing'),
  };
}
