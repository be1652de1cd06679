import { git, type GitOptions } from './git.ts';

const PATIENCE = 10_000;

/** The git branch that a folder's files are of. */
export type Checkout =
  | {
      readonly type: 'branch';
      readonly branch: string;
      /** The variable of a pipeline that told it, where the checkout itself is detached. */
      readonly variable: string | null;
      /** The branch asks to be merged: it may come from anybody. */
      readonly proposed: boolean;
    }
  | { readonly type: 'detached'; readonly commit: string | null }
  /** Variables that name different branches. */
  | { readonly type: 'ambiguous'; readonly named: readonly Told[] }
  | { readonly type: 'no-git' }
  | { readonly type: 'no-repository' }
  | { readonly type: 'failed'; readonly message: string };

interface Told {
  readonly variable: string;
  readonly branch: string;
}

type Env = GitOptions['env'];

/** The branch that git has checked out; in a detached checkout of a pipeline, the one that the pipeline names. */
export async function checkoutOf(root: string, env: Env, signal?: AbortSignal): Promise<Checkout> {
  const options = { cwd: root, env, timeout: PATIENCE, ...(signal === undefined ? {} : { signal }) };
  const answer = await git(['symbolic-ref', '--quiet', '--short', 'HEAD'], options);
  if (answer.type === 'done') return { type: 'branch', branch: answer.output.trim(), variable: null, proposed: false };
  if (answer.type === 'absent') return { type: 'no-git' };
  if (answer.type === 'late') return { type: 'failed', message: 'it did not answer in time' };
  if (answer.exit !== 1)
    return /not a git repository/i.test(answer.message)
      ? { type: 'no-repository' }
      : { type: 'failed', message: answer.message };
  const told = toldBy(env);
  if (told !== null) return told;
  const commit = await git(['rev-parse', '--short', 'HEAD'], options);
  return { type: 'detached', commit: commit.type === 'done' ? commit.output.trim() : null };
}

/** Each pipeline names the branch in a variable of its own; the one of a proposal names the branch that is proposed. */
const PROPOSALS = [
  'GITHUB_HEAD_REF',
  'CI_MERGE_REQUEST_SOURCE_BRANCH_NAME',
  'CHANGE_BRANCH',
  'SYSTEM_PULLREQUEST_SOURCEBRANCH',
] as const;
const BRANCHES = ['CI_COMMIT_BRANCH', 'BITBUCKET_BRANCH', 'BRANCH_NAME', 'BUILDKITE_BRANCH', 'CIRCLE_BRANCH'] as const;

function toldBy(env: Env): Checkout | null {
  const proposed = named(PROPOSALS, env);
  const found = proposed.length > 0 ? proposed : [...named(BRANCHES, env), ...byRef(env)];
  const [first] = found;
  if (first === undefined) return null;
  if (found.some(({ branch }) => branch !== first.branch)) return { type: 'ambiguous', named: found };
  return {
    type: 'branch',
    ...first,
    proposed: proposed.length > 0 || PROPOSING.some((variable) => isSet(env, variable)),
  };
}

/** These say of the branch in another variable that it is a proposal's. */
const PROPOSING = ['BITBUCKET_PR_ID', 'BUILDKITE_PULL_REQUEST', 'CIRCLE_PULL_REQUEST'] as const;
const isSet = (env: Env, variable: string): boolean => !['', 'false'].includes(env[variable] ?? '');

const named = (variables: readonly string[], env: Env): readonly Told[] =>
  variables.flatMap((variable) => {
    const branch = (env[variable] ?? '').replace(/^refs\/heads\//, '');
    return branch === '' ? [] : [{ variable, branch }];
  });

/** Variables that name a tag or a proposal as often as a branch. */
function byRef(env: Env): readonly Told[] {
  const github = env['GITHUB_REF_TYPE'] === 'branch' && env['GITHUB_REF']?.startsWith('refs/heads/') === true;
  const azure = env['BUILD_SOURCEBRANCH']?.startsWith('refs/heads/') === true;
  return [...(github ? named(['GITHUB_REF_NAME'], env) : []), ...(azure ? named(['BUILD_SOURCEBRANCH'], env) : [])];
}
