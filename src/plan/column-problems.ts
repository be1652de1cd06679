import type { NodeName } from '../model/ids.ts';
import type { Problem } from '../model/problems.ts';
import type { Graph } from './graph.ts';
import type { Identity } from './identity.ts';
import { recordedMeanings } from './meanings.ts';
import type { Planning } from './planning.ts';
import { formerTable } from './recaught.ts';
import type { Version } from './version.ts';

const OF_COLUMNS: ReadonlySet<Problem['code']> = new Set(['column-unknown', 'column-ambiguous']);

const isOfColumns = (found: Problem): boolean => found.severity === 'error' && OF_COLUMNS.has(found.code);

const wordsOf = ({ code, message }: Pick<Problem, 'code' | 'message'>): string => `${code} ${message}`;

/** What the text had wrong, or would have had, over the tables as they were; null where there is no telling. */
async function formerly(
  name: NodeName,
  identity: Identity,
  graph: Graph,
  ran: readonly Version[],
  planning: Planning,
): Promise<ReadonlySet<string> | null> {
  const same = ran.find((one) => one.nodes.get(name)?.entry.local === identity.local);
  const version = same ?? ran.find((one) => one.nodes.has(name));
  const bound = graph.nodes.get(name)?.bound;
  if (version === undefined || !bound) return null;
  const codes = bound.inputs.flatMap((input) => version.nodes.get(input)?.entry.code ?? []);
  const meanings = await recordedMeanings(codes, await planning.stateOf(version.ref.environment));
  const tables = bound.inputs.map((input) => formerTable(input, version, meanings));
  if (same === undefined && tables.some(({ columns }) => columns === null)) return null;
  return new Set(planning.resolve(bound.reading(), tables).problems.map(wordsOf));
}

/**
 * A reader whose column was there before, and is gone or ambiguous now, is an error of the plan, also where its text was
 * edited with that. Of what is new in a text the reader's word is a warning: the engine has the last word on its own SQL,
 * and says it at the build.
 */
export async function judgeColumns(
  identities: ReadonlyMap<NodeName, Identity>,
  graph: Graph,
  ran: readonly Version[],
  planning: Planning,
): Promise<readonly Problem[]> {
  const judged: Problem[] = [];
  for (const [name, identity] of identities) {
    const before = identity.problems.some(isOfColumns) ? await formerly(name, identity, graph, ran, planning) : null;
    for (const found of identity.problems) {
      const broken = before !== null && !before.has(wordsOf(found));
      judged.push(isOfColumns(found) && !broken ? { ...found, severity: 'warning' } : found);
    }
  }
  return judged;
}
