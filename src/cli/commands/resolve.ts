import type { EnvironmentName } from '../../model/ids.ts';
import { EXIT } from '../../model/problems.ts';
import { helpTail, READING, type DefineCommand } from '../command.ts';
import { problemsText } from '../output/problem-text.ts';
import { resolutionDocument, resolutionText } from '../output/resolution.ts';
import { styleFor } from '../output/style.ts';
import { sourceOf } from '../plan-view.ts';
import { withSession } from '../session.ts';
import { environmentValue } from '../values.ts';

const EXAMPLES = [
  ['bough resolve', 'every reference, each environment beside the others'],
  ['bough resolve --env dev --json', 'of one environment, for programs'],
] as const;

export const defineResolve: DefineCommand = (parent, invoke) => {
  parent
    .command('resolve')
    .description('Show what every reference stands for in every environment, releases down to their tags')
    .option('--env <ENV>', 'of this environment alone', environmentValue)
    .addHelpText('after', helpTail(EXAMPLES, READING))
    .action(({ env: environment }: { readonly env?: EnvironmentName }) =>
      invoke((call) =>
        withSession(call, async ({ workspace, style }) => {
          const { stdout, env } = call.context;
          const resolution = await workspace.resolve(environment ?? null);
          const { problems } = resolution;
          return {
            exit: problems.some((one) => one.severity === 'error') ? EXIT.error : EXIT.done,
            document: resolutionDocument(resolution),
            result: resolutionText(resolution, styleFor(stdout, env), stdout),
            ...(problems.length === 0 ? {} : { remarks: problemsText(problems, sourceOf(call), style) }),
          };
        }),
      ),
    );
};
