import { compareMeanings, type Comparison } from '../identity/meaning.ts';
import type { Facts, SourceFact } from '../model/facts.ts';
import type { NodeName } from '../model/ids.ts';
import type { Category, Change } from '../model/plan.ts';
import type { Entry } from '../state/contract.ts';
import { buildFor, inPlaceOf, type Relation, type Shelf } from './choose.ts';
import type { Step, Target, Write } from './core.ts';
import type { Graph } from './graph.ts';
import type { Identity } from './identify.ts';
import type { Meanings } from './meanings.ts';
import { reasonsOf } from './reasons.ts';
import type { Pointer, Version } from './version.ts';

/** What shall be, what is, and what there is to choose from. */
export interface Settlement {
  readonly graph: Graph;
  readonly origins: ReadonlyMap<NodeName, Entry['origin']>;
  /** Under the facts that the revision will have. */
  readonly identities: ReadonlyMap<NodeName, Identity>;
  /** Under the facts that the compared version has: tells new code from new data. */
  readonly codeIdentities: ReadonlyMap<NodeName, Identity>;
  readonly facts: Facts;
  /** What `change` and `category` compare with: the head, or a new branch's branch point. */
  readonly compared: Version | null;
  readonly head: Version | null;
  /** The branch point that the revision will have; null for a root. */
  readonly branchPoint: Version | null;
  readonly branch: boolean;
  readonly meanings: Meanings;
  readonly shelf: Shelf;
  /** As the engine compares names of columns. */
  readonly fold: (name: string) => string;
  /** Nodes whose files lag behind the head, and who put the head's code there. */
  readonly behind: ReadonlyMap<NodeName, string>;
}

/** How one node's code stands against the compared version. */
export interface CodeChange {
  readonly change: Change;
  readonly comparison: Comparison | null;
}

const NO_CHANGE: CodeChange = { change: 'unchanged', comparison: null };

function codeChange(name: NodeName, identity: Identity, settlement: Settlement): CodeChange {
  const before = settlement.compared?.nodes.get(name)?.entry;
  if (settlement.behind.has(name)) return { change: 'behind', comparison: null };
  if (before === undefined) return { change: 'added', comparison: null };
  const now = settlement.codeIdentities.get(name) ?? identity;
  if (before.code === now.codeKey) return NO_CHANGE;
  const was = before.code === null ? undefined : settlement.meanings.get(before.code);
  if (was === undefined) throw new Error(`no recorded meaning for ${name}`);
  const comparison = compareMeanings(was, now.meaning());
  if (comparison.category === null) return NO_CHANGE;
  return { change: before.local === identity.local ? 'indirect' : 'modified', comparison };
}

const categoryOf = ({ change, comparison }: CodeChange): Category | null =>
  change === 'modified' || change === 'indirect' ? (comparison?.category ?? null) : null;

const sameFact = (left: SourceFact | null, right: SourceFact | null): boolean =>
  left?.snapshot === right?.snapshot && left?.avoid === right?.avoid && left?.live === right?.live;

/** Whether the recorded code is the target's, but for environments that came or went meanwhile. */
function saysCode({ code }: Entry, { identity }: Target, meanings: Meanings): boolean {
  if (code === identity.codeKey) return true;
  const was = code === null ? undefined : meanings.get(code);
  return was !== undefined && was !== null && compareMeanings(was, identity.meaning()).category === null;
}

/** Whether an entry already says what the target says. */
function says(entry: Entry, target: Target, { facts, meanings }: Settlement): boolean {
  return (
    entry.key === target.identity.key &&
    entry.build === target.build &&
    (target.build !== null || target.inPlace !== null) &&
    sameFact(entry.fact, facts.sources.get(entry.node) ?? null) &&
    saysCode(entry, target, meanings)
  );
}

function writeOf(target: Target, settlement: Settlement): Write {
  const { name } = target.node;
  const own = settlement.head?.nodes.get(name);
  const removed = settlement.head?.removed.has(name) ?? false;
  const inherited = settlement.branchPoint?.nodes.get(name);
  const stands = own?.own === true && says(own.entry, target, settlement);
  if (inherited !== undefined && says(inherited.entry, target, settlement)) {
    if (stands && inherited.entry.local !== target.identity.local) return 'nothing';
    return own?.own === true || removed ? 'inherit' : 'nothing';
  }
  return stands ? 'nothing' : 'entry';
}

/**
 * Where a revision is written anyway, it records each text as it stands in the files now: one that means the same here may mean
 * something else over other columns, and `run` takes the code from there.
 */
function withText(step: Step, { head, branchPoint }: Settlement): Step {
  const { name, target, write } = step;
  if (target?.node.kind !== 'model' || (write !== 'nothing' && write !== 'inherit')) return step;
  const [own, inherited] = [head?.nodes.get(name), branchPoint?.nodes.get(name)];
  const { entry } = (write === 'nothing' && own?.own === true ? own : (inherited ?? own)) ?? {};
  return entry === undefined || entry.local === target.identity.local ? step : { ...step, write: 'entry' };
}

function targetOf(name: NodeName, settlement: Settlement, relations: Map<NodeName, Relation | null>): Target | null {
  const graphNode = settlement.graph.nodes.get(name);
  const identity = settlement.identities.get(name);
  const origin = settlement.origins.get(name);
  if (graphNode === undefined || identity === undefined || origin === undefined) return null;
  const inPlace = inPlaceOf(graphNode.node);
  const build = inPlace === null ? buildFor(name, identity, relations, settlement.shelf) : null;
  relations.set(name, inPlace !== null ? { inPlace } : build === null ? null : { build });
  return { node: graphNode.node, graphNode, identity, origin, build, inPlace };
}

function stepFor(target: Target, steps: ReadonlyMap<NodeName, Step>, settlement: Settlement): Step {
  const { name } = target.node;
  const code = codeChange(name, target.identity, settlement);
  const before = settlement.compared?.nodes.get(name) ?? null;
  const action = target.build === null && target.inPlace === null ? 'build' : 'reuse';
  const { change, comparison } = code;
  const category = categoryOf(code);
  const write = writeOf(target, settlement);
  const reasons = reasonsOf({ name, change, comparison, action, before, target, steps, settlement });
  return { name, change, category, comparison, action, before, target, write, restored: null, reasons };
}

function goneStep(name: NodeName, before: Pointer | null, settlement: Settlement): Step {
  const behind = settlement.behind.get(name);
  const own = settlement.head?.nodes.get(name)?.own ?? false;
  const inBase = settlement.branchPoint?.nodes.has(name) ?? false;
  const already = settlement.head?.removed.has(name) ?? false;
  const write: Write = inBase
    ? already
      ? 'nothing'
      : 'removal'
    : own
      ? settlement.branch
        ? 'inherit'
        : 'removal'
      : 'nothing';
  const common = { name, category: null, comparison: null, before, target: null, write, restored: null };
  return behind === undefined
    ? { ...common, change: 'removed', action: 'remove', reasons: ['no file defines it any more'] }
    : { ...common, change: 'behind', action: 'none', reasons: [behind] };
}

/** Compares what shall be with what is, node by node, inputs first. Pure. */
export function settle(settlement: Settlement): readonly Step[] {
  const relations = new Map<NodeName, Relation | null>();
  const steps = new Map<NodeName, Step>();
  for (const name of settlement.graph.order) {
    const target = targetOf(name, settlement, relations);
    if (target !== null) steps.set(name, stepFor(target, steps, settlement));
  }
  const gone = new Set<NodeName>();
  for (const name of settlement.compared?.nodes.keys() ?? []) if (!steps.has(name)) gone.add(name);
  for (const name of settlement.branchPoint?.nodes.keys() ?? []) if (!steps.has(name)) gone.add(name);
  for (const name of settlement.head?.nodes.keys() ?? []) if (!steps.has(name)) gone.add(name);
  for (const name of settlement.behind.keys()) if (!steps.has(name)) gone.add(name);
  const stays = new Set(settlement.head?.removed.keys());
  const goneSteps = [...gone]
    .sort()
    .filter((name) => !stays.has(name) || settlement.behind.has(name) || settlement.compared?.nodes.has(name) === true)
    .map((name) => goneStep(name, settlement.compared?.nodes.get(name) ?? null, settlement));
  const all = [...steps.values(), ...goneSteps];
  const moves = settlement.head === null || all.some(({ write }) => write !== 'nothing');
  return moves ? all.map((step) => withText(step, settlement)) : all;
}
