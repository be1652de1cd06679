import { Option } from 'commander';
import type { EnvironmentName } from '../../model/ids.ts';
import { EXIT, problem, UserError } from '../../model/problems.ts';
import { helpTail, READING, type DefineCommand } from '../command.ts';
import type { Call, Outcome, Silent } from '../context.ts';
import { FORMATS, rowsDocument, type Format } from '../output/rows.ts';
import { runShell } from '../shell/shell.ts';
import { withSession, type Session } from '../session.ts';
import { readAll, runStatements } from '../statements.ts';
import { environmentValue } from '../values.ts';

export interface SqlOptions {
  readonly env?: EnvironmentName;
  readonly execute?: string;
  readonly format?: Format;
  readonly output?: string;
}

const EXAMPLES = [
  ['bough sql', 'a shell over prod; .help inside tells the rest'],
  ['bough sql --env dev -e "select * from marts.daily_revenue"', 'project names mean the tables of dev'],
  ['bough sql --format csv -o revenue.csv < revenue.sql', 'from a file into a file'],
] as const;

export const defineSql: DefineCommand = (parent, invoke) => {
  parent
    .command('sql')
    .description('Query an environment: interactive, from -e or from standard input; read-only')
    .option('--env <ENV>', 'the environment; the base if left out', environmentValue)
    .option('-e, --execute <SQL>', 'run this and stop')
    .addOption(new Option('--format <FORMAT>', 'table on a terminal, csv elsewhere').choices(FORMATS))
    .option('-o, --output <FILE>', 'write the rows into a file')
    .addHelpText('after', helpTail(EXAMPLES, READING))
    .action((options: SqlOptions) => invoke((call) => sql(call, options)));
};

function sql(call: Call, options: SqlOptions): Promise<Outcome | Silent> {
  const { context } = call;
  if (call.options.json === true && (options.format ?? options.output) !== undefined) {
    throw new UserError(
      problem('usage', '--json prints one document on standard output: it goes with neither --format nor -o.', {
        hint: 'for rows in a file: --format json -o FILE',
      }),
    );
  }
  return withSession(call, async (session) => {
    const environment = options.env ?? session.workspace.base;
    const interactive = context.stdin.isTTY === true && context.stdout.isTerminal && call.options.json !== true;
    if (options.execute === undefined && interactive && options.output === undefined) {
      return { exit: await runShell(call, session, environment, options.format ?? 'table') };
    }
    const { whole, rest } = await context.splitStatements(options.execute ?? (await readAll(context.stdin)));
    const statements = rest.trim() === '' ? whole : [...whole, rest];
    if (call.options.json === true) return documentOf(session, environment, statements);
    await runStatements(call, session, {
      environment,
      statements,
      format: options.format ?? null,
      output: options.output ?? null,
    });
    return { exit: EXIT.done };
  });
}

async function documentOf(
  { workspace }: Session,
  environment: EnvironmentName,
  statements: readonly string[],
): Promise<Outcome> {
  const [statement, ...others] = statements;
  if (statement === undefined || others.length > 0) {
    throw new UserError(problem('usage', `--json takes one statement, not ${statements.length}.`));
  }
  return { exit: EXIT.done, document: rowsDocument(await workspace.query(environment, statement)), result: '' };
}
