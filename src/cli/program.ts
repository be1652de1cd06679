import { CommanderError, Option, type Command } from 'commander';
import { EXIT, refuse, type ExitCode, type Problem } from '../model/problems.ts';
import { helpTail, type Invoke } from './command.ts';
import { COMMANDS } from './commands/all.ts';
import type { Call, Context, GlobalOptions, Outcome, Silent } from './context.ts';
import { reportFailure } from './failure.ts';
import { VariableCommand } from './flag-variables.ts';
import { durationValue } from './values.ts';

const EXAMPLES = [
  ['bough init shop', 'a small project to try things on'],
  ['bough apply prod', 'build what the files say, and publish it'],
  ['bough plan dev', 'what a change does, before anything is built'],
  ['bough apply dev', 'try it in an environment of its own'],
  ['bough promote dev', 'publish what was tested, all at once'],
  ['bough rollback prod', 'take it back'],
] as const;

const VARIABLES =
  'Every flag can be given by a variable, too: --yes is BOUGH_YES=1, --wait 10m is BOUGH_WAIT=10m; the command line wins.';

/** Parses the arguments, runs the command, prints what it hands back; returns what the process exits with. */
export async function runCli(argv: readonly string[], version: string, context: Context): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  const problems: Problem[] = [];
  const program = createProgram(version, context, problems, async (handler) => {
    const call: Call = { context, options: program.opts<GlobalOptions>() };
    const outcome = await handler(call);
    if ('document' in outcome) print(call, outcome);
    exit = outcome.exit;
  });
  try {
    refuse(problems);
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (raw) {
    if (raw instanceof CommanderError && raw.exitCode === 0) return EXIT.done;
    const { directory, json } = program.opts<GlobalOptions>();
    return reportFailure(raw, context, { directory: directory ?? '.', json: json ?? argv.includes('--json') });
  }
}

function print({ context, options }: Call, outcome: Outcome | Silent): void {
  if (!('document' in outcome)) return;
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify(outcome.document, null, 2)}\n`);
    return;
  }
  context.stdout.write(outcome.result);
  if (outcome.remarks !== undefined) context.stderr.write(outcome.remarks);
}

/** The whole command line; `invoke` is told which handler to run. Variables that give flags wrongly are problems. */
export function createProgram(version: string, context: Context, problems: Problem[], invoke: Invoke): Command {
  const program = new VariableCommand('bough', context.env, problems)
    .description('Environments for SQL data projects: branch, test, promote and roll back, with nothing copied.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addOption(new Option('-C, --directory <DIR>', 'the project, or a folder inside it'))
    .addOption(new Option('--json', 'print one JSON document on standard output'))
    .addOption(new Option('--yes', 'do not ask'))
    .addOption(new Option('--wait <DURATION>', 'how long to wait for the database file').argParser(durationValue))
    .addOption(new Option('--profile <FILE>', 'connections, in place of the profile that would be found'))
    .addOption(new Option('-m, --message <TEXT>', 'why, for the history'))
    .addHelpText('after', `\n${VARIABLES}`)
    .addHelpText('after', helpTail(EXAMPLES, Object.values(EXIT)))
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      // The failure is printed once, by the same reporter as every other.
      outputError: () => {},
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();
  for (const define of COMMANDS) define(program, invoke);
  return program;
}
