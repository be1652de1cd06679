import { Prover, type Failure } from './prover.ts';
import { failureText } from './report.ts';
import { Shrinker, type Shrunk } from './shrink.ts';
import type { Totals } from './tally.ts';

export interface Run {
  readonly seed: number;
  readonly edits: number;
  /** The first project, and how far it is from one to the next. */
  readonly part: number;
  readonly step: number;
  /** The first project and no other. */
  readonly only?: boolean;
  /** No project is begun after so many milliseconds. */
  readonly within?: number;
  /** Failures to shrink; others are only counted. */
  readonly shrink: number;
  readonly onProgress?: (totals: Totals) => void;
  /** Told at once, before anything is made smaller. */
  readonly onFailure?: (failure: Failure) => void;
}

export interface Told {
  readonly failure: Failure;
  readonly shrunk: Shrunk | null;
  readonly text: string;
}

export interface Outcome {
  readonly totals: Totals;
  readonly told: readonly Told[];
}

const SHRINKING = { milliseconds: 40_000 };

/** Plays projects until there were enough edits, then makes what failed smaller. */
export async function prove(run: Run): Promise<Outcome> {
  const failures: Failure[] = [];
  const prover = await Prover.open({
    seed: run.seed,
    onFailure: (failure) => {
      failures.push(failure);
      run.onFailure?.(failure);
    },
  });
  try {
    const end = performance.now() + (run.within ?? Infinity);
    for (let part = run.part, made = 0; made < run.edits && performance.now() < end; part += run.step) {
      made += await prover.play(part, run.edits - made);
      run.onProgress?.(prover.totals);
      if (run.only === true) break;
    }
    const told: Told[] = [];
    for (const failure of firstOfEach(failures).slice(0, run.shrink)) {
      const shrinker = new Shrinker(prover.rebuild, prover.scratch, failure.finding.type, SHRINKING);
      const shrunk = await shrinker.shrink(failure.story);
      told.push({ failure, shrunk, text: failureText(failure, shrunk) });
    }
    return { totals: prover.totals, told };
  } finally {
    prover.close();
  }
}

/** One failure of each project: the others may follow from it. */
function firstOfEach(failures: readonly Failure[]): readonly Failure[] {
  const seen = new Set<string>();
  return failures.filter(({ seed, finding }) => {
    const name = `${seed} ${finding.type}`;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}
