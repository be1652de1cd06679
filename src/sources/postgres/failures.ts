import type { SourceNode, SqlText } from '../../model/node.ts';
import { positionIn } from '../../model/position.ts';
import { asError, problem, UserError, type Position } from '../../model/problems.ts';
import { offsetOf, textIn } from '../../postgres/error-fields.ts';
import type { Named } from '../../postgres/refused.ts';
import { isDisconnected, sqlstate } from '../../postgres/sqlstate.ts';
import { NoVersion } from './version.ts';

/** What was asked of a source, for the messages. */
export interface Asked {
  readonly source: SourceNode;
  readonly named: Named;
  /** The statement that was sent, and where the user's own query starts in it; null where it has no part in it. */
  readonly sent: { readonly text: string; readonly start: number } | null;
  /** What might have been meant. */
  readonly near: string | null;
}

const UNDEFINED = /^(42P01|3F000)$/;

export const isUndefinedTable = (raw: unknown): boolean => UNDEFINED.test(sqlstate(raw));

/** Why a source cannot be read. */
export function unreadable(raw: unknown, asked: Asked): Error {
  if (raw instanceof UserError) return raw;
  const { source, named, near } = asked;
  const error = asError(raw);
  const state = sqlstate(raw);
  const at = placeIn(raw, asked) ?? source.at;
  if (isDisconnected(raw)) {
    const message = `\`${source.name}\`: the connection to \`${named.place}\` was lost: ${error.message}`;
    return told(raw, 'connection-failed', message, at, 'Nothing was taken. Run the command again.');
  }
  if (UNDEFINED.test(state)) {
    const message = `\`${source.name}\` cannot be read at \`${named.place}\`: ${error.message}`;
    const hint = near === null ? 'Check the name and its schema: `table: schema.name`.' : `Did you mean \`${near}\`?`;
    return told(raw, 'source-missing', message, at, hint);
  }
  if (state === '' && !(raw instanceof NoVersion)) return error;
  const message = `\`${source.name}\` cannot be read at \`${named.place}\`: ${error.message}`;
  return told(
    raw,
    'source-unreadable',
    message,
    at,
    HINTS.find(([pattern]) => pattern.test(`${state} ${error.message}`))?.[1],
  );
}

const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^42501 /, 'Let the role read it: `GRANT USAGE ON SCHEMA … TO …; GRANT SELECT ON … TO …`.'],
  [
    /^42883 .*hashtextextended/,
    'Say by what it is known that the source has changed: `version: { max: updated_at }`, or `version: live`.',
  ],
  [/^25006 /, 'A source reads and never writes.'],
  [/^57014 /, 'Somebody cancelled it, or the server allows no statement that takes so long (`statement_timeout`).'],
];

const told = (
  cause: unknown,
  code: 'connection-failed' | 'source-missing' | 'source-unreadable',
  message: string,
  at: Position,
  hint: string | undefined,
): UserError => new UserError(problem(code, message, { at, ...(hint === undefined ? {} : { hint }) }), { cause });

/** The place in the user's own query. */
function placeIn(raw: unknown, { source, sent }: Asked): Position | null {
  const query: SqlText | null = source.origin.type === 'connection' ? source.origin.query : null;
  if (query === null || sent === null) return null;
  const offset = offsetOf(textIn(raw, 'position'), sent.text);
  if (offset === null || offset < sent.start || offset > sent.start + query.text.length) return null;
  return positionIn(query, offset - sent.start);
}
