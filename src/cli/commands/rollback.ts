import type { EnvironmentName } from '../../model/ids.ts';
import { helpTail, WRITING, type DefineCommand } from '../command.ts';
import { operate } from '../operate.ts';
import { environmentValue, revisionValue } from '../values.ts';

interface RollbackOptions {
  readonly to?: number;
  readonly dryRun?: boolean;
}

const EXAMPLES = [
  ['bough rollback prod', 'back to what was live before'],
  ['bough rollback prod --to 4', 'back to revision 4; see bough env history prod'],
] as const;

export const defineRollback: DefineCommand = (parent, invoke) => {
  parent
    .command('rollback')
    .description('Point an environment at an earlier revision; nothing is built')
    .argument('<ENV>', 'the environment', environmentValue)
    .option('--to <N>', 'the revision', revisionValue)
    .option('--dry-run', 'show the plan and stop')
    .addHelpText('after', helpTail(EXAMPLES, WRITING))
    .action((environment: EnvironmentName, { to, dryRun = false }: RollbackOptions) =>
      invoke((call) =>
        operate(
          { ...call, dryRun },
          {
            command: 'rollback',
            again: ['rollback', environment, ...(to === undefined ? [] : ['--to', String(to)])],
            fixed: false,
            plan: (workspace) => workspace.planRollback(environment, to ?? null),
            question: (name) => `Roll ${name} back?`,
          },
        ),
      ),
    );
};
