import type { Facts, SourceFact } from '../model/facts.ts';
import type { EnvironmentName, NodeName } from '../model/ids.ts';
import type { Leaf, Node } from '../model/node.ts';
import { problem, refuse, UserError } from '../model/problems.ts';
import type { EnvironmentRecord } from '../state/contract.ts';
import { assemble } from './assemble.ts';
import { commonPoint } from './common-point.ts';
import type { PlanCore } from './core.ts';
import { recordedNodes, type Desired } from './desired.ts';
import { existingHead } from './environments.ts';
import { freshFacts, keptFacts, leavesOf, takenData } from './gather.ts';
import { declaredGranting, keptGranting } from './granting.ts';
import type { Graph } from './graph.ts';
import { sourceDefinition } from './local.ts';
import { mergeDefinitions, type Merge } from './merge.ts';
import { graphFor } from './plan-apply.ts';
import type { History, Planning } from './planning.ts';
import { mergedNodes, rebound, type Sides } from './promoted-code.ts';
import { explained, promotionNotes, rebuiltOf, refuseInexact, unreadNotes } from './promotion-report.ts';
import { Releases, releasesIn } from './releases.ts';
import { routeOf, type Route } from './route.ts';
import { factsOf, headOf, type Version } from './version.ts';

const sameSource = (leaf: Leaf, other: Node | undefined): boolean =>
  other !== undefined && other.kind !== 'model' && sourceDefinition(other) === sourceDefinition(leaf);

/**
 * The base's facts. A source that it does not have in this form brings its snapshot along, unless the base's bindings
 * lead it elsewhere: then it is looked at there.
 */
async function factsAtBase(
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

/** A root's own facts: those that it has, and what sources deliver to it that it does not have in this form. */
async function factsAtRoot(graph: Graph, to: Version | null, planning: Planning): Promise<Facts> {
  const leaves = leavesOf(graph);
  return to === null ? (await freshFacts(leaves, null, planning)).facts : keptFacts(leaves, to, planning);
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

interface Merging {
  readonly source: Version;
  readonly route: Route;
  readonly record: EnvironmentRecord | null;
  readonly head: Version | null;
  readonly merge: Merge;
  readonly sides: Sides;
  readonly merged: Desired;
  readonly unread: readonly EnvironmentName[];
}

/** What an operation published and did not record yet is seen by readers, and cannot be finished from another root. */
async function refuseUnfinished(from: EnvironmentName, there: History): Promise<void> {
  if ((await there.openIntents(from)).length === 0) return;
  const message = `An operation on \`${from}\` is not finished: its readers may see newer code than would be promoted.`;
  const hint = 'Wait for it; if its process is gone, finish it:\n  bough gc';
  throw new UserError(problem('lease-held', message, { hint }));
}

/** Both sides, wherever their histories are kept, and what comes out of them. */
async function merging(from: EnvironmentName, to: EnvironmentName | null, planning: Planning): Promise<Merging> {
  const there = await planning.stateOf(from);
  const { record: ofSource, head: source } = await existingHead(there, from);
  const route = routeOf(ofSource, to, planning.routes);
  if (there !== planning.state) await refuseUnfinished(from, there);
  const record = await planning.state.environment(route.target);
  const head = await headOf(planning.state, route.target);
  const { base, unread } = await commonPoint(planning.stateOf, source, head);
  const merge = mergeDefinitions(base, source, head, route.kind);
  refuse(merge.conflicts);
  const sides: Sides = {
    theirs: await recordedNodes(there, source),
    ours: head === null ? null : await recordedNodes(planning.state, head),
  };
  const next = (record?.head ?? 0) + 1;
  const promotion = { base, from: source, route, next };
  const merged = await rebound(mergedNodes(merge, sides, next), sides, promotion, planning);
  return { source, route, record, head, merge, sides, merged, unread };
}

/**
 * Plans to merge the tested code of one environment into another, under that one's facts: of a branch into its base, or
 * of a root into another root, whose state and warehouse may be its own. Throws UserError.
 */
export async function planPromote(
  from: EnvironmentName,
  to: EnvironmentName | null,
  options: { readonly exact: boolean },
  planning: Planning,
): Promise<PlanCore> {
  const { source, route, record, head, merge, sides, merged, unread } = await merging(from, to, planning);
  const { target, kind } = route;
  // A release that a base does not have comes along, unless its name stands for another one there.
  const kept = kind === 'root' ? releasesIn(head) : [...releasesIn(head), ...releasesIn(source)];
  const releases = new Releases({ environment: target, kept, previous: [] }, planning.releases);
  const filled = await releases.fill(merged.nodes);
  const { graph } = await fitting(source, target, () => graphFor(filled, planning));
  const atTarget = await (kind === 'root'
    ? factsAtRoot(graph, head, planning)
    : factsAtBase(graph, source, head, sides, planning));
  const facts = { ...atTarget, releases: releases.facts };
  const goal = {
    graph,
    origins: merged.origins,
    facts,
    head,
    compared: head,
    branchPoint: head?.base ?? null,
    branch: (record?.base ?? null) !== null,
    behind: new Map(),
    ran: head === null ? [source] : [source, head],
  };
  const assembled = await fitting(source, target, () => assemble(goal, planning));
  const rebuilt = rebuiltOf(assembled.steps, source);
  const steps = explained(assembled.steps, rebuilt, route, merge);
  if (options.exact) refuseInexact(steps, route);
  const moves = steps.some((step) => step.write !== 'nothing');
  return {
    operation: 'promote',
    environment: target,
    base: record?.base ?? null,
    head: record?.head ?? 0,
    branchPoint: head?.revision.base ?? null,
    from: { ...source.ref, operation: source.revision.operationId },
    promotion: { kind, replaced: [...merge.replaced] },
    standsAt: null,
    clockAvoid: head?.revision.clockAvoid ?? null,
    facts,
    grants: head === null ? declaredGranting(target, head, planning) : keptGranting(head),
    ...assembled,
    steps,
    warnings: [...releases.warnings, ...assembled.warnings],
    data: [...takenData(facts, head), ...releases.taken(head)],
    notes: [...(moves ? promotionNotes(from, rebuilt, route, merge) : []), ...unreadNotes(unread)],
    creates: head === null,
    moves,
  };
}
