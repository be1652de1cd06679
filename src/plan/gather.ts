import type { Facts, SourceFact } from '../model/facts.ts';
import type { NodeName } from '../model/ids.ts';
import type { Leaf, Node } from '../model/node.ts';
import type { PlanData } from '../model/plan.ts';
import type { Step } from './core.ts';
import { nodeFromDefinition } from './definition.ts';
import type { Graph } from './graph.ts';
import { dayOf } from './identify.ts';
import { sourceDefinition } from './local.ts';
import type { Planning } from './planning.ts';
import { factsOf, type Version } from './version.ts';

/** Sources and seeds of a graph, implicit ones among them. */
export const leavesOf = (graph: Graph): readonly Leaf[] =>
  [...graph.nodes.values()].flatMap(({ node }) => (node.kind === 'model' ? [] : [node]));

export const isLeaf = (node: Node): node is Leaf => node.kind !== 'model';

/** Sources whose definition is not the one that the version's fact was taken under. */
async function movedLeaves(leaves: readonly Leaf[], version: Version, planning: Planning): Promise<readonly Leaf[]> {
  const entries = leaves.map((leaf) => version.nodes.get(leaf.name)?.entry);
  const hashes = entries.flatMap((entry) => (entry?.definition ? [entry.definition] : []));
  const texts = await planning.state.definitions(hashes);
  return leaves.filter((leaf, index) => {
    const entry = entries[index];
    const json = entry?.definition ? texts.get(entry.definition) : undefined;
    if (json === undefined || entry?.fact === null) return true;
    const recorded = nodeFromDefinition(json);
    return !isLeaf(recorded) || sourceDefinition(recorded) !== sourceDefinition(leaf);
  });
}

/** Facts of a version kept as they are; sources that are new, or whose definition moved, are taken now. */
export async function keptFacts(leaves: readonly Leaf[], version: Version, planning: Planning): Promise<Facts> {
  const kept = factsOf(version, planning.timezone);
  const moved = await movedLeaves(leaves, version, planning);
  const taken = await planning.facts.take(moved, { clock: kept.clock, previous: new Map() });
  const sources = new Map<NodeName, SourceFact>();
  for (const leaf of leaves) {
    const fact = taken.get(leaf.name) ?? kept.sources.get(leaf.name);
    if (fact !== undefined) sources.set(leaf.name, fact);
  }
  return { ...kept, engine: planning.engine, sources };
}

export interface FreshFacts {
  readonly facts: Facts;
  readonly clockAvoid: string | null;
}

/** Today's facts of a root; the very snapshots that a rollback left are not taken again until newer ones come. */
export async function freshFacts(
  leaves: readonly Leaf[],
  head: Version | null,
  planning: Planning,
): Promise<FreshFacts> {
  const { timezone, engine } = planning;
  const avoided = head !== null && head.revision.clockAvoid === dayOf(planning.now, timezone);
  const clock = avoided ? head.revision.clock : planning.now;
  const sources = await freshSources(leaves, head, planning);
  return {
    facts: { clock, timezone, engine, sources, releases: [] },
    clockAvoid: avoided ? head.revision.clockAvoid : null,
  };
}

/** What the sources deliver now, over what they delivered at a version. */
export async function freshSources(
  leaves: readonly Leaf[],
  version: Version | null,
  planning: Planning,
): Promise<ReadonlyMap<NodeName, SourceFact>> {
  const previous = version === null ? new Map<NodeName, SourceFact>() : factsOf(version, planning.timezone).sources;
  const moved = version === null ? leaves : await movedLeaves(leaves, version, planning);
  const comparable = new Map([...previous].filter(([name]) => !moved.some((leaf) => leaf.name === name)));
  const taken = await planning.facts.take(leaves, { clock: planning.now, previous: comparable });
  const sources = new Map<NodeName, SourceFact>();
  for (const [name, fact] of taken) {
    const was = previous.get(name);
    const skip = was !== undefined && was.avoid !== null && was.avoid === fact.snapshot;
    sources.set(name, skip ? was : was?.snapshot === fact.snapshot ? was : fact);
  }
  return sources;
}

/** Facts under which new code can be compared with a version's: its own where the source is the same. */
export function codeFacts(facts: Facts, compared: Version | null, graph: Graph): Facts {
  if (compared === null) return facts;
  const before = factsOf(compared, facts.timezone);
  const sources = new Map<NodeName, SourceFact>();
  for (const leaf of leavesOf(graph)) {
    const fact = before.sources.get(leaf.name) ?? facts.sources.get(leaf.name);
    if (fact !== undefined) sources.set(leaf.name, fact);
  }
  return { ...facts, clock: before.clock, sources };
}

const kindOf = (fact: SourceFact): string => (fact.live ? 'live: read as it is, not pinned in branches' : 'newer data');

/** Rows of the plan's data: what was taken. */
export function takenData(facts: Facts, compared: Version | null): readonly PlanData[] {
  const rows: PlanData[] = [];
  for (const [source, fact] of facts.sources) {
    const was = compared?.nodes.get(source)?.entry.fact;
    if (was === undefined || was === null) rows.push({ source, change: 'new source', taken: true });
    else if (was.snapshot !== fact.snapshot) rows.push({ source, change: kindOf(fact), taken: true });
  }
  return rows;
}

/** Sources that a branch cannot pin: what it builds reads them as they are, not as they were at its branch point. */
export function liveNotes(steps: readonly Step[], facts: Facts): readonly string[] {
  const read = steps.flatMap(({ action, target }) => (action === 'build' ? (target?.graphNode.needs ?? []) : []));
  const live = new Set(read.filter((name) => facts.sources.get(name)?.live === true));
  return [...live].sort().map((name) => `${name} is live: what is built here reads it as it is now`);
}

/** What a branch's base holds newer than its branch point: shown, not taken. */
export function newerInBase(branchPoint: Version, baseHead: Version): readonly PlanData[] {
  const rows: PlanData[] = [];
  for (const [source, { entry }] of baseHead.nodes) {
    const was = branchPoint.nodes.get(source)?.entry.fact;
    if (was && entry.fact && was.snapshot !== entry.fact.snapshot)
      rows.push({ source, change: 'newer data', taken: false });
  }
  return rows;
}

/** What the files hold newer than the facts that are kept: shown, not taken. */
export async function newerInFiles(graph: Graph, facts: Facts, planning: Planning): Promise<readonly PlanData[]> {
  const seen = await planning.facts.glance(leavesOf(graph));
  const rows: PlanData[] = [];
  for (const [source, snapshot] of seen) {
    const kept = facts.sources.get(source);
    if (kept !== undefined && !kept.live && kept.snapshot !== snapshot && kept.avoid !== snapshot) {
      rows.push({ source, change: 'newer data', taken: false });
    }
  }
  return rows;
}
