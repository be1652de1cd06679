import type { EnvironmentName } from '../model/ids.ts';
import { assemble, type Goal } from './assemble.ts';
import type { PlanCore } from './core.ts';
import { recordedNodes } from './desired.ts';
import { existingHead, nextBranchPoint } from './environments.ts';
import { freshFacts, freshSources, keptFacts, leavesOf, liveNotes, takenData } from './gather.ts';
import { keptGranting } from './granting.ts';
import { bindingsIn } from './merge-bindings.ts';
import { graphFor } from './plan-apply.ts';
import type { Planning } from './planning.ts';
import { Releases, releasesIn } from './releases.ts';
import { rebased, type Version } from './version.ts';

interface RunGoal {
  readonly goal: Goal;
  readonly releases: Releases;
  readonly clockAvoid: string | null;
}

async function rootGoal(head: Version, planning: Planning): Promise<RunGoal> {
  const { nodes, origins } = await recordedNodes(planning.state, head);
  planning.guard(nodes.values());
  const basis = { environment: head.ref.environment, kept: [], previous: releasesIn(head) };
  const releases = new Releases(basis, planning.releases);
  const { graph } = graphFor(await releases.fill(nodes), planning);
  const { facts: fresh, clockAvoid } = await freshFacts(leavesOf(graph), head, planning);
  const facts = { ...fresh, releases: releases.facts };
  const branch = head.revision.base !== null;
  return {
    goal: { graph, origins, facts, head, compared: head, branchPoint: null, branch, behind: new Map(), ran: [head] },
    releases,
    clockAvoid,
  };
}

async function branchGoal(head: Version, branchPoint: Version, planning: Planning): Promise<RunGoal> {
  const { nodes, origins } = await recordedNodes(planning.state, rebased(head, branchPoint));
  const before = await recordedNodes(planning.state, head);
  const own = [...before.nodes].flatMap(([name, node]) => (head.nodes.get(name)?.own === true ? [node] : []));
  const { environment } = head.ref;
  const rebound = planning.rebind(nodes, environment, bindingsIn(own));
  planning.guard(rebound.values());
  const basis = { environment, kept: releasesIn(branchPoint), previous: releasesIn(head) };
  const releases = new Releases(basis, planning.releases);
  const { graph } = graphFor(await releases.fill(rebound), planning);
  const kept = await keptFacts(leavesOf(graph), branchPoint, planning);
  const mine = leavesOf(graph).filter((leaf) => !branchPoint.nodes.has(leaf.name));
  const fresh = await freshSources(mine, head, planning);
  const facts = { ...kept, sources: new Map([...kept.sources, ...fresh]), releases: releases.facts };
  return {
    goal: {
      graph,
      origins,
      facts,
      head,
      compared: head,
      branchPoint,
      branch: true,
      behind: new Map(),
      ran: [head, branchPoint],
    },
    releases,
    clockAvoid: null,
  };
}

/**
 * Plans to bring new facts into an environment with the code of its head: for a root its sources and clock, for a branch
 * a new branch point at its base's head. Throws UserError.
 */
export async function planRun(environment: EnvironmentName, planning: Planning): Promise<PlanCore> {
  const { record, head } = await existingHead(planning.state, environment);
  const base = record.base;
  const branchPoint = base === null ? null : await nextBranchPoint(planning.state, head, base);
  const { goal, releases, clockAvoid } = await (branchPoint === null
    ? rootGoal(head, planning)
    : branchGoal(head, branchPoint, planning));
  const assembled = await assemble(goal, planning);
  const point = base === null ? null : { environment: base, revision: branchPoint?.ref.revision ?? 0 };
  const newPoint = (head.base?.ref.revision ?? 0) !== (point?.revision ?? 0);
  return {
    operation: 'run',
    environment,
    base,
    head: record.head,
    branchPoint: point,
    from: null,
    standsAt: null,
    clockAvoid,
    facts: goal.facts,
    grants: keptGranting(head),
    ...assembled,
    warnings: [...releases.warnings, ...assembled.warnings],
    data: [...takenData(goal.facts, head), ...releases.taken(head)],
    notes: [
      ...(newPoint && point !== null ? [`new branch point: ${point.environment} revision ${point.revision}`] : []),
      ...(base === null ? [] : liveNotes(assembled.steps, goal.facts)),
    ],
    creates: false,
    moves: assembled.steps.some((step) => step.write !== 'nothing') || newPoint,
  };
}
