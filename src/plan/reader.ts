import { keyOf } from '../identity/hash.ts';
import type { Remembered } from '../model/facts.ts';
import type { Key } from '../model/ids.ts';
import type { JsonScalar } from '../model/json.ts';
import type { SqlText } from '../model/node.ts';
import { positionIn } from '../model/position.ts';
import type { Problem, Span } from '../model/problems.ts';
import type { InputTable, InputUse, Reading, Shape, SqlProblem } from '../sql/contract.ts';
import { openStars } from '../sql/stars.ts';

/** Reads one query; the caller decides the dialect and what is cached. */
export type ReadSql = (text: string, parameters: Readonly<Record<string, JsonScalar>>) => Reading;

/**
 * What planning keeps of a query: which tables it mentions, and a digest of what it says. The reading itself is made
 * again where it is needed: 10,000 of them do not fit into memory at once.
 */
export interface Outline {
  /** Moves with everything but comments, layout and letter case of keywords. */
  readonly digest: Key;
  readonly inputs: readonly InputUse[];
  readonly callsClock: boolean;
  /** Where its result has columns that its text does not list. */
  readonly stars: readonly Span[];
  readonly problems: readonly SqlProblem[];
}

const outlineOf = (reading: Reading): Outline => ({
  digest: keyOf('text', reading.canonical),
  inputs: reading.inputs,
  callsClock: reading.clocks.length > 0,
  stars: openStars(reading),
  problems: reading.problems,
});

/** The outline of a text, remembered under what stands for the text. */
export function outlined(source: Key, read: () => Reading, remembered: Remembered | undefined): Outline {
  const known = remembered?.get('outline', source) ?? null;
  // What stands there was written below, under a key that stands for its type and its content.
  if (known !== null) return JSON.parse(known) as Outline;
  const outline = outlineOf(read());
  remembered?.put('outline', source, JSON.stringify(outline));
  return outline;
}

/** A problem of the reader, at its place in the user's file. */
export const locate = (sql: SqlText, found: SqlProblem): Problem => ({
  code: found.code,
  severity: found.severity,
  message: found.message,
  at: positionIn(sql, found.span.start),
  ...(found.hint === null ? {} : { hint: found.hint }),
});

/** Resolves a reading's names over the present columns of its inputs. */
export type ResolveSql = (reading: Reading, inputs: readonly InputTable[]) => Shape;
