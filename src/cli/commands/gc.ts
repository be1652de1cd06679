import type { GarbageResult, Workspace } from '../../workspace/contract.ts';
import type { EnvironmentName } from '../../model/ids.ts';
import { EXIT, UserError, type Problem } from '../../model/problems.ts';
import { helpTail, WRITING, type DefineCommand } from '../command.ts';
import type { Call, Outcome } from '../context.ts';
import { printable } from '../../model/printable.ts';
import { problemRow } from '../output/documents.ts';
import { counted } from '../output/words.ts';
import { consent } from '../consent.ts';
import { withSession } from '../session.ts';
import { durationValue } from '../values.ts';

interface GcOptions {
  readonly keep?: number;
  readonly dryRun?: boolean;
}

const EXAMPLES = [
  ['bough gc --dry-run', 'what could go'],
  ['bough gc --keep 30d', 'keep what any revision of the last 30 days needs'],
  ['bough gc --keep 0', 'keep only what is live'],
] as const;

export const defineGc: DefineCommand = (parent, invoke) => {
  parent
    .command('gc')
    .description('Free what no environment can reach any more, and delete environments of branches that lapsed')
    .option('--keep <DURATION>', "how far back revisions stay; the project's retention if left out", durationValue)
    .option('--dry-run', 'list it and stop')
    .addHelpText('after', helpTail(EXAMPLES, WRITING))
    .action((options: GcOptions) => invoke((call) => gc(call, options)));
};

/** What would go is looked up first, so that people are asked about something that they can see. */
const gc = (call: Call, { keep, dryRun = false }: GcOptions): Promise<Outcome> =>
  withSession(
    { ...call, dryRun },
    async ({ workspace }) => {
      const window = keep === undefined ? {} : { keep };
      const lapsed = await lapsedNow(workspace);
      const found = { ...(await workspace.collect({ ...window, dryRun: true })), environments: lapsed };
      if (dryRun || isEmpty(found)) return outcome(found, dryRun);
      if (call.options.json !== true) call.context.stderr.write(listed(found));
      await consent(call, `${lapsed.length === 0 ? 'Free' : 'Delete and free'} ${amount(found)}?`, [
        'gc',
        ...keepFlag(keep),
      ]);
      const { deleted, problems } = await deleteLapsed(workspace, lapsed);
      const freed = await workspace.collect({ ...window, dryRun: false });
      return outcome({ ...freed, environments: deleted }, false, problems);
    },
    ['collected'],
  );

interface Found extends GarbageResult {
  /** Environments of git branches that have lapsed. */
  readonly environments: readonly EnvironmentName[];
}

async function lapsedNow(workspace: Workspace): Promise<readonly EnvironmentName[]> {
  const now = new Date().toISOString();
  return (await workspace.lapses()).filter(({ at }) => at <= now).map(({ environment }) => environment);
}

interface Deleted {
  readonly deleted: readonly EnvironmentName[];
  /** Why one had to stay. */
  readonly problems: readonly Problem[];
}

/** Deletes them one by one, each by an operation as any other; one that somebody works in again stays. */
async function deleteLapsed(workspace: Workspace, names: readonly EnvironmentName[]): Promise<Deleted> {
  const deleted: EnvironmentName[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    try {
      const planned = await workspace.planDelete(name);
      if (!(await lapsedNow(workspace)).includes(name)) continue;
      const result = await workspace.execute(planned, { message: 'lapsed' });
      problems.push(...result.problems);
      if (result.moved) deleted.push(name);
    } catch (error) {
      if (!(error instanceof UserError) || error.exit === EXIT.interrupted || error.exit === EXIT.terminated)
        throw error;
      problems.push(...error.problems);
    }
  }
  return { deleted, problems: problems.map((one) => ({ ...one, severity: 'warning' })) };
}

const keepFlag = (keep: number | undefined): readonly string[] =>
  keep === undefined ? [] : ['--keep', keep === 0 ? '0' : `${keep}ms`];
const isEmpty = ({ builds, revisions, environments }: Found): boolean =>
  builds.length === 0 && revisions === 0 && environments.length === 0;
const amount = ({ builds, revisions, environments }: Found): string =>
  [
    ...(environments.length === 0 ? [] : [counted(environments.length, 'environment')]),
    `${counted(builds.length, 'build')} and ${counted(revisions, 'revision')}`,
  ].join(', ');
const listed = ({ builds, environments }: Found): string =>
  [
    ...environments.map((name) => `- ${printable(name)}  (lapsed)\n`),
    ...builds.map(({ id, node }) => `- bough.${printable(id)}${node === null ? '' : `  (${printable(node)})`}\n`),
  ].join('');

function outcome(result: Found, dryRun: boolean, problems: readonly Problem[] = []): Outcome {
  const sentence = dryRun ? `${amount(result)} could be freed.` : `${amount(result)} freed.`;
  const remarks = [
    ...problems.map((one) => `${one.message}\n`),
    ...(dryRun ? ['Dry run: nothing was written.\n'] : []),
  ].join('');
  return {
    exit: EXIT.done,
    document: {
      format: 'bough.gc/1',
      dryRun,
      builds: result.builds.map(({ id, node }) => ({ build: `bough.${id}`, node })),
      revisions: result.revisions,
      ...(result.environments.length === 0 ? {} : { environments: result.environments }),
      ...(problems.length === 0 ? {} : { warnings: problems.map(problemRow) }),
    },
    result: isEmpty(result) ? 'Nothing to free.\n' : `${dryRun ? listed(result) : ''}${sentence}\n`,
    ...(remarks === '' ? {} : { remarks }),
  };
}
