/** Something that went wrong, and how to see it again. */
export interface Failure {
  readonly text: string;
  /** Arguments of `npm run torture`. */
  readonly replay: string;
}

/** One line of the table: what was tried, of how much there is where that can be counted. */
export interface Line {
  readonly what: string;
  readonly tried: number;
  readonly of: number | null;
  readonly failures: readonly Failure[];
}

/** What a part of the suite is told, and whom it tells. */
export interface Run {
  readonly seed: number;
  /** Milliseconds after which nothing is begun any more; what is made ready before does not count. */
  readonly within: number;
  /** How many are tried side by side. */
  readonly lanes: number;
  /** Told at once of each failure. */
  readonly onFailure: (failure: Failure) => void;
}

/** Works through what `next` hands out, side by side, until there is no more or no time. */
export async function inLanes<T>(
  { lanes, within }: Pick<Run, 'lanes' | 'within'>,
  next: () => T | undefined,
  work: (one: T, lane: number) => Promise<void>,
): Promise<void> {
  const end = performance.now() + within;
  const lane = async (_: unknown, number: number): Promise<void> => {
    for (let one = next(); one !== undefined && performance.now() < end; one = next()) await work(one, number);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

const cell = (text: string, width: number): string => text.padEnd(width);

/** The table that is printed at the end. */
export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map(({ what, tried, of, failures }) => [
    what,
    String(tried),
    of === null ? '' : String(of),
    String(failures.length),
  ]);
  const all = [['what', 'tried', 'of', 'failures'], ...rows];
  const widths = [0, 1, 2, 3].map((at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((text, at) => cell(text, widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
