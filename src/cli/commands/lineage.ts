import { EXIT } from '../../model/problems.ts';
import { helpTail, READING, type DefineCommand } from '../command.ts';
import { lineageText } from '../output/lineage-text.ts';
import { withSession } from '../session.ts';

const EXAMPLES = [
  ['bough lineage marts.daily_revenue', 'where its rows and columns come from'],
  ['bough lineage marts.daily_revenue.total_revenue', 'where one column comes from'],
  ['bough lineage raw.orders.revenue --down', 'what is made of a column'],
] as const;

export const defineLineage: DefineCommand = (parent, invoke) => {
  parent
    .command('lineage')
    .description('Show which columns a node or column is made of')
    .argument('<PLACE>', 'a node as schema.name, or a column as schema.name.column')
    .option('--down', 'show what is made of it instead')
    .addHelpText('after', helpTail(EXAMPLES, READING))
    .action((place: string, { down = false }: { readonly down?: boolean }) =>
      invoke((call) =>
        withSession(call, async ({ workspace }) => {
          const lineage = await workspace.lineage(place, { down });
          const { start, edges } = lineage;
          const direction = down ? 'down' : 'up';
          return {
            exit: EXIT.done,
            document: { format: 'bough.lineage/1', node: start.node, column: start.column, direction, edges },
            result: lineageText(lineage, down),
          };
        }),
      ),
    );
};
