import { asError, problem, UserError } from '../../model/problems.ts';
import { offsetOf, textIn } from '../../postgres/error-fields.ts';
import { refusedPasswordHint } from '../../postgres/refused.ts';
import { isDisconnected, poolerProblem, sqlstate } from '../../postgres/sqlstate.ts';
import { EngineError } from '../contract.ts';

/** A part of a statement that the caller wrote; offsets of errors count from its start. */
export interface Part {
  readonly start: number;
  readonly length: number;
}

export const UNDEFINED_TABLE = '42P01';

export class PostgresError extends EngineError {
  /** SQLSTATE. */
  readonly state: string;
  /** What the server adds: which objects depend, where in a COPY. */
  readonly detail: string;
  readonly where: string;
  constructor(state: string, message: string, offset: number | null, cause: unknown) {
    const table = state === UNDEFINED_TABLE ? (/"(.+)"/.exec(message)?.[1] ?? null) : null;
    super(message, offset, { cause, table });
    this.name = 'PostgresError';
    this.state = state;
    this.detail = textIn(cause, 'detail');
    this.where = textIn(cause, 'where');
  }
}

/** Whatever the driver threw, as the contract wants it: `statement` was sent, `part` of it is the caller's. */
export function translated(raw: unknown, place: string, statement = '', part?: Part): Error {
  if (raw instanceof EngineError || raw instanceof UserError) return raw;
  const error = asError(raw);
  const pooler = poolerProblem(raw, place);
  if (pooler !== null) return new UserError(pooler, { cause: raw });
  const state = sqlstate(raw);
  if (state === '' || isUnusable(state)) return isTold(error, state) ? unavailable(error, state, place) : error;
  const message = isTimeout(state, error)
    ? `${error.message} (\`statement_timeout\` under \`engine:\`)`
    : error.message;
  const offset = offsetIn(statement, part ?? { start: 0, length: statement.length }, textIn(raw, 'position'));
  return new PostgresError(state, message, offset, raw);
}

const isTimeout = (state: string, { message }: Error): boolean =>
  state === '57014' && message.includes('statement timeout');

/** Connecting, authenticating, resources, the disk: the warehouse as a whole, whatever the statement. */
const isUnusable = (state: string): boolean => /^(08|28|3D|53[0-3]|57P|58)/.test(state);

const isTold = (error: Error, state: string): boolean =>
  state !== '' || isDisconnected(error) || /SSL|certificate|self.signed|SASL|password|timeout/i.test(error.message);

function offsetIn(statement: string, part: Part, position: string): number | null {
  const before = offsetOf(position, statement);
  if (before === null) return null;
  const offset = before - part.start;
  return offset >= 0 && offset <= part.length ? offset : null;
}

const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^22023|^42501/, 'Check `role` under `engine:`, which the one that logs in must be a member of, and `timezone`.'],
  [/^3D/, 'Create the database, or name another one under `engine:`.'],
  [/^53[123]/, 'Make room on the server (disk, memory or connections), then run the command again.'],
  [/^57P/, 'Run the command again when the server is there: what was committed is safe.'],
];

export function unavailable(error: Error, state: string, place: string): UserError {
  const hint =
    refusedPasswordHint(error, 'engine') ??
    HINTS.find(([pattern]) => pattern.test(state || error.message))?.[1] ??
    'Check the address, `sslmode`, and that the server runs.';
  return new UserError(
    problem('engine-unavailable', `PostgreSQL at \`${place}\`: ${error.message || state}`, { hint }),
    {
      cause: error,
    },
  );
}

export const isState = (raw: unknown, ...states: readonly string[]): raw is PostgresError =>
  raw instanceof PostgresError && states.includes(raw.state);
