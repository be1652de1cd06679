import type { Comparison } from '../identity/meaning.ts';
import type { NodeName } from '../model/ids.ts';
import type { ModelNode } from '../model/node.ts';
import type { Action, Change } from '../model/plan.ts';
import type { Step, Target } from './core.ts';
import { releaseAmong, releasesIn } from './releases.ts';
import type { Settlement } from './settle.ts';
import type { Pointer } from './version.ts';

interface Asked {
  readonly name: NodeName;
  readonly change: Change;
  readonly comparison: Comparison | null;
  readonly action: Action;
  readonly before: Pointer | null;
  readonly target: Target;
  readonly steps: ReadonlyMap<NodeName, Step>;
  readonly settlement: Settlement;
}

/** Inputs whose data will not be what the reader's present build has seen. */
const movedInputs = (asked: Asked): readonly Step[] =>
  asked.target.graphNode.needs
    .map((need) => asked.steps.get(need))
    .filter((step): step is Step => step !== undefined && moved(step));

const moved = (step: Step): boolean => step.target !== null && step.before?.entry.key !== step.target.identity.key;

/** How a moved input reaches its reader: by its rows, or by which columns. */
function pathFrom(input: Step, asked: Asked): string {
  if (input.before === null) return `reads ${input.name}, which is new`;
  const { comparison } = input;
  if (comparison === null) return `reads ${input.name}, which has newer data`;
  if (comparison.rowsMoved) return `reads ${input.name}, whose rows changed`;
  const used = asked.target.identity.uses(input.name);
  const columns = comparison.columnsMoved;
  const reached = used === null || columns === 'all' ? [] : [...new Set(used)].filter((column) => columns.has(column));
  return reached.length === 0
    ? `reads ${input.name}, which changed`
    : `uses ${reached.map((column) => `${input.name}.${column}`).join(', ')}, which changed`;
}

function dataReasons(asked: Asked): readonly string[] {
  const { node, identity, graphNode } = asked.target;
  if (asked.before?.entry.key === identity.key) return ['its build is not there any more'];
  if (node.kind !== 'model') return ['newer data'];
  const found = [...releaseReasons(node, asked), ...movedInputs(asked).map((input) => pathFrom(input, asked))];
  if (found.length > 0) return found;
  const usesClock = graphNode.bound?.callsClock === true && node.clock === 'follow';
  return [usesClock ? 'the clock moved' : 'engine or settings changed'];
}

/** Releases that the node uses and that were others when its present build was made. */
function releaseReasons({ releases = {} }: ModelNode, { settlement }: Asked): readonly string[] {
  const before = releasesIn(settlement.compared);
  return Object.entries(releases).flatMap(([name, selector]) => {
    const was = releaseAmong(before, selector)?.tag;
    const now = releaseAmong(settlement.facts.releases, selector)?.tag;
    return was === undefined || now === undefined || was === now ? [] : [`${name} is ${now}, was ${was}`];
  });
}

function keptReasons(asked: Asked): readonly string[] {
  const inputs = movedInputs(asked);
  if (asked.target.inPlace !== null) return ['read in place'];
  if (asked.before !== null && inputs.length > 0) {
    return inputs.map((input) => `unaffected: what changed in ${input.name} is not used here`);
  }
  if (asked.before?.entry.build !== asked.target.build) return ['the same build exists already'];
  return [asked.target.node.kind === 'model' ? 'unchanged' : 'same content'];
}

/** Why a step is what it is: clause or column and line, the path by which a change came, or why nothing touches it. */
export function reasonsOf(asked: Asked): readonly string[] {
  const lag = asked.settlement.behind.get(asked.name);
  if (lag !== undefined) return asked.action === 'build' ? [lag, ...dataReasons(asked)] : [lag];
  const found = (): readonly string[] => asked.comparison?.reasons() ?? [];
  switch (asked.change) {
    case 'added':
      return asked.action === 'build' ? ['new'] : ['new', 'the same build exists already'];
    case 'modified':
      return found();
    case 'indirect': {
      // Words and audits are part of the definition by itself, which did not change.
      if (asked.comparison?.category === 'metadata') return ['what its references stand for elsewhere changed'];
      const path = movedInputs(asked).map((input) => pathFrom(input, asked));
      return path.length > 0 ? path : found();
    }
    case 'removed':
    case 'behind':
    case 'unchanged':
      return asked.action === 'build' ? dataReasons(asked) : keptReasons(asked);
  }
}
