import type { EnvironmentName } from '../../model/ids.ts';
import { EXIT } from '../../model/problems.ts';
import { helpTail, READING, type DefineCommand } from '../command.ts';
import { consent } from '../consent.ts';
import type { Call, Outcome } from '../context.ts';
import { outcomeOf } from '../operate.ts';
import { resultProblems } from '../output/documents.ts';
import { exportsText } from '../output/exports-text.ts';
import { counted } from '../output/words.ts';
import { withSession } from '../session.ts';
import { environmentValue } from '../values.ts';

interface ExportOptions {
  readonly node?: string;
  readonly adopt?: boolean;
  readonly dryRun?: boolean;
}

const EXAMPLES = [
  ['bough export', 'write what prod is still to be exported to'],
  ['bough export prod --node analytics.daily_revenue', 'write that table anew'],
] as const;

export const defineExport: DefineCommand = (parent, invoke) => {
  parent
    .command('export')
    .description("Write an environment's builds into tables of other databases, as `export:` of models says")
    .argument('[ENV]', 'the environment; the base if left out', environmentValue)
    .option('--node <N>', 'this node alone, and also where its table holds its rows already')
    .option('--adopt', 'take tables over that hold rows which nothing here wrote')
    .option('--dry-run', 'list it and stop')
    .addHelpText('after', helpTail(EXAMPLES, READING))
    .action((environment: EnvironmentName | undefined, options: ExportOptions) =>
      invoke((call) => exportTo(call, environment, options)),
    );
};

const exportTo = (
  call: Call,
  named: EnvironmentName | undefined,
  { node, adopt = false, dryRun = false }: ExportOptions,
): Promise<Outcome> =>
  withSession({ ...call, dryRun }, async ({ workspace, style, startProgress, stopProgress }) => {
    const environment = named ?? workspace.base;
    const request = { ...(node === undefined ? {} : { node }), adopt };
    const { exports, revision } = await workspace.planExport(environment, request);
    const text = exportsText(exports, style);
    if (dryRun || exports.length === 0) {
      const nothing = `Nothing to export, ${environment} stays at revision ${revision}.\n`;
      return {
        exit: EXIT.done,
        document: { format: 'bough.export/1', environment, revision, dryRun, exports, errors: [], warnings: [] },
        result: exports.length === 0 ? nothing : text,
        ...(dryRun ? { remarks: 'Dry run: nothing was written.\n' } : {}),
      };
    }
    if (call.options.json !== true) call.context.stderr.write(text);
    const again = [
      'export',
      environment,
      ...(node === undefined ? [] : ['--node', node]),
      ...(adopt ? ['--adopt'] : []),
    ];
    const tables = counted(exports.length, 'table');
    await consent(call, `Write ${tables}${adopt ? ', whoever wrote them before' : ''}?`, again);
    await startProgress();
    const result = await workspace.export(environment, request);
    stopProgress();
    const outcome = outcomeOf(call, { command: 'export' }, result);
    const { errors, warnings } = resultProblems(result);
    return {
      ...outcome,
      document: { format: 'bough.export/1', environment, revision, dryRun, exports: result.exports, errors, warnings },
    };
  });
