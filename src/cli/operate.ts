import type { Planned, Workspace } from '../workspace/contract.ts';
import type { EnvironmentName } from '../model/ids.ts';
import type { OperationResult } from '../model/plan.ts';
import { printable } from '../model/printable.ts';
import { EXIT, exitOfCode, type ExitCode } from '../model/problems.ts';
import { consent } from './consent.ts';
import type { Call, Outcome } from './context.ts';
import { planDocument, resultDocument } from './output/documents.ts';
import { absence, nextText, planBody, planText } from './output/plan-text.ts';
import { problemsText } from './output/problem-text.ts';
import { counted } from './output/words.ts';
import { resultText } from './output/result-text.ts';
import { styleFor } from './output/style.ts';
import { commandLine, planView, sourceOf, standingOf, type Standing } from './plan-view.ts';
import { withSession } from './session.ts';

/** One command that writes to an environment: they differ in their plan and in their words, not in how they go. */
export interface Operation {
  /** Names the document of the result: `bough.<command>/1`. */
  readonly command: 'apply' | 'run' | 'promote' | 'rollback' | 'env-delete';
  /** The arguments that would do the same again. */
  readonly again: readonly string[];
  /** The plan was made and looked at before, so it is carried out as it is or not at all. */
  readonly fixed: boolean;
  readonly plan: (workspace: Workspace) => Promise<Planned>;
  readonly question: (environment: EnvironmentName) => string;
  /** What to do after it, as a command. */
  readonly next?: (planned: Planned) => readonly string[] | null;
}

/** Where the project decides what is meant. */
export type MakeOperation = (workspace: Workspace) => Promise<Operation>;

/** Plan, show, ask, do, tell. */
export const operate = (call: Call, meant: Operation | MakeOperation): Promise<Outcome> =>
  withSession(call, async (session) => {
    const operation = typeof meant === 'function' ? await meant(session.workspace) : meant;
    const planned = await session.workspace.estimated(await operation.plan(session.workspace));
    const standing = await standingOf(session.workspace, planned.document.environment);
    if (call.dryRun === true) return dryRun(call, operation, planned, standing);
    if (planned.changes || saysSomething(planned)) show(call, planned, standing);
    if (planned.changes) {
      await consent(call, question(call, operation, planned, standing), operation.again);
    }
    await session.startProgress();
    const result = await session.workspace.execute(planned, {
      ...(call.options.message === undefined ? {} : { message: call.options.message }),
      replan: call.options.yes === true && !operation.fixed,
    });
    session.stopProgress();
    return outcomeOf(call, operation, result, planned);
  });

function dryRun(call: Call, operation: Operation, planned: Planned, standing: Standing): Outcome {
  const style = styleFor(call.context.stdout, call.context.env);
  const view = planView(call, planned, { ...standing, all: false, showDiffs: true });
  const next = planned.changes ? `\n${nextText(commandLine(call, ...operation.again), style)}` : '';
  return {
    exit: EXIT.done,
    document: planDocument(planned, false),
    result: planText(view, sourceOf(call), style) + next,
    remarks: 'Dry run: nothing was written.\n',
  };
}

/** A plan that changes nothing is worth a look where it tells what it leaves alone. */
const saysSomething = ({ document, warnings, kept }: Planned): boolean =>
  document.nodes.length > kept.size || [document.data, document.notes, warnings].some((list) => list.length > 0);

/** Whoever is asked sees all of the plan; with `--yes` it goes to the log without the diffs. */
function show(call: Call, planned: Planned, standing: Standing): void {
  const { context, options } = call;
  if (options.json === true && (options.yes === true || !planned.changes)) return;
  const style = styleFor(context.stderr, context.env);
  const view = planView(call, planned, { ...standing, all: false, showDiffs: options.yes !== true });
  const text = planned.changes ? planText : planBody;
  context.stderr.write(`${text(view, sourceOf(call), style)}\n`);
}

function question(call: Call, operation: Operation, planned: Planned, { isNew, near }: Standing): string {
  const environment = planned.document.environment;
  const asked = `${largeBuilds(planned)}${operation.question(environment)}`;
  if (!isNew) return asked;
  const creation = absence(environment, near);
  if (call.options.yes === true && call.options.json !== true) {
    call.context.stderr.write(`${creation}: it is created.\n`);
  }
  return `${largeBuilds(planned)}${creation}. Create it?`;
}

/** Builds that somebody should know of before they begin. */
const largeBuilds = ({ document, large }: Planned): string =>
  document.nodes
    .filter(({ name }) => large.includes(name))
    .map(({ name, rows = 0 }) => `${printable(name)} is large: about ${counted(rows, 'row')}. `)
    .join('');

/** What a command that wrote hands back. */
export function outcomeOf(
  call: Call,
  operation: Pick<Operation, 'next'> & { readonly command: Operation['command'] | 'export' },
  result: OperationResult,
  planned: Planned | null = null,
): Outcome {
  const { context, options } = call;
  const style = styleFor(context.stdout, context.env);
  const errorStyle = styleFor(context.stderr, context.env);
  const exit = exitOf(call, result);
  if (options.json !== true && result.problems.length > 0) {
    context.stderr.write(problemsText(result.problems, sourceOf(call), errorStyle));
  }
  const next = exit === EXIT.done && result.moved && planned !== null ? (operation.next?.(planned) ?? null) : null;
  return {
    exit,
    document: resultDocument(operation.command, result, planned?.warnings),
    result: resultText(operation.command, result, style),
    ...(next === null ? {} : { remarks: nextText(commandLine(call, ...next), errorStyle) }),
  };
}

/** A failed node outweighs a gate that refused: the gate may only have seen the half of it. */
function exitOf({ context }: Call, { problems, moved }: OperationResult): ExitCode {
  const exits: readonly ExitCode[] = problems
    .filter((one) => one.severity === 'error')
    .map((one) => exitOfCode(one.code));
  const reason = context.interruption.reason();
  if (reason !== null && !moved && exits.length > 0) return EXIT[reason];
  return exits.includes(EXIT.error) ? EXIT.error : (exits[0] ?? EXIT.done);
}
