import { keyOf } from '../identity/hash.ts';
import type { EngineFact, Remembered } from '../model/facts.ts';
import type { Key, NodeName } from '../model/ids.ts';
import type { Step, Target } from './core.ts';
import { keysOf, type Edge } from './part.ts';
import { placeOfRecord } from './model-record.ts';
import { uniqueBy } from './model-shape.ts';

/**
 * The graph as the last plan found it, inputs before readers; what stands at one index is of one node. Of a model that its
 * file and its inputs say whole, and whose file was not touched since, the keys hold as long as the digests of what it
 * reads do.
 */
export interface RememberedProject {
  readonly names: readonly NodeName[];
  /** By index. */
  readonly needs: readonly (readonly number[])[];
  /** What the SQL of its audits mentions. */
  readonly audited: readonly (readonly number[])[];
  /** What readers see of each. */
  readonly digests: readonly string[];
  /** '' for a node that depends on more, and is planned always. */
  readonly files: readonly string[];
  /** What the files looked like. */
  readonly addresses: readonly string[];
  readonly keys: readonly string[];
}

/** For whom keys are made, and where they are remembered. */
interface Memory {
  readonly engine: EngineFact;
  readonly remembered?: Remembered;
}

const placeIn = (engine: EngineFact): Key => keyOf('project', engine);

export function rememberedProject(remembered: Remembered, engine: EngineFact): RememberedProject | null {
  const written = remembered.get('project', placeIn(engine));
  // What stands there was written below, under a version of the code that reads it.
  return written === null ? null : (JSON.parse(written) as RememberedProject);
}

/** Stands for what readers see of a node: its keys, and what it holds to be unique. */
export function digestOf({ node, identity }: Target): string {
  const unique = uniqueBy(node.audits);
  return unique.length === 0 ? identity.digest : `${identity.digest} ${JSON.stringify(unique)}`;
}

type Names = readonly NodeName[];

/** A node as it is remembered. */
interface Row {
  readonly needs: Names;
  readonly audited: Names;
  readonly digest: string;
  readonly file: string;
  readonly address: string;
  readonly keys: string;
}

/** Address of the file that says all of a model, its inputs aside; null for any other node. */
function wholeFile({ node, graphNode, identity }: Target): Key | null {
  if (node.kind !== 'model' || graphNode.bound === null || graphNode.bound.callsClock) return null;
  // What an audit warned of is told at each apply, until it passes.
  if (identity.problems.length > 0 || node.audits.some(({ severity }) => severity === 'warn')) return null;
  return placeOfRecord(graphNode);
}

function rowOf(target: Target): Row {
  const { node, graphNode, identity } = target;
  const address = wholeFile(target);
  return {
    needs: graphNode.needs,
    audited: [...graphNode.audits.values()].flatMap(({ inputs }) => inputs),
    digest: digestOf(target),
    file: address !== null && node.kind === 'model' ? node.sql.file : '',
    address: address ?? '',
    keys: address === null ? '' : keysOf(identity),
  };
}

function rowAt(index: number, project: RememberedProject): Row {
  const { names, needs, audited, digests, files, addresses, keys } = project;
  const namesOf = (indices: readonly number[] = []): Names => indices.flatMap((one) => names[one] ?? []);
  return {
    needs: namesOf(needs[index]),
    audited: namesOf(audited[index]),
    digest: digests[index] ?? '',
    file: files[index] ?? '',
    address: addresses[index] ?? '',
    keys: keys[index] ?? '',
  };
}

function projectOf(rows: ReadonlyMap<NodeName, Row>): RememberedProject {
  const indices = new Map([...rows.keys()].map((name, index) => [name, index]));
  const indicesOf = (names: Names): readonly number[] => names.map((name) => indices.get(name) ?? -1);
  const all = [...rows.values()];
  return {
    names: [...rows.keys()],
    needs: all.map(({ needs }) => indicesOf(needs)),
    audited: all.map(({ audited }) => indicesOf(audited)),
    digests: all.map(({ digest }) => digest),
    files: all.map(({ file }) => file),
    addresses: all.map(({ address }) => address),
    keys: all.map(({ keys }) => keys),
  };
}

function remember(rows: ReadonlyMap<NodeName, Row>, { engine, remembered }: Memory): void {
  const written = JSON.stringify(projectOf(rows));
  if (remembered?.get('project', placeIn(engine)) !== written) remembered?.put('project', placeIn(engine), written);
}

/** Remembers a project by a plan of the whole. */
export function rememberProject(steps: readonly Step[], memory: Memory): void {
  if (memory.remembered === undefined) return;
  remember(new Map(steps.flatMap(({ name, target }) => (target === null ? [] : [[name, rowOf(target)]]))), memory);
}

/** What planning a part found out. */
interface Found {
  readonly project: RememberedProject;
  readonly indices: ReadonlyMap<NodeName, number>;
  /** All nodes, as a plan of the whole has them. */
  readonly order: Names;
  readonly steps: readonly Step[];
  readonly edges: ReadonlyMap<NodeName, Edge>;
  /** There are other nodes now, or one reads something else. */
  readonly rewired: boolean;
}

/** The share of the rows that every plan may find anew before all are written once more. */
const MOST_STALE = 0.01;

/** Remembers what planning a part found out, where that is worth writing everything once more. */
export function rememberPart({ project, indices, order, steps, edges, rewired }: Found, memory: Memory): void {
  const found = new Map<NodeName, Row>();
  for (const { name, target } of steps) if (target !== null && !edges.has(name)) found.set(name, rowOf(target));
  const stale = [...found].filter(([name, { address, keys }]) => {
    const index = indices.get(name) ?? -1;
    return address !== project.addresses[index] || keys !== project.keys[index];
  });
  if (!rewired && stale.length <= order.length * MOST_STALE) return;
  remember(new Map(order.map((name) => [name, found.get(name) ?? rowAt(indices.get(name) ?? -1, project)])), memory);
}
