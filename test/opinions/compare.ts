import type { OwnOpinion } from './bough.ts';
import { isSilent, type Opinion, type Silence } from './opinion.ts';

/** How far an opinion went, and where it differs: one line for each difference. */
export interface Tally {
  asked: number;
  silent: number;
  sameTables: number;
  /** Of queries whose columns both can tell. */
  sameColumns: number;
  readonly differences: string[];
}

export const tally = (): Tally => ({ asked: 0, silent: 0, sameTables: 0, sameColumns: 0, differences: [] });

export const flat = (sql: string): string => sql.replaceAll(/\s+/g, ' ');

/** Names of columns that one cannot tell count as the same; dialects differ on letter case. */
function sameColumns(theirs: readonly (string | null)[], ours: readonly (string | null)[]): boolean {
  const same = (name: string | null, index: number): boolean =>
    name === null || name.toLowerCase() === ours[index]?.toLowerCase();
  return theirs.length === ours.length && theirs.every(same);
}

/** Compares Bough's opinion of a query with another one, and counts. */
export function compare(title: string, ours: OwnOpinion, theirs: Opinion | Silence, counts: Tally): void {
  counts.asked++;
  if (isSilent(theirs)) {
    counts.silent++;
    counts.differences.push(`silent: ${title}`);
    return;
  }
  if (theirs.tables.join() === ours.tables.join()) counts.sameTables++;
  else counts.differences.push(`tables: ${title}`);
  if (theirs.columns === null || ours.columns === null) return;
  if (sameColumns(theirs.columns, ours.columns)) counts.sameColumns++;
  else counts.differences.push(`columns: ${title}`);
}
