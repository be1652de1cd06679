import type { EnvironmentName } from '../../model/ids.ts';
import { EXIT } from '../../model/problems.ts';
import { helpTail, READING, type DefineCommand } from '../command.ts';
import { withSession } from '../session.ts';
import { environmentValue } from '../values.ts';

const EXAMPLES = [
  ['bough render marts.daily_revenue --env dev', 'with the names of the tables that dev reads'],
] as const;

export const defineRender: DefineCommand = (parent, invoke) => {
  parent
    .command('render')
    .description('Print the SQL that the warehouse runs for a node')
    .argument('<NODE>', 'the node, as schema.name')
    .requiredOption('--env <ENV>', 'the environment', environmentValue)
    .addHelpText('after', helpTail(EXAMPLES, READING))
    .action((node: string, { env }: { readonly env: EnvironmentName }) =>
      invoke((call) =>
        withSession(call, async ({ workspace }) => {
          const sql = (await workspace.render(node, env)).replace(/^\s*\n/, '').trimEnd();
          return {
            exit: EXIT.done,
            document: { format: 'bough.render/1', node, environment: env, sql },
            result: `${sql}\n`,
          };
        }),
      ),
    );
};
