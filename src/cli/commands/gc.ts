import type { GarbageResult } from '../../bough.ts';
import { EXIT } from '../../model/problems.ts';
import { helpTail, WRITING, type DefineCommand } from '../command.ts';
import type { Call, Outcome } from '../context.ts';
import { printable } from '../../model/printable.ts';
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
    .description('Free what no environment can reach any more')
    .option('--keep <DURATION>', "how far back revisions stay; the project's retention if left out", durationValue)
    .option('--dry-run', 'list it and stop')
    .addHelpText('after', helpTail(EXAMPLES, WRITING))
    .action((options: GcOptions) => invoke((call) => gc(call, options)));
};

/** What would go is looked up first, so that people are asked about something that they can see. */
const gc = (call: Call, { keep, dryRun = false }: GcOptions): Promise<Outcome> =>
  withSession(
    call,
    async ({ workspace }) => {
      const window = keep === undefined ? {} : { keep };
      const found = await workspace.collect({ ...window, dryRun: true });
      if (dryRun || isEmpty(found)) return outcome(found, dryRun);
      if (call.options.json !== true) call.context.stderr.write(listed(found));
      await consent(call, `Free ${amount(found)}?`, ['gc', ...keepFlag(keep)]);
      return outcome(await workspace.collect({ ...window, dryRun: false }), false);
    },
    ['collected'],
  );

const keepFlag = (keep: number | undefined): readonly string[] =>
  keep === undefined ? [] : ['--keep', keep === 0 ? '0' : `${keep}ms`];
const isEmpty = ({ builds, revisions }: GarbageResult): boolean => builds.length === 0 && revisions === 0;
const amount = ({ builds, revisions }: GarbageResult): string =>
  `${counted(builds.length, 'build')} and ${counted(revisions, 'revision')}`;
const listed = ({ builds }: GarbageResult): string =>
  builds.map(({ id, node }) => `- bough.${printable(id)}${node === null ? '' : `  (${printable(node)})`}\n`).join('');

function outcome(result: GarbageResult, dryRun: boolean): Outcome {
  const sentence = dryRun ? `${amount(result)} could be freed.` : `${amount(result)} freed.`;
  return {
    exit: EXIT.done,
    document: {
      format: 'bough.gc/1',
      dryRun,
      builds: result.builds.map(({ id, node }) => ({ build: `bough.${id}`, node })),
      revisions: result.revisions,
    },
    result: isEmpty(result) ? 'Nothing to free.\n' : `${dryRun ? listed(result) : ''}${sentence}\n`,
    ...(dryRun ? { remarks: 'Dry run: nothing was written.\n' } : {}),
  };
}
