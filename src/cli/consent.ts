import { problem, UserError } from '../model/problems.ts';
import type { Call } from './context.ts';
import { commandLine } from './plan-view.ts';

/**
 * Returns when the command may write: `--yes`, or a person who said so. `again` are the arguments that would do the
 * same once more.
 */
export async function consent(call: Call, question: string, again: readonly string[]): Promise<void> {
  const { context, options } = call;
  if (options.yes === true) return;
  const somebody = context.stdin.isTTY === true && context.stderr.isTerminal && options.json !== true;
  if (!somebody) {
    const hint = `to go ahead: ${commandLine(call, ...again, '--yes')}`;
    throw new UserError(problem('not-confirmed', 'Nobody is there to ask, so nothing was written.', { hint }));
  }
  const answer = await context.confirm(question);
  if (answer === 'interrupted') throw new UserError(problem('interrupted', 'Nothing was written.'));
  if (answer === 'no') throw new UserError(problem('not-confirmed', 'Not confirmed: nothing was written.'));
}
