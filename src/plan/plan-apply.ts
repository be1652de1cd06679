import type { EnvironmentName, Key, NodeName } from '../model/ids.ts';
import type { Leaf, Node } from '../model/node.ts';
import type { PlanData } from '../model/plan.ts';
import { refuse, UserError, type Problem } from '../model/problems.ts';
import type { EnvironmentRecord, Entry } from '../state/contract.ts';
import { assemble } from './assemble.ts';
import type { PlanCore } from './core.ts';
import { nextBranchPoint } from './environments.ts';
import { behindOf, recordedNodes } from './desired.ts';
import {
  freshFacts,
  freshSources,
  isLeaf,
  keptFacts,
  leavesOf,
  liveNotes,
  newerInBase,
  newerInFiles,
  takenData,
  type FreshFacts,
} from './gather.ts';
import { declaredGranting, movesGrants } from './granting.ts';
import { bindingsIn } from './merge-bindings.ts';
import { graphOf, type Graph, type GraphOptions } from './graph.ts';
import { Identifier } from './identify.ts';
import type { Pinned, Planning } from './planning.ts';
import { Releases, releasesIn } from './releases.ts';
import { takingOnce } from './taking-once.ts';
import { headOf, rebased, versionAt, type Version } from './version.ts';

/** Where an environment stands before an operation. */
export interface Standing {
  readonly environment: EnvironmentName;
  readonly record: EnvironmentRecord | null;
  /** Exists with a revision. */
  readonly head: Version | null;
  readonly base: EnvironmentName | null;
  /** Head of the base; null for a root and for a base without a revision. */
  readonly baseHead: Version | null;
}

export async function standingOf(environment: EnvironmentName, planning: Planning): Promise<Standing> {
  const record = await planning.state.environment(environment);
  const head = await headOf(planning.state, environment);
  const base = head !== null ? (record?.base ?? null) : planning.baseOf(environment);
  const baseHead = base === null ? null : await headOf(planning.state, base);
  return { environment, record, head, base, baseHead };
}

interface Wanted {
  readonly graph: Graph;
  readonly foreseen: Identifier | null;
  readonly origins: ReadonlyMap<NodeName, Entry['origin']>;
  readonly behind: ReadonlyMap<NodeName, string>;
  readonly warnings: readonly Problem[];
}

/** Reads the SQL of all nodes; throws UserError with every problem at once. */
export const graphFor = (
  nodes: ReadonlyMap<NodeName, Node>,
  planning: Planning,
  visit?: GraphOptions['visit'],
): { graph: Graph; warnings: readonly Problem[] } => {
  const { graph, problems } = graphOf(nodes, visit === undefined ? planning : { ...planning, visit });
  refuse(problems);
  return { graph, warnings: problems };
};

/** The code of the files, with the version's own where the files lag behind it. */
async function wantedFrom(
  written: ReadonlyMap<NodeName, Node>,
  version: Version | null,
  standing: Standing,
  options: { readonly takeBack: boolean; readonly foreseen: Identifier | null; readonly releases: Releases },
  planning: Planning,
): Promise<Wanted> {
  const { foreseen } = options;
  const files = graphFor(written, planning, (name, graph) => foreseen?.add(name, graph));
  const locals = new Map<NodeName, Key>([...files.graph.nodes].map(([name, { local }]) => [name, local]));
  const newBranch = standing.head === null && standing.base !== null;
  const lag =
    version === null || options.takeBack ? new Map() : await behindOf(planning.state, version, locals, { newBranch });
  const origin = { operation: 'apply', revision: (standing.record?.head ?? 0) + 1 } as const;
  const nodes = new Map<NodeName, Node>();
  for (const [name, { node }] of files.graph.nodes) if (!lag.has(name)) nodes.set(name, node);
  const origins = new Map<NodeName, Entry['origin']>();
  for (const name of nodes.keys()) {
    const was = version?.nodes.get(name)?.entry;
    origins.set(name, was !== undefined && was.local === locals.get(name) ? was.origin : origin);
  }
  if (lag.size === 0 || version === null) return { ...files, foreseen, origins, behind: lag };
  const recorded = await recordedNodes(planning.state, version);
  const known = bindingsIn(nodes.values());
  const rebound = await options.releases.fill(planning.rebind(recorded.nodes, standing.environment, known));
  for (const name of lag.keys()) {
    const node = rebound.get(name);
    const put = recorded.origins.get(name);
    if (node === undefined || put === undefined) continue;
    nodes.set(name, node);
    // To a new branch, its branch point brings what its base's own operations put there.
    origins.set(name, newBranch ? { operation: 'branch', revision: version.ref.revision } : put);
  }
  planning.guard(nodes.values());
  return { ...graphFor(nodes, planning), foreseen: null, origins, behind: lag };
}

interface Taking {
  readonly refresh: boolean;
  readonly releases: Releases;
}

async function factsFor(...asked: Parameters<typeof sourceFactsFor>): Promise<FreshFacts> {
  const taken = await sourceFactsFor(...asked);
  return { ...taken, facts: { ...taken.facts, releases: asked[3].releases.facts } };
}

async function sourceFactsFor(
  leaves: readonly Leaf[],
  standing: Standing,
  branchPoint: Version | null,
  options: Taking,
  planning: Planning,
): Promise<FreshFacts> {
  const reference = options.refresh ? branchPoint : (standing.head ?? branchPoint);
  if (reference === null) return freshFacts(leaves, standing.head, planning);
  const kept = await keptFacts(leaves, reference, planning);
  const clockAvoid = standing.head?.revision.clockAvoid ?? null;
  if (!options.refresh) return { facts: kept, clockAvoid };
  const own = leaves.filter((leaf) => !reference.nodes.has(leaf.name));
  const fresh = await freshSources(own, standing.head, planning);
  return { facts: { ...kept, sources: new Map([...kept.sources, ...fresh]) }, clockAvoid };
}

/**
 * Makes keys while the SQL is read, so that no text is read twice: under the facts of what the files declare, which hold
 * in the end but for a project that is behind. null where they cannot be had; why is told when all SQL has been read.
 */
async function foresee(...asked: Parameters<typeof factsFor>): Promise<Identifier | null> {
  try {
    const { facts } = await factsFor(...asked);
    return new Identifier(facts, asked[4]);
  } catch (error) {
    if (error instanceof UserError && error.exit === 1) return null;
    throw error;
  }
}

async function untaken(
  wanted: Wanted,
  standing: Standing,
  facts: FreshFacts,
  branchPoint: Version | null,
  planning: Planning,
): Promise<readonly PlanData[]> {
  if (branchPoint !== null && standing.baseHead !== null) return newerInBase(branchPoint, standing.baseHead);
  return standing.base === null ? newerInFiles(wanted.graph, facts.facts, planning) : [];
}

interface ApplyOptions {
  readonly refresh: boolean;
  readonly takeBack: boolean;
  readonly pinned: Pinned | null;
}

/** The revision of its base that a branch will stand on; null for a root. */
async function branchPointFor(
  { head, base, baseHead }: Standing,
  { refresh, pinned }: ApplyOptions,
  { state }: Planning,
): Promise<Version | null> {
  if (base === null) return null;
  if (head !== null && !refresh) return head.base;
  if (pinned?.branchPoint) return versionAt(state, { environment: base, revision: pinned.branchPoint });
  return head === null ? baseHead : nextBranchPoint(state, head, base);
}

/** Plans to bring the code of the files into an environment; with `refresh`, new facts too. Throws UserError. */
export async function planApply(
  environment: EnvironmentName,
  files: ReadonlyMap<NodeName, Node>,
  options: ApplyOptions,
  given: Planning,
): Promise<PlanCore> {
  const planning = { ...given, facts: takingOnce(given.facts) };
  const standing = await standingOf(environment, planning);
  const { head, base, baseHead } = standing;
  const branchPoint = await branchPointFor(standing, options, planning);
  const compared = head ?? branchPoint;
  const recorded = head !== null && branchPoint !== null && options.refresh ? rebased(head, branchPoint) : compared;
  const kept = options.refresh ? branchPoint : (head ?? branchPoint);
  const basis = { environment, kept: releasesIn(kept), previous: releasesIn(head) };
  const releases = new Releases(basis, planning.releases);
  const written = await releases.fill(files);
  const declared = [...written.values()].filter(isLeaf);
  const taking = { ...options, releases };
  const foreseen = await foresee(declared, standing, branchPoint, taking, planning);
  const wanted = await wantedFrom(written, recorded, standing, { ...taking, foreseen }, planning);
  const fresh = await factsFor(leavesOf(wanted.graph), standing, branchPoint, taking, planning);
  const goal = {
    ...wanted,
    facts: fresh.facts,
    head,
    compared,
    branchPoint,
    branch: base !== null,
    ran: compared === null ? [] : [compared],
  };
  const assembled = await assemble(goal, planning);
  const point = base === null ? null : { environment: base, revision: branchPoint?.ref.revision ?? 0 };
  const grants = declaredGranting(environment, head, planning);
  const moved = assembled.steps.some((step) => step.write !== 'nothing') || movesGrants(grants);
  return {
    operation: 'apply',
    environment,
    base,
    head: standing.record?.head ?? 0,
    branchPoint: point,
    from: null,
    standsAt: null,
    clockAvoid: fresh.clockAvoid,
    facts: fresh.facts,
    grants,
    ...assembled,
    warnings: [...releases.warnings, ...wanted.warnings, ...assembled.warnings],
    data: [
      ...takenData(fresh.facts, compared),
      ...releases.taken(compared),
      ...(await untaken(wanted, standing, fresh, branchPoint, planning)),
      ...(await releases.untaken(baseHead)),
    ],
    notes: base === null ? [] : liveNotes(assembled.steps, fresh.facts),
    creates: head === null,
    moves: moved || head === null || (head.base?.ref.revision ?? 0) !== (point?.revision ?? 0),
  };
}
