import type { Command } from 'commander';
import { EXIT } from '../model/problems.ts';
import type { Call, Outcome, Silent } from './context.ts';

export type Handler = (call: Call) => Promise<Outcome | Silent>;

/** Runs a handler with the flags of the call, prints what it hands back and remembers its exit code. */
export type Invoke = (handler: Handler) => Promise<void>;

/** Adds one command to its parent. Commands know nothing of printing and exit by what they return. */
export type DefineCommand = (parent: Command, invoke: Invoke) => void;

const MEANINGS: Readonly<Record<number, string>> = {
  [EXIT.done]: 'done',
  [EXIT.error]: 'error',
  [EXIT.changes]: 'there are changes (--exit-code)',
  [EXIT.gate]: 'an audit refused: nothing moved',
  [EXIT.conflict]: 'conflict: the environment or the database file is held, the plan is stale, or a merge conflict',
  [EXIT.recovery]: 'recovery cannot finish by itself',
  [EXIT.usage]: 'wrong usage, or not confirmed',
  [EXIT.interrupted]: 'interrupted',
  [EXIT.terminated]: 'terminated',
};

/** Exit codes of everything that writes. */
export const WRITING = [EXIT.done, EXIT.error, EXIT.gate, EXIT.conflict, EXIT.recovery, EXIT.usage] as const;
export const READING = [EXIT.done, EXIT.error, EXIT.conflict, EXIT.usage] as const;

/** What stands below the options in a command's help. */
export function helpTail(
  examples: readonly (readonly [command: string, what: string])[],
  exits: readonly number[],
): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  return [
    '\nExamples:',
    ...examples.map(([command, what]) => `  $ ${command.padEnd(width)}  ${what}`),
    '\nExit codes:',
    ...exits.map((code) => `  ${String(code).padStart(3)}  ${MEANINGS[code] ?? ''}`),
  ].join('\n');
}
