import type { Checked } from '../../bough.ts';
import { EXIT } from '../../model/problems.ts';
import { helpTail, READING, type DefineCommand } from '../command.ts';
import { problemRow } from '../output/documents.ts';
import { problemsText } from '../output/problem-text.ts';
import { counted } from '../output/words.ts';
import { sourceOf } from '../plan-view.ts';
import { withSession } from '../session.ts';

const EXAMPLES = [
  ['bough check', 'names, dependencies, syntax: all errors at once'],
  ['bough check --json', 'the same for an editor or a pipeline'],
] as const;

export const defineCheck: DefineCommand = (parent, invoke) => {
  parent
    .command('check')
    .description('Read the files and say what is wrong with them')
    .addHelpText('after', helpTail(EXAMPLES, READING))
    .action(() =>
      invoke((call) =>
        withSession(call, async ({ workspace, style }) => {
          const { name, nodes, environments, warnings } = await workspace.check();
          await refreshSchemas(workspace.root);
          const shown = warnings.length === 0 ? {} : { remarks: problemsText(warnings, sourceOf(call), style) };
          return {
            exit: EXIT.done,
            document: {
              format: 'bough.check/1',
              project: name,
              nodes: nodes.size,
              environments,
              warnings: warnings.map(problemRow),
            },
            result: `${name}: ${contents(nodes, environments.length)}, no errors.\n`,
            ...shown,
          };
        }),
      ),
    );
};

/** What editors know of the files comes from this very version; where it cannot be written, nothing is wrong with the files. */
async function refreshSchemas(root: string): Promise<void> {
  const { writeJsonSchemas } = await import('../json-schemas.ts');
  try {
    writeJsonSchemas(root);
  } catch {
    // A folder that is read-only is no mistake in the project.
  }
}

function contents(nodes: Checked['nodes'], environments: number): string {
  const kinds = [...nodes.values()].map((node) => node.kind);
  const count = (kind: string): string => counted(kinds.filter((one) => one === kind).length, kind);
  const declared = environments === 0 ? [] : [counted(environments, 'environment')];
  return [count('source'), count('seed'), count('model'), ...declared].join(', ');
}
