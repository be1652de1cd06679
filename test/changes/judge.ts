import { fold } from '../../src/engines/duckdb/names.ts';
import type { Meaning } from '../../src/identity/meaning.ts';
import type { Facts, SourceFact } from '../../src/model/facts.ts';
import {
  asBuildId,
  asDefinitionHash,
  asEnvironmentName,
  asInstant,
  asNodeName,
  asOperationId,
  asSnapshot,
  type Key,
  type NodeName,
} from '../../src/model/ids.ts';
import type { ModelNode, Node, SourceNode } from '../../src/model/node.ts';
import type { Problem } from '../../src/model/problems.ts';
import { besideOf, heldBuilds, type Relation } from '../../src/plan/choose.ts';
import type { Step } from '../../src/plan/core.ts';
import { codeFacts } from '../../src/plan/gather.ts';
import { graphOf, type Graph } from '../../src/plan/graph.ts';
import { identify, type Identified } from '../../src/plan/identify.ts';
import { recaught } from '../../src/plan/recaught.ts';
import { settle } from '../../src/plan/settle.ts';
import type { Pointer, Version } from '../../src/plan/version.ts';
import { read, resolve, type Dialect } from '../../src/sql/index.ts';
import type { Build } from '../../src/state/contract.ts';
import { sideOf, TABLES, type Pair, type Side, type Tables } from './pair.ts';

const at = { file: 'shop.yml', line: 1, column: 1 };
const common = { description: null, owner: null, tags: [], columns: [], audits: [], at };
const csv = { header: true, delimiter: null, quote: null, null: null, encoding: null };

function sourceNode(name: NodeName, unique: string | undefined): SourceNode {
  const origin = { type: 'file', path: `data/${name}.csv`, format: 'csv', csv, load: 'copy' } as const;
  const audits = unique === undefined ? [] : [{ type: 'unique', columns: [unique], severity: 'error', at } as const];
  return { ...common, kind: 'source', name, origin, audits };
}

function modelNode(name: NodeName, sql: string, head: Side['head'] = {}): ModelNode {
  return {
    ...common,
    kind: 'model',
    name,
    materialized: 'table',
    sql: { text: sql, file: `models/${name.replace('.', '/')}.sql`, line: 1, column: 1, indent: 0 },
    clock: 'follow',
    storage: {},
    parameters: {},
    dependsOn: [],
    opaque: false,
    cutoff: 'on',
    ...head,
  };
}

/** `a INTEGER, b DECIMAL(9, 2)` as columns. */
function columnsOf(text: string): SourceFact['columns'] {
  return text.split(/,(?![^(]*\))/).map((column) => {
    const [, name = '', type = ''] = /^\s*(\S+)\s+(.*)$/.exec(column) ?? [];
    return { name, type };
  });
}

export const MODEL = asNodeName('shop.model');
export const readerName = (index: number): NodeName => asNodeName(`shop.reader_${index + 1}`);

function factsOf(tables: Tables, side: Side, live: readonly string[]): Facts {
  const fact = ([name, columns]: [string, string]): [NodeName, SourceFact] => [
    asNodeName(name),
    {
      snapshot: asSnapshot(`${columns}${side.newData?.includes(name) === true ? ' newer' : ''}`),
      columns: columnsOf(columns),
      live: live.includes(name),
      avoid: null,
    },
  ];
  const day = String(21 + (side.daysLater ?? 0));
  return {
    clock: asInstant(`2026-11-${day}T10:00:00.000Z`),
    timezone: 'UTC',
    engine: 'engine 1',
    sources: new Map(Object.entries(tables).map(fact)),
    releases: [],
  };
}

interface World {
  readonly graph: Graph;
  readonly facts: Facts;
  readonly identified: Identified;
  readonly problems: readonly Problem[];
}

function worldOf(pair: Pair, side: Side): World {
  const tables = { ...TABLES, ...pair.tables, ...side.tables };
  const nodes = new Map<NodeName, Node>();
  for (const name of Object.keys(tables).map(asNodeName)) nodes.set(name, sourceNode(name, pair.unique?.[name]));
  nodes.set(MODEL, modelNode(MODEL, side.sql, side.head));
  for (const [index, reader] of (pair.readers ?? []).entries()) {
    const name = readerName(index);
    nodes.set(name, modelNode(name, reader.sql));
  }
  const dialect: Dialect = pair.dialect ?? 'duckdb';
  const { graph, problems } = graphOf(nodes, { fold, read: (text, parameters) => read(text, { dialect, parameters }) });
  const facts = factsOf(tables, side, pair.live ?? []);
  const identified = identify(graph, facts, { fold, resolve });
  return { graph, facts, identified, problems: [...problems, ...identified.problems] };
}

interface Past {
  readonly version: Version;
  readonly builds: ReadonlyMap<Key, readonly Build[]>;
  readonly meanings: ReadonlyMap<Key, Meaning>;
}

/** What an environment would hold after everything of this world was built. */
function builtFrom({ graph, facts, identified }: World): Past {
  const ref = { environment: asEnvironmentName('prod'), revision: 1 };
  const nodes = new Map<NodeName, Pointer>();
  const relations = new Map<NodeName, Relation>();
  const builds = new Map<Key, readonly Build[]>();
  const meanings = new Map<Key, Meaning>();
  for (const name of graph.order) {
    const identity = identified.identities.get(name);
    if (identity === undefined) continue;
    const id = asBuildId(`${name}__1`);
    const key = identity.key;
    const code = identity.codeKey;
    const beside = besideOf(identity, relations) ?? '';
    relations.set(name, { build: id });
    const made = { id, key, beside, node: name, kind: 'table', inputs: [], columns: [], rows: 0, seconds: 0 } as const;
    const kept = { recipe: null, reads: {} } as const;
    builds.set(key, [{ ...made, ...kept, at: facts.clock }]);
    meanings.set(code, identity.meaning());
    const definition = asDefinitionHash(identity.local);
    const origin = { operation: 'apply', revision: 1 } as const;
    const fact = facts.sources.get(name) ?? null;
    nodes.set(name, {
      entry: { node: name, definition, local: identity.local, code, key, build: id, origin, fact },
      own: true,
    });
  }
  const revision = {
    ...ref,
    operation: 'apply',
    operationId: asOperationId('1'),
    at: facts.clock,
    by: 'test',
    message: null,
    from: null,
    base: null,
    standsAt: null,
    clock: facts.clock,
    clockAvoid: null,
    engine: facts.engine,
    releases: [],
    code: true,
    gone: false,
    kept: [],
    grants: [],
  } as const;
  return { version: { ref, revision, nodes, removed: new Map(), base: null }, builds, meanings };
}

export interface Judgement {
  readonly steps: ReadonlyMap<NodeName, Step>;
  readonly problems: readonly Problem[];
  /** What was wrong before the edit: a pair must start from something that works. */
  readonly before: readonly Problem[];
}

/** Plans the edit of a pair over an environment in which everything before it was built, in memory. */
export function judge(pair: Pair): Judgement {
  const before = worldOf(pair, sideOf(pair.before));
  const { version, builds, meanings } = builtFrom(before);
  const { graph, facts, identified, problems } = worldOf(pair, sideOf(pair.after));
  const codeIdentities = identify(graph, codeFacts(facts, version, graph), { fold, resolve }).identities;
  const steps = settle({
    graph,
    origins: new Map(graph.order.map((name) => [name, { operation: 'apply', revision: 2 }])),
    identities: identified.identities,
    codeIdentities,
    facts,
    compared: version,
    head: version,
    branchPoint: null,
    branch: false,
    meanings,
    shelf: { held: heldBuilds(graph.order, identified.identities, [version]), versions: [version], builds },
    fold,
    behind: new Map(),
  });
  return {
    steps: new Map(steps.map((step) => [step.name, step])),
    problems: [...problems, ...recaught(steps, version, meanings, { resolve, fold })],
    before: before.problems,
  };
}
