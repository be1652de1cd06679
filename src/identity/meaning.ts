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
  readonly reasons: readonly string[];
  readonly rowsMoved: boolean;
  /** Folded names of columns that moved or are gone; `all` where columns are unknown. */
  readonly columnsMoved: ReadonlySet<string> | 'all';
}

const at = (line: number | null): string => (line === null ? '' : ` (line ${line})`);

function partReasons(before: readonly MeaningPart[], after: readonly MeaningPart[]): readonly string[] {
  const left = new Map(before.map((part) => [part.label, part]));
  const right = new Map(after.map((part) => [part.label, part]));
  const reasons: string[] = [];
  for (const part of after) {
    const was = left.get(part.label);
    if (was === undefined) reasons.push(`${part.label} added${at(part.line)}`);
    else if (was.key !== part.key) reasons.push(`${part.label} changed${at(part.line)}`);
  }
  for (const part of before) if (!right.has(part.label)) reasons.push(`${part.label} removed`);
  return reasons;
}

interface ColumnChanges {
  readonly reasons: readonly string[];
  readonly moved: ReadonlySet<string>;
}

function columnChanges(before: readonly MeaningPart[], after: readonly MeaningPart[]): ColumnChanges {
  const left = new Map(before.map((part) => [part.label, part]));
  const right = new Map(after.map((part) => [part.label, part]));
  const reasons: string[] = [];
  const moved = new Set<string>();
  for (const part of after) {
    const was = left.get(part.label);
    if (was === undefined) reasons.push(`column ${part.label} added${at(part.line)}`);
    else if (was.key !== part.key) {
      moved.add(part.label);
      reasons.push(`column ${part.label} changed${at(part.line)}`);
    }
  }
  for (const part of before) {
    if (right.has(part.label)) continue;
    moved.add(part.label);
    reasons.push(`column ${part.label} removed`);
  }
  return { reasons, moved };
}

/** Where nobody can tell what a node meant before. */
const ANYTHING: Comparison = {
  category: 'breaking',
  reasons: ['its meaning was recorded by another version of Bough: anything may have changed'],
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

/** Says what moved between two meanings of one node, and how far it reaches (DESIGN: categories are proved, not guessed). */
export function compareMeanings(before: Meaning | null, after: Meaning): Comparison {
  if (before === null) return ANYTHING;
  const rowsMoved = before.rows !== after.rows;
  const known = before.columns !== null && after.columns !== null;
  const columns = known ? columnChanges(before.columns, after.columns) : null;
  const opaqueMoved = columns === null && (rowsMoved || before.build !== after.build);
  const moved = columns === null ? (opaqueMoved ? 'all' : new Set<string>()) : columns.moved;
  const reasons = [
    ...(rowsMoved ? partReasons(before.clauses, after.clauses) : []),
    ...(columns?.reasons ?? []),
    ...partReasons(before.own, after.own),
  ];
  if (before.build === after.build) {
    const metadata = !sameMetadata(before, after);
    return {
      category: metadata ? 'metadata' : null,
      reasons: metadata ? ['description, owner, tags, grants, audits or export changed'] : [],
      rowsMoved: false,
      columnsMoved: new Set(),
    };
  }
  const breaking = rowsMoved || moved === 'all' || moved.size > 0;
  if (reasons.length === 0)
    reasons.push(breaking ? 'query changed' : 'column order, spelling, storage or kind changed');
  return { category: breaking ? 'breaking' : 'non-breaking', reasons, rowsMoved, columnsMoved: moved };
}
