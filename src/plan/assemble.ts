import { stringify } from 'yaml';
import type { Facts } from '../model/facts.ts';
import type { DefinitionHash, Key, NodeName } from '../model/ids.ts';
import type { ForeignOrigin, Leaf, Node, SourceNode } from '../model/node.ts';
import type { DefinitionDiff } from '../model/plan.ts';
import { refuse, type Problem } from '../model/problems.ts';
import type { Build, Entry } from '../state/contract.ts';
import { heldBuilds, type Shelf } from './choose.ts';
import { judgeColumns } from './column-problems.ts';
import type { Step } from './core.ts';
import { nodeFromDefinition } from './definition.ts';
import { codeFacts } from './gather.ts';
import { graphOf, type Graph } from './graph.ts';
import { identify, type Identifier, type Identity } from './identify.ts';
import { recordedMeanings, type Meanings } from './meanings.ts';
import type { Planning } from './planning.ts';
import { filledIn, releaseAmong, releasesIn } from './releases.ts';
import { recaught } from './recaught.ts';
import { settle, type Settlement } from './settle.ts';
import type { Version } from './version.ts';

/** What shall be: nodes with who put them there, under which facts, over which branch point. */
export interface Goal {
  readonly graph: Graph;
  readonly origins: ReadonlyMap<NodeName, Entry['origin']>;
  readonly facts: Facts;
  readonly head: Version | null;
  readonly compared: Version | null;
  readonly branchPoint: Version | null;
  readonly branch: boolean;
  readonly behind: ReadonlyMap<NodeName, string>;
  /** Versions in which the nodes' texts may have run before. */
  readonly ran: readonly Version[];
  /** Keys that were made while the SQL was read, under the facts that were known then. */
  readonly foreseen?: Identifier | null;
}

export interface Assembled {
  readonly steps: readonly Step[];
  readonly warnings: readonly Problem[];
  readonly diffs: readonly DefinitionDiff[];
}

async function shelfOf(identities: ReadonlyMap<NodeName, Identity>, goal: Goal, planning: Planning): Promise<Shelf> {
  const versions = [goal.head, goal.branchPoint, goal.compared].filter((version) => version !== null);
  const held = heldBuilds(goal.graph.order, identities, versions);
  const keys = new Set<Key>();
  for (const [name, { key }] of identities) if (!held.has(name)) keys.add(key);
  const builds = new Map<Key, Build[]>();
  for (const build of await planning.state.buildsOf([...keys])) {
    builds.set(build.key, [...(builds.get(build.key) ?? []), build]);
  }
  return { held, versions, builds };
}

/** Recorded meanings of the nodes whose code moved, and of what they read. */
async function meaningsOf(
  codeIdentities: ReadonlyMap<NodeName, Identity>,
  goal: Goal,
  planning: Planning,
): Promise<Meanings> {
  const entryOf = (name: NodeName): Entry | undefined => goal.compared?.nodes.get(name)?.entry;
  const keys = new Set<Key>();
  for (const name of goal.graph.order) {
    const identity = codeIdentities.get(name);
    const was = entryOf(name)?.code ?? null;
    if (was === null || (identity !== undefined && identity.codeKey === was)) continue;
    for (const wanted of [name, ...(goal.graph.nodes.get(name)?.needs ?? [])]) {
      const code = entryOf(wanted)?.code;
      if (code) keys.add(code);
    }
  }
  return recordedMeanings([...keys], planning.state);
}

/** The text of a definition as a person would compare it. */
const textOf = (node: Node): string => (node.kind === 'model' ? `${node.sql.text.trim()}\n` : leafText(node));

/** A source as it would stand in a file, what was left out left out. */
function leafText(leaf: Leaf): string {
  const { kind, name, columns } = leaf;
  const place = leaf.kind === 'seed' ? { file: leaf.path } : placeText(leaf);
  const typed = Object.fromEntries(columns.map((column) => [column.name, column.type ?? 'detected']));
  return stringify({ kind, name, ...place, ...(columns.length === 0 ? {} : { columns: typed }) });
}

function placeText({ origin }: SourceNode): Readonly<Record<string, unknown>> {
  switch (origin.type) {
    case 'file':
      return { file: origin.path, ...(origin.load === 'view' ? { load: 'view' } : {}) };
    case 'table':
      return { table: origin.table, ...(origin.version === null ? {} : { version: origin.version }) };
    case 'connection':
      return foreignText(origin);
    case 'call':
      return { read: origin.call };
  }
}

function foreignText({ container, table, query, version }: ForeignOrigin): Readonly<Record<string, unknown>> {
  const read = query === null ? { table } : { query: query.text };
  const said = version.type === 'query' ? version.query : version.type === 'max' ? { max: version.of } : version.type;
  const told = version.type === 'content' ? {} : { version: said };
  return { connection: container?.name ?? container?.type ?? null, ...read, ...told };
}

async function diffsOf(steps: readonly Step[], planning: Planning): Promise<readonly DefinitionDiff[]> {
  const shown = steps.filter((step) => ['added', 'modified', 'removed'].includes(step.change));
  const hashes = shown.flatMap((step): DefinitionHash[] =>
    step.before?.entry.definition ? [step.before.entry.definition] : [],
  );
  const texts = await planning.state.definitions([...new Set(hashes)]);
  return shown.map((step) => {
    const json = step.before?.entry.definition ? texts.get(step.before.entry.definition) : undefined;
    const before = json === undefined ? '' : textOf(nodeFromDefinition(json));
    return { node: step.name, before, after: step.target === null ? '' : textOf(step.target.node) };
  });
}

/** Whether `facts` hold all that is in `part`. */
const sameFacts = (facts: Facts, part: Facts): boolean =>
  facts.clock === part.clock &&
  [...part.sources].every(([name, fact]) => facts.sources.get(name) === fact) &&
  part.releases.every((one) => facts.releases.includes(one));

/** The graph with the releases that the compared version was made with: a new tag is no new code. */
function codeGraph({ graph, facts, compared }: Goal, planning: Planning): Graph {
  const before = releasesIn(compared);
  const moved = facts.releases.some(({ selector, tag }) => (releaseAmong(before, selector)?.tag ?? tag) !== tag);
  if (!moved) return graph;
  // Files that queries read directly are found again: a tag can be part of their names.
  const named = [...graph.nodes].filter(([, { node }]) => node.kind !== 'source' || node.origin.type !== 'call');
  return graphOf(filledIn(new Map(named.map(([name, { node }]) => [name, node])), before), planning).graph;
}

/** From what shall be to the steps that lead there. Throws UserError with all problems of name resolution. */
export async function assemble(goal: Goal, planning: Planning): Promise<Assembled> {
  const { fold } = planning;
  const { foreseen } = goal;
  const known = foreseen && sameFacts(goal.facts, foreseen.facts) ? foreseen.identities : undefined;
  const { identities } = identify(goal.graph, goal.facts, planning, known);
  const problems = await judgeColumns(identities, goal.graph, goal.ran, planning);
  refuse(problems);
  const code = codeGraph(goal, planning);
  const before = codeFacts(goal.facts, goal.compared, code);
  const same = code === goal.graph && sameFacts(before, goal.facts);
  const codeIdentities = same ? identities : identify(code, before, planning).identities;
  const shelf = await shelfOf(identities, goal, planning);
  const meanings = await meaningsOf(codeIdentities, goal, planning);
  const settlement: Settlement = { ...goal, identities, codeIdentities, shelf, meanings, fold };
  const steps = settle(settlement);
  const caught = recaught(steps, goal.compared, meanings, planning);
  return { steps, warnings: [...problems, ...caught], diffs: await diffsOf(steps, planning) };
}
