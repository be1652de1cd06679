import type { Remembered } from '../model/facts.ts';
import type { Key, NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import type { Problem } from '../model/problems.ts';
import type { GraphNode } from './graph.ts';

/** What is remembered of a model's keys for every plan. */
export interface Summary {
  readonly key: Key;
  readonly codeKey: Key;
  readonly digest: Key;
  readonly besides: readonly NodeName[];
  readonly problems: readonly Problem[];
}

/**
 * All that a plan asks of a model whose file nobody has touched, as the last plan found it: what the file says, and the keys
 * that it had over what `surroundings` stands for.
 */
export interface ModelRecord {
  readonly source: Key;
  readonly written: Key;
  readonly metadata: Key;
  readonly local: Key;
  readonly callsClock: boolean;
  /** Nodes that its text mentions, once for each mention. */
  readonly inputs: readonly NodeName[];
  readonly surroundings: string;
  readonly summary: Summary;
}

type Written = readonly [
  source: Key,
  written: Key,
  metadata: Key,
  local: Key,
  callsClock: 0 | 1,
  inputs: readonly NodeName[],
  surroundings: string,
  summary: Summary,
];

const addressOf = (node: Node): Key | undefined => (node.kind === 'model' ? node.sql.untouched?.address : undefined);

export function recordOf(node: Node, remembered: Remembered | undefined): ModelRecord | null {
  const address = addressOf(node);
  const text = address === undefined ? null : (remembered?.get('model', address) ?? null);
  if (text === null) return null;
  // What stands there was written below, under a key that stands for its type and its content.
  const [source, written, metadata, local, callsClock, inputs, surroundings, summary] = JSON.parse(text) as Written;
  return { source, written, metadata, local, callsClock: callsClock === 1, inputs, surroundings, summary };
}

/** A model that says all in its text, and of which nothing is to be told. */
const isPlain = ({ node, bound, audits }: GraphNode): boolean =>
  node.kind === 'model' &&
  node.dependsOn.length === 0 &&
  audits.size === 0 &&
  bound !== null &&
  bound.outline.problems.length === 0 &&
  bound.outline.inputs.every((use) => use.type === 'table');

/** Where a model has its record; null where it can have none. */
export function placeOfRecord(graphNode: GraphNode): Key | null {
  const address = addressOf(graphNode.node);
  return address !== undefined && (graphNode.recorded || isPlain(graphNode)) ? address : null;
}

export function keepRecord(
  graphNode: GraphNode,
  surroundings: string,
  summary: Summary,
  remembered: Remembered | undefined,
): void {
  const { bound, metadata, local } = graphNode;
  const address = placeOfRecord(graphNode);
  if (address === null || bound === null) return;
  const { source, written, callsClock, inputs } = bound;
  const record: Written = [source, written, metadata, local, callsClock ? 1 : 0, inputs, surroundings, summary];
  remembered?.put('model', address, JSON.stringify(record));
}
