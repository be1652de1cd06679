import type { EnvironmentName } from '../../model/ids.ts';
import { helpTail, WRITING, type DefineCommand } from '../command.ts';
import { operate } from '../operate.ts';
import { environmentValue } from '../values.ts';

const EXAMPLES = [
  ['bough run', 'bring the newest data into prod, with the code that prod has'],
  ['bough run dev', "move dev on to its base's head"],
  ['bough run --yes --wait 10m', 'from a scheduler'],
] as const;

export const defineRun: DefineCommand = (parent, invoke) => {
  parent
    .command('run')
    .description("Bring new data into an environment, with the environment's own code")
    .argument('[ENV]', 'the environment; the base if left out', environmentValue)
    .option('--dry-run', 'show the plan and stop')
    .addHelpText('after', helpTail(EXAMPLES, WRITING))
    .action((environment: EnvironmentName | undefined, { dryRun = false }: { readonly dryRun?: boolean }) =>
      invoke((call) =>
        operate(
          { ...call, dryRun },
          {
            command: 'run',
            again: ['run', ...(environment === undefined ? [] : [environment])],
            fixed: false,
            plan: (workspace) => workspace.planRun(environment ?? workspace.base),
            question: (name) => `Bring this data into ${name}?`,
          },
        ),
      ),
    );
};
