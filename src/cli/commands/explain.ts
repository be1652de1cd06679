import type { EnvironmentName } from '../../model/ids.ts';
import { EXIT } from '../../model/problems.ts';
import { helpTail, READING, type DefineCommand } from '../command.ts';
import { explanationDocument, explanationText } from '../output/explanation.ts';
import { styleFor } from '../output/style.ts';
import { withSession } from '../session.ts';
import { environmentValue } from '../values.ts';

const EXAMPLES = [
  ['bough explain customer_db --env dev', 'where it leads, and which line says so'],
  ['bough explain training.train_days --env prod', 'a value of an overlay, with every file that set it'],
] as const;

export const defineExplain: DefineCommand = (parent, invoke) => {
  parent
    .command('explain')
    .description('Say what a reference, a parameter or a value of an overlay means in an environment, and what set it')
    .argument('<REF>', 'its name')
    .requiredOption('--env <ENV>', 'the environment', environmentValue)
    .addHelpText('after', helpTail(EXAMPLES, READING))
    .action((reference: string, { env }: { readonly env: EnvironmentName }) =>
      invoke((call) =>
        withSession(call, async ({ workspace }) => {
          const explanation = await workspace.explain(reference, env);
          return {
            exit: EXIT.done,
            document: explanationDocument(explanation),
            result: explanationText(explanation, styleFor(call.context.stdout, call.context.env)),
          };
        }),
      ),
    );
};
