import { mask, maskError } from './masking.ts';

/** A place in one of the user's files; lines and columns count from 1, columns in UTF-16 units. */
export interface Position {
  /** Relative to the project's root, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A half-open range of UTF-16 offsets in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const EXIT = {
  done: 0,
  error: 1,
  changes: 2,
  gate: 3,
  conflict: 4,
  recovery: 5,
  usage: 64,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Every code that a user can meet, and what the process exits with. Codes are stable: scripts depend on them. */
export const PROBLEM_CODES = {
  'project-not-found': EXIT.error,
  'file-unreadable': EXIT.error,
  'yaml-syntax': EXIT.error,
  'yaml-shape': EXIT.error,
  'key-unknown': EXIT.error,
  'name-invalid': EXIT.error,
  'name-duplicate': EXIT.error,
  'sql-syntax': EXIT.error,
  'sql-empty': EXIT.error,
  'sql-not-a-query': EXIT.error,
  'table-unknown': EXIT.error,
  'column-unknown': EXIT.error,
  'column-ambiguous': EXIT.error,
  'column-recaught': EXIT.error,
  'parameter-unknown': EXIT.error,
  'parameter-quoted': EXIT.error,
  'template-syntax': EXIT.error,
  'variable-missing': EXIT.error,
  'overlay-invalid': EXIT.error,
  'value-invalid': EXIT.error,
  'secret-missing': EXIT.error,
  'secret-exposed': EXIT.error,
  'connection-unknown': EXIT.error,
  'reference-unknown': EXIT.error,
  'reference-unmapped': EXIT.error,
  'reference-ambiguous': EXIT.error,
  'reference-kind': EXIT.error,
  'reference-circle': EXIT.error,
  'team-unmapped': EXIT.error,
  'environment-undeclared': EXIT.error,
  'status-mismatch': EXIT.error,
  'status-missing': EXIT.error,
  'connection-unsupported': EXIT.error,
  'connection-failed': EXIT.error,
  cycle: EXIT.error,
  'view-volatile': EXIT.error,
  'view-ties': EXIT.error,
  'source-undeclared': EXIT.error,
  'source-missing': EXIT.error,
  'source-changed': EXIT.error,
  'source-unreadable': EXIT.error,
  'source-columns': EXIT.error,
  'view-name-taken': EXIT.error,
  'object-in-the-way': EXIT.error,
  'dependants-exist': EXIT.error,
  'node-unknown': EXIT.error,
  'environment-unknown': EXIT.error,
  'environment-has-branches': EXIT.error,
  'environment-not-a-branch': EXIT.error,
  'promotion-path': EXIT.error,
  'revision-unknown': EXIT.error,
  'revision-gone': EXIT.error,
  'nothing-to-roll-back': EXIT.error,
  'node-removed': EXIT.error,
  'build-failed': EXIT.error,
  'build-missing': EXIT.error,
  'engine-error': EXIT.error,
  'engine-unavailable': EXIT.error,
  'engine-busy': EXIT.conflict,
  'plan-unreadable': EXIT.error,
  'plan-edited': EXIT.error,
  'plan-stale': EXIT.conflict,
  'lease-held': EXIT.conflict,
  'lease-lost': EXIT.conflict,
  'merge-conflict': EXIT.conflict,
  'not-exact': EXIT.conflict,
  'audit-failed': EXIT.gate,
  'audit-error': EXIT.error,
  'not-deterministic': EXIT.gate,
  'state-newer': EXIT.error,
  'state-damaged': EXIT.error,
  'state-busy': EXIT.conflict,
  'state-readonly': EXIT.error,
  'state-unavailable': EXIT.error,
  'warehouse-foreign': EXIT.recovery,
  'warehouse-replaced': EXIT.recovery,
  'recovery-impossible': EXIT.recovery,
  'not-confirmed': EXIT.usage,
  usage: EXIT.usage,
  'environment-name': EXIT.usage,
  'write-refused': EXIT.error,
  'files-differ': EXIT.error,
  'grants-unsupported': EXIT.error,
  'role-unknown': EXIT.error,
  'pooler-unsupported': EXIT.error,
  'name-template': EXIT.error,
  'catalog-template': EXIT.error,
  'branch-rule': EXIT.error,
  'branch-unmapped': EXIT.error,
  'branch-unknown': EXIT.error,
  'selector-invalid': EXIT.error,
  'release-repository': EXIT.error,
  'release-unmatched': EXIT.error,
  'release-ambiguous': EXIT.error,
  'release-near-miss': EXIT.error,
  'export-duplicate': EXIT.error,
  'export-failed': EXIT.error,
  'export-stale': EXIT.error,
  'export-taken': EXIT.error,
  'export-unmarked': EXIT.error,
  'export-columns': EXIT.error,
  'export-key': EXIT.error,
  interrupted: EXIT.interrupted,
  terminated: EXIT.terminated,
} as const satisfies Record<string, ExitCode>;
export type ProblemCode = keyof typeof PROBLEM_CODES;

declare const ofRule: unique symbol;
/** The stable id of a rule of `bough check`. Which rules there are is theirs to say. */
export type RuleId = string & { readonly [ofRule]: true };

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEM_CODES, code);
/** What a problem of that code makes of the process. */
export const exitOfCode = (code: ProblemCode | RuleId): ExitCode =>
  isProblemCode(code) ? PROBLEM_CODES[code] : EXIT.error;

/** One thing that is wrong, said to the user: what, where, and what to do. */
export interface Problem {
  readonly code: ProblemCode | RuleId;
  readonly severity: 'error' | 'warning';
  /** One sentence, names quoted as `name`; secrets that are known are masked. */
  readonly message: string;
  readonly at?: Position;
  /** What to do, or the nearest name. */
  readonly hint?: string;
}

/** What the user, the data or the world did wrong. Everything else that is thrown is a bug of ours. */
export class UserError extends Error {
  readonly problems: readonly Problem[];
  readonly exit: ExitCode;

  constructor(problems: readonly [Problem, ...Problem[]] | Problem, options?: { readonly cause?: unknown }) {
    const all: readonly Problem[] = Array.isArray(problems) ? problems : [problems as Problem];
    maskError(options?.cause);
    super(all.map((problem) => problem.message).join('\n'), options);
    this.name = 'UserError';
    this.problems = all;
    this.exit = exitOfCode((all.find((problem) => problem.severity === 'error') ?? all[0]!).code);
  }
}

export const problem = (code: ProblemCode, message: string, more: { at?: Position; hint?: string } = {}): Problem => ({
  code,
  severity: 'error',
  message: mask(message),
  ...more,
  ...(more.hint === undefined ? {} : { hint: mask(more.hint) }),
});

export const warning = (code: ProblemCode, message: string, more: { at?: Position; hint?: string } = {}): Problem => ({
  ...problem(code, message, more),
  severity: 'warning',
});

/** An Error for whatever was thrown. */
export const asError = (raw: unknown): Error => (raw instanceof Error ? raw : new Error(String(raw)));

/** Problems that say no place stand where their subject does. */
export const placed = (problems: readonly Problem[], at: Position): readonly Problem[] =>
  problems.map((one) => (one.at === undefined ? { ...one, at } : one));

/** Throws all errors of the list at once; warnings alone throw nothing. */
export function refuse(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (first !== undefined && problems.some((one) => one.severity === 'error')) throw new UserError([first, ...rest]);
}
