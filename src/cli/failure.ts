import { CommanderError } from 'commander';
import { asError, EXIT, problem, UserError, type ExitCode, type Problem } from '../model/problems.ts';
import type { Context } from './context.ts';
import { errorDocument } from './output/documents.ts';
import { problemsText } from './output/problem-text.ts';
import { styleFor } from './output/style.ts';
import { sourceReader } from './source-text.ts';

interface Circumstances {
  readonly directory: string;
  readonly json: boolean;
}

/** Tells what went wrong, to people or programs, and returns the exit code. */
export function reportFailure(raw: unknown, context: Context, { directory, json }: Circumstances): ExitCode {
  const failure = failureOf(raw, context);
  if (failure === null) return reportBug(asError(raw), context, json);
  if (json) context.stdout.write(`${JSON.stringify(errorDocument(failure.problems), null, 2)}\n`);
  else {
    const style = styleFor(context.stderr, context.env);
    context.stderr.write(problemsText(failure.problems, sourceReader(context.cwd, directory), style));
  }
  return failure.exit;
}

/** What the user can do something about; null for a bug of ours. */
function failureOf(
  raw: unknown,
  { interruption }: Context,
): { readonly problems: readonly Problem[]; readonly exit: ExitCode } | null {
  const reason = interruption.reason();
  if (reason !== null) {
    // The work itself knows best what was and was not done when it stopped.
    if (raw instanceof UserError && raw.exit === EXIT[reason]) return raw;
    const message = `Stopped by ${reason === 'interrupted' ? 'Ctrl-C' : 'SIGTERM'}.`;
    const hint = 'nothing is half-done: the next command goes on from here';
    return {
      problems: [...(raw instanceof UserError ? raw.problems : []), problem(reason, message, { hint })],
      exit: EXIT[reason],
    };
  }
  if (raw instanceof UserError) return raw;
  if (raw instanceof CommanderError) return { problems: [usageProblem(raw)], exit: EXIT.usage };
  return isSystemError(raw) ? { problems: [problem('file-unreadable', raw.message)], exit: EXIT.error } : null;
}

/** The operating system said no: a full disk, a folder without permission. */
const isSystemError = (raw: unknown): raw is Error =>
  raw instanceof Error && 'syscall' in raw && 'code' in raw && typeof raw.code === 'string';

/** Commander's texts read `error: …` and may end in a line `(Did you mean …?)`. */
function usageProblem({ message, code }: CommanderError): Problem {
  if (code === 'commander.help') return problem('usage', 'Which one?', { hint: 'the commands are listed above' });
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  const suggestion = /^\(Did you mean (.*)\?\)$/.exec(rest.join(' '))?.[1];
  return problem('usage', `${first.charAt(0).toUpperCase()}${first.slice(1)}`, {
    hint: suggestion === undefined ? 'see bough --help' : `did you mean ${suggestion}?`,
  });
}

function reportBug(error: Error, context: Context, json: boolean): ExitCode {
  const text = `This is a bug in Bough, not in your project. Please report it with these lines:\n${error.stack ?? error.message}\n`;
  context.stderr.write(text);
  if (json) {
    const document = {
      format: 'bough.error/1',
      errors: [{ code: 'bug', message: error.message, file: null, line: null, column: null, hint: null }],
    };
    context.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }
  return EXIT.error;
}
