import { resolve } from 'node:path';
import { EXIT } from '../../model/problems.ts';
import { helpTail, type DefineCommand } from '../command.ts';
import { nextText } from '../output/plan-text.ts';
import { styleFor } from '../output/style.ts';
import { counted } from '../output/words.ts';
import { commandLine } from '../plan-view.ts';

const EXAMPLES = [
  ['bough init', 'the shop: sources, models and audits to try things on'],
  ['bough init empty', 'only bough.yml'],
  ['bough -C warehouse init empty', 'in another folder'],
] as const;

export const defineInit: DefineCommand = (parent, invoke) => {
  parent
    .command('init')
    .description('Start a project in this folder')
    .argument('[template]', 'shop or empty', 'shop')
    .addHelpText('after', helpTail(EXAMPLES, [EXIT.done, EXIT.error, EXIT.usage]))
    .action((template: string) =>
      invoke(async (call) => {
        const directory = resolve(call.context.cwd, call.options.directory ?? '.');
        const { files } = await call.context.initProject(directory, template, null);
        const style = styleFor(call.context.stdout, call.context.env);
        return {
          exit: EXIT.done,
          document: { format: 'bough.init/1', template, directory, files },
          result: `${files.map((file) => `  ${file}\n`).join('')}${counted(files.length, 'file')} written.\n`,
          remarks: nextText(commandLine(call, 'plan', 'prod'), style),
        };
      }),
    );
};
