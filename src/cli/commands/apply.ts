import { resolve } from 'node:path';
import { problem, UserError } from '../../model/problems.ts';
import { helpTail, WRITING, type DefineCommand } from '../command.ts';
import { hasChanges } from '../output/documents.ts';
import { environmentMeant } from '../destination.ts';
import { operate, type Operation } from '../operate.ts';
import { targetValue, type Target } from '../values.ts';

interface ApplyOptions {
  readonly refresh?: boolean;
  readonly takeBack?: boolean;
  readonly dryRun?: boolean;
}

const EXAMPLES = [
  ['bough apply dev', "bring the files' code into dev; makes dev where there is none"],
  ['bough apply prod --refresh', 'take the newest data, too'],
  ['bough apply plan.json', 'do what a saved plan says, or refuse if it is stale'],
  ['bough apply prod --yes -m "day two"', 'without asking, with a note for the history'],
] as const;

export const defineApply: DefineCommand = (parent, invoke) => {
  parent
    .command('apply')
    .description("Bring the files' code into an environment")
    .argument('[ENV | FILE.json]', "the environment, or a saved plan; the git branch's if left out", targetValue)
    .option('--refresh', 'take the newest data, too')
    .option('--take-back', 'take the files even where a promotion or rollback put other code')
    .option('--dry-run', 'show the plan and stop')
    .addHelpText('after', helpTail(EXAMPLES, WRITING))
    .action((target: Target | undefined, options: ApplyOptions) =>
      invoke((call) =>
        operate({ ...call, dryRun: options.dryRun ?? false }, async (workspace) => {
          const named = target ?? {
            type: 'environment',
            name: await environmentMeant(undefined, 'apply', call, workspace),
          };
          return operation(named, options, call.context.cwd);
        }),
      ),
    );
};

function operation(target: Target, { refresh = false, takeBack = false }: ApplyOptions, cwd: string): Operation {
  const common = {
    command: 'apply',
    question: (environment) => `Apply this to ${environment}?`,
    next: (planned) =>
      planned.document.base !== null && hasChanges(planned) ? ['promote', planned.document.environment] : null,
  } as const satisfies Partial<Operation>;
  if (target.type === 'environment') {
    const flags = [...(refresh ? ['--refresh'] : []), ...(takeBack ? ['--take-back'] : [])];
    return {
      ...common,
      again: ['apply', target.name, ...flags],
      fixed: false,
      plan: (workspace) => workspace.planApply(target.name, { refresh, takeBack }),
    };
  }
  if (refresh || takeBack) {
    throw new UserError(
      problem('usage', 'A saved plan is applied as it is: --refresh and --take-back belong to `plan`.'),
    );
  }
  return {
    ...common,
    again: ['apply', target.path],
    fixed: true,
    plan: (workspace) => workspace.planFromFile(resolve(cwd, target.path)),
  };
}
