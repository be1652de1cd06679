import { writeFileSync } from 'node:fs';
import { Option } from 'commander';
import { resolve } from 'node:path';
import type { Planned } from '../../workspace/contract.ts';
import type { EnvironmentName } from '../../model/ids.ts';
import { asError, EXIT, problem, UserError } from '../../model/problems.ts';
import { helpTail, type DefineCommand } from '../command.ts';
import type { Call, Outcome } from '../context.ts';
import { environmentMeant } from '../destination.ts';
import { refuseTwoForms } from '../format-flag.ts';
import { hasChanges, planDocument } from '../output/documents.ts';
import { nextText, planText, type PlanView } from '../output/plan-text.ts';
import { styleFor } from '../output/style.ts';
import { commandLine, planView, sourceOf, standingOf } from '../plan-view.ts';
import { withSession } from '../session.ts';
import { environmentValue } from '../values.ts';

interface PlanOptions {
  readonly output?: string;
  readonly refresh?: boolean;
  readonly takeBack?: boolean;
  readonly all?: boolean;
  readonly exitCode?: boolean;
  readonly format?: Format;
}

const FORMATS = ['text', 'json', 'markdown'] as const;
type Format = (typeof FORMATS)[number];

const EXAMPLES = [
  ['bough plan dev', 'what the files would change in dev, or in a new dev'],
  ['bough plan prod --refresh', 'with the newest data, too'],
  ['bough plan prod -o plan.json', 'keep the plan: bough apply plan.json does just that'],
  ['bough plan prod --exit-code', 'exit 2 where there are changes'],
  ['bough plan prod --format markdown > plan.md', 'for a comment on a pull request'],
] as const;

export const definePlan: DefineCommand = (parent, invoke) => {
  parent
    .command('plan')
    .description('Show what apply would do, and why; writes nothing')
    .argument('[ENV]', "the environment; the git branch's if left out", environmentValue)
    .option('-o, --output <FILE>', 'save the plan as a .json file')
    .option('--refresh', 'with the newest data')
    .option('--take-back', 'with the files even where a promotion or rollback put other code')
    .option('--all', 'list what is reused, too')
    .option('--exit-code', 'exit 2 where there are changes')
    .addOption(new Option('--format <FORMAT>', 'text for people; json is --json').choices(FORMATS))
    .addHelpText('after', helpTail(EXAMPLES, [EXIT.done, EXIT.error, EXIT.changes, EXIT.usage]))
    .action((environment: EnvironmentName | undefined, options: PlanOptions) => {
      if (options.format === 'json') parent.setOptionValue('json', true);
      return invoke((call) => plan(call, environment, options));
    });
};

function plan(call: Call, named: EnvironmentName | undefined, options: PlanOptions): Promise<Outcome> {
  const { output, refresh = false, takeBack = false, all = false } = options;
  if (output !== undefined) refuseOtherEnding(output);
  if (options.format !== undefined) refuseTwoForms(call, options.format);
  return withSession(call, async ({ workspace }) => {
    const environment = await environmentMeant(named, 'plan', call, workspace);
    const planned = await workspace.estimated(await workspace.planApply(environment, { refresh, takeBack }));
    const standing = await standingOf(workspace, environment);
    if (output !== undefined) save(resolve(call.context.cwd, output), planned);
    const style = styleFor(call.context.stdout, call.context.env);
    const flags = [...(refresh ? ['--refresh'] : []), ...(takeBack ? ['--take-back'] : [])];
    const next = commandLine(call, 'apply', ...(output === undefined ? [environment, ...flags] : [output]));
    return {
      exit: options.exitCode === true && hasChanges(planned) ? EXIT.changes : EXIT.done,
      document: planDocument(planned, all),
      result: await shown(planView(call, planned, { ...standing, all, showDiffs: true })),
    };

    async function shown(view: PlanView): Promise<string> {
      if (options.format === 'markdown') return (await import('../output/plan-markdown.ts')).planMarkdown(view);
      return planText(view, sourceOf(call), style) + followUp(standing.isNew);
    }

    function followUp(created: boolean): string {
      if (hasChanges(planned)) return `\n${nextText(next, style)}`;
      return planned.changes && created ? `\nTo create ${environment}:\n  ${style.bold(next)}\n` : '';
    }
  });
}

function refuseOtherEnding(output: string): void {
  if (/\.json$/i.test(output)) return;
  throw new UserError(
    problem('usage', 'A saved plan ends in `.json`: by that `apply` knows it.', { hint: `-o ${output}.json` }),
  );
}

function save(path: string, planned: Planned): void {
  try {
    writeFileSync(path, `${JSON.stringify(planDocument(planned, true), null, 2)}\n`);
  } catch (raw) {
    throw new UserError(problem('write-refused', `The plan cannot be written: ${asError(raw).message}`), {
      cause: raw,
    });
  }
}
