import type { Key } from '../model/ids.ts';
import type { Category } from '../model/plan.ts';
import { keyOf } from './hash.ts';

/** A clause or column of a meaning, with the line in the user's file where it stands. */
export interface MeaningPart {
  readonly label: string;
  readonly key: Key;
  readonly line: number | null;
}

/** Code identity of a node in full: what the state records so that the next plan can say what changed. */
export interface Meaning {
  readonly rows: Key;
  readonly clauses: readonly MeaningPart[];
  /** `label` is the column's folded name; null where the columns are unknown. */
  readonly columns: readonly MeaningPart[] | null;
  /** What matters to this table only: ORDER BY without LIMIT. */
  readonly own: readonly MeaningPart[];
  readonly build: Key;
  /** What builds nothing: description, owner, tags, grants, audits, and what names stand for in each environment. */
  readonly metadata: Key;
  /** The parts of `metadata`, for a node that names references. */
  readonly parts?: MetadataParts;
}

/** What builds nothing, taken apart: an environment that one side does not know makes no difference. */
export interface MetadataParts {
  readonly words: Key;
  /** What the names stand for, by environment. */
  readonly bindings: Readonly<Record<string, Key>>;
}

/** Version of the form in which a meaning is recorded. */
const FORMAT = 'bough.meaning/1';

export const recordOfMeaning = (meaning: Meaning): string => JSON.stringify({ format: FORMAT, ...meaning });

/** The meaning that was recorded; null where another version of Bough wrote it in a form that this one does not know. */
export function meaningFromRecord(json: string): Meaning | null {
  const record: unknown = JSON.parse(json);
  const known = typeof record === 'object' && record !== null && 'format' in record && record.format === FORMAT;
  // A record of this format was written above.
  return known ? (record as unknown as Meaning) : null;
}

/** What a meaning is recorded under. Lines are not in it: moving text down a file changes nothing. */
export const meaningKey = ({ build, metadata }: Pick<Meaning, 'build' | 'metadata'>): Key =>
  keyOf('meaning', build, metadata);

export interface Comparison {
  /** null: no key moved and no metadata differs. */
  readonly category: Category | null;
  /** In words, with lines. */
  readonly reasons: () => readonly string[];
  readonly rowsMoved: boolean;
  /** Folded names of columns that moved or are gone; `all` where columns are unknown. */
  readonly columnsMoved: ReadonlySet<string> | 'all';
}

const at = (line: number | null): string => (line === null ? '' : ` (line ${line})`);

/** What differs between two lists of parts; `what` stands before each label. */
function partReasons(before: readonly MeaningPart[], after: readonly MeaningPart[], what = ''): readonly string[] {
  const left = new Map(before.map((part) => [part.label, part]));
  const right = new Set(after.map(({ label }) => label));
  const reasons: string[] = [];
  for (const part of after) {
    const was = left.get(part.label);
    if (was === undefined) reasons.push(`${what}${part.label} added${at(part.line)}`);
    else if (was.key !== part.key) reasons.push(`${what}${part.label} changed${at(part.line)}`);
  }
  for (const { label } of before) if (!right.has(label)) reasons.push(`${what}${label} removed`);
  return reasons;
}

/** Columns that moved or are gone; null where they are not known. */
function movedColumns({ columns: before }: Meaning, { columns: after }: Meaning): ReadonlySet<string> | null {
  if (before === null || after === null) return null;
  const was = new Map(before.map(({ label, key }) => [label, key]));
  const present = new Set(after.map(({ label }) => label));
  const moved = after.filter(({ label, key }) => (was.get(label) ?? key) !== key);
  const gone = before.filter(({ label }) => !present.has(label));
  return new Set([...moved, ...gone].map(({ label }) => label));
}

/** Where nobody can tell what a node meant before. */
const ANYTHING: Comparison = {
  category: 'breaking',
  reasons: () => ['its meaning was recorded by another version of Bough: anything may have changed'],
  rowsMoved: true,
  columnsMoved: 'all',
};

/** Whether all that builds nothing is the same, but for environments that came or went. */
function sameMetadata(before: Meaning, after: Meaning): boolean {
  if (before.metadata === after.metadata) return true;
  if (before.parts === undefined || after.parts?.words !== before.parts.words) return false;
  const { bindings } = after.parts;
  return Object.entries(before.parts.bindings).every(([name, key]) => (bindings[name] ?? key) === key);
}

function reasonsBetween(before: Meaning, after: Meaning, breaking: boolean): readonly string[] {
  const reasons = [
    ...(before.rows === after.rows ? [] : partReasons(before.clauses, after.clauses)),
    ...(before.columns === null || after.columns === null ? [] : partReasons(before.columns, after.columns, 'column ')),
    ...partReasons(before.own, after.own),
  ];
  if (reasons.length > 0) return reasons;
  return [breaking ? 'query changed' : 'column order, spelling, storage or kind changed'];
}

const METADATA = ['description, owner, tags, grants, audits or export changed'];

/** Says what moved between two meanings of one node, and how far it reaches (DESIGN: categories are proved, not guessed). */
export function compareMeanings(before: Meaning | null, after: Meaning): Comparison {
  if (before === null) return ANYTHING;
  if (before.build === after.build) {
    const same = sameMetadata(before, after);
    return {
      category: same ? null : 'metadata',
      reasons: () => (same ? [] : METADATA),
      rowsMoved: false,
      columnsMoved: new Set(),
    };
  }
  const rowsMoved = before.rows !== after.rows;
  const columnsMoved = movedColumns(before, after) ?? 'all';
  const breaking = rowsMoved || columnsMoved === 'all' || columnsMoved.size > 0;
  const reasons = (): readonly string[] => reasonsBetween(before, after, breaking);
  return { category: breaking ? 'breaking' : 'non-breaking', reasons, rowsMoved, columnsMoved };
}
