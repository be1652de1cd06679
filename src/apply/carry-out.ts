import type { BuildId, NodeName } from '../model/ids.ts';
import { EMPTY_RESULT, type OperationResult, type PlanDocument, type ResultNode } from '../model/plan.ts';
import type { PlanCore } from '../plan/core.ts';
import { codeOf, stillHolds } from '../plan/document.ts';
import type { Pinned } from '../plan/planning.ts';
import type { Applying } from './applying.ts';
import { operate, StalePlan } from './operate.ts';

/** How often a plan that nobody looked at is made anew before it is given up as stale. */
const REPLANS = 3;

/** A plan and how to make it again: from the same facts, or (null) from new ones. */
export interface Replannable<Self = unknown> {
  readonly document: PlanDocument;
  readonly core: PlanCore;
  /** Nodes of the document that the core lacks, because nothing happens to them, with the builds that they keep. */
  readonly outside: ReadonlyMap<NodeName, BuildId>;
  readonly again: (pinned: Pinned | null) => Promise<Self>;
}

export interface CarryOutOptions {
  readonly message: string | null;
  /** Plan anew where only facts moved; for plans that nobody looked at. */
  readonly replan: boolean;
}

/**
 * Executes a plan as it was looked at, or, with `replan`, one that does the same to the code. Where nothing moves,
 * nothing is written. Gives the result, and the plan that came to it. Throws UserError; `plan-stale` where the plan does not hold any more.
 */
export async function carryOut<P extends Replannable<P>>(
  planned: P,
  options: CarryOutOptions,
  applying: Applying,
): Promise<{ readonly result: OperationResult; readonly carried: P }> {
  if (!options.replan && planned.core.operation === 'apply') await hold(planned);
  let current = planned;
  for (let attempt = 0; ; attempt += 1) {
    if (!current.core.moves) return { result: nothingDone(current), carried: current };
    const last = !options.replan || attempt >= REPLANS;
    try {
      const result = withOutside(current, await operate(current.core, options.message, applying));
      if (last || !result.problems.some((one) => one.code === 'source-changed')) return { result, carried: current };
      current = await current.again(null);
    } catch (error) {
      if (!(error instanceof StalePlan)) throw error;
      current = await current.again(null);
      if (!current.core.moves) return { result: nothingDone(current), carried: current };
      const same = codeOf(current.document) === codeOf(planned.document);
      if (last || !(error.recovered || (same && (await onlyDataMoved(planned.core, applying))))) throw error;
    }
  }
}

/** Whether what came to the environments since the plan was made is data alone. */
async function onlyDataMoved({ environment, head, from }: PlanCore, { stateOf }: Applying): Promise<boolean> {
  const seen = [{ environment, revision: head }, ...(from === null ? [] : [from])];
  for (const { environment: name, revision } of seen) {
    const since = (await (await stateOf(name)).revisions(name)).filter((one) => one.revision > revision);
    if (since.some((one) => one.code)) return false;
  }
  return true;
}

/** A plan that somebody looked at holds only while the files, the data and the environment are what they were. */
async function hold<P extends Replannable<P>>(planned: P): Promise<void> {
  const { facts, base } = planned.document;
  const now = await planned.again({ clock: facts.clock, branchPoint: base?.revision ?? null });
  if (stillHolds(planned.document, now.document)) return;
  throw new StalePlan('The files, the data or the environment changed while the plan was being looked at.');
}

const nothingDone = ({ core, document }: Replannable): OperationResult => ({
  environment: core.environment,
  revision: core.head,
  moved: false,
  nodes: [],
  summary: { ...EMPTY_RESULT, reused: document.summary.reuse },
  problems: [],
});

/** The result with the nodes that the core lacks, as a core of the whole has them. */
function withOutside({ document, outside }: Replannable, result: OperationResult): OperationResult {
  if (outside.size === 0) return result;
  const made = new Map(result.nodes.map((row) => [row.name, row]));
  const nodes = document.nodes.flatMap(({ name }): ResultNode | readonly ResultNode[] => {
    const build = outside.get(name);
    return build === undefined ? (made.get(name) ?? []) : { name, action: 'reused', rows: null, seconds: null, build };
  });
  return { ...result, nodes, summary: { ...result.summary, reused: result.summary.reused + outside.size } };
}
