import { EngineError } from '../contract.ts';
import { UserError, asError, problem } from '../../model/problems.ts';

/** A part of a statement that the caller wrote; offsets of errors count from its start. */
export interface Part {
  readonly start: number;
  readonly length: number;
}

/** `kind` is DuckDB's own: `Parser`, `Binder`, `Catalog`, `Conversion`, `TransactionContext`, `INTERRUPT` … */
export class DuckdbError extends EngineError {
  readonly kind: string;
  constructor(kind: string, message: string, offset: number | null, cause: unknown) {
    const table = /Table with name "?([^"\s!]+)"? does not exist/.exec(message)?.[1] ?? null;
    super(message, offset, { cause, table });
    this.name = 'DuckdbError';
    this.kind = kind;
  }
}

interface Failure {
  readonly kind: string;
  readonly message: string;
  readonly position: number | null;
  /** The syntax checker counts code points, everybody else bytes of UTF-8. */
  readonly unit: 'point' | 'byte';
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function fromJson(text: string): Failure | null {
  const start = text.indexOf('{"exception_type"');
  if (start < 0) return null;
  let fields: Partial<Record<string, unknown>>;
  try {
    fields = JSON.parse(text.slice(start)) as Partial<Record<string, unknown>>;
  } catch {
    return null;
  }
  const position = fields['position'] === undefined ? null : Number(fields['position']);
  return {
    kind: textOf(fields['exception_type']),
    message: textOf(fields['exception_message']),
    position: Number.isInteger(position) ? position : null,
    unit: fields['error_subtype'] === 'SYNTAX_ERROR' ? 'point' : 'byte',
  };
}

/** Errors from before a connection asked for JSON: `IO Error: Could not set lock on file …`. */
function fromText(text: string): Failure {
  const [, kind = '', message = text] = /^([A-Za-z ]+?) Error: ([\s\S]*)$/.exec(text) ?? [];
  return { kind, message, position: null, unit: 'byte' };
}

/** The engine's own advice: settings that Bough fixes, extensions that it does not load. */
const ADVICE = /\n+\s*(?:Use "SET |Possible solutions:|Please try installing|See also )[\s\S]*?(?=\n\s*file = |$)/;

/** What to do instead. */
const INSTEAD: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [/failed to allocate|could not allocate/, 'Give DuckDB more `engine.memory_limit`, or fewer `engine.threads`.'],
  [/extension/, 'Bough loads no extensions: what a build holds must not depend on the machine.'],
];

/** The sentence alone: no excerpt with a caret, no advice that cannot be followed. */
function clean(message: string): string {
  const plain = message
    .replaceAll('\0', ' ')
    .replaceAll(String.raw`\0`, ' ')
    .replace(/\n\s*LINE \d+:[\s\S]*$/, '')
    .trim();
  const sentence = plain.replace(ADVICE, '').trim();
  const instead = sentence === plain ? undefined : INSTEAD.find(([pattern]) => pattern.test(sentence))?.[1];
  return instead === undefined ? sentence : `${sentence.replace(/\.$/, '')}. ${instead}`;
}

const unitsOfBytes = (text: string, bytes: number): number =>
  Buffer.from(text, 'utf8').subarray(0, bytes).toString('utf8').length;
const unitsOfPoints = (text: string, points: number): number => Array.from(text).slice(0, points).join('').length;

function offsetIn(statement: string, part: Part, failure: Failure): number | null {
  if (failure.position === null) return null;
  const count = failure.unit === 'point' ? unitsOfPoints : unitsOfBytes;
  const offset = count(statement, failure.position) - part.start;
  return offset >= 0 && offset <= part.length ? offset : null;
}

const UNUSABLE = /No space left on device|database has been invalidated|Read-only file system/i;

/** Whatever the driver threw, as the contract wants it: `statement` was sent, `part` of it is the caller's. */
export function translated(
  raw: unknown,
  statement: string,
  part: Part = { start: 0, length: statement.length },
): Error {
  if (raw instanceof EngineError || raw instanceof UserError) return raw;
  const error = asError(raw);
  const failure = fromJson(error.message) ?? fromText(error.message);
  const message = clean(failure.message);
  if (UNUSABLE.test(message) && failure.position === null) return unavailable(message, error);
  const told = new DuckdbError(failure.kind, message, offsetIn(statement, part, failure), error);
  return told.kind === 'TransactionContext' && CONFLICT.test(message) ? new Conflict(told) : told;
}

/** Another transaction was there first: the whole transaction may be tried again. */
export class Conflict extends DuckdbError {
  constructor({ kind, message, cause }: DuckdbError) {
    super(kind, message, null, cause);
    this.name = 'Conflict';
  }
}

const CONFLICT = /conflict|constraint violation/i;

const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/No space left/i, 'Make room on the disk, then run the command again.'],
  [/not a valid DuckDB database/i, 'Move that file away, or name another one under `engine.path`.'],
  [
    /version number|newer version|storage version/i,
    'The file was written by another DuckDB: upgrade Bough, or copy the file with that DuckDB.',
  ],
  [/permission denied|read-only file system/i, 'Check who owns the file and its folder.'],
  [/not read enough bytes/i, 'The file is cut off: restore it from a backup.'],
  [/is a directory|not a directory/i, 'Name a file under `engine.path`.'],
  [/invalidated/i, 'Run the command again: what was committed is safe.'],
];

/** The warehouse as a whole cannot be used, whatever the statement. */
export function unavailable(message: string, cause: unknown): UserError {
  const hint = HINTS.find(([pattern]) => pattern.test(message))?.[1];
  return new UserError(problem('engine-unavailable', `DuckDB: ${message}`, hint === undefined ? {} : { hint }), {
    cause,
  });
}

/** An error of opening a file, as one sentence. */
export const openingError = (raw: unknown): UserError => {
  const error = asError(raw);
  return unavailable(clean((fromJson(error.message) ?? fromText(error.message)).message), error);
};
