import type { Command } from 'commander';
import type { EnvironmentName } from '../../model/ids.ts';
import { EXIT } from '../../model/problems.ts';
import { helpTail, READING, WRITING, type DefineCommand, type Invoke } from '../command.ts';
import { operate } from '../operate.ts';
import { environmentText, environmentsText, historyText } from '../output/environments-text.ts';
import { environmentDocument, environmentsDocument, historyDocument } from '../output/environment-documents.ts';
import { styleFor } from '../output/style.ts';
import { withSession } from '../session.ts';
import { environmentValue } from '../values.ts';

const EXAMPLES = [
  ['bough env list', 'which environments there are'],
  ['bough env show dev', 'where each of its names points'],
  ['bough env history prod', 'who did what, when and why'],
  ['bough env delete dev', 'remove its views; nothing else is touched'],
] as const;

export const defineEnv: DefineCommand = (parent, invoke) => {
  const env = parent
    .command('env')
    .description('List, show and delete environments')
    .addHelpText('after', helpTail(EXAMPLES, WRITING));
  defineList(env, invoke);
  defineShow(env, invoke);
  defineHistory(env, invoke);
  defineDelete(env, invoke);
};

function defineList(env: Command, invoke: Invoke): void {
  env
    .command('list')
    .description('The environments that are alive')
    .addHelpText('after', helpTail([['bough env list --json', 'for programs']], READING))
    .action(() =>
      invoke((call) =>
        withSession(call, async ({ workspace }) => {
          const environments = (await workspace.environments()).filter((one) => one.deletedAt === null);
          const lapses = new Map((await workspace.lapses()).map(({ environment, at }) => [environment, at]));
          const style = styleFor(call.context.stdout, call.context.env);
          return {
            exit: EXIT.done,
            document: environmentsDocument(environments, lapses),
            result: environmentsText(environments, workspace.base, lapses, style),
          };
        }),
      ),
    );
}

function defineShow(env: Command, invoke: Invoke): void {
  env
    .command('show')
    .description('Where each name of an environment points')
    .argument('<ENV>', 'the environment', environmentValue)
    .addHelpText(
      'after',
      helpTail([['bough env show dev', "its nodes; those of the base are marked with the base's name"]], READING),
    )
    .action((environment: EnvironmentName) =>
      invoke((call) =>
        withSession(call, async ({ workspace }) => {
          const view = await workspace.show(environment);
          return {
            exit: EXIT.done,
            document: environmentDocument(view),
            result: environmentText(view, styleFor(call.context.stdout, call.context.env)),
          };
        }),
      ),
    );
}

function defineHistory(env: Command, invoke: Invoke): void {
  env
    .command('history')
    .description('The revisions of an environment: who, when, from where, why')
    .argument('<ENV>', 'the environment', environmentValue)
    .addHelpText('after', helpTail([['bough env history prod', 'newest first']], READING))
    .action((environment: EnvironmentName) =>
      invoke((call) =>
        withSession(call, async ({ workspace }) => {
          const revisions = await workspace.history(environment);
          return {
            exit: EXIT.done,
            document: historyDocument(environment, revisions),
            result: historyText(revisions, styleFor(call.context.stdout, call.context.env)),
          };
        }),
      ),
    );
}

function defineDelete(env: Command, invoke: Invoke): void {
  env
    .command('delete')
    .description('Remove an environment and its views')
    .argument('<ENV>', 'the environment', environmentValue)
    .option('--dry-run', 'show what would go and stop')
    .addHelpText('after', helpTail([['bough env delete dev', 'its history stays readable']], WRITING))
    .action((environment: EnvironmentName, { dryRun = false }: { readonly dryRun?: boolean }) =>
      invoke((call) =>
        operate(
          { ...call, dryRun },
          {
            command: 'env-delete',
            again: ['env', 'delete', environment],
            fixed: false,
            plan: (workspace) => workspace.planDelete(environment),
            question: (name) => `Delete ${name}?`,
          },
        ),
      ),
    );
}
