import type { Step } from './steps.ts';

export interface Shrunk {
  readonly steps: readonly Step[];
  readonly text: string;
}

/** Simpler steps in the place of one. */
function simpler(step: Step): readonly Step[] {
  if (step.type === 'meanwhile') {
    const fewer = step.others.length > 1 ? step.others.map((one) => ({ ...step, others: [one] })) : [];
    return [...fewer, { type: 'command', command: step.command, ahead: step.ahead, fault: null }];
  }
  if (step.type !== 'command') return [];
  return [
    ...(step.fault === null ? [] : [{ ...step, fault: null }]),
    ...(step.ahead === 0 ? [] : [{ ...step, ahead: 0 }]),
  ];
}

/** Where a walk goes on from its beginning: files, data, and a base that is applied. What fails without is another thing. */
const afterBeginning = (steps: readonly Step[]): number => steps.findIndex(({ type }) => type === 'command') + 1;

function* smaller(steps: readonly Step[]): Generator<readonly Step[]> {
  const start = afterBeginning(steps);
  for (let size = Math.ceil((steps.length - start) / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = steps.length - size; at >= start; at -= size) yield steps.toSpliced(at, size);
  }
  for (const [at, step] of steps.entries()) for (const one of simpler(step)) yield steps.with(at, one);
}

/** Makes a failing walk smaller, as long as it fails at all and there is time. */
export async function shrink(
  failing: Shrunk,
  play: (steps: readonly Step[]) => Promise<string | null>,
  milliseconds: number,
): Promise<Shrunk> {
  const end = performance.now() + milliseconds;
  let best = failing;
  for (let progress = true; progress;) {
    progress = false;
    for (const steps of smaller(best.steps)) {
      if (performance.now() > end) return best;
      const text = await play(steps);
      if (text === null) continue;
      best = { steps, text };
      progress = true;
      break;
    }
  }
  return best;
}
