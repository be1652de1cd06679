import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Problem } from '../../model/problems.ts';
import { asError, EXIT, problem, UserError } from '../../model/problems.ts';
import type { Leak } from '../../lint/secrets/leak.ts';
import type { Repository } from '../../lint/secrets/git-objects.ts';
import type { Scanned } from '../../lint/secrets/scan.ts';
import { helpTail, type DefineCommand } from '../command.ts';
import type { Call, Outcome } from '../context.ts';
import { problemsText } from '../output/problem-text.ts';
import { styleFor } from '../output/style.ts';
import { counted } from '../output/words.ts';
import { sourceReader } from '../source-text.ts';

const EXAMPLES = [
  ['bough secrets scan', 'all files that git tracks or could track'],
  ['bough secrets scan --staged', 'what the next commit would hold: for a pre-commit hook'],
  ['bough secrets scan --history', 'every content that any commit ever brought'],
  ['bough secrets scan --range main..HEAD', 'what these commits bring: for a pipeline'],
] as const;

interface ScanOptions {
  readonly history?: boolean;
  readonly range?: string;
  readonly staged?: boolean;
}

export const defineSecrets: DefineCommand = (parent, invoke) => {
  const exits = [EXIT.done, EXIT.error, EXIT.usage];
  const secrets = parent
    .command('secrets')
    .description('Find secrets that stand where they do not belong')
    .addHelpText('after', helpTail(EXAMPLES, exits));
  secrets
    .command('scan')
    .description('Look for passwords, tokens and keys in files, in what is staged or in the history')
    .argument('[PATHS...]', 'files and folders; everything if left out')
    .option('--history', 'look into every commit, too long gone files among them')
    .option('--range <RANGE>', 'look into these commits, as git log names them')
    .option('--staged', 'look into what the next commit would hold')
    .addHelpText('after', helpTail(EXAMPLES, exits))
    .action((paths: readonly string[], options: ScanOptions) => invoke((call) => scanned(call, paths, options)));
};

async function scanned(call: Call, paths: readonly string[], options: ScanOptions): Promise<Outcome> {
  const root = resolve(call.context.cwd, call.options.directory ?? '.');
  const all = await look(root, call.context.env, paths, options);
  const found = { ...all, leaks: all.leaks.filter(({ ignored }) => !ignored) };
  const problems = await problemsOf(found.leaks);
  const inFiles = options.history !== true && options.range === undefined && options.staged !== true;
  const source = inFiles ? sourceReader(call.context.cwd, root) : () => null;
  const style = styleFor(call.context.stdout, call.context.env);
  const skipped = found.skipped.map((path) => `warning: ${path} is too large to be looked at\n`).join('');
  const summary = `${counted(found.files, 'file')}, ${(found.bytes / 1e6).toFixed(1)} MB: ${counted(problems.length, 'finding')}.\n`;
  return {
    exit: problems.length === 0 ? EXIT.done : EXIT.error,
    document: {
      format: 'bough.secrets-scan/1',
      files: found.files,
      bytes: found.bytes,
      findings: found.leaks.map(({ rule, path, ignored: _ignored, ...rest }) => ({ code: rule, file: path, ...rest })),
      skipped: found.skipped,
    },
    result: problems.length === 0 ? '' : `${problemsText(problems, source, style)}\n`,
    remarks: skipped + summary,
  };
}

async function look(
  cwd: string,
  env: Call['context']['env'],
  paths: readonly string[],
  { history = false, range, staged = false }: ScanOptions,
): Promise<Scanned> {
  const ways = [history, range !== undefined, staged, paths.length > 0].filter(Boolean);
  if (ways.length > 1) {
    throw new UserError(
      problem('usage', 'Only one of PATHS, --history, --range and --staged can be looked into at once.'),
    );
  }
  if (range === '' || range?.startsWith('-') === true) {
    const hint = 'Name commits as git log does: main..HEAD';
    throw new UserError(problem('usage', `\`${range}\` is no range of commits.`, { hint }));
  }
  const { listed, scanFiles } = await import('../../lint/secrets/scan.ts');
  const { filesBelow } = await import('../../lint/secrets/files.ts');
  const repository = { cwd, env };
  if (staged || history || range !== undefined) return lookIntoGit(repository, range, staged);
  const known = await listed(repository, paths);
  if (known === null) return scanFiles(cwd, filesBelow(cwd, paths.length === 0 ? ['.'] : paths));
  // A file that is named is looked into, even where git ignores it.
  const named = paths.filter((path) => statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isDirectory() !== true);
  const all = [...filesBelow(cwd, named), ...known];
  return scanFiles(cwd, [...new Map(all.map((one) => [one.path, one])).values()]);
}

async function lookIntoGit(repository: Repository, range: string | undefined, staged: boolean): Promise<Scanned> {
  const { scanHistory, scanStaged } = await import('../../lint/secrets/scan.ts');
  const { isRepository } = await import('../../lint/secrets/git-objects.ts');
  if (!(await isRepository(repository))) {
    const hint = 'Only a git repository has a history and an index; name files or folders to look into these.';
    throw new UserError(problem('usage', `\`${repository.cwd}\` lies in no git repository.`, { hint }));
  }
  try {
    if (staged) return await scanStaged(repository);
    return await scanHistory(repository, range === undefined ? undefined : [range]);
  } catch (raw) {
    const hint = 'Name commits as git log does: main..HEAD';
    throw new UserError(problem('usage', `${asError(raw).message}.`, { hint }), { cause: raw });
  }
}

async function problemsOf(leaks: readonly Leak[]): Promise<readonly Problem[]> {
  const { problemOf } = await import('../../lint/rule.ts');
  const { leakFinding } = await import('../../lint/secrets/finding.ts');
  const { secretInFile } = await import('../../lint/rules/secret-in-file.ts');
  const { neverCommitName } = await import('../../lint/rules/never-commit-name.ts');
  const ruleOf = { 'secret-in-file': secretInFile, 'never-commit-name': neverCommitName } as const;
  return leaks.map((leak) => problemOf(ruleOf[leak.rule], leakFinding(leak)));
}
