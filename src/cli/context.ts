import type { Readable, Writable } from 'node:stream';
import type { Workspace, WorkspaceOptions } from '../workspace/contract.ts';
import type { ExitCode, ProblemCode } from '../model/problems.ts';

/** A stream that people or programs read. */
export interface Output {
  readonly stream: Writable;
  readonly isTerminal: boolean;
  /** Width of the terminal; a fair guess elsewhere. */
  readonly columns: number;
  /** False when the reader went away (`| head`): there is no point in writing on. */
  write(text: string): boolean;
}

export type Answer = 'yes' | 'no' | 'interrupted';

/** Statements that are whole, without their semicolons, and what follows the last semicolon. */
export interface Statements {
  readonly whole: readonly string[];
  readonly rest: string;
}

export interface InitResult {
  readonly files: readonly string[];
}

/** What commands may use of the world; tests put their own in. */
export interface Context {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly interruption: Interruption;
  readonly openWorkspace: (options: WorkspaceOptions) => Promise<Workspace>;
  readonly initProject: (directory: string, template: string, name: string | null) => Promise<InitResult>;
  readonly splitStatements: (text: string) => Promise<Statements>;
  readonly confirm: (question: string) => Promise<Answer>;
}

export interface Interruption {
  readonly signal: AbortSignal;
  /** Which signal came; null before the first. */
  reason(): Extract<ProblemCode, 'interrupted' | 'terminated'> | null;
}

/** Flags that every command takes. */
export interface GlobalOptions {
  readonly directory?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly wait?: number;
  readonly profile?: string;
  readonly message?: string;
}

/** One call of one command. */
export interface Call {
  readonly context: Context;
  readonly options: GlobalOptions;
  /** Shows what would be done and writes nothing. */
  readonly dryRun?: boolean;
}

/** What a command hands back; one place prints it. */
export interface Outcome {
  readonly exit: ExitCode;
  /** What `--json` prints. */
  readonly document: object;
  /** The command's own result, for people: standard output. */
  readonly result: string;
  /** What else people should know: standard error. */
  readonly remarks?: string;
}

/** A command that wrote its output itself. */
export interface Silent {
  readonly exit: ExitCode;
}
