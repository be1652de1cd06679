import type { EnvironmentName } from '../../model/ids.ts';
import { helpTail, WRITING, type DefineCommand } from '../command.ts';
import { operate } from '../operate.ts';
import { environmentValue } from '../values.ts';

interface PromoteOptions {
  readonly exact?: boolean;
  readonly dryRun?: boolean;
}

const EXAMPLES = [
  ['bough promote dev', 'publish in prod what was tested in dev'],
  ['bough promote qa prod', 'bring code from one root to another, which builds it'],
  ['bough promote dev --exact', 'only if nothing would have to be built anew'],
] as const;

export const definePromote: DefineCommand = (parent, invoke) => {
  parent
    .command('promote')
    .description('Merge the tested code of one environment into another, all at once')
    .argument('<FROM>', 'the environment that was tested', environmentValue)
    .argument('[TO]', "where it goes; FROM's base if left out, or the next step of `promotion:`", environmentValue)
    .option('--exact', 'refuse where a table would be built that was not tested as it is')
    .option('--dry-run', 'show the plan and stop')
    .addHelpText('after', helpTail(EXAMPLES, WRITING))
    .action(
      (from: EnvironmentName, to: EnvironmentName | undefined, { exact = false, dryRun = false }: PromoteOptions) =>
        invoke((call) =>
          operate(
            { ...call, dryRun },
            {
              command: 'promote',
              again: ['promote', from, ...(to === undefined ? [] : [to]), ...(exact ? ['--exact'] : [])],
              fixed: false,
              plan: (workspace) => workspace.planPromote(from, to ?? null, { exact }),
              question: (environment) => `Promote ${from} to ${environment}?`,
            },
          ),
        ),
    );
};
