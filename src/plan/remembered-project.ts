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

/** Address of the file that says all of a model, its inputs aside; null for any other node. */
function wholeFile({ node, graphNode, identity }: Target): Key | null {
  if (node.kind !== 'model' || graphNode.bound === null || graphNode.bound.callsClock) return null;
  if (identity.problems.length > 0) return null;
  return placeOfRecord(graphNode);
}

type Row = readonly [digest: string, file: string, address: string, keys: string];

function rowOf(target: Target): Row {
  const address = wholeFile(target);
  const digest = digestOf(target);
  if (address === null || target.node.kind !== 'model') return [digest, '', '', ''];
  return [digest, target.node.sql.file, address, keysOf(target.identity)];
}

/** Remembers a project by a plan of the whole. */
export function rememberProject(steps: readonly Step[], { engine, remembered }: Memory): void {
  if (remembered === undefined) return;
  const targets = steps.flatMap(({ target }) => (target === null ? [] : [target]));
  const names = targets.map(({ node }) => node.name);
  const indices = new Map(names.map((name, index) => [name, index]));
  const indicesOf = (some: readonly NodeName[]): readonly number[] => some.map((name) => indices.get(name) ?? -1);
  const needs = targets.map(({ graphNode }) => indicesOf(graphNode.needs));
  const audited = targets.map(({ graphNode: { audits } }) =>
    indicesOf([...audits.values()].flatMap(({ inputs }) => inputs)),
  );
  const written = JSON.stringify({ names, needs, audited, ...columnsOf(targets.map(rowOf)) });
  if (remembered.get('project', placeIn(engine)) !== written) remembered.put('project', placeIn(engine), written);
}

const columnsOf = (rows: readonly Row[]): Omit<RememberedProject, 'names' | 'needs' | 'audited'> => ({
  digests: rows.map(([digest]) => digest),
  files: rows.map(([, file]) => file),
  addresses: rows.map(([, , address]) => address),
  keys: rows.map(([, , , keys]) => keys),
});

/** The share of the rows that every plan may find anew before all are written once more. */
const MOST_STALE = 0.01;

/** Remembers what planning a part found out, where that is worth writing everything once more. */
export function rememberPart(
  project: RememberedProject,
  steps: readonly Step[],
  edges: ReadonlyMap<NodeName, Edge>,
  { engine, remembered }: Memory,
): void {
  const { names, needs, audited, digests, files, addresses, keys } = project;
  const found = new Map<NodeName, Row>();
  for (const { name, target } of steps) if (target !== null && !edges.has(name)) found.set(name, rowOf(target));
  const rows = names.map(
    (name, index): Row =>
      found.get(name) ?? [digests[index] ?? '', files[index] ?? '', addresses[index] ?? '', keys[index] ?? ''],
  );
  const stale = rows.filter(([, , address, key], index) => address !== addresses[index] || key !== keys[index]);
  if (stale.length <= names.length * MOST_STALE) return;
  remembered?.put('project', placeIn(engine), JSON.stringify({ names, needs, audited, ...columnsOf(rows) }));
}
