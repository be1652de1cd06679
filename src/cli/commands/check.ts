import { Option } from 'commander';
import type { Checked } from '../../workspace/contract.ts';
import { EXIT, UserError, type Problem } from '../../model/problems.ts';
import { helpTail, type DefineCommand } from '../command.ts';
import type { Call, Outcome } from '../context.ts';
import { refuseTwoForms } from '../format-flag.ts';
import { problemRow } from '../output/documents.ts';
import { problemsText } from '../output/problem-text.ts';
import { REPORT_FORMS, type ReportForm } from '../output/reports/report.ts';
import { counted } from '../output/words.ts';
import { sourceOf } from '../plan-view.ts';
import { areSchemasFresh } from '../schema-stamp.ts';
import { withSession } from '../session.ts';
import { pathReader } from '../source-text.ts';

const FORMATS = ['text', 'json', ...REPORT_FORMS] as const;
type Format = (typeof FORMATS)[number];

const EXAMPLES = [
  ['bough check', 'names, dependencies, syntax: all errors at once'],
  ['bough check --json', 'the same for an editor or a pipeline'],
  ['bough check --format github', 'shown beside the lines of a pull request'],
  ['bough check --format sarif > bough.sarif', 'for code scanning'],
  ['bough check --format gitlab > gl-code-quality-report.json', 'for the Code Quality report'],
] as const;

export const defineCheck: DefineCommand = (parent, invoke) => {
  parent
    .command('check')
    .description('Read the files and say what is wrong with them; needs no database, no network and no secret')
    .addOption(new Option('--format <FORMAT>', 'text for people; json is --json').choices(FORMATS))
    .addHelpText('after', helpTail(EXAMPLES, [EXIT.done, EXIT.error, EXIT.usage]))
    .action(({ format = 'text' }: { readonly format?: Format }) => {
      if (format === 'json') parent.setOptionValue('json', true);
      return invoke((call) =>
        format === 'text' || format === 'json' ? told(call) : reported(call, format, parent.version() ?? ''),
      );
    });
};

const told = (call: Call): Promise<Outcome> =>
  withSession(call, async ({ workspace, style }) => {
    const { name, nodes, environments, references, warnings } = await workspace.check();
    await refreshSchemas(workspace.root, references);
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
  });

/** What is found, for another program; what is an error for people is a finding there. */
async function reported(call: Call, form: ReportForm, version: string): Promise<Outcome> {
  refuseTwoForms(call, form);
  const { problems, exit } = await findings(call);
  const { reportText } = await import('../output/reports/report-text.ts');
  const pathOf = pathReader(call.context.cwd, call.options.directory ?? '.');
  return { exit, document: {}, result: reportText(form, { problems, pathOf, version }) };
}

async function findings(
  call: Call,
): Promise<{ readonly problems: readonly Problem[]; readonly exit: Outcome['exit'] }> {
  try {
    const problems = await withSession(call, async ({ workspace }) => (await workspace.check()).warnings);
    return { problems, exit: EXIT.done };
  } catch (raw) {
    const interrupted = call.context.interruption.reason() !== null;
    if (interrupted || !(raw instanceof UserError) || raw.problems.some((one) => one.code === 'project-not-found'))
      throw raw;
    return { problems: raw.problems, exit: raw.exit };
  }
}

/** What editors know of the files comes from this very version; where it cannot be written, nothing is wrong with the files. */
async function refreshSchemas(root: string, references: Checked['references']): Promise<void> {
  try {
    if (areSchemasFresh(root, references)) return;
    const { writeJsonSchemas } = await import('../json-schemas.ts');
    writeJsonSchemas(root, references);
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
