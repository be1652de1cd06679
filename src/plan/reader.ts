import type { JsonScalar } from '../model/json.ts';
import type { SqlText } from '../model/node.ts';
import { positionIn } from '../model/position.ts';
import type { Problem } from '../model/problems.ts';
import type { InputTable, Reading, Shape, SqlProblem } from '../sql/contract.ts';

/** Reads one query; the caller decides the dialect and what is cached. */
export type ReadSql = (text: string, parameters: Readonly<Record<string, JsonScalar>>) => Reading;

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
