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
  /** Milliseconds after which nothing is begun any more. */
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

/** The table that is printed at the end, as `docs/reliability.md` has it. */
export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map(({ what, tried, of, failures }) => [
    what,
    tried.toLocaleString('en'),
    of?.toLocaleString('en') ?? '',
    String(failures.length),
  ]);
  const head = ['what', 'tried', 'of', 'failures'];
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const all = [head, widths.map((width) => '-'.repeat(width)), ...rows];
  return all.map((row) => `| ${row.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |`).join('\n');
}
