import type { NodeName } from '../model/ids.ts';
import type { Action, Change } from '../model/plan.ts';
import type { Shape, Use } from '../sql/contract.ts';
import type { Step, Target } from './core.ts';
import type { CodeChange, Settlement } from './settle.ts';
import type { Pointer } from './version.ts';

interface Asked {
  readonly name: NodeName;
  readonly change: Change;
  readonly action: Action;
  readonly before: Pointer | null;
  readonly target: Target;
  readonly code: CodeChange;
  readonly steps: ReadonlyMap<NodeName, Step>;
  readonly settlement: Settlement;
}

/** Inputs whose data will not be what the reader's present build has seen. */
const movedInputs = (asked: Asked): readonly Step[] =>
  asked.target.graphNode.needs
    .map((need) => asked.steps.get(need))
    .filter((step): step is Step => step !== undefined && moved(step));

const moved = (step: Step): boolean =>
  step.target !== null && step.before?.entry.key !== step.target.identity.build.build;

function usedColumns(shape: Shape | null, input: number): readonly string[] | 'everything' {
  if (shape === null) return 'everything';
  const uses: readonly Use[] = [...shape.rows, ...(shape.columns ?? []), ...shape.own].flatMap((part) => part.uses);
  const mine = uses.filter((use) => use.input === input);
  if (mine.some((use) => use.type === 'everything')) return 'everything';
  return [...new Set(mine.flatMap((use) => (use.type === 'column' ? [use.column] : [])))];
}

/** How a moved input reaches its reader: by its rows, or by which columns. */
function pathFrom(input: Step, asked: Asked): string {
  const before = input.before?.entry;
  const number = asked.target.graphNode.bound?.inputs.indexOf(input.name) ?? -1;
  const used = usedColumns(asked.target.identity.shape, number);
  if (before === undefined) return `reads ${input.name}, which is new`;
  const newData = input.change === 'unchanged' || input.change === 'behind';
  if (newData) return `reads ${input.name}, which has newer data`;
  const columns = used === 'everything' || used.length === 0 ? '' : ` (uses ${used.join(', ')})`;
  return `reads ${input.name}${columns}, which changed`;
}

function dataReasons(asked: Asked): readonly string[] {
  const { node } = asked.target;
  if (node.kind !== 'model') return ['newer data'];
  const inputs = movedInputs(asked);
  if (inputs.length > 0) return inputs.map((input) => pathFrom(input, asked));
  const usesClock = (asked.target.graphNode.bound?.reading.clocks.length ?? 0) > 0 && node.clock === 'follow';
  if (asked.before?.entry.key === asked.target.identity.build.build) return ['its build is not there any more'];
  return [usesClock ? 'the clock moved' : 'engine or settings changed'];
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
  const { behind } = asked.settlement;
  const lag = behind.get(asked.name);
  if (lag !== undefined) return asked.action === 'build' ? [lag, ...dataReasons(asked)] : [lag];
  const found = asked.code.comparison?.reasons ?? [];
  switch (asked.change) {
    case 'added':
      return asked.action === 'build' ? ['new'] : ['new', 'the same build exists already'];
    case 'modified':
      return found;
    case 'indirect': {
      const path = movedInputs(asked).map((input) => pathFrom(input, asked));
      return path.length > 0 ? path : found;
    }
    default:
      return asked.action === 'build' ? dataReasons(asked) : keptReasons(asked);
  }
}
