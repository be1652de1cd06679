import { EngineError, type Engine, type Patience, type Reader } from '../engines/contract.ts';
import type { BuildId, NodeName } from '../model/ids.ts';
import { UserError } from '../model/problems.ts';
import type { Relation } from '../plan/choose.ts';
import type { PlanCore, Step } from '../plan/core.ts';
import { physical } from './statement.ts';

/** Milliseconds that a plan may take longer for being told how large it is. */
const LONGEST = 2000;

/** What stands under a node's name by now, or will. */
function relationOf({ target, before }: Step): Relation | null {
  if (target?.inPlace) return { inPlace: target.inPlace };
  const build: BuildId | null = target?.build ?? before?.entry.build ?? null;
  return build === null ? null : { build };
}

/**
 * Rows that the warehouse expects of the tables that a plan builds, from what it knows of their inputs as they are now.
 * Where it does not answer soon, or not at all, nothing is said: a plan must not fail for that.
 */
export async function estimatesOf(
  core: PlanCore,
  engine: Engine,
  patience: Patience,
): Promise<ReadonlyMap<NodeName, number>> {
  const wanted = core.steps.filter(({ action, target }) => action === 'build' && target?.node.kind === 'model');
  if (!engine.estimates || wanted.length === 0) return new Map();
  const reader = await opened(engine, patience);
  if (reader === null) return new Map();
  try {
    return await asked(wanted, core, engine, reader);
  } finally {
    await reader.close();
  }
}

async function opened(engine: Engine, patience: Patience): Promise<(Reader & { close(): Promise<void> }) | null> {
  try {
    return await engine.open('read', { ...patience, wait: 0 });
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

async function asked(
  wanted: readonly Step[],
  core: PlanCore,
  engine: Engine,
  reader: Reader,
): Promise<ReadonlyMap<NodeName, number>> {
  const relations = new Map(core.steps.map((step) => [step.name, relationOf(step)]));
  const until = AbortSignal.timeout(LONGEST);
  const found = new Map<NodeName, number>();
  for (const { name, target } of wanted) {
    const bound = target?.graphNode.bound ?? null;
    const known = target?.graphNode.needs.every((need) => (relations.get(need) ?? null) !== null);
    if (until.aborted || bound === null || target?.node.kind !== 'model' || known !== true) continue;
    const { text } = physical(bound, { engine, relations, facts: core.facts, clock: target.node.clock });
    try {
      const rows = await reader.estimate(text, until);
      if (rows !== null) found.set(name, rows);
    } catch (error) {
      // A column that an input will only have then, or the time is over.
      if (!(error instanceof EngineError) && !until.aborted) throw error;
    }
  }
  return found;
}
